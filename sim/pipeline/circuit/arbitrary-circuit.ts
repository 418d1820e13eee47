/** Random small circuits for property tests: every operation, shapes, rates and holds, all of it valid by construction. */
import fc from 'fast-check';
import { ROUNDINGS } from 'fixed-point-ts';
import { CircuitBuilder } from './builder.ts';
import { type Circuit, widthOf } from './circuit.ts';
import * as compose from './compose.ts';
import { printCircuit } from './print.ts';
import { expand, pick, reshape, sizeOf, slice, transpose, type View } from './view.ts';

/** Seeds that a builder turns into choices; shrinking removes operations from the end. */
const recipe = fc.record({
  interval: fc.integer({ min: 2, max: 6 }),
  inputWidth: fc.integer({ min: 1, max: 9 }),
  signed: fc.boolean(),
  lanes: fc.integer({ min: 1, max: 7 }),
  operations: fc.array(fc.tuple(fc.nat(30), fc.nat(), fc.nat(), fc.nat()), { minLength: 3, maxLength: 18 }),
});

export const arbitraryCircuit: fc.Arbitrary<Circuit> = recipe.map(
  ({ interval, inputWidth, signed, lanes, operations }) => {
    const b = new CircuitBuilder('random', interval);
    const range = signed
      ? { lo: -(2 ** (inputWidth - 1)), hi: 2 ** (inputWidth - 1) - 1 }
      : { lo: 0, hi: 2 ** inputWidth - 1 };
    const first = b.input('x', [lanes, 2], range);
    const pool: View[] = [first];
    b.stage('early', 'random operations');
    operations.forEach(([kind, i, j, k], index) => {
      if (index === Math.ceil(operations.length / 2)) b.stage('late', 'random operations');
      const made = randomOperation(b, kind, pool[i % pool.length], pool[j % pool.length], k);
      if (made && widthOf(made.node.range) <= 24 && sizeOf(made.shape) <= 60) pool.push(made);
    });
    const outputs = [pool.at(-1)!, pool[Math.floor(pool.length / 2)]];
    const circuit = b.finish(outputs.map((view) => (view.node.beats > 1 ? b.accumulate(view) : view)));
    Object.defineProperty(circuit, fc.toStringMethod, { value: () => printCircuit(circuit) });
    return circuit;
  },
);

function randomOperation(b: CircuitBuilder, kind: number, x: View, y: View, k: number): View | undefined {
  const sameRate = x.node.beats === y.node.beats || x.node.beats === 1 || y.node.beats === 1;
  const other = sameRate && String(x.shape) === String(y.shape) ? y : x;
  const flat = x.shape.length === 0 ? expand(x, 0) : x;
  const small = b.wrap(x, Math.min(4, widthOf(x.node.range)), false);
  const bits = b.less(b.constant([k % 5]), flat);
  const operations: (() => View | undefined)[] = [
    () => b.add(x, other),
    () => b.subtract(x, other),
    () => (widthOf(x.node.range) + widthOf(other.node.range) <= 24 ? b.multiply(x, other) : undefined),
    () => b.shiftLeft(x, k % 3),
    () => b.round(x, 1 + (k % 3), ROUNDINGS[k % ROUNDINGS.length]),
    () => b.clamp(x, -(k % 9), 3 + (k % 20)),
    () => b.wrap(x, 1 + (k % 6), k % 2 === 0),
    () => b.less(x, other),
    () => b.equal(x, other),
    () => b.select(b.less(x, b.constant([k % 7])), x, other),
    () =>
      b.table(
        small,
        Array.from({ length: 16 }, (_, i) => ((i * 7 + k) % 23) - 5),
      ),
    () =>
      pick(
        b.tableRow(
          small,
          Array.from({ length: 16 }, (_, i) => [i, (k + i) % 9]),
        ),
        -1,
        k % 2,
      ),
    () =>
      b.table(
        small,
        Array.from({ length: 16 }, (_, i) => (i * 11 + k) % 31),
        'block',
      ),
    () => (flat.shape.at(-1)! <= 8 ? b.pack(bits) : undefined),
    () => b.any(bits),
    () =>
      b.oneHot(b.equal(b.constant(count(flat.shape.at(-1)!)), b.constant([k % flat.shape.at(-1)!])), flat),
    () => b.mux(b.wrap(pick(flat, -1, 0), 3, false), flat),
    () => (other.shape.length > 0 ? b.concat([x, other], 0) : undefined),
    () => (x.shape.length === 2 ? transpose(x, [1, 0]) : undefined),
    () => (flat.shape[0] > 2 ? slice(flat, 0, 1, flat.shape[0]) : undefined),
    () => (x.node.beats === 1 && x.shape.length > 1 && x.shape[0] <= b.interval ? b.serialise(x) : undefined),
    () => (x.node.beats > 1 ? b.collect(x) : undefined),
    () => (x.node.beats > 1 ? b.accumulate(x) : undefined),
    () => compose.sum(b, flat, -1),
    () => compose.prefixSum(b, flat),
    () => compose.maximum(b, flat, -1),
    () => compose.popcount(b, bits),
    () => b.join(small, b.wrap(x, 2, false)),
    () => b.and(b.less(x, b.constant([k % 4])), b.not(b.equal(x, other))),
    () => b.add(flat, b.constant(count(flat.shape.at(-1)!).map((i) => (i * k) % 11))),
    () =>
      x.shape.length === 2 && x.offset === 0 && x.strides[1] === 1 && x.strides[0] === x.shape[1]
        ? reshape(x, [sizeOf(x.shape)])
        : undefined,
  ];
  return operations[kind % operations.length]();
}

function count(n: number): number[] {
  return Array.from({ length: n }, (_, index) => index);
}
