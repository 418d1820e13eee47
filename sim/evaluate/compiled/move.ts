/** Layers that only move values: output i is input from[i], assigned to the output type. */
import { castNumber, fracBits, planCast } from 'fixed-point-ts';
import type { NumberTensor } from './kernel.ts';

export function moveValues(x: NumberTensor, out: NumberTensor, from: Int32Array): () => void {
  const cast = planCast(fracBits(x.type), out.type);
  return () => {
    for (let index = 0; index < from.length; index++) out.raw[index] = castNumber(x.raw[from[index]], cast);
  };
}

/** Where each element of an image comes from in another image of the same channels. */
export function imageMap(
  [rows, columns, channels]: readonly [number, number, number],
  width: number,
  pixel: (row: number, column: number) => readonly [row: number, column: number],
): Int32Array {
  const from = new Int32Array(rows * columns * channels);
  let at = 0;
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      const [row, column] = pixel(y, x);
      for (let channel = 0; channel < channels; channel++)
        from[at++] = (row * width + column) * channels + channel;
    }
  }
  return from;
}
