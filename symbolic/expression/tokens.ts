/** Splits the text of an expression into numbers, names and symbols. */

export interface Token {
  readonly kind: 'number' | 'name' | 'symbol' | 'end';
  readonly text: string;
  /** Offset in the text, from 0. */
  readonly at: number;
}

const number = String.raw`(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?`;
/** `#1` is the first argument inside a template's part, as PySR writes it. */
const name = String.raw`[A-Za-z_\u00c0-\uffff][\w.\u00c0-\uffff]*|#\d+`;
const symbol = String.raw`\*\*|>=|<=|==|&&|\|\||[-+*/^(),<>?:&|]`;
const pattern = new RegExp(`\\s*(?:(${number})|(${name})|(${symbol}))`, 'uy');

/** @throws ExpressionError at the first character that starts no token */
export function tokenise(text: string): Token[] {
  const tokens: Token[] = [];
  pattern.lastIndex = 0;
  for (;;) {
    const start = pattern.lastIndex;
    const match = pattern.exec(text);
    if (match === null) {
      const rest = text.slice(start);
      const at = start + rest.length - rest.trimStart().length;
      if (at >= text.length) break;
      throw new ExpressionError(`'${text[at]}' has no meaning in an expression`, text, at);
    }
    const found = match[1] ?? match[2] ?? match[3];
    const kind = match[1] !== undefined ? 'number' : match[2] !== undefined ? 'name' : 'symbol';
    tokens.push({ kind, text: found, at: pattern.lastIndex - found.length });
  }
  tokens.push({ kind: 'end', text: '', at: text.length });
  return tokens;
}

/** Text that is no expression: what is wrong, where, and the text with a caret under the place. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';

  /** The complaint without the excerpt. */
  readonly problem: string;
  readonly text: string;
  /** Offset of the place in the text, from 0. */
  readonly at: number;

  constructor(problem: string, text: string, at: number) {
    const from = Math.max(0, at - 40);
    const excerpt = text.slice(from, at + 40);
    super(`${problem}\n  at column ${at + 1}:\n  ${excerpt}\n  ${' '.repeat(at - from)}^`);
    this.problem = problem;
    this.text = text;
    this.at = at;
  }
}
