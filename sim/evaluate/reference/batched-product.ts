import { add, assign, assigned, exact, multiply, ZERO } from './exact.ts';
import type { Kernel } from './kernel.ts';

/** hls4ml 1.3.0 `einsum`: exact products, every partial sum assigned. */
export const batchedProduct: Kernel<'batched-product'> = ({ accumulator }, { inputs, outputs }) => {
  const [a, b] = inputs;
  const [batch, rows, terms] = a.shape as [number, number, number];
  const columns = b.shape[1];
  const out: bigint[] = [];
  for (let matrix = 0; matrix < batch; matrix++) {
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        let sum = assigned(ZERO, accumulator);
        for (let term = 0; term < terms; term++) {
          const left = exact(a.raw[(matrix * rows + row) * terms + term], a.type);
          const right = exact(b.raw[(matrix * columns + column) * terms + term], b.type);
          sum = assigned(add(sum, multiply(left, right)), accumulator);
        }
        out.push(assign(sum, outputs[0].type));
      }
    }
  }
  return [out];
};
