import type { Kernel, PlanLayer } from '../hls-layer.ts';
import { weightedSumLatency, weightedSumResource } from '../kernels/weighted-sum.ts';
import { windowKernel, windowNumbers } from '../kernels/window.ts';
import { storage } from '../literal.ts';
import { text } from '../text.ts';
import { sumPlan } from './dense.ts';

function convKernel(strategy: 'latency' | 'resource', sum: Kernel): Kernel {
  return windowKernel({
    name: `conv2d_${strategy}`,
    about: 'Cross-correlation of an image: at each position the weighted sum of the window.',
    needs: [sum],
    parameters: text`
      ,
                const typename Layer::weight_t weights[Layer::terms * Layer::sums],
                const typename Layer::bias_t bias[Layer::sums]
    `,
    visit: `${sum.name}<Layer>(view, weights, bias, result);`,
    pipeline: strategy === 'latency' ? '//@ pipeline Layer::reuse' : '',
  });
}

const latency = convKernel('latency', weightedSumLatency);
const resource = convKernel('resource', weightedSumResource);

export const conv2d: PlanLayer<'conv2d'> = (layer, { input, output, constant, choices }) => {
  const [image, out] = [input(0), output(0)];
  const window = windowNumbers(layer, image, out);
  const filters = out.lanes;
  const terms = layer.window[0] * layer.window[1] * image.lanes;
  const { numbers, note } = sumPlan(choices.strategy, choices.reuseFactor, terms, filters);
  return {
    kernel: choices.strategy === 'latency' ? latency : resource,
    inputs: ['input'],
    outputs: ['output'],
    numbers: { ...window, filters, ...numbers },
    ...(note === undefined ? {} : { note }),
    types: {
      weight: storage(constant(layer.weights).type),
      bias: storage(constant(layer.bias).type),
      accumulator: layer.accumulator,
    },
    constants: { weights: layer.weights, bias: layer.bias },
  };
};
