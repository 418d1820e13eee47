import type { LayerOf } from '../../../sim/model/index.ts';
import type { LayerPlan, PlanLayer } from '../hls-layer.ts';
import { elementwise } from '../kernels/elementwise.ts';
import { text } from '../text.ts';

const kernel = elementwise(
  'quantize',
  'Each element assigned to a type of its own, then to the output type; an element without a type is 0.',
  'Layer::rounded(beat * Layer::lanes + lane, x)',
);

export const quantize: PlanLayer<'quantize'> = (layer, { input }) => {
  const { beats, lanes } = input(0);
  return {
    kernel,
    inputs: ['input'],
    outputs: ['output'],
    numbers: { beats, lanes },
    ...typesByElement(layer),
  };
};

/** The types of a quantiser and, as members of the struct, which element has which: `Layer::rounded(element, x)`. */
export function typesByElement({
  types,
  assignment,
}: Pick<LayerOf<'quantize'>, 'types' | 'assignment'>): Pick<LayerPlan, 'types' | 'members'> {
  const used = types.filter((_, index) => assignment.includes(index));
  const place = (index: number) => used.indexOf(types[index]);
  return {
    types: Object.fromEntries(used.map((type, index) => [`rounded_${index}`, type])),
    members: text`
      // Which of the types above each element has; -1 where it is always 0.
      static int type_of(int element) {
        static const int types[${assignment.length}] = {${assignment.map((index) => (index < 0 ? -1 : place(index))).join(', ')}};
        return types[element];
      }
      template <class Number> static output_t rounded(int element, const Number &x) {
        switch (type_of(element)) {
        ${used.map((_, index) => `case ${index}: return rounded_${index}_t(x);`)}
        default: return output_t(0);
        }
      }
    `,
  };
}
