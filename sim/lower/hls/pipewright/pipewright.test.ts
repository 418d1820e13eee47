import fc from 'fast-check';
import { fixed } from 'fixed-point-ts';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isCase, readCase } from '../../../../bench/hls4ml-case.ts';
import { emitHls, planDesign } from '../../../../rtl-templates/hls/index.ts';
import { ONE_LAYER_KINDS, oneLayerCase } from '../../../../verify/oracles/csim/one-layer.suite.ts';
import { importModel } from '../../../import/index.ts';
import { InputError, LAYER_KINDS, type Mapping, MAPPING_SCHEMA, type Model } from '../../../model/index.ts';
import { intervalOf, latencyOf, type Schedule, simulateTokens, type Step } from '../../../pipeline/index.ts';
import { emittedKernel } from './emitted-loops.suite.ts';
import { lowerPipewright, PIPEWRIGHT_KINDS } from './index.ts';

const BASE: Mapping = {
  schema: MAPPING_SCHEMA,
  part: 'xcu250-figd2104-2L-e',
  clockNs: 5,
  clockUncertaintyNs: 1.35,
  io: 'parallel',
  default: {},
  layers: {},
  fifoDepths: {},
};

interface Loop {
  readonly around: readonly number[];
  readonly trips: readonly number[];
  readonly interval: number;
}

function loopsOf(steps: readonly Step[], around: readonly number[] = []): Loop[] {
  return steps.flatMap((step): Loop[] => {
    switch (step.kind) {
      case 'straight':
        return [];
      case 'pipelined-loop':
        return [{ around, trips: step.trips.map(({ max }) => max), interval: step.interval }];
      case 'sequential-loop':
        return loopsOf(step.steps, [...around, step.trips.max]);
      default:
        return step satisfies never;
    }
  });
}

const size = (numbers: readonly number[]) => numbers.reduce((a, b) => a * b, 1);
/** Iterations of pipelined loops, and how they are spread over loops that are not. */
const iterations = (loops: readonly Loop[]) =>
  loops.map(({ around, trips, interval }) => ({ around: size(around), trips: size(trips), interval }));
const total = (loops: readonly Loop[]) =>
  loops.reduce((sum, { around, trips }) => sum + size(around) * size(trips), 0);

/** Kinds whose loops the tokens need taken apart, or whose interval follows from a recurrence that no pragma states. */
const TAKEN_APART: readonly string[] = ['zero-pad2d'];
const RECURRENT_INTERVAL: readonly string[] = ['sparse-input-reduce', 'sparse-conv2d'];

function compare(model: Model, mapping: Mapping): number {
  const files = emitHls(model, mapping, 'vitis');
  const { stages } = planDesign(model, mapping);
  const pipeline = lowerPipewright(model, mapping);
  let compared = 0;
  for (const stage of stages) {
    if (stage.kind !== 'layer') continue;
    const { layer } = stage;
    const emitted = emittedKernel(files, stage.id);
    const { schedule } = pipeline.stages.find(({ name }) => name === layer.name)!;
    const place = `${mapping.io} ${layer.kind} ${layer.name}`;
    const own = loopsOf(schedule.steps);
    expect(schedule.interval, place).toBe(emitted.functionInterval);
    compared++;
    const padded = 'padding' in layer && Object.values(layer.padding).some((pixels) => pixels > 0);
    const apart = mapping.io === 'stream' && (padded || TAKEN_APART.includes(layer.kind));
    const windowed =
      mapping.io === 'stream' && layer.kind === 'conv2d' && stage.plan.kernel.name.endsWith('resource');
    if (windowed) {
      // Emitted: for every pixel the loop of a sum, under a condition; scheduled: that loop for every window alone.
      expect(iterations(own).map(({ trips }) => trips)).toEqual(
        own.map(() => iterations(emitted.loops)[0].trips),
      );
      continue;
    }
    if (apart) {
      expect(total(own), place).toBe(total(emitted.loops));
      expect(new Set(own.map(({ interval }) => interval)), place).toEqual(
        new Set(emitted.loops.map(({ interval }) => interval)),
      );
      continue;
    }
    const shape = (loops: readonly Loop[]) => iterations(loops).map(({ around, trips }) => [around, trips]);
    expect(shape(own), place).toEqual(shape(emitted.loops));
    own.forEach(({ interval }, index) => {
      const wanted = emitted.loops[index].interval;
      const chained = hasChain(layer) || RECURRENT_INTERVAL.includes(layer.kind);
      if (chained) expect(interval, place).toBeGreaterThanOrEqual(wanted);
      else expect(interval, place).toBe(wanted);
    });
  }
  return compared;
}

function hasChain(layer: object): boolean {
  return 'accumulator' in layer;
}

test('every layer kind has a schedule', () => {
  expect([...PIPEWRIGHT_KINDS].sort()).toEqual([...LAYER_KINDS].sort());
});

describe.each(['parallel', 'stream'] as const)(
  'loops and intervals are those of the emitted C++, io_%s',
  (io) => {
    test.each([
      ['latency', 1],
      ['latency', 3],
      ['resource', 4],
      ['resource', 50],
    ] as const)('of layers of every kind, strategy %s, reuse factor %d', (strategy, reuseFactor) => {
      const mapping: Mapping = { ...BASE, io, default: { strategy, reuseFactor } };
      let compared = 0;
      for (const kind of ONE_LAYER_KINDS)
        for (const seed of [0, 1]) compared += compare(oneLayerCase(kind, seed, 16, true, 1).model, mapping);
      expect(compared).toBe(2 * ONE_LAYER_KINDS.length);
    });

    test('of published designs and hls4ml cases', () => {
      const designs = ['golden/sparsepixels/jet-8b-sparse_t', 'golden/sparsepixels/jet-8b-full'].map(
        (folder) => importModel(folder).model,
      );
      const cases = ['lstm_par', 'conv2d_stream', 'mlp_jet_latency_rf4'].map(
        (name) => readCase(join('golden/hls4ml', name)).imported.model,
      );
      let compared = 0;
      for (const model of [...designs, ...cases]) compared += compare(model, { ...BASE, io });
      expect(compared).toBeGreaterThan(20);
    });
  },
);

test.each(['parallel', 'stream'] as const)(
  'every hls4ml case has a Pipeline that runs to its end, io_%s',
  (io) => {
    const names = readdirSync('golden/hls4ml').filter((name) => isCase(join('golden/hls4ml', name)));
    let ran = 0;
    for (const name of names) {
      let model: Model;
      try {
        ({ model } = readCase(join('golden/hls4ml', name)).imported);
      } catch (error) {
        if (error instanceof InputError) continue;
        throw error;
      }
      const { latencyCycles } = simulateTokens(lowerPipewright(model, { ...BASE, io }));
      expect(latencyCycles, name).toBeGreaterThan(0);
      ran++;
    }
    expect(ran).toBeGreaterThanOrEqual(68);
  },
);

const cyclesOf = ({ schedule }: { schedule: Schedule }) => latencyOf(schedule).max;

test('more reuse takes no fewer cycles, a longer clock no more', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 0, max: 40 }),
      fc.constantFrom('latency' as const, 'resource' as const),
      fc.constantFrom('parallel' as const, 'stream' as const),
      fc.constantFrom('dense', 'conv'),
      (reuse, more, strategy, io, which) => {
        const model = weighted(which);
        const at = (reuseFactor: number, clockNs = 5) =>
          lowerPipewright(model, { ...BASE, io, clockNs, default: { strategy, reuseFactor } }).stages[0];
        expect(intervalOf(at(reuse + more).schedule).max).toBeGreaterThanOrEqual(
          intervalOf(at(reuse).schedule).max - depthSlack(at(reuse)),
        );
        expect(cyclesOf(at(reuse, 20))).toBeLessThanOrEqual(cyclesOf(at(reuse)));
      },
    ),
    { numRuns: 60, seed: 7 },
  );
});

/** A loop of more trips is shallower: fewer products meet in a trip. */
function depthSlack({ schedule }: { schedule: Schedule }): number {
  const depths = schedule.steps.flatMap((step) =>
    step.kind === 'pipelined-loop' ? [step.iterationCycles] : [],
  );
  return Math.max(0, ...depths);
}

function weighted(which: string): Model {
  return which === 'dense' ? oneDense() : oneLayerCase('depthwise-conv2d', 3, 12, true, 1).model;
}

function oneDense(): Model {
  const type = fixed(16, 6);
  return {
    schema: 'pipewright/model@1',
    name: 'dense',
    inputs: ['x'],
    outputs: ['y'],
    tensors: { x: { shape: [16], type }, y: { shape: [8], type } },
    layers: [
      {
        kind: 'dense',
        name: 'layer',
        dialect: 'hls4ml-1.3.0',
        inputs: ['x'],
        outputs: ['y'],
        accumulator: type,
        weights: 'w',
        bias: 'b',
      },
    ],
    constants: {
      w: { shape: [16, 8], type, raw: Array.from({ length: 128 }, () => 1n) },
      b: { shape: [8], type, raw: Array.from({ length: 8 }, () => 1n) },
    },
  };
}
