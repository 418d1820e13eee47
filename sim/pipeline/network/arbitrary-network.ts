/**
 * Random small Networks for property tests: every unit, several geometries, region timings and depths, all valid by
 * construction. A fork whose branches differ in delay may be given too little depth; then the Network may stand still.
 */
import fc from 'fast-check';
import {
  CircuitBuilder,
  compose,
  expand,
  schedule,
  sizeOf,
  ULTRASCALE_PLUS,
  type View,
} from '../circuit/index.ts';
import { NetworkBuilder } from './builder.ts';
import { canMask } from './geometry.ts';
import { type Image, type Network, NO_PADDING, type Padding } from './network.ts';
import { printNetwork } from './print.ts';

const recipe = fc.record({
  height: fc.integer({ min: 1, max: 6 }),
  width: fc.integer({ min: 1, max: 6 }),
  elements: fc.integer({ min: 1, max: 2 }),
  signed: fc.boolean(),
  steps: fc.array(
    fc.record({
      kind: fc.constantFrom('window', 'window', 'region', 'gather', 'scatter', 'pad', 'branch', 'branch'),
      rows: fc.integer({ min: 1, max: 4 }),
      columns: fc.integer({ min: 1, max: 4 }),
      stride: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
      padding: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 4, maxLength: 4 }),
      fill: fc.integer({ min: -3, max: 5 }),
      same: fc.boolean(),
      number: fc.integer({ min: 1, max: 6 }),
      interval: fc.integer({ min: 1, max: 3 }),
      clockNs: fc.constantFrom(2.5, 4, 9),
      depth: fc.integer({ min: 1, max: 4 }),
      deep: fc.boolean(),
    }),
    { minLength: 1, maxLength: 5 },
  ),
});
type Step = (typeof recipe extends fc.Arbitrary<infer R> ? R : never)['steps'][number];

/** The stream at the end of what is built so far. */
interface Stream {
  readonly channel: string;
  readonly image: Image | null;
}

export const arbitraryNetwork: fc.Arbitrary<Network> = recipe.map(
  ({ height, width, elements, signed, steps }) => {
    const n = new NetworkBuilder('random');
    const range = signed ? { lo: -8, hi: 7 } : { lo: 0, hi: 15 };
    let stream: Stream = {
      channel: n.input([{ count: elements, range }], height * width),
      image: { height, width },
    };
    steps.forEach((step, index) => (stream = extended(n, stream, step, `u${index}`)));
    const network = n.finish(region(n, stream.channel, steps[0], 'last'));
    Object.defineProperty(network, fc.toStringMethod, { value: () => printNetwork(network) });
    return network;
  },
);

function extended(n: NetworkBuilder, { channel, image }: Stream, step: Step, name: string): Stream {
  const { beatsPerEvent, beat } = n.channel(channel);
  const [{ count }] = beat;
  const options = { depth: step.depth };
  const divisor = [step.number, 3, 2, 1].find((size) => beatsPerEvent % size === 0)!;
  switch (step.kind) {
    case 'window': {
      const shape = image && windowShape(step, image);
      if (!shape || step.rows * step.columns * count > 24) return { channel, image };
      const shown = n.window(`${name}_window`, channel, { ...shape, image });
      const made = region(n, shown, step, name);
      const rows = Math.floor(
        (image.height + shape.padding.top + shape.padding.bottom - step.rows) / step.stride[0],
      );
      const columns = n.channel(made).beatsPerEvent / (rows + 1);
      return { channel: made, image: { height: rows + 1, width: columns } };
    }
    case 'region':
      return { channel: region(n, channel, step, name), image };
    case 'gather':
      if (count * divisor > 24) return { channel, image };
      return { channel: n.gather(name, channel, divisor, options), image: null };
    case 'scatter': {
      const parts = [4, 3, 2].find((size) => count % size === 0);
      if (parts === undefined) return { channel, image };
      return { channel: n.scatter(name, channel, parts, options), image: null };
    }
    case 'pad': {
      if (!image || image.height + image.width > 9) return { channel, image };
      const padding = paddingOf(step.padding);
      const padded = n.pad(name, channel, { image, padding, fill: step.fill }, options);
      const { top, bottom, left, right } = padding;
      return {
        channel: padded,
        image: { height: image.height + top + bottom, width: image.width + left + right },
      };
    }
    case 'branch': {
      // A residual: one branch of the fork waits for the other.
      const enough = image ? 3 * image.width + 30 : 30;
      const [long, short] = n.fork(`${name}_fork`, channel, [2, step.deep ? enough : step.depth]);
      const size = image && image.width > 1 && image.height > 1 && count <= 2 ? 3 : 1;
      const shown =
        image && size === 3
          ? n.window(`${name}_window`, long, {
              image,
              window: [3, 3],
              stride: [1, 1],
              padding: { top: 1, bottom: 1, left: 1, right: 1 },
              fill: 0,
            })
          : long;
      const made = region(n, shown, step, `${name}_long`);
      const joined = n.join(`${name}_join`, [made, short], options);
      return { channel: region(n, joined, step, name), image };
    }
  }
}

function windowShape({ rows, columns, stride, padding, fill, same }: Step, image: Image) {
  const given = same
    ? {
        top: Math.floor((rows - 1) / 2),
        bottom: Math.floor(rows / 2),
        left: Math.floor((columns - 1) / 2),
        right: Math.floor(columns / 2),
      }
    : paddingOf(padding);
  const shape = (around: Padding) => ({
    window: [rows, columns] as const,
    stride,
    padding: around,
    fill,
  });
  const place = { name: '', layers: [], inputs: [], outputs: [], image };
  return [given, NO_PADDING].map(shape).find((each) => canMask({ ...place, ...each }));
}

function paddingOf([top, bottom, left, right]: readonly number[]): Padding {
  return { top, bottom, left, right };
}

/** Weighted sums of all elements of a beat, wrapped to a few bits. */
function region(
  n: NetworkBuilder,
  input: string,
  { interval, clockNs, number, depth, deep }: Step,
  name: string,
): string {
  const { beat } = n.channel(input);
  const b = new CircuitBuilder(name, interval);
  const fields: View[] = beat.map(({ count, range }, index) => b.input(`x${index}`, [count], range));
  b.stage('sum', 'weighted sums');
  const outputs = 1 + (number % 2);
  const sums = fields.map((x, field) => {
    const weights = Array.from(
      { length: x.shape[0] * outputs },
      (_, i) => ((i * 5 + number + field) % 7) - 3,
    );
    return compose.sum(b, b.multiply(expand(x, 1), b.constant(weights, [x.shape[0], outputs])), 0);
  });
  const total = sums.reduce((a, each) => b.add(a, each));
  const circuit = b.finish([b.wrap(total, 4, number % 3 === 0)]);
  const scheduled = schedule(circuit, clockNs, ULTRASCALE_PLUS);
  return n.region(name, input, scheduled, deep ? {} : { depth });
}

/** Raw inputs of an event of a Network. */
export function randomBeats(network: Network, event: number, seed: number): Float64Array {
  const { beat, beatsPerEvent } = network.channels.find(({ name }) => name === network.input)!;
  const [{ range, count }] = beat;
  let state = (seed + 7919 * event) >>> 0;
  return Float64Array.from({ length: sizeOf([count, beatsPerEvent]) }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return range.lo + ((state >>> 8) % (range.hi - range.lo + 1));
  });
}
