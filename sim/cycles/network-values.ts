/** The values of a Network for one event: every beat of every channel. Timing does not matter to them. */
import { elementIndices } from '../pipeline/circuit/index.ts';
import { beatSize, channelOf, type Network, type Unit, windowGeometry } from '../pipeline/network/index.ts';
import { prepareCircuit } from './evaluate-circuit.ts';

/** By channel its beats one after the other, elements of a beat in their order. */
export type NetworkValues = ReadonlyMap<string, Float64Array>;

/** @returns a function from the beats of the input, one after the other, to the values of all channels */
export function prepareNetwork(network: Network): (input: ArrayLike<number>) => NetworkValues {
  const runs = network.units.map((unit) => prepareUnit(network, unit));
  return (input) => {
    const values = new Map<string, Float64Array>([[network.input, Float64Array.from(input)]]);
    network.units.forEach((unit, index) => {
      const made = runs[index](unit.inputs.map((name) => values.get(name)!));
      unit.outputs.forEach((name, port) => values.set(name, made[port]));
    });
    return values;
  };
}

type Run = (inputs: readonly Float64Array[]) => readonly Float64Array[];

function prepareUnit(network: Network, unit: Unit): Run {
  switch (unit.kind) {
    case 'region':
      return prepareRegion(network, unit);
    case 'window': {
      const { image, window, stride, padding, fill } = unit;
      const { outRows, outColumns } = windowGeometry(unit);
      const picks: [row: number, column: number][] = [];
      for (let r = 0; r < outRows; r++)
        for (let c = 0; c < outColumns; c++)
          for (let i = 0; i < window[0]; i++)
            for (let j = 0; j < window[1]; j++)
              picks.push([r * stride[0] - padding.top + i, c * stride[1] - padding.left + j]);
      return prepareImage(network, unit.inputs[0], image, picks, fill);
    }
    case 'pad': {
      const { image, padding, fill } = unit;
      const picks: [row: number, column: number][] = [];
      for (let r = -padding.top; r < image.height + padding.bottom; r++)
        for (let c = -padding.left; c < image.width + padding.right; c++) picks.push([r, c]);
      return prepareImage(network, unit.inputs[0], image, picks, fill);
    }
    case 'gather':
    case 'scatter':
      return (inputs) => inputs;
    case 'fork':
      return ([input]) => unit.outputs.map(() => input);
    case 'join':
      return prepareJoin(network, unit.inputs);
    default:
      return unit satisfies never;
  }
}

function prepareRegion(network: Network, { schedule, inputs }: Extract<Unit, { kind: 'region' }>): Run {
  const { circuit } = schedule;
  const { beat, beatsPerEvent } = channelOf(network, inputs[0]);
  const run = prepareCircuit(circuit);
  const ends = beat.map(({ count }, index) =>
    beat.slice(0, index).reduce((sum, before) => sum + before.count, count),
  );
  // All beats of a streamed event are one run.
  const size = beatSize(beat) * circuit.inputBeats;
  const runs = beatsPerEvent / circuit.inputBeats;
  const results = circuit.outputs.map((view) => ({ id: view.node.id, at: elementIndices(view) }));
  const outSize = results.reduce((sum, { at }) => sum + at.length, 0);
  return ([x]) => {
    const out = new Float64Array(runs * outSize);
    for (let n = 0; n < runs; n++) {
      // Detector images are mostly empty: a beat equal to the one before gives the same result.
      if (n > 0 && sameBeat(x, (n - 1) * size, n * size, size)) {
        out.copyWithin(n * outSize, (n - 1) * outSize, n * outSize);
        continue;
      }
      const values = run(
        circuit.inputBeats > 1
          ? [x.subarray(n * size, (n + 1) * size)]
          : beat.map(({ count }, index) =>
              x.subarray(n * size + ends[index] - count, n * size + ends[index]),
            ),
      );
      let to = n * outSize;
      for (const { id, at } of results) for (let i = 0; i < at.length; i++) out[to++] = values[id][at[i]];
    }
    return [out];
  };
}

function sameBeat(x: Float64Array, a: number, b: number, size: number): boolean {
  for (let i = 0; i < size; i++) if (x[a + i] !== x[b + i]) return false;
  return true;
}

function prepareImage(
  network: Network,
  input: string,
  { height, width }: { readonly height: number; readonly width: number },
  picks: readonly (readonly [row: number, column: number])[],
  fill: number,
): Run {
  const size = beatSize(channelOf(network, input).beat);
  const from = Int32Array.from(picks, ([row, column]) =>
    row >= 0 && row < height && column >= 0 && column < width ? (row * width + column) * size : -1,
  );
  return ([x]) => {
    const out = new Float64Array(from.length * size);
    let to = 0;
    for (const at of from) for (let c = 0; c < size; c++) out[to++] = at < 0 ? fill : x[at + c];
    return [out];
  };
}

function prepareJoin(network: Network, inputs: readonly string[]): Run {
  const sizes = inputs.map((name) => beatSize(channelOf(network, name).beat));
  const { beatsPerEvent } = channelOf(network, inputs[0]);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  return (values) => {
    const out = new Float64Array(total * beatsPerEvent);
    let before = 0;
    values.forEach((x, index) => {
      const size = sizes[index];
      for (let n = 0; n < beatsPerEvent; n++)
        out.set(x.subarray(n * size, (n + 1) * size), n * total + before);
      before += size;
    });
    return [out];
  };
}
