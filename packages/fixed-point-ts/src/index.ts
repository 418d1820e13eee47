export * from './format.ts';
export { FormatError } from './format-error.ts';
