/**
 * Keeps the first N active pixels of an image in raster order.
 *
 * Inputs: image [H, W, C]. Outputs: features [N, C], coordinates [N, 2] (row + 1, column + 1). A pixel is active
 * if its channel 0 is above `threshold` (a raw integer of the image's type).
 * Slots that no pixel fills are all 0 in the package's dialect, coordinates included.
 * Source: SparsePixels 0.2.1 `sparse_input_reduce` (arXiv:2512.06208), 0.3.2 `InputReduce`.
 */
import { fracBits, maxRaw, minRaw, sameFormat } from 'fixed-point-ts';
import { z } from 'zod';
import { positiveInt, rawCodec } from '../codecs.ts';
import { expectShape, layerFields, type LayerKind, SPARSEPIXELS } from '../layer-kind.ts';

export const sparseInputReduceSchema = z.strictObject({
  ...layerFields,
  kind: z.literal('sparse-input-reduce'),
  threshold: rawCodec,
  /** Width of the pixel index in the search, bits. */
  indexBits: positiveInt,
});
export type SparseInputReduce = z.output<typeof sparseInputReduceSchema>;

export const sparseInputReduce: LayerKind<SparseInputReduce> = {
  kind: 'sparse-input-reduce',
  arity: [1, 2],
  dialects: SPARSEPIXELS,
  check(layer, context) {
    const [image, features, coordinates] = [context.input(0), context.output(0), context.output(1)];
    if (!image || !features || !coordinates) return;
    if (image.shape.length !== 3) {
      context.report(
        'inputs[0]',
        `has shape [${image.shape.join(', ')}], expected [height, width, channels]`,
      );
      return;
    }
    const [height, width, channels] = image.shape as [number, number, number];
    expectShape(
      context,
      'outputs[0]',
      features.shape,
      [undefined, channels],
      'features are [slots, channels]',
    );
    expectShape(
      context,
      'outputs[1]',
      coordinates.shape,
      [features.shape[0], 2],
      'coordinates are [slots, 2]',
    );
    if (!sameFormat(image.type, features.type)) {
      context.report('outputs[0]', 'must have the type of the image: the reduction copies values');
    }
    if (layer.threshold < minRaw(image.type) || layer.threshold > maxRaw(image.type)) {
      context.report('threshold', `raw value ${layer.threshold} is outside the type of the image`);
    }
    if (layer.threshold < 0n && layer.dialect === 'sparsepixels-0.2.1') {
      context.report(
        'threshold',
        `raw value ${layer.threshold} is negative: a found pixel, cleared to 0, would be found again`,
        'use a threshold of 0 or above',
      );
    }
    if (height * width > 2 ** layer.indexBits) {
      context.report(
        'indexBits',
        `${layer.indexBits} bits cannot number the ${height * width} pixels of the image`,
      );
    }
    if (fracBits(coordinates.type) !== 0) {
      context.report('outputs[1]', 'must have an integer type: coordinates are whole numbers');
    }
    if (BigInt(Math.max(height, width)) > maxRaw(coordinates.type)) {
      context.report('outputs[1]', `its type cannot hold the coordinate ${Math.max(height, width)}`);
    }
    context.setExtent(1, [height, width]);
  },
};
