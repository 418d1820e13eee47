/**
 * Builds a Circuit node by node; every method checks shapes and works out the exact range of what it makes.
 *
 * @example
 * const b = new CircuitBuilder('mac', 4);
 * const x = b.input('x', [8], { lo: 0, hi: 255 });
 * const product = b.multiply(x, b.constant([1, 2, 3, 4, 5, 6, 7, 8]));
 */
import { numberCaster, fixed, type Rounding } from 'fixed-point-ts';
import { bitLength, type Circuit, type Node, type Range, type StageBody } from './circuit.ts';
import type { Operation } from './operation.ts';
import { broadcast, commonShape, elementIndices, rowMajor, sizeOf, type View, viewOf } from './view.ts';

export const BIT: Range = { lo: 0, hi: 1 };

export class CircuitBuilder {
  private readonly nodes: Node[] = [];
  private readonly stages: StageBody[] = [];
  private readonly inputs: Node[] = [];
  readonly name: string;
  readonly interval: number;

  constructor(name: string, interval: number) {
    this.name = name;
    this.interval = interval;
  }

  /** Nodes made from now on belong to a stage of this name. */
  stage(name: string, ...notes: string[]): void {
    this.stages.push({ name, notes });
  }

  finish(outputs: readonly View[]): Circuit {
    for (const { node } of outputs) {
      if (node.beats !== 1)
        throw new RangeError(`output ${node.label} has ${node.beats} values per event, not one`);
    }
    const { name, interval, stages, nodes, inputs } = this;
    const inputBeats = inputs[0]?.beats ?? 1;
    if (inputs.some(({ beats }) => beats !== inputBeats))
      throw new RangeError('inputs come in different beats');
    return { name, interval, stages, nodes, inputs, inputBeats, outputs };
  }

  /** @param beats  in which the event's input comes, an array of the shape in each */
  input(label: string, shape: readonly number[], range: Range, beats = 1): View {
    const view = this.node({ kind: 'input' }, [], shape, range, beats, label);
    this.inputs.push(view.node);
    return view;
  }

  /** A vector of known values, or an array of the given shape. */
  constant(values: readonly number[], shape: readonly number[] = [values.length], label = 'constant'): View {
    if (sizeOf(shape) !== values.length)
      throw new RangeError(`${values.length} values do not fill [${shape.join(', ')}]`);
    return this.node({ kind: 'constant', values }, [], shape, rangeOf(values), 1, label);
  }

  /** Known values that change from beat to beat: `values[beat]` has the shape. */
  beatConstant(values: readonly (readonly number[])[], shape: readonly number[], label = 'constant'): View {
    const flat = values.flat();
    return this.node({ kind: 'constant', values: flat }, [], shape, rangeOf(flat), values.length, label);
  }

  add(a: View, b: View): View {
    const [ra, rb] = [a.node.range, b.node.range];
    return this.elementwise({ kind: 'add' }, [a, b], { lo: ra.lo + rb.lo, hi: ra.hi + rb.hi });
  }

  subtract(a: View, b: View): View {
    const [ra, rb] = [a.node.range, b.node.range];
    return this.elementwise({ kind: 'subtract' }, [a, b], { lo: ra.lo - rb.hi, hi: ra.hi - rb.lo });
  }

  multiply(a: View, b: View): View {
    const [ra, rb] = [a.node.range, b.node.range];
    const corners = [ra.lo * rb.lo, ra.lo * rb.hi, ra.hi * rb.lo, ra.hi * rb.hi];
    return this.elementwise({ kind: 'multiply' }, [a, b], rangeOf(corners));
  }

  shiftLeft(x: View, bits: number): View {
    const { lo, hi } = x.node.range;
    if (bits === 0 || (lo === 0 && hi === 0)) return x;
    return this.elementwise({ kind: 'shift-left', bits }, [x], { lo: lo * 2 ** bits, hi: hi * 2 ** bits });
  }

  /** a 2^bits + b as wiring, with the fewest bits that hold b unless told. */
  join(a: View, b: View, bits = indexBits(b.node.range.hi)): View {
    const [ra, rb] = [a.node.range, b.node.range];
    if (ra.lo < 0 || rb.lo < 0 || rb.hi >= 2 ** bits)
      throw new RangeError('only unsigned numbers can be joined');
    const range = { lo: ra.lo * 2 ** bits + rb.lo, hi: ra.hi * 2 ** bits + rb.hi };
    return this.elementwise({ kind: 'join', bits }, [a, b], range);
  }

  /** x 2^-bits by one of the rounding modes of ap_fixed. */
  round(x: View, bits: number, rounding: Rounding): View {
    if (bits === 0) return x;
    const apply = rounder(bits, rounding);
    const { lo, hi } = x.node.range;
    return this.elementwise({ kind: 'round', bits, rounding }, [x], { lo: apply(lo), hi: apply(hi) });
  }

  clamp(x: View, lo: number, hi: number): View {
    const { range } = x.node;
    if (range.lo >= lo && range.hi <= hi) return x;
    const inside = (value: number) => Math.min(Math.max(value, lo), hi);
    return this.elementwise({ kind: 'clamp', lo, hi }, [x], { lo: inside(range.lo), hi: inside(range.hi) });
  }

  wrap(x: View, width: number, signed: boolean): View {
    const range = signed
      ? { lo: -(2 ** (width - 1)), hi: 2 ** (width - 1) - 1 }
      : { lo: 0, hi: 2 ** width - 1 };
    if (x.node.range.lo >= range.lo && x.node.range.hi <= range.hi) return x;
    return this.elementwise({ kind: 'wrap', width, signed }, [x], range);
  }

  less(a: View, b: View): View {
    return this.elementwise({ kind: 'less' }, [a, b], BIT);
  }

  equal(a: View, b: View): View {
    return this.elementwise({ kind: 'equal' }, [a, b], BIT);
  }

  not(x: View): View {
    return this.elementwise({ kind: 'not' }, [needBits(x)], BIT);
  }

  and(...xs: readonly View[]): View {
    return this.elementwise({ kind: 'and' }, xs.map(needBits), BIT);
  }

  or(...xs: readonly View[]): View {
    return this.elementwise({ kind: 'or' }, xs.map(needBits), BIT);
  }

  select(condition: View, then: View, otherwise: View): View {
    const [a, b] = [then.node.range, otherwise.node.range];
    const range = { lo: Math.min(a.lo, b.lo), hi: Math.max(a.hi, b.hi) };
    return this.elementwise({ kind: 'select' }, [needBits(condition), then, otherwise], range);
  }

  /** Entry x - lo of a list; `lo` is the smallest x unless told. Reading outside the list is a fault of the graph. */
  table(x: View, entries: readonly number[], style: 'logic' | 'block' = 'logic'): View {
    const rows = entries.map((entry) => [entry]);
    const { lo } = x.node.range;
    return this.node(
      { kind: 'table', rows, lo, style },
      [x],
      x.shape,
      rangeOf(entries),
      x.node.beats,
      'table',
    );
  }

  /** Row x - lo of a table: adds an axis of the row's length. */
  tableRow(x: View, rows: readonly (readonly number[])[], style: 'logic' | 'block' = 'logic'): View {
    const shape = [...x.shape, rows[0].length];
    const { lo } = x.node.range;
    return this.node(
      { kind: 'table', rows, lo, style },
      [x],
      shape,
      rangeOf(rows.flat()),
      x.node.beats,
      'table',
    );
  }

  pack(bits: View): View {
    return this.reduce({ kind: 'pack' }, [needBits(bits)], { lo: 0, hi: 2 ** bits.shape.at(-1)! - 1 });
  }

  any(bits: View): View {
    return this.reduce({ kind: 'any' }, [needBits(bits)], BIT);
  }

  oneHot(bits: View, values: View): View {
    const { lo, hi } = values.node.range;
    const shape = commonShape([bits.shape, values.shape]);
    const operands = [broadcast(needBits(bits), shape), broadcast(values, shape)];
    return this.reduce({ kind: 'one-hot' }, operands, { lo: Math.min(lo, 0), hi: Math.max(hi, 0) });
  }

  /** index [...], values [..., K] -> [...]. */
  mux(index: View, values: View): View {
    const { lo, hi } = values.node.range;
    const shape = commonShape([index.shape, values.shape.slice(0, -1)]);
    const operands = [broadcast(index, shape), broadcast(values, [...shape, values.shape.at(-1)!])];
    const past = index.node.range.hi >= values.shape.at(-1)!;
    const range = past ? { lo: Math.min(lo, 0), hi: Math.max(hi, 0) } : { lo, hi };
    return this.node({ kind: 'mux' }, operands, shape, range, beatsOf(operands), 'mux');
  }

  concat(parts: readonly View[], axis: number): View {
    if (parts.length === 1) return parts[0];
    const at = axis < 0 ? axis + parts[0].shape.length : axis;
    const total = parts.reduce((sum, part) => sum + part.shape[at], 0);
    const shape = parts[0].shape.map((size, index) => (index === at ? total : size));
    const range = rangeOf(parts.flatMap(({ node }) => [node.range.lo, node.range.hi]));
    return this.node({ kind: 'concat', axis: at }, parts, shape, range, beatsOf(parts), 'concat');
  }

  /** [T, ...] per event -> [...] in each of T beats. */
  serialise(x: View): View {
    const [beats, ...shape] = x.shape;
    if (beats === 1) return { ...x, shape, strides: x.strides.slice(1) };
    return this.node({ kind: 'serialise' }, [x], shape, x.node.range, beats, 'serialise');
  }

  /** [...] in each of T beats -> [T, ...] per event. */
  collect(x: View): View {
    if (x.node.beats === 1) return { ...x, shape: [1, ...x.shape], strides: [0, ...x.strides] };
    return this.node({ kind: 'collect' }, [x], [x.node.beats, ...x.shape], x.node.range, 1, 'collect');
  }

  /** Sum over the beats. */
  accumulate(x: View): View {
    const { beats, range } = x.node;
    if (beats === 1) return x;
    const sum = { lo: Math.min(range.lo, range.lo * beats), hi: Math.max(range.hi, range.hi * beats) };
    return this.node({ kind: 'accumulate' }, [x], x.shape, sum, 1, 'accumulate');
  }

  /** Streamed: the sum of single numbers over the beats before, cut at `limit`. @param beats  of the stream, where x is a constant */
  running(x: View, limit: number, beats = x.node.beats): View {
    if (x.node.range.lo < 0 || sizeOf(x.node.shape) !== 1)
      throw new RangeError('a running sum takes single numbers that are not negative');
    const range = { lo: 0, hi: Math.min(limit, x.node.range.hi * (beats - 1)) };
    return this.node({ kind: 'running', limit }, [x], x.shape, range, beats, 'running');
  }

  /** Of streamed values, at most one of which is not 0, that one, once per event. */
  either(x: View): View {
    if (x.node.streamed !== true)
      throw new RangeError('the beats of a value that is not streamed are collected');
    const { lo, hi } = x.node.range;
    return this.node(
      { kind: 'either' },
      [x],
      x.shape,
      { lo: Math.min(lo, 0), hi: Math.max(hi, 0) },
      1,
      'either',
    );
  }

  /** States a range that the values are known to keep by a proof outside the graph. */
  private elementwise(op: Operation, operands: readonly View[], range: Range): View {
    const shape = commonShape(operands.map((operand) => operand.shape));
    const views = operands.map((operand) => broadcast(operand, shape));
    return this.node(op, views, shape, range, beatsOf(views), op.kind);
  }

  private reduce(op: Operation, operands: readonly View[], range: Range): View {
    return this.node(op, operands, operands[0].shape.slice(0, -1), range, beatsOf(operands), op.kind);
  }

  private node(
    op: Operation,
    operands: readonly View[],
    shape: readonly number[],
    range: Range,
    beats: number,
    label: string,
  ): View {
    if (!Number.isSafeInteger(range.lo) || !Number.isSafeInteger(range.hi)) {
      throw new RangeError(`${op.kind} reaches ${range.lo}..${range.hi}, beyond 53 bits`);
    }
    const folded = this.folded(op, operands, shape, beats);
    if (folded) return folded;
    const stage = this.stages.length - 1;
    const rate = isStreamed(op, operands, beats) ? ({ streamed: true } as const) : {};
    const node: Node = { id: this.nodes.length, stage, op, operands, shape, range, beats, label, ...rate };
    this.nodes.push(node);
    return viewOf(node);
  }

  /** A serialised constant is a constant of every beat. */
  private folded(
    op: Operation,
    operands: readonly View[],
    shape: readonly number[],
    beats: number,
  ): View | undefined {
    const [x] = operands;
    if (op.kind !== 'serialise' || x?.node.op.kind !== 'constant') return undefined;
    const { values } = x.node.op;
    const all = Array.from(elementIndices(x), (index) => values[index]);
    const size = sizeOf(shape);
    return this.beatConstant(
      Array.from({ length: beats }, (_, beat) => all.slice(beat * size, (beat + 1) * size)),
      shape,
    );
  }
}

/** Whether a view shows its whole node in its own order. */
export function isWhole(view: View): boolean {
  const natural = rowMajor(view.node.shape);
  return (
    view.offset === 0 &&
    view.shape.length === view.node.shape.length &&
    view.shape.every(
      (size, axis) => size === view.node.shape[axis] && (size === 1 || view.strides[axis] === natural[axis]),
    )
  );
}

/** x 2^-bits rounded, on safe integers: the scalar cast of fixed-point-ts. */
export function rounder(bits: number, rounding: Rounding): (value: number) => number {
  return numberCaster(bits, fixed(53, 53, rounding));
}

/** Bits of an index that reaches `last`. */
export function indexBits(last: number): number {
  return Math.max(bitLength(last), 1);
}

function rangeOf(values: readonly number[]): Range {
  let [lo, hi] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < lo) lo = value;
    if (value > hi) hi = value;
  }
  return { lo, hi };
}

function beatsOf(operands: readonly View[]): number {
  const rates = new Set(operands.map(({ node }) => node.beats).filter((beats) => beats > 1));
  if (rates.size > 1) throw new RangeError(`operands come in ${[...rates].join(' and ')} beats`);
  return [...rates][0] ?? 1;
}

/** @throws RangeError where values of the input's pace meet values of another */
function isStreamed({ kind }: Operation, operands: readonly View[], beats: number): boolean {
  if (kind === 'input') return beats > 1;
  const streamed = kind === 'running' || operands.some(({ node }) => node.streamed === true);
  if (!streamed) return false;
  const other = operands.find(
    ({ node }) => node.streamed !== true && (node.op.kind !== 'constant' || node.beats > 1),
  );
  const lasting = kind === 'collect' || kind === 'accumulate' || kind === 'serialise';
  if (other || lasting)
    throw new RangeError(`${kind} of streamed values and '${other?.node.label ?? 'none'}'`);
  return kind !== 'either';
}

function needBits(x: View): View {
  if (x.node.range.lo < 0 || x.node.range.hi > 1) throw new RangeError(`${x.node.label} is no bit`);
  return x;
}
