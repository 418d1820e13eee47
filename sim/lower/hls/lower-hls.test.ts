import { fc, test } from '@fast-check/vitest';
import { ufixed } from 'fixed-point-ts';
import { describe, expect } from 'vitest';
import { readDesigns } from '../../../bench/reference/read-designs.ts';
import { readScaling } from '../../../bench/reference/read-scaling.ts';
import { withWideAccumulators } from '../../model/wide-accumulators.ts';
import { latencyOf, pipelineInterval, simulateTokens } from '../../pipeline/index.ts';
import type { Mapping, Model } from '../../model/index.ts';
import { csynthLatency } from './csynth-latency.ts';
import { lowerHls, RETURN_STAGE } from './lower-hls.ts';
import { profileFor, profileNamed } from './profiles.ts';

const designs = readDesigns('golden/sparsepixels');
const scaling = readScaling('golden/sparsepixels/scaling');
const lowered = (model: Model, mapping: Mapping) => {
  const profile = profileFor(model, mapping);
  const pipeline = lowerHls(model, mapping, profile);
  return {
    pipeline,
    latency: csynthLatency(pipeline, profile).max,
    interval: pipelineInterval(pipeline).max,
  };
};
const design = (name: string) => designs.find((each) => each.name === name)!;

describe.each(designs)('$name', ({ model, mapping, reported }) => {
  const { pipeline, latency, interval } = lowered(model, mapping);

  test('has the reported interval', () => {
    expect(interval).toBe(reported.interval.max);
  });

  test('has the reported latency within one cycle', () => {
    expect(Math.abs(latency - reported.latency.max)).toBeLessThanOrEqual(1);
  });

  test('has every layer within one cycle of the report', () => {
    const far = pipeline.stages.filter(({ layer, schedule }) => {
      const cycles = reported.layers.get(layer ?? '')?.latency;
      return cycles !== undefined && Math.abs(latencyOf(schedule).max - cycles) > 1;
    });
    expect(far.map(({ name }) => name)).toEqual([]);
  });
});

test('sparse designs have the reported latency within one per cent on average', () => {
  const errors = designs
    .filter(({ group }) => group === 'sparse')
    .map(({ model, mapping, reported }) =>
      Math.abs(lowered(model, mapping).latency / reported.latency.max - 1),
    );
  expect(errors.length).toBe(14);
  expect(errors.reduce((sum, error) => sum + error, 0) / errors.length).toBeLessThan(0.01);
});

describe.each(['reduction', 'conv', 'relu', 'avgpool', 'flatten'])('scaling study %s', (kind) => {
  const rows = scaling.filter(({ group }) => group === kind);

  test('has every interval as reported', () => {
    expect(rows.length).toBeGreaterThan(10);
    const off = rows.filter(
      ({ model, mapping, reported }) => lowered(model, mapping).interval !== reported.interval.max,
    );
    expect(off.map(({ name }) => name)).toEqual([]);
  });

  test('has every latency within one cycle', () => {
    const off = rows.filter(
      ({ model, mapping, reported }) => Math.abs(lowered(model, mapping).latency - reported.latency.max) > 1,
    );
    expect(off.map(({ name }) => name)).toEqual([]);
  });
});

describe('derivations', () => {
  const stage = (name: string, layer: string) => {
    const { model, mapping } = design(name);
    return lowered(model, mapping).pipeline.stages.find((each) => each.name === layer)!;
  };

  test('say trips and interval of the reduction', () => {
    expect(stage('neutrino-8b-sparse_t', 'sparse array creation').derivation).toBe(
      '8 trips x II 4 + 2: II from a selection tree of depth 12 over 3969 pixels',
    );
  });

  test('say that a saturating sum stays a chain', () => {
    expect(stage('jet-8b-sparse_l', 'sparse conv1').derivation).toBe(
      '2 for offsets, weights, products + 7 for a chain of 20 saturating additions that may not be re-ordered',
    );
  });

  test('say rows and columns of a padding', () => {
    expect(stage('neutrino-8b-full', 'zp2d_conv1').derivation).toBe(
      '3 + 3 rows of zeros x (69 + 2) + 63 rows x (69 + 4) + 3; no loop is pipelined',
    );
  });
});

describe('streams', () => {
  test('overlap beat by beat where csynth adds up paddings', () => {
    const { model, mapping } = design('neutrino-8b-full');
    const { pipeline, latency } = lowered(model, mapping);
    const tokens = simulateTokens(pipeline).latencyCycles;
    expect(latency).toBeGreaterThan(9700);
    // The first padding, what the second one still has to write when its last row comes, and the stages behind it.
    expect(tokens).toBeGreaterThan(5028 + 3 * 71);
    expect(tokens).toBeLessThan(5028 + 3 * 71 + 100);
  });

  test('need their FIFOs: with one beat each the event takes longer', () => {
    const { model, mapping } = design('jet-8b-full');
    const shallow = {
      ...mapping,
      fifoDepths: Object.fromEntries(Object.keys(mapping.fifoDepths).map((name) => [name, 1])),
    };
    const of = (each: Mapping) => simulateTokens(lowered(model, each).pipeline).latencyCycles;
    expect(of(shallow)).toBeGreaterThanOrEqual(of(mapping));
  });
});

describe('an accumulator', () => {
  test('that wraps lets HLS build a tree, which is faster than the chain of a saturating one', () => {
    const { model, mapping } = design('jet-8b-sparse_l');
    const wide = lowered(withWideAccumulators(model), mapping);
    expect(wide.latency).toBeLessThan(lowered(model, mapping).latency);
    const conv = wide.pipeline.stages.find(({ name }) => name === 'sparse conv1')!;
    expect(conv.derivation).toMatch(/tree over 20 slots/);
    expect(conv.extrapolated).toContain('a sum of more than 16 bits');
  });
});

describe('a design that ends in a sparse kernel', () => {
  test('hands its arrays back through a process of no cycles', () => {
    const { model, mapping } = scaling.find(({ group }) => group === 'reduction')!;
    const { pipeline } = lowered(model, mapping);
    expect(pipeline.stages.at(-1)).toMatchObject({ name: RETURN_STAGE, layer: null });
  });
});

describe('kept pixels', () => {
  const { model, mapping } = scaling.find(({ name }) => name.endsWith('conv-p20-c1-f1'))!;
  const withSlots = (slots: number): Model => ({
    ...model,
    tensors: Object.fromEntries(
      Object.entries(model.tensors).map(([name, { shape, type }]) => [
        name,
        { shape: name === 'image' ? shape : [slots, shape[1]], type },
      ]),
    ),
  });

  test.prop([fc.integer({ min: 1, max: 39 })])(
    'make no event faster and no interval shorter when one more is kept',
    (slots) => {
      const [fewer, more] = [slots, slots + 1].map((n) => lowered(withSlots(n), mapping));
      expect(more.interval).toBeGreaterThanOrEqual(fewer.interval);
      expect(more.latency).toBeGreaterThanOrEqual(fewer.latency);
    },
  );
});

describe('lowering refuses', () => {
  const { model, mapping } = design('jet-8b-sparse_t');

  test('a profile that does not exist', () => {
    expect(() => profileNamed('hls4ml-9')).toThrow(
      "error LOW001: there is no schedule profile 'hls4ml-9'\n  mend: use one of sparsepixels-0.2.1, sparsepixels-3x3, hls4ml-1.3.0",
    );
  });

  test('a layer that the profile has no schedule for', () => {
    expect(() => lowerHls(model, mapping, profileNamed('hls4ml-1.3.0'))).toThrow(
      "error LOW002: profile 'hls4ml-1.3.0' has no schedule for 'sparse-input-reduce'\n  at layer 'sparse array creation'",
    );
  });

  test('a clock that leaves no time', () => {
    expect(() => lowerHls(model, { ...mapping, clockUncertaintyNs: 5 }, profileFor(model, mapping))).toThrow(
      /LOW003/,
    );
  });

  test('nothing of a wider type: it is scheduled and marked', () => {
    const wide: Model = {
      ...model,
      layers: model.layers.map((layer) =>
        layer.kind === 'sparse-conv2d' ? { ...layer, accumulator: ufixed(24, 8, 'RND_CONV', 'SAT') } : layer,
      ),
    };
    expect(() => lowered(wide, mapping)).not.toThrow();
  });
});
