import type { Kernel, LayerPlan, PlanLayer } from '../hls-layer.ts';
import { share, weightedSumLatency, weightedSumResource } from '../kernels/weighted-sum.ts';
import { storage } from '../literal.ts';
import { text } from '../text.ts';

function denseKernel(strategy: 'latency' | 'resource', sum: Kernel): Kernel {
  const weights = text`
    const typename Layer::weight_t weights[Layer::terms * Layer::sums],
                const typename Layer::bias_t bias[Layer::sums]
  `;
  const hint = strategy === 'latency' ? '//@ pipeline-function Layer::reuse' : '';
  return {
    name: `dense_${strategy}`,
    about: 'Fully connected layer on a vector, or on any tensor in row-major order.',
    needs: [sum],
    parallel: text`
      template <class Layer>
      void dense_${strategy}(const typename Layer::input_t x[Layer::terms], typename Layer::output_t out[Layer::sums],
                ${weights}) {
        ${hint}
        ${sum.name}<Layer>(x, weights, bias, out);
      }
    `,
    stream: text`
      template <class Layer, class Source, class Sink>
      void dense_${strategy}(Source &in, Sink &out,
                ${weights}) {
        //@ registers
        typename Layer::input_t x[Layer::terms];
        //@ pipeline 1
      beats:
        for (int at = 0; at < Layer::terms; at += Layer::input_lanes) {
          const typename Layer::input_beat values = in.read();
          //@ unroll
          for (int lane = 0; lane < Layer::input_lanes; lane++) {
            x[at + lane] = values.lane[lane];
          }
        }

        typename Layer::output_beat result;
        ${sum.name}<Layer>(x, weights, bias, result.lane);
        out.write(result);
      }
    `,
  };
}

const latency = denseKernel('latency', weightedSumLatency);
const resource = denseKernel('resource', weightedSumResource);

/** The numbers of a weighted sum under a strategy, with what became of the reuse factor. */
export function sumPlan(
  strategy: 'latency' | 'resource',
  reuse: number,
  terms: number,
  sums: number,
): Pick<LayerPlan, 'numbers' | 'note'> {
  if (strategy === 'latency') {
    return { numbers: { terms, sums, reuse, multipliers: Math.ceil((terms * sums) / reuse) } };
  }
  const { inputsPerCycle, sumsPerCycle, multipliers, cycles } = share(terms, sums, reuse);
  const changed = cycles === reuse ? '' : `, in place of the reuse factor ${reuse}`;
  return {
    numbers: { terms, sums, inputs_per_cycle: inputsPerCycle, sums_per_cycle: sumsPerCycle, multipliers },
    note: `${multipliers} multipliers, each used in ${cycles} cycles${changed}`,
  };
}

export const dense: PlanLayer<'dense'> = (layer, { input, output, constant, choices }) => {
  const [x, out] = [input(0), output(0)];
  return {
    kernel: choices.strategy === 'latency' ? latency : resource,
    inputs: ['input'],
    outputs: ['output'],
    ...sumPlan(choices.strategy, choices.reuseFactor, x.beats * x.lanes, out.lanes),
    types: {
      weight: storage(constant(layer.weights).type),
      bias: storage(constant(layer.bias).type),
      accumulator: layer.accumulator,
    },
    constants: { weights: layer.weights, bias: layer.bias },
  };
};
