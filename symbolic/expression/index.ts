/** Symbolic expressions: the tree, the operators, evaluation, reading and writing. */
export * from './expression.ts';
export * from './operators.ts';
export { parseInfix, type ParseOptions } from './parse-infix.ts';
export { printInfix, type PrintOptions } from './print-infix.ts';
export { printCpp, printNumpy, printSympy, type CodeOptions } from './languages.ts';
export { parseCpp, parseNumpy, parseSympy } from './parse-languages.ts';
export { parseLatex, printLatex, type LatexOptions } from './latex.ts';
export { formatHallOfFame, parseHallOfFame, type HallOfFameEntry } from './hall-of-fame.ts';
export { ExpressionError } from './tokens.ts';
export { differentiate, type Seed } from './derivative.ts';
export { evaluateTree } from './evaluate-tree.ts';
export { compileTape, type Tape, type TapeOptions } from './tape.ts';
export { evaluateColumns, tapeEvaluator, type Evaluator } from './evaluator.ts';
export { simplify, simplifyOver } from './simplify.ts';
export { WasmWorkspace } from './wasm-evaluator.ts';
