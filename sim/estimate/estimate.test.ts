import { fc, test } from '@fast-check/vitest';
import { fixed } from 'fixed-point-ts';
import { describe, expect } from 'vitest';
import type { Case } from '../../bench/reference/case.ts';
import { readDesigns } from '../../bench/reference/read-designs.ts';
import { readScaling } from '../../bench/reference/read-scaling.ts';
import { arbitraryModel } from '../evaluate/arbitrary-model.ts';
import { InputError, type Model } from '../model/index.ts';
import { withWideAccumulators } from '../model/wide-accumulators.ts';
import { defaultMapping, estimate, type Estimate } from './index.ts';

const designs = readDesigns('golden/sparsepixels');
const scaling = readScaling('golden/sparsepixels/scaling');
const estimates = new Map([...designs, ...scaling].map((each) => [each, estimate(each.model, each.mapping)]));
const of = (name: string) => {
  const each = designs.find((design) => design.name === name)!;
  return { ...each, estimated: estimates.get(each)! };
};

type Pick = (figures: Estimate['resources'] | Case['reported']) => number;
const csynthLut: Pick = ({ csynth }) => csynth.lut;
const csynthFf: Pick = ({ csynth }) => csynth.ff;
const vivadoLut: Pick = ({ vivado }) => vivado.lut;

function errors(cases: readonly Case[], pick: Pick): { mean: number; worst: number } {
  const all = cases.map((each) => Math.abs(pick(estimates.get(each)!.resources) / pick(each.reported) - 1));
  return { mean: all.reduce((sum, error) => sum + error, 0) / all.length, worst: Math.max(...all) };
}

function summedError(cases: readonly Case[], pick: Pick): { off: number; of: number } {
  return cases.reduce(
    (sum, each) => ({
      off: sum.off + Math.abs(pick(estimates.get(each)!.resources) - pick(each.reported)),
      of: sum.of + pick(each.reported),
    }),
    { off: 0, of: 0 },
  );
}

describe.each(['sparse', 'full', 'reduction', 'conv', 'relu', 'avgpool', 'flatten'])(
  'estimates of %s',
  (group) => {
    const cases = [...designs, ...scaling].filter((each) => each.group === group);

    test('are within 10 % of the LUTs and registers of csynth on average', () => {
      expect(errors(cases, csynthLut).mean).toBeLessThan(0.1);
      expect(errors(cases, csynthFf).mean).toBeLessThan(0.1);
    });

    test('are within 8 % of the LUTs of Vivado on average, and 16 % at worst', () => {
      const { mean, worst } = errors(cases, vivadoLut);
      expect(mean).toBeLessThan(0.08);
      expect(worst).toBeLessThan(0.16);
    });

    test.each([
      ['csynth', ({ csynth }: Estimate['resources'] | Case['reported']) => csynth.dsp],
      ['vivado', ({ vivado }: Estimate['resources'] | Case['reported']) => vivado.dsp],
    ] as const)('count the DSPs of %s within 15 % in sum', (_, pick) => {
      const sum = summedError(cases, pick);
      expect(sum.off).toBeLessThanOrEqual(0.15 * sum.of);
    });

    test('give no DSP where csynth has none', () => {
      const wrong = cases.filter(
        (each) => each.reported.csynth.dsp === 0 && estimates.get(each)!.resources.csynth.dsp > 0,
      );
      expect(wrong.map(({ name }) => name)).toEqual([]);
    });
  },
);

test('most reported Vivado LUT counts lie within the stated range', () => {
  const inside = [...estimates].filter(([{ reported }, { resources }]) => {
    const [low, high] = resources.vivado.lutRange;
    return reported.vivado.lut >= low && reported.vivado.lut <= high;
  });
  expect(inside.length / estimates.size).toBeGreaterThan(0.97);
});

describe('an estimate', () => {
  const { estimated, model } = of('jet-8b-sparse_l');

  test('adds up: layers and what joins them', () => {
    for (const tool of ['csynth', 'vivado'] as const) {
      for (const figure of ['lut', 'ff', 'dsp', 'bram18k'] as const) {
        const sum = estimated.layers.reduce(
          (total, { resources }) => total + resources[tool][figure],
          estimated.region[tool][figure],
        );
        expect(estimated.resources[tool][figure]).toBe(sum);
      }
    }
  });

  test('names the layers as the Model does, each with figures, derivation and errors', () => {
    expect(estimated.layers.map(({ name }) => name)).toEqual(model.layers.map(({ name }) => name));
    for (const layer of estimated.layers) {
      expect(layer.derivation).not.toBe('');
      expect(layer.intervalCycles.max).toBeGreaterThanOrEqual(1);
      expect(Object.values(layer.errors).every((error) => error >= 0)).toBe(true);
    }
  });

  test('says where latency and interval come from', () => {
    expect(estimated.derivation).toBe(
      "interval: slowest process 'sparse array creation', 20 trips x II 4 + 3: II from a selection tree of depth 12 over 3136 pixels; " +
        'the last slot is decoded one cycle late, + 1 to restart; latency: 11 processes one after the other, a cycle for each of 10 handoffs',
    );
  });

  test('is within its support where it was calibrated', () => {
    expect(designs.flatMap((each) => estimates.get(each)!.extrapolated)).toEqual([]);
  });

  test('survives JSON', () => {
    expect(JSON.parse(JSON.stringify(estimated))).toEqual(estimated);
  });

  test('answers whether the design fits', () => {
    expect(estimated.fits).toMatchObject({ answer: 'yes', capacity: { lut: 1_728_000 } });
    const on = (part: string) => estimate(model, { ...of('jet-8b-sparse_l').mapping, part }).fits;
    expect(on('xc7z020clg400-1').answer).toBe('no');
    expect(on('xcvu3p-ffvc1517-2-e').answer).toBe('unsure');
    expect(on('some-asic')).toMatchObject({
      answer: 'unknown',
      because: "the capacity of 'some-asic' is not in the table of parts",
    });
  });
});

describe('a stream', () => {
  const { estimated } = of('neutrino-8b-full');

  test('has a static and a token latency, and a note on the difference', () => {
    expect(estimated.latencyCycles.max).toBeGreaterThan(9700);
    expect(estimated.tokenLatencyCycles).toBeLessThan(5300);
    expect(estimated.notes).toEqual([
      `csynth reports ${estimated.latencyCycles.max} cycles because it lets a zero padding start only when the convolution ` +
        `before it has ended; beat by beat the rows overlap and an event is done after ${estimated.tokenLatencyCycles} cycles`,
    ]);
  });
});

describe('an estimate is marked as extrapolated', () => {
  const { model, mapping } = of('jet-8b-sparse_t');

  test('for another clock', () => {
    expect(estimate(model, { ...mapping, clockNs: 10 }).extrapolated).toEqual([
      'a usable clock period of 8.65 ns (calibrated at 3.65 ns)',
    ]);
  });

  test('for a wide accumulator, with a range twice as wide', () => {
    const wide = estimate(withWideAccumulators(model), mapping);
    expect(wide.extrapolated).toContain('sparse conv1: a sum of more than 16 bits');
    const width = ({ resources: { vivado } }: Estimate) =>
      (vivado.lutRange[1] - vivado.lutRange[0]) / vivado.lut;
    expect(width(wide)).toBeCloseTo(2 * width(estimate(model, mapping)), 3);
  });

  test('for reuse of multipliers', () => {
    const reused = estimate(model, {
      ...mapping,
      layers: { dense1: { strategy: 'resource', reuseFactor: 4 } },
    });
    expect(reused.extrapolated).toContain("dense1: strategy 'resource'");
    expect(reused.extrapolated).toContain('dense1: reuse factor 4');
  });

  test('for an image of other pixels', () => {
    const image = Object.keys(model.tensors)[0];
    const wide: Model = {
      ...model,
      tensors: {
        ...model.tensors,
        [image]: { shape: model.tensors[image].shape, type: fixed(24, 8) },
        [model.layers[0].outputs[0]]: { ...model.tensors[model.layers[0].outputs[0]], type: fixed(24, 8) },
      },
    };
    expect(estimate(wide, mapping).extrapolated).toContain('sparse array creation: pixels of 24 bits');
  });
});

describe('weights that are not known', () => {
  const { model, mapping } = of('sparsemnist-8b-sparse_s');
  const unknown: Model = {
    ...model,
    constants: Object.fromEntries(
      Object.entries(model.constants).map(([name, constant]) => [
        name,
        name.includes('.') ? constant : { ...constant, raw: null },
      ]),
    ),
  };

  test('leave latency and interval as they are', () => {
    const [blind, sighted] = [estimate(unknown, mapping), estimate(model, mapping)];
    expect(blind.latencyCycles).toEqual(sighted.latencyCycles);
    expect(blind.intervalCycles).toEqual(sighted.intervalCycles);
    expect(blind.extrapolated).toContain('dense1: a dense layer of unknown weights');
  });

  test('are taken as drawn evenly: more multipliers than trained weights need', () => {
    const lut = (each: Model) =>
      estimate(each, mapping).layers.find(({ name }) => name === 'dense1')!.resources.csynth.lut;
    expect(lut(unknown)).toBeGreaterThan(lut(model));
    expect(lut(unknown)).toBeLessThan(2 * lut(model));
  });
});

test('without a Mapping the published choices stand in', () => {
  const { model, mapping } = of('jet-8b-sparse_t');
  expect(estimate(model, defaultMapping(model)).resources).toEqual(estimate(model, mapping).resources);
});

const { model: swept, mapping: sweptMapping } = scaling.find(({ name }) =>
  name.endsWith('ker3/conv-c1-f1/conv-p20-c1-f1'),
)!;

test.prop([fc.integer({ min: 1, max: 29 })])('one more kept pixel never makes csynth book less', (slots) => {
  const withSlots = (n: number): Model => ({
    ...swept,
    tensors: Object.fromEntries(
      Object.entries(swept.tensors).map(([name, { shape, type }]) => [
        name,
        { shape: name === 'image' ? shape : [n, shape[1]], type },
      ]),
    ),
  });
  const [fewer, more] = [slots, slots + 1].map((n) => estimate(withSlots(n), sweptMapping).resources.csynth);
  expect(more.lut).toBeGreaterThanOrEqual(fewer.lut);
  expect(more.dsp).toBeGreaterThanOrEqual(fewer.dsp);
});

describe('any small Model', () => {
  const numbers = ({ latencyCycles, intervalCycles, tokenLatencyCycles, resources }: Estimate): number[] => [
    ...[latencyCycles, intervalCycles].flatMap(({ min, max }) => [min, max]),
    tokenLatencyCycles,
    ...[resources.csynth, resources.vivado].flatMap(({ lut, ff, dsp, bram18k }) => [lut, ff, dsp, bram18k]),
    ...resources.vivado.lutRange,
  ];

  test.prop([arbitraryModel()])(
    'is estimated in whole numbers, or refused with the layer that has no schedule',
    (model) => {
      try {
        const estimated = estimate(model, defaultMapping(model));
        expect(numbers(estimated).filter((n) => !Number.isSafeInteger(n) || n < 0)).toEqual([]);
        expect(estimated.layers.length).toBe(model.layers.length);
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        expect(['LOW002', 'LOW004']).toContain(error.problem.code);
        expect(model.layers.map(({ name }) => name)).toContain(error.problem.layer);
      }
    },
  );
});
