/**
 * The values of a Circuit for one event: every node's array, beat after beat, on float64 (all ranges are safe
 * integers, so arithmetic is exact).
 *
 * Preparation turns each node into a loop over typed arrays with operand indices worked out beforehand.
 */
import { numberCaster, fixed } from 'fixed-point-ts';
import { type Circuit, elementIndices, type Node, sizeOf, type View } from '../pipeline/circuit/index.ts';

/** Per node, `beats` arrays of its elements one after the other. The arrays are overwritten by the next event. */
export type CircuitValues = readonly Float64Array[];

/** @returns a function from the input arrays, in the order of `circuit.inputs`, to the values of all nodes */
export function prepareCircuit(circuit: Circuit): (inputs: readonly ArrayLike<number>[]) => CircuitValues {
  const values = circuit.nodes.map((node) => new Float64Array(sizeOf(node.shape) * node.beats));
  const runs = circuit.nodes.flatMap((node) => {
    if (node.op.kind === 'constant') values[node.id].set(node.op.values);
    return node.op.kind === 'constant' || node.op.kind === 'input' ? [] : [prepareNode(node, values)];
  });
  return (inputs) => {
    circuit.inputs.forEach((node, index) => values[node.id].set(inputs[index]));
    for (const run of runs) run();
    return values;
  };
}

/** Elements of a view in one beat of a node's values. */
export function readView(view: View, values: CircuitValues, beat = 0): number[] {
  const base = view.node.beats > 1 ? beat * sizeOf(view.node.shape) : 0;
  return Array.from(elementIndices(view), (index) => values[view.node.id][base + index]);
}

interface Operand {
  readonly from: Float64Array;
  readonly at: Int32Array;
  /** Elements between beats; 0 for a value held over all beats. */
  readonly stride: number;
}

function prepareNode(node: Node, values: CircuitValues): () => void {
  const out = values[node.id];
  const size = sizeOf(node.shape);
  const operands = node.operands.map((view): Operand => ({
    from: values[view.node.id],
    at: elementIndices(view),
    stride: view.node.beats > 1 ? sizeOf(view.node.shape) : 0,
  }));
  const [a, b, c] = operands as [Operand, Operand, Operand];
  const { op } = node;

  /** One operand, lane by lane. */
  const map1 = (f: (x: number) => number) => () => {
    for (let beat = 0; beat < node.beats; beat++) {
      const [base, to] = [beat * a.stride, beat * size];
      for (let i = 0; i < size; i++) out[to + i] = f(a.from[base + a.at[i]]);
    }
  };
  const map2 = (f: (x: number, y: number) => number) => () => {
    for (let beat = 0; beat < node.beats; beat++) {
      const [first, second, to] = [beat * a.stride, beat * b.stride, beat * size];
      for (let i = 0; i < size; i++) out[to + i] = f(a.from[first + a.at[i]], b.from[second + b.at[i]]);
    }
  };

  switch (op.kind) {
    case 'add':
      return map2((x, y) => x + y);
    case 'subtract':
      return map2((x, y) => x - y);
    case 'multiply':
      // Adding 0 turns -0 into 0.
      return map2((x, y) => x * y + 0);
    case 'less':
      return map2((x, y) => (x < y ? 1 : 0));
    case 'equal':
      return map2((x, y) => (x === y ? 1 : 0));
    case 'join':
      return map2((x, y) => x * 2 ** op.bits + y);
    case 'shift-left':
      return map1((x) => x * 2 ** op.bits);
    case 'round':
      return map1(numberCaster(op.bits, fixed(53, 53, op.rounding)));
    case 'wrap':
      return map1(numberCaster(0, { ...fixed(op.width, op.width), signed: op.signed }));
    case 'clamp':
      return map1((x) => Math.min(Math.max(x, op.lo), op.hi));
    case 'not':
      return map1((x) => 1 - x);
    case 'and':
    case 'or': {
      const stop = op.kind === 'and' ? 0 : 1;
      return lanes(node, (lane, beat) =>
        operands.some(({ from, at, stride }) => from[beat * stride + at[lane]] === stop) ? stop : 1 - stop,
      );
    }
    case 'select':
      return lanes(node, (lane, beat) => {
        const { from, at, stride } = a.from[beat * a.stride + a.at[lane]] === 1 ? b : c;
        return from[beat * stride + at[lane]];
      });
    case 'table': {
      const width = op.rows[0].length;
      const flat = Float64Array.from(op.rows.flat());
      return lanes(node, (lane, beat) => {
        const row = a.from[beat * a.stride + a.at[Math.floor(lane / width)]] - op.lo;
        return flat[row * width + (lane % width)] ?? 0;
      });
    }
    case 'pack':
    case 'any':
    case 'one-hot':
    case 'mux': {
      const count = node.operands[op.kind === 'mux' ? 1 : 0].shape.at(-1)!;
      return lanes(node, reducer(op.kind, count, a, b));
    }
    case 'concat':
      return concatenation(node, out, operands, op.axis);
    case 'serialise':
      return () => out.forEach((_, i) => (out[i] = a.from[a.at[i]]!));
    case 'collect':
      return () => {
        const inner = a.at.length;
        out.forEach((_, i) => (out[i] = a.from[Math.floor(i / inner) * a.stride + a.at[i % inner]]!));
      };
    case 'accumulate':
      return () => {
        const beats = node.operands[0].node.beats;
        for (let i = 0; i < size; i++) {
          let sum = 0;
          for (let beat = 0; beat < beats; beat++) sum += a.from[beat * a.stride + a.at[i]];
          out[i] = sum;
        }
      };
    case 'running':
      return () => {
        const sums = new Float64Array(size);
        for (let beat = 0; beat < node.beats; beat++) {
          out.set(sums, beat * size);
          for (let i = 0; i < size; i++)
            sums[i] = Math.min(sums[i] + a.from[beat * a.stride + a.at[i]], op.limit);
        }
      };
    case 'either':
      return () => {
        const { beats } = node.operands[0].node;
        for (let i = 0; i < size; i++) {
          out[i] = 0;
          for (let beat = 0; beat < beats; beat++) out[i] ||= a.from[beat * a.stride + a.at[i]];
        }
      };
    case 'input':
    case 'constant':
      return () => undefined;
  }

  function lanes(of: Node, f: (lane: number, beat: number) => number): () => void {
    return () => {
      for (let beat = 0; beat < of.beats; beat++) {
        for (let i = 0; i < size; i++) out[beat * size + i] = f(i, beat);
      }
    };
  }
}

function reducer(kind: 'pack' | 'any' | 'one-hot' | 'mux', count: number, a: Operand, b: Operand) {
  const read = ({ from, at, stride }: Operand, beat: number, index: number) =>
    from[beat * stride + at[index]];
  return (lane: number, beat: number): number => {
    if (kind === 'mux') {
      const index = read(a, beat, lane);
      return index < count ? read(b, beat, lane * count + index) : 0;
    }
    let result = 0;
    for (let k = count - 1; k >= 0; k--) {
      const bit = read(a, beat, lane * count + k);
      if (kind === 'pack') result = 2 * result + bit;
      else if (bit === 1) result = kind === 'any' ? 1 : read(b, beat, lane * count + k);
    }
    return result;
  };
}

function concatenation(
  node: Node,
  out: Float64Array,
  operands: readonly Operand[],
  axis: number,
): () => void {
  const inner = sizeOf(node.shape.slice(axis + 1));
  const row = inner * node.shape[axis];
  const size = sizeOf(node.shape);
  const copies = operands.map((operand, index) => {
    const before = node.operands.slice(0, index).reduce((sum, view) => sum + view.shape[axis], 0);
    const part = inner * node.operands[index].shape[axis];
    const to = operand.at.map((_, i) => Math.floor(i / part) * row + before * inner + (i % part));
    return { ...operand, to };
  });
  return () => {
    for (let beat = 0; beat < node.beats; beat++) {
      for (const { from, at, to, stride } of copies) {
        for (let i = 0; i < at.length; i++) out[beat * size + to[i]] = from[beat * stride + at[i]]!;
      }
    }
  };
}
