/** Symbolic expressions: the tree, the operators, reading and writing. */
export * from './expression.ts';
export * from './operators.ts';
export { parseInfix, type ParseOptions } from './parse-infix.ts';
export { printInfix, type PrintOptions } from './print-infix.ts';
export { ExpressionError } from './tokens.ts';
