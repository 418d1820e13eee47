import type { LayerOf, Tensor } from '../../model/index.ts';
import type { TypedValues } from './kernel.ts';

type Windowed = Pick<LayerOf<'conv2d'>, 'window' | 'stride' | 'padding'>;

/** Calls `visit` with the window's raw values [rows x columns][channels] for every output position in row-major order. */
export function forEachWindow(
  { window, stride, padding }: Windowed,
  image: TypedValues,
  out: Tensor,
  visit: (window: bigint[][]) => void,
): void {
  const [height, width, channels] = image.shape as [number, number, number];
  const [rows, columns] = out.shape as [number, number];
  const pixel = (row: number, column: number) =>
    Array.from({ length: channels }, (_, channel) => {
      const inside = row >= 0 && row < height && column >= 0 && column < width;
      return inside ? image.raw[(row * width + column) * channels + channel] : 0n;
    });
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      const values: bigint[][] = [];
      for (let row = 0; row < window[0]; row++) {
        for (let column = 0; column < window[1]; column++) {
          values.push(pixel(y * stride[0] - padding.top + row, x * stride[1] - padding.left + column));
        }
      }
      visit(values);
    }
  }
}
