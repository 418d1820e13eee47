import type { PlanLayer } from '../hls-layer.ts';
import { elementwise } from '../kernels/elementwise.ts';
import { text } from '../text.ts';

const kernel = elementwise(
  'quantize',
  'Each element assigned to a type of its own, then to the output type; an element without a type is 0.',
  'Layer::rounded(beat * Layer::lanes + lane, x)',
);

/** Elements are grouped by type, so that a quantiser of many elements and few types stays short. */
export const quantize: PlanLayer<'quantize'> = ({ types, assignment }, { input }) => {
  const { beats, lanes } = input(0);
  const used = types.filter((_, index) => assignment.includes(index));
  const place = (index: number) => used.indexOf(types[index]);
  return {
    kernel,
    inputs: ['input'],
    outputs: ['output'],
    numbers: { beats, lanes },
    types: Object.fromEntries(used.map((type, index) => [`rounded_${index}`, type])),
    members: text`
      // Which of the types above each element has; -1 where it is always 0.
      static int type_of(int element) {
        static const int types[${assignment.length}] = {${assignment.map((index) => (index < 0 ? -1 : place(index))).join(', ')}};
        return types[element];
      }
      static output_t rounded(int element, const input_t &x) {
        switch (type_of(element)) {
        ${used.map((_, index) => `case ${index}: return rounded_${index}_t(x);`)}
        default: return output_t(0);
        }
      }
    `,
  };
};
