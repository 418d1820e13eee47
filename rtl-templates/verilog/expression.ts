/**
 * One operation on one lane as Verilog: the statements that drive `y` from its operands.
 *
 * Arithmetic is written modulo 2^W on operands extended to W bits, which is exact because the result's range fits W
 * bits; only comparison and multiplication depend on signs.
 */
import type { Rounding } from 'fixed-point-ts';
import type { Operation } from '../../sim/pipeline/circuit/index.ts';
import { type Bits, literal, packedLiteral, range, resized } from './bits.ts';

/** Above this a table is a case statement: constant vectors are limited to 32,768 bits in Verilator. */
const VECTOR_TABLE_BITS = 8192;
/** Address bits of one six-input table. */
const LEAF_ADDRESS_BITS = 6;

export interface LaneOperand extends Bits {
  /** Elements of a reduced operand. */
  readonly count?: number;
}

/** Statements of a lane; `y` is declared by the caller as wire (`assign`) or reg (`always`), as `drives` says. */
export interface LaneCode {
  readonly drives: 'wire' | 'reg';
  readonly lines: readonly string[];
  /** Modules that the statements instantiate; the caller makes their names unique by a prefix to `y`. */
  readonly modules?: readonly string[];
}

/** @param scope  prefix of the names of modules made here */
export function laneCode(op: Operation, y: Bits, operands: readonly LaneOperand[], scope: string): LaneCode {
  const [a, b, c] = operands;
  const W = y.width;
  const wire = (expression: string, ...before: string[]): LaneCode => ({
    drives: 'wire',
    lines: [...before, `assign ${y.text} = ${expression};`],
  });
  switch (op.kind) {
    case 'add':
      return wire(`${resized(a, W)} + ${resized(b, W)}`);
    case 'subtract':
      return wire(`${resized(a, W)} - ${resized(b, W)}`);
    case 'multiply':
      if (!a.signed && !b.signed) return wire(`${resized(a, W)} * ${resized(b, W)}`);
      return wire(`$signed(${resized(a, W)}) * $signed(${resized(b, W)})`);
    case 'shift-left':
      return wire(`{${resized(a, W - op.bits)}, ${op.bits}'d0}`);
    case 'join':
      return wire(W > op.bits ? `{${resized(a, W - op.bits)}, ${resized(b, op.bits)}}` : resized(b, W));
    case 'round':
      return rounded(y, a, op.bits, op.rounding);
    case 'clamp':
      return wire(clamped(y, a, op.lo, op.hi));
    case 'wrap':
      return wire(a.width >= op.width ? resized({ ...a, width: a.width }, W) : resized(a, W));
    case 'less':
      return wire(compared(a, '<', b));
    case 'equal':
      return wire(compared(a, '==', b));
    case 'not':
      return wire(`~${a.text}`);
    case 'and':
      return wire(operands.map(({ text }) => text).join(' & '));
    case 'or':
      return wire(operands.map(({ text }) => text).join(' | '));
    case 'select':
      return wire(`${a.text} ? ${resized(b, W)} : ${resized(c, W)}`);
    case 'table':
      return table(op, y, a);
    case 'pack':
      return wire(a.text);
    case 'any':
      return wire(`|${a.text}`);
    case 'one-hot':
      return oneHot(y, a, b);
    case 'mux':
      return mux(y, a, b, scope);
    default:
      throw new TypeError(`'${op.kind}' is no operation of a lane`);
  }
}

/** x 2^-bits: adds a constant and one carry so that the floor of the sum is the rounded value. */
function rounded(y: Bits, x: Bits, bits: number, rounding: Rounding): LaneCode {
  const W = y.width;
  const wide = Math.max(x.width, bits) + 1;
  const floorOf = (name: string, width: number): string =>
    resized({ text: name, width: width - bits, signed: x.signed }, W);
  if (rounding === 'TRN') {
    const t = `${y.text}_t`;
    if (x.width <= bits) {
      const sign = x.signed ? `{${W}{${x.text}[${x.width - 1}]}}` : literal(0, W);
      return { drives: 'wire', lines: [`assign ${y.text} = ${sign};`] };
    }
    return {
      drives: 'wire',
      lines: [
        `wire ${range(x.width - bits)} ${t};`,
        `assign ${t} = ${x.text}[${x.width - 1}:${bits}];`,
        `assign ${y.text} = ${floorOf(t, x.width)};`,
      ],
    };
  }
  const sign = x.signed ? `${x.text}[${x.width - 1}]` : `1'b0`;
  const half = 2 ** (bits - 1);
  const quotientLow = bits < x.width ? `${x.text}[${bits}]` : sign;
  const carries: Record<Exclude<Rounding, 'TRN' | 'TRN_ZERO'>, string> = {
    RND: `1'b1`,
    RND_CONV: quotientLow,
    RND_MIN_INF: `1'b0`,
    RND_ZERO: sign,
    RND_INF: x.signed ? `~${sign}` : `1'b1`,
  };
  const addend =
    rounding === 'TRN_ZERO'
      ? `{${wide - bits}'d0, {${bits}{${sign}}}, 1'b0}`
      : `{${literal(half - 1, wide)}, ${carries[rounding]}}`;
  const [sum, quotient] = [`${y.text}_s`, `${y.text}_q`];
  return {
    drives: 'wire',
    lines: [
      `wire ${range(wide + 1)} ${sum};`,
      `wire ${range(wide - bits)} ${quotient};`,
      `assign ${sum} = {${resized(x, wide)}, 1'b1} + ${addend};`,
      `assign ${quotient} = ${sum}[${wide}:${bits + 1}];`,
      `assign ${y.text} = ${floorOf(quotient, wide)};`,
    ],
  };
}

function clamped(
  y: Bits,
  x: Bits & { readonly lo?: number; readonly hi?: number },
  lo: number,
  hi: number,
): string {
  const W = y.width;
  const least = x.signed ? -(2 ** (x.width - 1)) : 0;
  const most = 2 ** (x.signed ? x.width - 1 : x.width) - 1;
  let text = resized(x, W);
  const below = (bound: number) =>
    bound === 0
      ? `${x.text}[${x.width - 1}]`
      : compared(x, '<', { text: '', width: x.width, signed: x.signed, value: bound });
  if (hi < most) {
    const bound = { text: '', width: x.width, signed: x.signed, value: hi };
    text = `${compared(bound, '<', x)} ? ${literal(hi, W)} : ${text}`;
  }
  if (lo > least) text = `${below(lo)} ? ${literal(lo, W)} : ${text}`;
  return text;
}

function compared(a: Bits, operator: '<' | '==', b: Bits): string {
  const signed = a.signed || b.signed;
  const widthOf = ({ width, signed: own, value }: Bits) =>
    value !== undefined ? minimalWidth(value, signed) : width + (signed && !own ? 1 : 0);
  const width = Math.max(widthOf(a), widthOf(b));
  const side = (x: Bits) => (signed ? `$signed(${resized(x, width)})` : resized(x, width));
  return `(${side(a)} ${operator} ${side(b)})`;
}

function minimalWidth(value: number, signed: boolean): number {
  const magnitude = value < 0 ? -value - 1 : value;
  return Math.max(1, magnitude.toString(2).length * (magnitude > 0 ? 1 : 0)) + (signed ? 1 : 0);
}

/**
 * Rows as constant vectors of 64 entries, chosen among by the upper bits of the address: what six-input tables make
 * of it anyway. Yosys takes three times as long over one long vector, and a tenth more cells.
 */
function constantTable(
  rows: readonly bigint[],
  width: number,
  { text, width: addressBits }: Bits,
  name: string,
): { readonly declared: readonly string[]; readonly value: string } {
  const low = Math.min(addressBits, LEAF_ADDRESS_BITS);
  const stride = 2 ** Math.ceil(Math.log2(width));
  const shift = Math.log2(stride);
  const address = addressBits > low ? `${text}[${low - 1}:0]` : text;
  const at = shift === 0 ? address : `{${address}, ${shift}'d0}`;
  const declared: string[] = [];
  const leafOf = (first: number): string => {
    const leaf = rows.slice(first, first + 2 ** low);
    if (leaf.every((row) => row === 0n)) return literal(0, width);
    const all = leaf.reduceRight((bits, row) => (bits << BigInt(stride)) | row, 0n);
    const own = addressBits > low ? `${name}_${first}` : name;
    const bits = 2 ** low * stride;
    declared.push(`localparam ${range(bits)} ${own} = ${bits}'h${all.toString(16)};`);
    return `${own}[${at} +: ${width}]`;
  };
  const choose = (first: number, bits: number): string => {
    if (bits === low) return leafOf(first);
    const [off, on] = [choose(first, bits - 1), choose(first + 2 ** (bits - 1), bits - 1)];
    return off === on ? off : `(${text}[${bits - 1}] ? ${on} : ${off})`;
  };
  return { value: choose(0, addressBits), declared };
}

/** A table addressed by the pattern of its index, so that no subtraction is needed. */
function table(op: Extract<Operation, { kind: 'table' }>, y: Bits, index: Bits): LaneCode {
  const columns = op.rows[0].length;
  const element = y.width / columns;
  const zeros = new Array<number>(columns).fill(0);
  const entries = 2 ** index.width;
  const rowOf = (pattern: number) => {
    const value = index.signed && pattern >= entries / 2 ? pattern - entries : pattern;
    return op.rows[value - op.lo] ?? zeros;
  };
  // Whole rows, or each column by itself: synthesis takes a wide case statement for a memory and moves registers into it.
  const parts = entries * y.width <= VECTOR_TABLE_BITS ? 1 : columns;
  const width = y.width / parts;
  if (entries * width <= VECTOR_TABLE_BITS) {
    const lines = Array.from({ length: parts }, (_, part) => {
      const rows = Array.from({ length: entries }, (_unused, pattern) => {
        const row = rowOf(pattern);
        return packed(parts === 1 ? row : [row[part]], element);
      });
      const rom = `${y.text}_rom`.toUpperCase() + (parts === 1 ? '' : `_${part}`);
      const target = parts === 1 ? y.text : `${y.text}[${(part + 1) * width - 1}:${part * width}]`;
      const { declared, value } = constantTable(rows, width, index, rom);
      return [...declared, `assign ${target} = ${value};`];
    });
    return { drives: 'wire', lines: lines.flat() };
  }
  const lines = [`always @* begin`, `  case (${index.text})`];
  for (let pattern = 0; pattern < entries; pattern++) {
    const row = rowOf(pattern);
    if (row.some((value) => value !== 0)) {
      lines.push(`    ${literal(pattern, index.width)}: ${y.text} = ${packedLiteral(row, element)};`);
    }
  }
  lines.push(`    default: ${y.text} = ${literal(0, y.width)};`, `  endcase`, `end`);
  return { drives: 'reg', lines };
}

function packed(row: readonly number[], width: number): bigint {
  return row.reduceRight((bits, value) => (bits << BigInt(width)) | BigInt.asUintN(width, BigInt(value)), 0n);
}

function oneHot(y: Bits, bits: LaneOperand, values: LaneOperand): LaneCode {
  const count = bits.count!;
  const W = y.width;
  const k = `${y.text}_k`;
  const element = `${values.text}[${k} * ${values.width} +: ${values.width}]`;
  const more = W - values.width;
  const extended =
    more <= 0
      ? element
      : values.signed
        ? `{{${more}{${values.text}[${k} * ${values.width} + ${values.width - 1}]}}, ${element}}`
        : `{${more}'d0, ${element}}`;
  return {
    drives: 'reg',
    lines: [
      `integer ${k};`,
      `always @* begin`,
      `  ${y.text} = ${literal(0, W)};`,
      `  for (${k} = 0; ${k} < ${count}; ${k} = ${k} + 1)`,
      `    ${y.text} = ${y.text} | ({${W}{${bits.text}[${k}]}} & ${extended});`,
      `end`,
    ],
  };
}

/**
 * A tree of four-to-one selections, two bits of the index a level. Each is a module of its own, which maps to one
 * six-input table a bit; written as one expression, synthesis restructures the tree and spends a quarter more.
 */
function mux(y: Bits, index: Bits, values: LaneOperand, scope: string): LaneCode {
  const W = values.width;
  const four = `${scope}_${y.text}_of4`;
  const zero = literal(0, W);
  const lines: string[] = [];
  let inputs = Array.from({ length: Math.min(values.count!, 2 ** index.width) }, (_, k) =>
    values.count === 1 ? values.text : `${values.text}[${(k + 1) * W - 1}:${k * W}]`,
  );
  for (let low = 0; low < index.width; low += 2) {
    const bits = Math.min(2, index.width - low);
    inputs = Array.from({ length: Math.ceil(inputs.length / 2 ** bits) }, (_, group) => {
      const [a = zero, b = zero, c = zero, d = zero] = inputs.slice(
        group * 2 ** bits,
        (group + 1) * 2 ** bits,
      );
      const out = `${y.text}_${low}_${group}`;
      const at = index.width === 1 ? index.text : `${index.text}[${low}]`;
      lines.push(`wire ${range(W)} ${out};`);
      lines.push(
        bits === 1
          ? `assign ${out} = ${at} ? ${b} : ${a};`
          : `${four} s_${out} (.index(${index.text}[${low + 1}:${low}]), .a(${a}), .b(${b}), .c(${c}), .d(${d}), .y(${out}));`,
      );
      return out;
    });
  }
  const picked = { text: inputs[0], width: W, signed: values.signed };
  return {
    drives: 'wire',
    lines: [...lines, `assign ${y.text} = ${resized(picked, y.width)};`],
    ...(index.width > 1 ? { modules: [fourToOne(four, W)] } : {}),
  };
}

function fourToOne(name: string, width: number): string {
  return [
    `module ${name} (`,
    '  input wire [1:0] index,',
    ...['a', 'b', 'c', 'd'].map((input) => `  input wire ${range(width)} ${input},`),
    `  output wire ${range(width)} y`,
    ');',
    '  assign y = index[1] ? (index[0] ? d : c) : (index[0] ? b : a);',
    'endmodule',
  ].join('\n');
}
