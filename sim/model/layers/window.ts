/** The window that dense convolution and pooling share: extent, stride, padding, and the output size they lead to. */
import type { z } from 'zod';
import { pair, paddingSchema } from '../codecs.ts';
import { expectImage, expectShape, imageShape, type LayerContext } from '../layer-kind.ts';

export const windowFields = {
  /** [rows, columns] of the window */
  window: pair,
  stride: pair,
  padding: paddingSchema,
};
type Window = { readonly [K in keyof typeof windowFields]: z.output<(typeof windowFields)[K]> };

/** Input [H, W, C] or, an image of one row, [W, C]; output [floor((H + padding - window) / stride) + 1, ..., filters]; incomplete windows are dropped. */
export function checkWindow(
  { window, stride, padding }: Window,
  context: LayerContext,
  filters?: number,
): void {
  const [image, out] = [context.input(0), context.output(0)];
  if (!image || !out || !expectImage(context, 'inputs[0]', image.shape)) return;
  const [height, width, channels] = imageShape(image.shape);
  const rows = Math.floor((height + padding.top + padding.bottom - window[0]) / stride[0]) + 1;
  const columns = Math.floor((width + padding.left + padding.right - window[1]) / stride[1]) + 1;
  const size = [rows, columns, filters ?? channels];
  expectShape(
    context,
    'outputs[0]',
    out.shape,
    size.slice(3 - image.shape.length),
    `window ${window[0]} x ${window[1]} over ${height} x ${width} at stride ${stride[0]} x ${stride[1]}`,
  );
  if (image.shape.length === 2 && rows !== 1)
    context.report('padding', `makes ${rows} rows of an image of one`, 'pad its columns alone');
}
