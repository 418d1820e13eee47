import { fc, test } from '@fast-check/vitest';
import { maxRaw, minRaw } from 'fixed-point-ts';
import { describe, expect } from 'vitest';
import { InputError, type Model, modelProblems } from '../model/index.ts';
import { ARBITRARY_KINDS } from './arbitrary-layer.ts';
import { arbitraryCase, arbitraryModel } from './arbitrary-model.ts';
import { compiled } from './compiled/index.ts';
import type { Values } from './evaluator.ts';
import { reference } from './reference/index.ts';

/** The first tensor in which the evaluators differ; undefined if they agree or the compiled one refuses the Model. */
function disagreement(model: Model, inputs: readonly Values[]): string | undefined {
  const fast = prepareCompiled(model);
  if (!fast) return undefined;
  const slow = reference.prepare(model);
  for (const input of inputs) {
    const [expected, got] = [slow(input), fast(input)];
    for (const name of Object.keys(model.tensors)) {
      if (expected[name].join() !== got[name].join())
        return `${name}: reference ${expected[name].join()}, compiled ${got[name].join()}`;
    }
  }
  return undefined;
}

function prepareCompiled(model: Model) {
  try {
    return compiled.prepare(model);
  } catch (error) {
    if (error instanceof InputError && error.problem.code === 'EVA002') return undefined;
    throw error;
  }
}

describe('the compiled evaluator equals the reference in every tensor', () => {
  test.prop([arbitraryCase()], { numRuns: 700 })('for any Model of up to 16 bits', ({ model, inputs }) => {
    expect(disagreement(model, inputs)).toBeUndefined();
  });

  test.prop([arbitraryCase({ maxWidth: 12 })], { numRuns: 300 })(
    'for any Model of up to 12 bits, and refuses none',
    ({ model, inputs }) => {
      expect(prepareCompiled(model)).toBeDefined();
      expect(disagreement(model, inputs)).toBeUndefined();
    },
  );

  test.prop(
    [
      arbitraryCase({
        kinds: ['sparse-input-reduce', 'sparse-conv2d', 'sparse-average-pool2d', 'sparse-flatten'],
      }),
    ],
    { numRuns: 500 },
  )('for chains of sparse convolutions and poolings', ({ model, inputs }) => {
    expect(disagreement(model, inputs)).toBeUndefined();
  });

  test.prop([arbitraryCase({ maxWidth: 64 })], { numRuns: 500 })(
    'for any Model of up to 64 bits that it takes',
    ({ model, inputs }) => {
      expect(disagreement(model, inputs)).toBeUndefined();
    },
  );

  test.prop([arbitraryCase({ maxWidth: 30, maxOutside: 1200 })], { numRuns: 300 })(
    'for binary points far outside the word, if it takes them',
    ({ model, inputs }) => {
      expect(disagreement(model, inputs)).toBeUndefined();
    },
  );

  test('among Models of up to 64 bits there are many that it takes and many that it refuses', () => {
    const models = fc.sample(arbitraryModel({ maxWidth: 64 }), { numRuns: 300, seed: 1 });
    const refused = models.filter((model) => prepareCompiled(model) === undefined).length;
    expect(refused).toBeGreaterThan(30);
    expect(refused).toBeLessThan(270);
  });
});

describe('every value lies in the type of its tensor', () => {
  test.prop([arbitraryCase()], { numRuns: 200 })('for any Model and input', ({ model, inputs }) => {
    const values = reference.prepare(model)(inputs[0]);
    for (const [name, { type }] of Object.entries(model.tensors)) {
      for (const raw of values[name]) expect(raw >= minRaw(type) && raw <= maxRaw(type)).toBe(true);
    }
  });
});

describe('random Models', () => {
  const models = fc.sample(arbitraryModel(), { numRuns: 1500, seed: 2 });
  const layers = models.flatMap((model) => model.layers.map((layer) => ({ model, layer })));
  const convolutions = layers.flatMap(({ model, layer }) => {
    if (layer.kind !== 'sparse-conv2d') return [];
    const [kernel, , channels, filters] = model.constants[layer.weights].shape;
    const out = model.tensors[layer.outputs[0]].type;
    return [
      {
        kernel,
        channels,
        filters,
        published: JSON.stringify(layer.accumulator) === JSON.stringify(out),
        wide: model.name.endsWith('wide accumulators'),
      },
    ];
  });

  test('pass the verifier', () => {
    expect(models.flatMap(modelProblems)).toEqual([]);
  });

  test('hold every kind that is drawn', () => {
    const count = (kind: string) => layers.filter(({ layer }) => layer.kind === kind).length;
    for (const kind of ARBITRARY_KINDS) expect(count(kind), kind).toBeGreaterThan(50);
  });

  test('hold sparse convolutions of several channels and filters, odd and even kernels, both accumulators', () => {
    const several = convolutions.filter(({ channels, filters }) => channels > 1 && filters > 1);
    expect(several.length).toBeGreaterThan(50);
    expect(new Set(several.map(({ kernel }) => kernel))).toEqual(new Set([1, 2, 3, 4]));
    expect(several.filter(({ published }) => published).length).toBeGreaterThan(10);
    expect(several.filter(({ wide }) => wide).length).toBeGreaterThan(10);
  });
});
