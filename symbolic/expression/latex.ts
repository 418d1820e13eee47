/**
 * Writes expressions as LaTeX mathematics and reads that notation back.
 *
 * Reading covers what is written here and its usual variants: \frac, \cdot, \times, juxtaposition, ^{}, \sqrt[n]{},
 * \left( \right), |..|, function names with or without \operatorname, and cases.
 */
import { expandDefinitions } from './derivative.ts';
import type { Constant, Expression } from './expression.ts';
import { operatorNamed, precedences, type OperatorTable } from './operators.ts';
import { parseInfix, type ParseOptions } from './parse-infix.ts';
import { exactDecimal } from './print-infix.ts';
import { ExpressionError } from './tokens.ts';

export interface LatexOptions {
  /** Names of the columns; default x_{0}, x_{1}, ... */
  readonly variables?: readonly string[];
  readonly operators?: OperatorTable;
  /** Significant digits of constants; default all. */
  readonly digits?: number;
}

interface Printed {
  readonly text: string;
  readonly precedence: number;
}

const atom = 9;
const { comparison, sum, product, negation, power } = precedences;

const functionNames: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['exp', 'log', 'sin', 'cos', 'tan', 'sinh', 'cosh', 'tanh', 'max', 'min'].map((name) => [
      name,
      `\\${name}`,
    ]),
  ),
  asin: '\\arcsin',
  acos: '\\arccos',
  atan: '\\arctan',
  ...Object.fromEntries(
    ['asinh', 'acosh', 'atanh', 'atan2', 'erf', 'erfc', 'sign', 'round', 'mod'].map((name) => [
      name,
      `\\operatorname{${name}}`,
    ]),
  ),
};
const comparisonSigns: Readonly<Record<string, string>> = {
  greater: '>',
  less: '<',
  greater_equal: '\\geq',
  less_equal: '\\leq',
};
const direct = new Set([
  ...Object.keys(functionNames),
  ...Object.keys(comparisonSigns),
  ...['+', '-', '*', '/', '^', 'neg', 'sqrt', 'cbrt', 'abs', 'floor', 'ceil', 'ifelse', 'pi', 'e'],
]);

/** @example printLatex(parseInfix('a1*exp(-x0/2)')) // 'a_{1} \\exp\\left(\\frac{-x_{0}}{2}\\right)' */
export function printLatex(expression: Expression, options: LatexOptions = {}): string {
  const expanded = expandDefinitions(expression, (name) => direct.has(name), options.operators);
  return print(expanded, options).text;
}

function print(node: Expression, options: LatexOptions): Printed {
  switch (node.kind) {
    case 'constant':
      return printConstant(node, options.digits);
    case 'parameter':
      return { text: printName(node.name), precedence: atom };
    case 'variable':
      return { text: printName(options.variables?.[node.index] ?? `x${node.index}`), precedence: atom };
    case 'call':
      return printCall(
        node.operator,
        node.args.map((arg) => print(arg, options)),
        options,
      );
  }
}

const bracket = (text: string): string => `\\left(${text}\\right)`;
const wrap = ({ text, precedence }: Printed, least: number): string =>
  precedence < least ? bracket(text) : text;

function printCall(name: string, args: readonly Printed[], options: LatexOptions): Printed {
  const [a, b, c] = args;
  const sign = comparisonSigns[name];
  if (sign !== undefined) {
    return { text: `${wrap(a, sum)} ${sign} ${wrap(b, sum)}`, precedence: comparison };
  }
  const functionName = functionNames[name];
  if (functionName !== undefined) {
    return { text: functionName + bracket(args.map(({ text }) => text).join(', ')), precedence: atom };
  }
  switch (name) {
    case '+':
    case '-':
      return { text: `${wrap(a, sum)} ${name} ${wrap(b, sum + 1)}`, precedence: sum };
    case '*':
      return { text: multiply(wrap(a, product), wrap(b, product + 1)), precedence: product };
    case '/':
      return { text: `\\frac{${a.text}}{${b.text}}`, precedence: product + 0.5 };
    case '^':
      return { text: `${wrap(a, atom)}^{${b.text}}`, precedence: power };
    case 'neg':
      return { text: `-${wrap(a, negation + 1)}`, precedence: negation };
    case 'sqrt':
      return { text: `\\sqrt{${a.text}}`, precedence: atom };
    case 'cbrt':
      return { text: `\\sqrt[3]{${a.text}}`, precedence: atom };
    case 'abs':
      return { text: `\\left|${a.text}\\right|`, precedence: atom };
    case 'floor':
    case 'ceil':
      return { text: `\\left\\l${name} ${a.text}\\right\\r${name}`, precedence: atom };
    case 'ifelse': {
      const condition = a.precedence === comparison ? a.text : `${wrap(a, sum)} > 0`;
      const text = `\\begin{cases} ${b.text} & \\text{for}\\: ${condition} \\\\ ${c.text} & \\text{otherwise} \\end{cases}`;
      return { text, precedence: atom };
    }
    case 'pi':
      return { text: '\\pi', precedence: atom };
    case 'e':
      return { text: 'e', precedence: atom };
    default:
      operatorNamed(name, options.operators);
      throw new RangeError(`operator '${name}' has no LaTeX form and no definition`);
  }
}

/** A dot where two numbers would run together, else a thin space. */
function multiply(left: string, right: string): string {
  return /^[-\d]/.test(right) ? `${left} \\cdot ${right}` : `${left} \\, ${right}`;
}

function printConstant({ value, exact }: Constant, digits: number | undefined): Printed {
  if (Number.isNaN(value)) return { text: '\\mathrm{NaN}', precedence: atom };
  const precedence = value < 0 || Object.is(value, -0) ? negation : atom;
  if (!Number.isFinite(value)) return { text: value < 0 ? '-\\infty' : '\\infty', precedence };
  const shown = digits === undefined && exact !== undefined ? exactDecimal(exact) : undefined;
  if (digits === undefined && exact !== undefined && shown === undefined) {
    return { text: `\\frac{${exact.numerator}}{${exact.denominator}}`, precedence: product + 0.5 };
  }
  const plain =
    shown ?? (Object.is(value, -0) ? '-0' : String(digits ? Number(value.toPrecision(digits)) : value));
  const [mantissa, exponent] = plain.split('e');
  if (exponent === undefined) return { text: mantissa, precedence };
  return { text: `${mantissa} \\times 10^{${Number(exponent)}}`, precedence: Math.min(precedence, product) };
}

const greek = new Set(
  `alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi rho sigma tau phi chi psi omega`.split(
    ' ',
  ),
);

/** a1 is a_{1}; alpha is \alpha; longer words are upright. */
function printName(name: string): string {
  const [, letters, digits] = /^(.*?)_?(\d*)$/.exec(name)!;
  const base = greek.has(letters)
    ? `\\${letters}`
    : letters.length > 1
      ? `\\mathrm{${letters.replaceAll('_', '\\_')}}`
      : letters;
  return digits === '' ? base : `${base}_{${digits}}`;
}

/**
 * Reads LaTeX mathematics.
 *
 * @throws ExpressionError naming the place in the infix text it was brought into
 */
export function parseLatex(text: string, options: ParseOptions = {}): Expression {
  return parseInfix(new LatexReader(text).read(), options);
}

const readFunctions: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    Object.entries(functionNames).map(([name, latex]) => [
      latex.replace(/\\operatorname\{(\w+)\}|\\/g, '$1'),
      name,
    ]),
  ),
  ln: 'log',
};

/** Rewrites LaTeX into infix text by recursive descent over groups and commands. */
class LatexReader {
  private at = 0;
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  read(): string {
    const infix = this.sequence(() => this.at >= this.text.length);
    return infix;
  }

  /** Factors side by side become products; everything else keeps its order. */
  private sequence(ends: () => boolean): string {
    let infix = '';
    for (;;) {
      this.skip();
      if (ends()) return infix;
      if (this.at >= this.text.length) this.fail('the formula ends inside a group');
      const piece = this.piece();
      const touches = /[\w).|]$/.test(infix) && /^[\w(.]/.test(piece);
      infix += touches ? `*${piece}` : piece;
    }
  }

  private skip(): void {
    const blank = /^(?:\s|\\[,;:! ]|\\quad|\\displaystyle|&)+/.exec(this.text.slice(this.at));
    if (blank !== null) this.at += blank[0].length;
  }

  private piece(): string {
    const rest = this.text.slice(this.at);
    const number = /^(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/.exec(rest);
    if (number !== null) {
      this.at += number[0].length;
      const power = /^\s*\\(?:times|cdot)\s*10\^(?:\{(-?\d+)\}|(\d))/.exec(this.text.slice(this.at));
      if (power === null) return number[0];
      this.at += power[0].length;
      return `${number[0]}e${power[1] ?? power[2]}`;
    }
    if (rest.startsWith('\\')) return this.command();
    if (rest.startsWith('{')) return `(${this.group()})`;
    if (rest.startsWith('^')) {
      this.at++;
      return `^(${this.argument()})`;
    }
    if (/^[A-Za-z]/.test(rest)) {
      this.at++;
      return rest[0] + this.subscript();
    }
    if (rest.startsWith('|')) return this.delimited('|', '|', 'abs');
    this.at++;
    return rest[0];
  }

  private command(): string {
    const [whole, name] = /^\\([A-Za-z]+|.)/.exec(this.text.slice(this.at))!;
    this.at += whole.length;
    switch (name) {
      case 'frac':
      case 'dfrac':
      case 'tfrac':
        return `((${this.argument()})/(${this.argument()}))`;
      case 'cdot':
      case 'times':
        return '*';
      case 'geq':
      case 'ge':
        return '>=';
      case 'leq':
      case 'le':
        return '<=';
      case 'infty':
        return 'inf';
      case 'sqrt': {
        const index = /^\s*\[([^\]]*)\]/.exec(this.text.slice(this.at));
        if (index !== null) this.at += index[0].length;
        const radicand = this.argument();
        if (index === null) return `sqrt(${radicand})`;
        return index[1].trim() === '3' ? `cbrt(${radicand})` : `(${radicand})^(1/(${index[1]}))`;
      }
      case 'left':
        return this.leftRight();
      case 'lfloor':
        return this.delimited('', '\\rfloor', 'floor');
      case 'lceil':
        return this.delimited('', '\\rceil', 'ceil');
      case 'begin':
        return this.cases();
      case 'operatorname':
      case 'mathrm':
      case 'mathit':
      case 'text': {
        const word = this.rawGroup().replaceAll('\\_', '_');
        return readFunctions[word] !== undefined
          ? this.application(readFunctions[word])
          : word + this.subscript();
      }
      default:
        return readFunctions[name] !== undefined
          ? this.application(readFunctions[name])
          : name + this.subscript();
    }
  }

  /** \sin x, \sin(x), \sin^2 x: the argument is a group, brackets or the next piece. */
  private application(name: string): string {
    this.skip();
    let exponent = '';
    if (this.text[this.at] === '^') {
      this.at++;
      exponent = `^(${this.argument()})`;
      this.skip();
    }
    const piece = this.text[this.at] === '(' ? this.delimited('(', ')', '') : this.piece();
    const call = piece.startsWith('(') ? `${name}${piece}` : `${name}(${piece})`;
    return exponent === '' ? call : `(${call})${exponent}`;
  }

  private leftRight(): string {
    this.skip();
    const open = /^(?:\\l(?:floor|ceil)|\\?.)/.exec(this.text.slice(this.at))![0];
    this.at += open.length;
    const closers: Record<string, [string, string]> = {
      '|': ['abs', '\\right|'],
      '\\lfloor': ['floor', '\\right\\rfloor'],
      '\\lceil': ['ceil', '\\right\\rceil'],
      '[': ['', '\\right]'],
      '\\{': ['', '\\right\\}'],
    };
    const [name, close] = closers[open] ?? ['', '\\right)'];
    return this.delimited('', close, name);
  }

  /** What stands between an opening already at hand and its close, as `name(...)`. */
  private delimited(open: string, close: string, name: string): string {
    this.at += open.length;
    const inner = this.sequence(() => this.text.startsWith(close, this.at));
    this.at += close.length;
    return `${name}(${inner})`;
  }

  private cases(): string {
    if (this.rawGroup() !== 'cases') this.fail('only the cases environment is known');
    const end = this.endOfCases();
    const rows = splitRows(this.text.slice(this.at, end));
    this.at = end + '\\end{cases}'.length;
    return rows.reduceRight((otherwise, row) => {
      const [value, condition = '\\text{otherwise}'] = splitColumns(row);
      const infix = new LatexReader(value).read();
      if (/^\s*(?:\\text\s*\{)?\s*(?:otherwise|True)/.test(condition)) return `(${infix})`;
      const test = condition.replace(/^\s*\\text\s*\{\s*(?:for|if)\s*\}/, '');
      return `ifelse(${new LatexReader(test).read()}, ${infix}, ${otherwise})`;
    }, '(nan)');
  }

  /** Where the \\end stands that belongs to the \\begin just read. */
  private endOfCases(): number {
    const marks = /\\(begin|end)\{cases\}/g;
    marks.lastIndex = this.at;
    for (let level = 1; ;) {
      const mark = marks.exec(this.text);
      if (mark === null) return this.fail('\\begin{cases} without \\end{cases}');
      level += mark[1] === 'begin' ? 1 : -1;
      if (level === 0) return mark.index;
    }
  }

  private subscript(): string {
    if (this.text[this.at] !== '_') return '';
    this.at++;
    if (this.text[this.at] === '{') return this.rawGroup();
    return this.text[this.at++];
  }

  private argument(): string {
    this.skip();
    return this.text[this.at] === '{' ? this.group() : this.piece();
  }

  private group(): string {
    this.at++;
    const inner = this.sequence(() => this.text[this.at] === '}');
    this.at++;
    return inner;
  }

  private rawGroup(): string {
    this.skip();
    const match = /^\{([^{}]*)\}/.exec(this.text.slice(this.at));
    if (match === null) return this.fail('expected a word in braces');
    this.at += match[0].length;
    return match[1].trim();
  }

  private fail(problem: string): never {
    throw new ExpressionError(problem, this.text, this.at);
  }
}

/** Rows of a cases environment; environments within stay whole. */
function splitRows(body: string): string[] {
  return splitOutside(body, '\\\\');
}

function splitColumns(row: string): string[] {
  return splitOutside(row, '&');
}

function splitOutside(body: string, separator: string): string[] {
  const parts: string[] = [];
  let level = 0;
  let start = 0;
  for (let at = 0; at < body.length; at++) {
    if (body.startsWith('\\begin{', at)) level++;
    else if (body.startsWith('\\end{', at)) level--;
    else if (level === 0 && body.startsWith(separator, at)) {
      parts.push(body.slice(start, at));
      start = at + separator.length;
      at = start - 1;
    }
  }
  parts.push(body.slice(start));
  return parts.filter((part) => part.trim() !== '');
}
