/** Convolution and pooling of streams: one pixel in a trip; a result out when the pixel completes a window. */
import { InputError, type LayerOf } from '../../model/index.ts';
import { imageShape } from '../../model/layer-kind.ts';
import { exactly } from '../../pipeline/index.ts';
import { adderTreeCycles } from './dense.ts';
import type { LayerLowering, Lowered, Site } from './profile.ts';

/** Kernel rows from which the line buffer's shift takes a cycle of its own. */
const SLOW_SHIFT_ROWS = 9;

export const lowerConv2d: LayerLowering<LayerOf<'conv2d'>> = (layer, site) => {
  const [rows, columns] = layer.window;
  const channels = imageShape(site.model.tensors[layer.inputs[0]].shape)[2];
  const shift = rows >= SLOW_SHIFT_ROWS ? 1 : 0;
  const tree = adderTreeCycles(site, layer, rows * columns * channels);
  return windowLoop(layer, site, 4 + shift + tree);
};

/** Pooling: cycles grow with the levels of the window's sum or maximum; a division by no power of two is a product. */
export const lowerPool2d: LayerLowering<LayerOf<'average-pool2d' | 'max-pool2d'>> = (layer, site) => {
  const size = layer.window[0] * layer.window[1];
  return windowLoop(layer, site, size <= 4 ? 3 : size <= 16 ? 4 : 5);
};

function windowLoop(
  { name, inputs, window, stride, padding }: LayerOf<'conv2d' | 'average-pool2d' | 'max-pool2d'>,
  site: Site,
  iterationCycles: number,
): Lowered {
  const [height, width] = imageShape(site.model.tensors[inputs[0]].shape);
  if (Object.values(padding).some((size) => size > 0)) {
    throw new InputError({
      code: 'LOW004',
      layer: name,
      field: 'padding',
      what: 'pads inside its window, which the streaming kernels do not',
      mend: 'put a zero-pad2d layer in front of it',
    });
  }
  return {
    schedule: {
      interval: null,
      steps: [
        {
          kind: 'pipelined-loop',
          name: 'ReadInputHeight_ReadInputWidth',
          trips: [exactly(height), exactly(width)],
          interval: 1,
          iterationCycles,
          accesses: [
            ...site.reads.map((channel) => ({ channel, direction: 'read', cycle: 0 }) as const),
            ...site.writes.map(
              (channel) =>
                ({
                  channel,
                  direction: 'write',
                  cycle: iterationCycles - 1,
                  when: [
                    { first: window[0] - 1, step: stride[0] },
                    { first: window[1] - 1, step: stride[1] },
                  ],
                }) as const,
            ),
          ],
        },
        { kind: 'straight', cycles: exactly(1), accesses: [] },
      ],
    },
    derivation: `${height} x ${width} pixels x II 1 + ${iterationCycles}`,
  };
}
