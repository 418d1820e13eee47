/**
 * Tiny circuits of which the look-up tables follow from first principles: a function of up to six nets is one table, a bit
 * of a sum is a table of both operands, wires and constants are none. `folding.test.ts` holds the counts to them,
 * `folding.tool.test.ts` holds them to Yosys.
 */
import {
  type CircuitBuilder,
  compose,
  expand,
  pick,
  type Schedule,
  schedule,
  slice,
  ULTRASCALE_PLUS,
  type View,
} from '../../pipeline/circuit/index.ts';
import { CircuitBuilder as Builder } from '../../pipeline/circuit/index.ts';

export interface FoldingCase {
  readonly rule: string;
  readonly build: (b: CircuitBuilder, input: Input) => readonly View[];
  /** Tables of up to two, three or four, five or six inputs; or all together, where synthesis may choose. */
  readonly tables: readonly [small: number, middle: number, large: number] | number;
}

/** A vector of so many lanes, `bits` wide; several elements a lane with `each`. */
export type Input = (bits: number, options?: { signed?: boolean; lanes?: number; each?: number }) => View;

export const FOLDING: readonly FoldingCase[] = [
  {
    rule: 'a bit of a sum is one table',
    build: (b, input) => [b.add(input(8), input(8))],
    tables: [2 * 8, 0, 0],
  },
  {
    rule: 'the top bit of a signed sum shares the table below it',
    build: (b, input) => [b.subtract(input(8, { signed: true }), input(8, { signed: true }))],
    tables: [2 * 8, 0, 0],
  },
  {
    rule: 'above the narrower unsigned operand a sum is a carry chain alone',
    build: (b, input) => [b.add(input(8), input(3))],
    tables: [2 * 3, 0, 0],
  },
  {
    rule: 'a sum with a constant is a carry chain alone',
    build: (b, input) => [b.add(input(8), b.constant([37, 37]))],
    tables: [0, 0, 0],
  },
  {
    rule: 'a rounding is a carry chain alone',
    build: (b, input) => [b.round(input(9, { signed: true }), 3, 'RND')],
    tables: [0, 0, 0],
  },
  {
    rule: 'low bits that a shift makes 0 are wires in a sum',
    build: (b, input) => [b.add(b.shiftLeft(input(8), 3), input(8))],
    tables: [2 * 5, 0, 0],
  },
  {
    rule: 'bits that a wrap drops are not made',
    build: (b, input) => [b.wrap(b.add(input(8), input(8)), 4, false)],
    tables: [2 * 4, 0, 0],
  },
  {
    rule: 'a selection between two values is a table of three inputs a bit',
    build: (b, input) => [b.select(input(1), input(8), input(8))],
    tables: [0, 2 * 8, 0],
  },
  {
    rule: 'a selection between a value and 0 is a gate of two inputs a bit',
    build: (b, input) => [b.select(input(1), input(8), b.constant([0]))],
    tables: [2 * 8, 0, 0],
  },
  {
    rule: 'a gate that only another gate reads is merged into it',
    build: (b, input) => [b.select(input(1), b.select(input(1), input(8), b.constant([0])), b.constant([0]))],
    tables: [0, 2 * 8, 0],
  },
  {
    rule: 'a gate that an output reads, too, is not merged',
    build: (b, input) => {
      const inner = b.select(input(1), input(8), b.constant([0]));
      return [inner, b.select(input(1), inner, b.constant([0]))];
    },
    tables: 2 * 2 * 8,
  },
  {
    rule: 'a gate in front of a sum is merged into the tables of the sum',
    build: (b, input) => [b.add(input(8), b.select(input(1), input(8), b.constant([0])))],
    tables: [0, 2 * 8, 0],
  },
  {
    rule: 'a comparison with 0 of a signed value is its sign',
    build: (b, input) => [b.less(input(8, { signed: true }), b.constant([0]))],
    tables: [0, 0, 0],
  },
  {
    rule: 'a comparison with a power of two looks at the bits above',
    build: (b, input) => [b.less(input(8), b.constant([16]))],
    tables: [0, 2, 0],
  },
  {
    rule: 'eight bits are or-ed in two pairs and a table of six',
    build: (b, input) => [b.less(b.constant([0]), input(8))],
    tables: [2 * 2, 0, 2],
  },
  {
    rule: 'a wide comparison is a carry chain of groups of three bits, two tables each',
    build: (b, input) => [b.less(input(9), input(9))],
    tables: [0, 0, 2 * 2 * 3],
  },
  {
    rule: 'a wide comparison with a constant has groups of six bits',
    build: (b, input) => [b.less(b.constant([0]), input(18))],
    tables: [0, 0, 2 * 2 * 3],
  },
  {
    rule: 'an equality is a table of both operands',
    build: (b, input) => [b.equal(input(3), input(3))],
    tables: [0, 0, 2],
  },
  {
    rule: 'pairs of the same elements in lanes written out are compared once, and an element equals itself',
    build: (b, input) => {
      const x = input(3, { lanes: 3 });
      return [b.and(b.equal(expand(x, 0), expand(x, 1)), b.constant([1, 1, 1, 1, 0, 1, 1, 1, 0], [3, 3]))];
    },
    tables: [0, 0, 3],
  },
  {
    rule: 'clamping above takes the bits above the bound into each bit',
    build: (b, input) => [b.clamp(input(10), 0, 255)],
    tables: [0, 2 * 8, 0],
  },
  {
    rule: 'clamping below 0 is a gate with the sign',
    build: (b, input) => [b.clamp(input(9, { signed: true }), 0, 255)],
    tables: [2 * 8, 0, 0],
  },
  {
    rule: 'clamping to a signed type of one bit less keeps the sign as a wire',
    build: (b, input) => [b.clamp(input(10, { signed: true }), -256, 255)],
    tables: [0, 2 * 8, 0],
  },
  {
    rule: 'an output bit of a table is a table of the address bits that it depends on',
    build: (b, input) => {
      // Bit 0 reads all six address bits, bit 1 three of them, bit 2 is an address bit, bit 3 is bit 1 again.
      const majority = (i: number) => Number((i & 1) + ((i >> 1) & 1) + ((i >> 2) & 1) >= 2);
      const all = (i: number) => Number(i % 11 > 4) ^ (i >> 5);
      const entry = (i: number) => all(i) + 2 * majority(i) + 4 * ((i >> 4) & 1) + 8 * majority(i);
      return [
        b.table(
          input(6),
          Array.from({ length: 64 }, (_, i) => entry(i)),
        ),
      ];
    },
    tables: [0, 2, 2],
  },
  {
    rule: 'a table that only a table reads is merged into it up to six inputs',
    build: (b, input) => {
      const squares = b.table(input(3), [0, 1, 4, 2, 2, 4, 1, 5]);
      return [
        b.table(
          b.join(input(2), squares, 3),
          Array.from({ length: 32 }, (_, i) => Number(i % 11 > 4) ^ (i >> 4)),
        ),
      ];
    },
    tables: [0, 0, 2],
  },
  {
    rule: 'a selection by index takes a table of four to one a bit and group of four',
    build: (b, input) => [b.mux(input(4), input(3, { each: 16 }))],
    tables: [0, 0, 2 * 3 * (4 + 1)],
  },
  {
    rule: 'an any reads only the bits that are not masked by a known 0',
    build: (b, input) => {
      const mask = b.constant([1, 0, 1, 0, 0, 1, 0, 0], [1, 8]);
      return [b.any(b.and(input(1, { each: 8, lanes: 1 }), mask))];
    },
    tables: [0, 1, 0],
  },
  {
    rule: 'of known values in one lane only the set bits are or-ed, and equal columns once',
    build: (b, input) => [
      b.oneHot(input(1, { each: 4, lanes: 1 }), b.constant([[0, 3, 3, 4]].flat(), [1, 4])),
    ],
    tables: [1, 0, 0],
  },
  {
    rule: 'of known values that many lanes share nothing is folded, because they come through a port',
    build: (b, input) => [b.oneHot(input(1, { each: 3 }), b.constant([0, 1, 2], [1, 3]))],
    tables: [0, 0, 2 * 2],
  },
  {
    rule: 'lanes that nothing reads are not made',
    build: (b, input) => {
      const sums = b.add(input(8, { lanes: 4 }), input(8, { lanes: 4 }));
      return [b.add(slice(sums, 0, 1, 2), input(9, { lanes: 1 }))];
    },
    tables: [8 + 9, 0, 0],
  },
  {
    rule: 'an output is a port, of which nothing is dropped',
    build: (b, input) => [slice(b.add(input(8, { lanes: 4 }), input(8, { lanes: 4 })), 0, 1, 2)],
    tables: [4 * 8, 0, 0],
  },
  {
    rule: 'equal lanes of one module are not found',
    build: (b, input) => {
      const x = input(3, { lanes: 3 });
      return [b.equal(expand(x, 0), expand(x, 1))];
    },
    tables: [0, 0, 9],
  },
  {
    rule: 'a product by 0, 1 and powers of two is wiring',
    build: (b, input) => [b.multiply(input(6, { lanes: 4 }), b.constant([0, 1, 4, 32]))],
    tables: [0, 0, 0],
  },
  {
    rule: 'a selection of 0 or a product with a factor of 0 is nothing, with 1 a gate for each bit of the other',
    build: (b, input) => [
      b.select(
        input(1, { lanes: 2 }),
        b.multiply(input(6, { lanes: 2 }), b.constant([0, 1])),
        b.constant([0]),
      ),
    ],
    tables: [6, 0, 0],
  },
  {
    rule: 'values that take turns are gated by their turn and or-ed',
    build: (b, input) =>
      [compose.sum(b, expand(b.collect(b.serialise(input(5, { lanes: 3 }))), -1), -1)].map((view) =>
        pick(expand(view, 0), 0, 0),
      ),
    tables: [0, 0, 5],
  },
];

/** The circuit of a case, all of it in one step and stage. */
export function foldingSchedule({ build }: FoldingCase): Schedule {
  const b = new Builder('folding', 4);
  let inputs = 0;
  const make: Input = (bits, { signed = false, lanes = 2, each } = {}) =>
    b.input(
      `x${inputs++}`,
      each === undefined ? [lanes] : [lanes, each],
      signed ? { lo: -(2 ** (bits - 1)), hi: 2 ** (bits - 1) - 1 } : { lo: 0, hi: 2 ** bits - 1 },
    );
  // Inputs belong to no stage; the operations that read them come after.
  const early: View[] = [];
  const dry = new Builder('folding', 4);
  const wanted: Parameters<Input>[] = [];
  dry.stage('rule');
  build(dry, (...asked) => {
    wanted.push(asked);
    return dry.input(
      `x${wanted.length}`,
      asked[1]?.each === undefined ? [asked[1]?.lanes ?? 2] : [asked[1]?.lanes ?? 2, asked[1].each],
      asked[1]?.signed
        ? { lo: -(2 ** (asked[0] - 1)), hi: 2 ** (asked[0] - 1) - 1 }
        : { lo: 0, hi: 2 ** asked[0] - 1 },
    );
  });
  for (const asked of wanted) early.push(make(...asked));
  b.stage('rule');
  let taken = 0;
  const outputs = build(b, () => early[taken++]);
  return schedule(b.finish(outputs), 20, { ...ULTRASCALE_PLUS, maxLevels: 30 });
}
