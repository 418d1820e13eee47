import { test } from '@fast-check/vitest';
import { formatText, fracBits, maxRaw, minRaw } from 'fixed-point-ts';
import { describe, expect } from 'vitest';
import { arbitraryModel } from '../evaluate/arbitrary-model.ts';
import { readModel } from './document.ts';
import { sparseDocument } from './example-documents.ts';
import { changed } from './spoiled-document.ts';
import { withWideAccumulators } from './wide-accumulators.ts';

describe('wide accumulators', () => {
  test('hold bias and the sum over 4 slots of 2 channels without loss', () => {
    // 8-bit features (4 fraction bits) x 6-bit weights (4 fraction bits): 14 bits, 3 more for 8 terms, 1 for the bias
    const [, convolution] = withWideAccumulators(readModel(sparseDocument())).layers;
    expect(convolution.kind === 'sparse-conv2d' && formatText(convolution.accumulator)).toBe('fixed<18,10>');
  });

  test('change nothing but sparse convolutions and the name', () => {
    const model = readModel(sparseDocument());
    const wide = withWideAccumulators(model);
    expect(wide.name).toBe('sparse example, wide accumulators');
    expect(wide.layers.filter(({ kind }) => kind !== 'sparse-conv2d')).toEqual(
      model.layers.filter(({ kind }) => kind !== 'sparse-conv2d'),
    );
    expect({ ...wide, name: model.name, layers: model.layers }).toEqual(model);
  });

  test.prop([arbitraryModel({ kinds: ['sparse-input-reduce', 'sparse-conv2d'], maxWidth: 24 })])(
    'hold the largest and the smallest sum that the types allow',
    (model) => {
      const wide = withWideAccumulators(model);
      for (const layer of wide.layers) {
        if (layer.kind !== 'sparse-conv2d') continue;
        const features = model.tensors[layer.inputs[0]];
        const [weights, bias] = [model.constants[layer.weights].type, model.constants[layer.bias].type];
        const ends = [minRaw(features.type), maxRaw(features.type)].flatMap((x) =>
          [minRaw(weights), maxRaw(weights)].map((w) => x * w),
        );
        const terms = BigInt(features.shape[0] * features.shape[1]);
        const { accumulator } = layer;
        const product = fracBits(accumulator) - fracBits(features.type) - fracBits(weights);
        const offset = fracBits(accumulator) - fracBits(bias);
        expect(Math.min(product, offset)).toBe(0);
        const sum = (end: bigint, b: bigint) => ((terms * end) << BigInt(product)) + (b << BigInt(offset));
        const least = ends.reduce((a, b) => (a < b ? a : b));
        const most = ends.reduce((a, b) => (a > b ? a : b));
        expect(sum(least, minRaw(bias)) >= minRaw(accumulator)).toBe(true);
        expect(sum(most, maxRaw(bias)) <= maxRaw(accumulator)).toBe(true);
      }
    },
  );

  test('are refused where no type is wide enough', () => {
    const far = changed(sparseDocument(), [[['constants', 'conv.bias', 'type'], 'fixed<6,1020>']]);
    expect(() => withWideAccumulators(readModel(far))).toThrow(
      "error MOD018: would need 1029 bits to lose nothing, a type has at most 1024\n  at layer 'conv' › accumulator",
    );
  });
});
