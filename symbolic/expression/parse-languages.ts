/**
 * Reads expressions from the source text of other languages: C++, NumPy and sympy.
 *
 * They share the grammar of parse-infix.ts; here their prefixes, subscripts and literals are brought into it.
 */
import type { Expression } from './expression.ts';
import { parseInfix, type ParseOptions } from './parse-infix.ts';
import { ExpressionError } from './tokens.ts';

/**
 * Reads a C++ expression of doubles: std:: functions, `x[0]` or `x0` as variables, `c ? a : b`.
 *
 * @throws ExpressionError also for a quotient of two integer literals, which C++ truncates
 */
export function parseCpp(text: string, options: ParseOptions = {}): Expression {
  const integerQuotient = /(?<![\w.])\d+\s*\/\s*\d+(?![\w.])/.exec(text);
  if (integerQuotient !== null) {
    throw new ExpressionError(
      'C++ truncates a quotient of integers; write 1.0/2.0',
      text,
      integerQuotient.index,
    );
  }
  return parseInfix(
    subscripts(text)
      .replace(/\bstd::|\(double\)/g, '')
      .replace(/(?<=[\d.])[fFlL]\b/g, '')
      .replace(/\bINFINITY\b/g, 'inf')
      .replace(/\bNAN\b/g, 'nan')
      .replace(/\bnearbyint\b/g, 'round'),
    options,
  );
}

/** Reads a NumPy expression: np. functions, `x[:, 0]`, `x[0]` or `x0` as variables. */
export function parseNumpy(text: string, options: ParseOptions = {}): Expression {
  return parseInfix(subscripts(text).replace(/\b(?:np|numpy|math)\./g, ''), options);
}

/** Reads what `str()` of a sympy expression prints, Piecewise and Rational included. */
export function parseSympy(text: string, options: ParseOptions = {}): Expression {
  return parseInfix(text, options);
}

function subscripts(text: string): string {
  return text.replace(/\b([A-Za-z_]\w*)\[(?:\s*:\s*,)?\s*(\d+)\s*\]/g, '$1$2');
}
