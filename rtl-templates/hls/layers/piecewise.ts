/** Activations that are straight lines between a few points, element by element. */
import { fixed, ufixed } from 'fixed-point-ts';
import type { LayerOf } from '../../../sim/model/index.ts';
import type { LayerPlan, PlanContext } from '../hls-layer.ts';
import { elementwise } from '../kernels/elementwise.ts';
import { storage } from '../literal.ts';
import { text } from '../text.ts';

function plan({ input }: PlanContext, kernel: LayerPlan['kernel'], rest: Partial<LayerPlan> = {}): LayerPlan {
  const { beats, lanes } = input(0);
  return {
    kernel,
    inputs: ['input'],
    outputs: ['output'],
    ...rest,
    numbers: { beats, lanes, ...rest.numbers },
  };
}

const thresholded = elementwise(
  'thresholded_relu',
  'x above the threshold, 0 elsewhere.',
  'above_threshold<Layer>(x)',
  '',
  text`
    template <class Layer> typename Layer::output_t above_threshold(const typename Layer::input_t &x) {
      //@ inline
      typename Layer::output_t result = 0;
      if (x > Layer::threshold()) result = x;
      return result;
    }
  `,
);

export function thresholdedRelu({ threshold }: LayerOf<'thresholded-relu'>, context: PlanContext): LayerPlan {
  return plan(context, thresholded, { values: { threshold } });
}

const parametric = elementwise(
  'parametric_relu',
  'x where it is positive, slope times x elsewhere; one slope for all elements, or one for each.',
  'sloped<Layer>(x, slopes[(beat * Layer::lanes + lane) % Layer::slope_count])',
  ', const typename Layer::slope_t slopes[Layer::slope_count]',
  text`
    template <class Layer>
    typename Layer::output_t sloped(const typename Layer::input_t &x, const typename Layer::slope_t &slope) {
      //@ inline
      typename Layer::output_t result = slope * x;
      if (x > 0) result = x;
      return result;
    }
  `,
);

export function parametricRelu({ slopes }: LayerOf<'parametric-relu'>, context: PlanContext): LayerPlan {
  const { type, raw } = context.constant(slopes);
  return plan(context, parametric, {
    numbers: { slope_count: raw?.length ?? 1 },
    types: { slope: storage(type) },
    constants: { slopes },
  });
}

const line = (symmetric: boolean) =>
  elementwise(
    symmetric ? 'hard_tanh' : 'hard_sigmoid',
    symmetric
      ? 'The line slope x + shift between 0 and 1, stretched to -1..1.'
      : 'The line slope x + shift between 0 and 1.',
    `${symmetric ? 'stretched' : 'clipped'}_line<Layer>(x)`,
    '',
    text`
      template <class Layer> typename Layer::output_t ${symmetric ? 'stretched' : 'clipped'}_line(const typename Layer::input_t &x) {
        //@ inline
        typename Layer::line_t value = Layer::slope() * x + Layer::shift();
        if (value > 1) value = 1;
        if (value < 0) value = 0;
        return ${symmetric ? 'value + value - 1' : 'value'};
      }
    `,
  );
const hardTanhKernel = line(true);
const hardSigmoidKernel = line(false);

export function hardSigmoid(
  { slope, shift, symmetric }: LayerOf<'hard-sigmoid'>,
  context: PlanContext,
): LayerPlan {
  const x = context.input(0).type;
  const fraction = Math.max(
    slope.type.width - slope.type.integerBits + x.width - x.integerBits,
    shift.type.width - shift.type.integerBits,
    0,
  );
  const integer = Math.max(slope.type.integerBits + x.integerBits + 2, shift.type.integerBits + 1, 2) + 2;
  return plan(context, symmetric ? hardTanhKernel : hardSigmoidKernel, {
    types: { line: fixed(integer + fraction, integer) },
    values: { slope, shift },
  });
}

const twoLevels = elementwise(
  'sign',
  '1 where x is not negative, -1 elsewhere; an unsigned bit stands for them as 1 and 0.',
  'level_of<Layer>(x)',
  '',
  text`
    template <class Layer> typename Layer::output_t level_of(const typename Layer::input_t &x) {
      //@ inline
      typename Layer::output_t level = 1;
      if (Layer::one_bit) level = of_pattern<typename Layer::output_t>(typename Layer::pattern_t(x >= 0 ? 1 : 0));
      if (!Layer::one_bit && x < 0) level = -1;
      return level;
    }
  `,
);
const threeLevels = elementwise(
  'sign_or_zero',
  '1 where x doubled, in its own type, is above 1; -1 where it is -1 or below; 0 between.',
  'third_level_of<Layer>(x)',
  '',
  text`
    template <class Layer> typename Layer::output_t third_level_of(const typename Layer::input_t &x) {
      //@ inline
      const typename Layer::input_t doubled = x * 2;
      typename Layer::output_t level = 0;
      if (doubled > 1) level = 1;
      if (doubled <= -1) level = -1;
      return level;
    }
  `,
);

export function sign({ levels }: LayerOf<'sign'>, context: PlanContext): LayerPlan {
  if (levels === 3) return plan(context, threeLevels);
  const { type } = context.output(0);
  const oneBit = !type.signed && type.width === 1;
  return plan(context, twoLevels, {
    numbers: { one_bit: oneBit ? 1 : 0 },
    integers: { pattern: ufixed(type.width, type.width) },
  });
}

const scaled = elementwise(
  'scale_shift',
  'x scale + shift, exact, then assigned to the output type; scale and shift repeat along the elements.',
  [
    'x * scale[(beat * Layer::lanes + lane) % Layer::scale_count]',
    'shift[(beat * Layer::lanes + lane) % Layer::shift_count]',
  ].join(' + '),
  ', const typename Layer::scale_t scale[Layer::scale_count], const typename Layer::shift_t shift[Layer::shift_count]',
);

export function scaleShift(layer: LayerOf<'scale-shift'>, context: PlanContext): LayerPlan {
  const [scale, shift] = [context.constant(layer.scale), context.constant(layer.shift)];
  return plan(context, scaled, {
    numbers: { scale_count: scale.raw?.length ?? 1, shift_count: shift.raw?.length ?? 1 },
    types: { scale: storage(scale.type), shift: storage(shift.type) },
    constants: { scale: layer.scale, shift: layer.shift },
  });
}
