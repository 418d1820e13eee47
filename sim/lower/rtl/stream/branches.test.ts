import fc from 'fast-check';
import { expect, test } from 'vitest';
import { resizableNetwork, simulateNetwork, simulateTiming, sizeFifos } from '../../../cycles/index.ts';
import { evaluators } from '../../../evaluate/index.ts';
import { MODEL_SCHEMA, verifyModel } from '../../../model/index.ts';
import { printNetwork } from '../../../pipeline/network/index.ts';
import { lowerNetwork } from '../index.ts';
import { arbitraryBranchingCase, arbitraryBranchingModel, MERGES } from './branching-model.suite.ts';

const CHOICES = { name: 'random', clockNs: 5, productsPerCycle: 8 };
const SEED = 20261122;

test('random models that branch give in hardware what the evaluators give, and never stand still, whatever the gaps and stalls', () => {
  const built = new Map<string, number>();
  fc.assert(
    fc.property(
      arbitraryBranchingCase,
      fc.constantFrom(0, 90),
      fc.constantFrom(0, 130),
      fc.constantFrom(5, 8),
      ({ model, events }, gap, stall, clockNs) => {
        const network = lowerNetwork(model, { ...CHOICES, clockNs });
        const images = events.map((event) => Float64Array.from(event, Number));
        const { record, outputs } = simulateNetwork(network, images, { gap, stall, seed: 5 });
        expect(record.deadlock).toBeNull();
        for (const evaluator of evaluators) {
          const evaluate = evaluator.prepare(model);
          const expected = events.map((x) => evaluate({ x })[model.outputs[0]].map(Number));
          expect(outputs.map((output) => [...output])).toEqual(expected);
        }
        const joined = network.units.some(({ kind }) => kind === 'join');
        for (const layer of model.layers) {
          const what = layer.kind === 'merge' ? layer.operation : layer.kind;
          built.set(what, (built.get(what) ?? 0) + 1);
        }
        built.set(
          joined ? 'joined' : 'in one region',
          (built.get(joined ? 'joined' : 'in one region') ?? 0) + 1,
        );
      },
    ),
    { numRuns: 70, seed: SEED },
  );
  for (const what of [...MERGES, 'concatenate', 'joined', 'in one region'])
    expect(built.get(what) ?? 0, what).toBeGreaterThan(4);
});

test('every beat leaves in the cycle in which it would with FIFOs without end', () => {
  fc.assert(
    fc.property(arbitraryBranchingModel, fc.constantFrom(5, 6, 8), (model, clockNs) => {
      const network = lowerNetwork(model, { ...CHOICES, clockNs });
      const channels = network.channels.map((channel) =>
        channel.kind === 'fifo' ? { ...channel, depth: 100_000 } : channel,
      );
      const left = (each: typeof network) => {
        const record = simulateTiming(each, 5);
        return record.channels.find(({ name }) => name === network.output)!.read;
      };
      expect([...left(network)], printNetwork(network)).toEqual([...left({ ...network, channels })]);
    }),
    { numRuns: 70, seed: SEED },
  );
});

test('sizing the FIFOs finds events to leave as far apart as with room without end', () => {
  for (const model of fc.sample(arbitraryBranchingModel, { numRuns: 6, seed: SEED })) {
    const { declared, unlimited } = sizeFifos(resizableNetwork(lowerNetwork(model, CHOICES), 3));
    expect([declared.deadlock, declared.departure]).toEqual([null, unlimited.departure]);
  }
});

test('images one below the other are refused by the name of the layer', () => {
  const type = {
    signed: true,
    width: 8,
    integerBits: 4,
    rounding: 'TRN',
    overflow: 'WRAP',
    saturationBits: 0,
  } as const;
  const base = { dialect: 'hls4ml-1.3.0', inputs: ['x'] } as const;
  const model = verifyModel({
    schema: MODEL_SCHEMA,
    name: 'stacked',
    inputs: ['x'],
    outputs: ['z'],
    tensors: {
      x: { shape: [3, 4, 1], type },
      y: { shape: [3, 4, 1], type },
      z: { shape: [6, 4, 1], type },
    },
    layers: [
      { ...base, name: 'relu', kind: 'relu', outputs: ['y'] },
      { ...base, name: 'stack', kind: 'concatenate', axis: 0, inputs: ['x', 'y'], outputs: ['z'] },
    ],
    constants: {},
  });
  expect(() => lowerNetwork(model, CHOICES)).toThrow(/HWD002: puts rows or columns[^]*'stack'/);
});
