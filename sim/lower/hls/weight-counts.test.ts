import { fc, test } from '@fast-check/vitest';
import { fixed } from 'fixed-point-ts';
import { describe, expect } from 'vitest';
import { readDesigns } from '../../../bench/reference/read-designs.ts';
import { readJson } from '../../import/read-json.ts';
import type { LayerOf } from '../../model/index.ts';
import { countWeights } from './weight-counts.ts';

interface Module {
  readonly module: string;
  readonly instance_resources: Record<string, { readonly count: number }>;
}

const dense = readDesigns('golden/sparsepixels')
  .filter(({ group }) => group === 'sparse')
  .flatMap(({ name, model }) => {
    const { modules } = readJson(`golden/sparsepixels/${name}/reports.json`) as { modules: Module[] };
    return model.layers
      .filter((layer): layer is LayerOf<'dense'> => layer.kind === 'dense')
      .map((layer, index) => ({
        name,
        layer: layer.name,
        weights: model.constants[layer.weights],
        inputBits: model.tensors[layer.inputs[0]].type.width,
        // The module names carry the numbers of hls4ml's layers, which rise along the design.
        instances: modules
          .filter(({ module }) => module.startsWith('dense_latency'))
          .sort(
            (a, b) => Number(/config(\d+)/.exec(a.module)![1]) - Number(/config(\d+)/.exec(b.module)![1]),
          )[index].instance_resources,
      }));
  });

test('there are two dense layers in each of the 14 sparse designs', () => {
  expect(dense.length).toBe(28);
});

describe.each(dense)('$layer of $name', ({ weights, inputBits, instances }) => {
  const reported = Object.entries(instances)
    .filter(([name]) => name.startsWith('mul_'))
    .reduce((sum, [, { count }]) => sum + count, 0);

  test('needs the multipliers that HLS instantiates, products shared by outputs', () => {
    const { multipliers } = countWeights(weights, inputBits);
    // In two layers HLS adds inputs of one weight before it multiplies (operands of 17 bits) and saves up to two per cent.
    const saved = Object.keys(instances).some((name) => name.startsWith(`mul_${inputBits + 1}`));
    if (saved) {
      expect(multipliers).toBeGreaterThanOrEqual(reported);
      expect(multipliers).toBeLessThanOrEqual(1.02 * reported);
    } else {
      expect(multipliers).toBe(reported);
    }
  });
});

describe('weights that are not known', () => {
  const shape = [6, 5];
  const type = fixed(6, 2);
  const of = (raw: readonly bigint[] | null) => countWeights({ shape, type, raw }, 8);

  test('count as the mean over all weights of their type', () => {
    // A linear congruential generator draws 4,000 matrices; the mean is within two per cent.
    let state = 12345;
    const draw = () => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      return BigInt((state >>> 16) % 64) - 32n;
    };
    const sums: Record<string, number> = {};
    const rounds = 4000;
    for (let round = 0; round < rounds; round++) {
      for (const [name, value] of Object.entries(of(Array.from({ length: 30 }, draw)))) {
        sums[name] = (sums[name] ?? 0) + (value as number) / rounds;
      }
    }
    for (const [name, value] of Object.entries(of(null))) {
      expect([name, Math.abs((value as number) / sums[name] - 1) < 0.02]).toEqual([name, true]);
    }
  });
});

test.prop([fc.array(fc.bigInt({ min: -128n, max: 127n }), { minLength: 12, maxLength: 12 })])(
  'outputs of the same weights share every product',
  (column) => {
    const type = fixed(8, 3);
    const one = countWeights({ shape: [12, 1], type, raw: column }, 8);
    const twice = countWeights(
      { shape: [12, 2], type, raw: column.flatMap((weight) => [weight, weight]) },
      8,
    );
    expect(twice.multipliers).toBe(one.multipliers);
    expect(twice.terms).toBe(2 * one.terms);
  },
);
