/**
 * Faults planted in the Verilog of a dense stream are traced to layer, beat, element and cycle. What the layer should have
 * given is known from the reference interpreter; when, from the cycle simulator.
 */
import { fixed, ufixed } from 'fixed-point-ts';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { VerilogDesign } from '../../../rtl-templates/verilog/index.ts';
import { type HandshakeNoise, NO_NOISE, simulateTiming } from '../../../sim/cycles/index.ts';
import { evaluators } from '../../../sim/evaluate/index.ts';
import type { Event } from '../../../sim/import/vectors/index.ts';
import { lowerNetwork, networkChoices } from '../../../sim/lower/rtl/index.ts';
import { type Layer, type Model, MODEL_SCHEMA, verifyModel } from '../../../sim/model/index.ts';
import { verifyAgainst, type VerifyEvent } from '../../against/index.ts';
import { icarusVersion } from '../icarus/run-icarus.ts';
import { evaluatorOracles, hardwareOracles, networkHardware } from '../index.ts';
import { testContext } from '../tools.suite.ts';
import { verilatorVersion } from './build.ts';

const [HEIGHT, WIDTH] = [6, 8];
const STRESS: HandshakeNoise = { gap: 90, stall: 110, seed: 5 };
const model = smallStream();
const network = lowerNetwork(model, networkChoices(model, 'small'));
const [reference] = evaluatorOracles;
const events = Array.from({ length: 5 }, (_, id) => eventOf(id));
const tools = [
  { name: 'verilator', version: await verilatorVersion() },
  { name: 'icarus', version: await icarusVersion() },
];

describe.each(tools)('a fault in a stream, in $name', ({ name, version }) => {
  const skip = version === undefined;

  test.skipIf(skip).each([NO_NOISE, STRESS])(
    'of a layer inside a region is found in its first beat that is not as it should be, with %j',
    async (noise) => {
      // The activation gives its lowest bit the wrong way round, wherever the layer's value is handed on.
      const found = await divergence(
        name,
        noise,
        plant(/_relu\.v$/, /assign o_(\w+) = (\w+);/, (_, o, own) => {
          return `assign o_${o} = ${own} ^ 1;`;
        }),
      );
      const right = tensorOf(0, 'active')[0];
      expect(found).toMatchObject({ event: '0', layer: 'relu', element: 0, foundBy: 'signals', bit: 0 });
      expect(found.expected.raw).toBe(right);
      expect(found.got.raw).toBe(right ^ 1n);
      // The region of both layers reads its first window, and shows the value behind as many steps as its probe has.
      const { read } = simulateTiming(network, events.length, noise).channels.find(
        (c) => c.name === 'conv_window',
      )!;
      expect(found.cycle).toBeGreaterThan(read[0]);
      expect(found.cycle).toBeLessThan(read[0] + latencyOf('conv'));
    },
  );

  test.skipIf(skip)('of a window is found in the beat and element that it shows wrong', async () => {
    const found = await divergence(
      name,
      STRESS,
      plant(/_pool_window\.v$/, /assign out_data = ([^;]*);/, (_, data) => {
        return `assign out_data = (${data}) ^ 1;`;
      }),
    );
    const { read } = simulateTiming(network, events.length, STRESS).channels.find(
      (c) => c.name === 'pool_window',
    )!;
    const right = tensorOf(0, 'active')[0];
    expect(found).toMatchObject({ event: '0', layer: 'pool', tensor: 'pool_window beat 0', element: 0 });
    expect([found.expected.raw, found.got.raw, found.cycle]).toEqual([right, right ^ 1n, read[0]]);
  });

  test.skipIf(skip)(
    'in the FIFO behind a unit is the doing of that unit, not of the layer that reads it',
    async () => {
      const found = await divergence(
        name,
        NO_NOISE,
        plant(/_fifo_\w*gather\.v$/, /\? beats\[head\] :/, () => '? ~beats[head] :'),
      );
      expect(found).toMatchObject({ event: '0', layer: 'dense', foundBy: 'signals' });
      expect(found.tensor).toMatch(/gather/);
      expect(found.expected.raw).toBe(tensorOf(0, 'pooled')[0]);
    },
  );

  test.skipIf(skip)(
    'is none where nothing is planted, and every signal of every layer is compared',
    async () => {
      const gathered = await verify(name, STRESS, (design) => design);
      expect(gathered.find(({ kind }) => kind === 'finished')).toMatchObject({ verdict: 'equal' });
      const prepared = await Promise.all(
        oraclesOf(STRESS, (design) => design)
          .filter((oracle) => oracle.name === name || oracle.name === 'cycles')
          .map((oracle) => oracle.prepare({ model, mapping: undefined }, context())),
      );
      const [a, b] = await Promise.all(prepared.map((oracle) => oracle.signals!(events, 3)));
      const plain = (signals: typeof a) =>
        signals[3].map(({ name: signal, cycle, values }) => `${signal} @${cycle} ${values.join(' ')}`).sort();
      expect(plain(a).length).toBeGreaterThan(HEIGHT * WIDTH * 3);
      expect(plain(b)).toEqual(plain(a));
    },
  );
});

function context() {
  return testContext(mkdtempSync(join(tmpdir(), 'pipewright-stream-faults-')));
}

type Alter = <D extends VerilogDesign>(design: D) => D;

/** Changes every match in one file of the emitted Verilog. */
function plant(file: RegExp, from: RegExp, to: (...groups: string[]) => string): Alter {
  return (design) => {
    const names = [...design.files.keys()].filter((each) => file.test(each));
    expect(names).toHaveLength(1);
    const text = design.files.get(names[0])!;
    const edited = text.replaceAll(new RegExp(from, 'g'), (...groups: string[]) => to(...groups));
    expect(edited).not.toBe(text);
    return { ...design, files: new Map([...design.files, [names[0], edited]]) };
  };
}

function oraclesOf(noise: HandshakeNoise, alter: Alter) {
  return hardwareOracles({ build: (built) => networkHardware(built, network, alter), noise });
}

async function verify(oracle: string, noise: HandshakeNoise, alter: Alter): Promise<VerifyEvent[]> {
  const gathered: VerifyEvent[] = [];
  for await (const event of verifyAgainst({
    subject: { model, mapping: undefined },
    events,
    baseline: reference,
    explainer: reference,
    against: oraclesOf(noise, alter).filter(({ name }) => name === oracle),
    context: context(),
    keepGoing: false,
  }))
    gathered.push(event);
  return gathered;
}

async function divergence(oracle: string, noise: HandshakeNoise, alter: Alter) {
  const gathered = await verify(oracle, noise, alter);
  expect(gathered.find(({ kind }) => kind === 'failed')).toBeUndefined();
  const found = gathered.find((event) => event.kind === 'diverged');
  if (found?.kind !== 'diverged') throw new Error('nothing was located');
  return found.divergence;
}

function latencyOf(name: string): number {
  const unit = network.units.find((each) => each.name === name)!;
  if (unit.kind !== 'region') throw new Error(`${name} is no region`);
  return unit.schedule.latencyCycles;
}

function tensorOf(event: number, tensor: string): readonly bigint[] {
  const evaluate = evaluators
    .find(({ name }) => name === 'reference')!
    .prepare({ ...model, outputs: [tensor] });
  return evaluate({ x: events[event].input })[tensor];
}

function eventOf(id: number): Event {
  const input = Array.from({ length: HEIGHT * WIDTH }, (_, at) => BigInt(((at + 1) * (id + 3) * 7) % 16));
  const evaluate = evaluators.find(({ name }) => name === 'reference')!.prepare(model);
  return { id: String(id), input, expected: evaluate({ x: input }).y };
}

/** Convolution, ReLU, pooling, flattening and a dense layer. */
function smallStream(): Model {
  const [weight, sum, feature] = [fixed(5, 2), fixed(14, 8), ufixed(6, 4, 'RND', 'SAT')];
  const padding = { top: 1, bottom: 1, left: 1, right: 1 };
  const none = { top: 0, bottom: 0, left: 0, right: 0 };
  const layer = (name: string, from: string, to: string) => ({
    dialect: 'hls4ml-1.0.0' as const,
    name,
    inputs: [from],
    outputs: [to],
  });
  const sums = (name: string) => ({ accumulator: sum, weights: `${name}.w`, bias: `${name}.b` });
  const layers: Layer[] = [
    {
      ...layer('conv', 'x', 'conv'),
      kind: 'conv2d',
      window: [3, 3],
      stride: [1, 1],
      padding,
      ...sums('conv'),
    },
    { ...layer('relu', 'conv', 'active'), kind: 'relu' },
    {
      ...layer('pool', 'active', 'pooled'),
      kind: 'max-pool2d',
      window: [2, 2],
      stride: [2, 2],
      padding: none,
    },
    { ...layer('flatten', 'pooled', 'flat'), kind: 'flatten' },
    { ...layer('dense', 'flat', 'y'), kind: 'dense', ...sums('dense') },
  ];
  const constant = (shape: readonly number[], step: number) => ({
    shape: [...shape],
    type: weight,
    raw: Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, at) =>
      BigInt(((at * step + 3) % 31) - 15),
    ),
  });
  const flat = (HEIGHT / 2) * (WIDTH / 2) * 2;
  return verifyModel({
    schema: MODEL_SCHEMA,
    name: 'stream',
    inputs: ['x'],
    outputs: ['y'],
    tensors: {
      x: { shape: [HEIGHT, WIDTH, 1], type: ufixed(4, 2) },
      conv: { shape: [HEIGHT, WIDTH, 2], type: sum },
      active: { shape: [HEIGHT, WIDTH, 2], type: feature },
      pooled: { shape: [HEIGHT / 2, WIDTH / 2, 2], type: feature },
      flat: { shape: [flat], type: feature },
      y: { shape: [3], type: sum },
    },
    layers,
    constants: {
      'conv.w': constant([3, 3, 1, 2], 5),
      'conv.b': constant([2], 7),
      'dense.w': constant([flat, 3], 11),
      'dense.b': constant([3], 13),
    },
  });
}
