/** Small cases out of large ones. */
export { type Case, shrink, type ShrinkOptions } from './shrink.ts';
