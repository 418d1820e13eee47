/** The window that dense convolution and pooling share: extent, stride, padding, and the output size they lead to. */
import type { z } from 'zod';
import { pair, paddingSchema } from '../codecs.ts';
import { expectShape, type LayerContext } from '../layer-kind.ts';

export const windowFields = {
  /** [rows, columns] of the window */
  window: pair,
  stride: pair,
  padding: paddingSchema,
};
type Window = { readonly [K in keyof typeof windowFields]: z.output<(typeof windowFields)[K]> };

/** Input [H, W, C], output [floor((H + padding - window) / stride) + 1, ..., filters]; incomplete windows are dropped. */
export function checkWindow(
  { window, stride, padding }: Window,
  context: LayerContext,
  filters?: number,
): void {
  const [image, out] = [context.input(0), context.output(0)];
  if (!image || !out) return;
  expectShape(
    context,
    'inputs[0]',
    image.shape,
    [undefined, undefined, undefined],
    '[height, width, channels]',
  );
  const [height = 0, width = 0, channels] = image.shape;
  const rows = Math.floor((height + padding.top + padding.bottom - window[0]) / stride[0]) + 1;
  const columns = Math.floor((width + padding.left + padding.right - window[1]) / stride[1]) + 1;
  expectShape(
    context,
    'outputs[0]',
    out.shape,
    [rows, columns, filters ?? channels],
    `window ${window[0]} x ${window[1]} over ${height} x ${width} at stride ${stride[0]} x ${stride[1]}`,
  );
}
