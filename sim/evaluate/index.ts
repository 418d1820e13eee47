/** Bit-exact values: the reference interpreter and the compiled evaluator. */
import { compiled } from './compiled/index.ts';
import type { Evaluator } from './evaluator.ts';
import { reference } from './reference/index.ts';

export { compile, type CompiledModel } from './compiled/index.ts';
export type { Evaluator, Values } from './evaluator.ts';

export const evaluators: readonly Evaluator[] = [reference, compiled];
