import { imageShape } from '../../model/layer-kind.ts';
import type { LayerOf, Tensor } from '../../model/index.ts';
import type { TypedValues } from './kernel.ts';

type Windowed = Pick<LayerOf<'conv2d'>, 'window' | 'stride' | 'padding'>;

/**
 * Calls `visit` with the window's raw values [rows x columns][channels], 0 beyond the image, and with those of them
 * that lie inside the image, for every output position in row-major order.
 */
export function forEachWindow(
  { window, stride, padding }: Windowed,
  image: TypedValues,
  out: Tensor,
  visit: (window: bigint[][], inside: bigint[][]) => void,
): void {
  const [height, width, channels] = imageShape(image.shape);
  const [rows, columns] = imageShape(out.shape);
  const outside = Array.from({ length: channels }, () => 0n);
  const pixel = (row: number, column: number) => {
    if (row < 0 || row >= height || column < 0 || column >= width) return outside;
    const at = (row * width + column) * channels;
    return image.raw.slice(at, at + channels);
  };
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      const values: bigint[][] = [];
      for (let row = 0; row < window[0]; row++) {
        for (let column = 0; column < window[1]; column++) {
          values.push(pixel(y * stride[0] - padding.top + row, x * stride[1] - padding.left + column));
        }
      }
      visit(
        values,
        values.filter((value) => value !== outside),
      );
    }
  }
}
