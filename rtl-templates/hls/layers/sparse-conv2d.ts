import { fixed } from 'fixed-point-ts';
import type { Kernel, PlanLayer } from '../hls-layer.ts';
import { isMarked, readSlots } from '../kernels/coordinates.ts';
import { share } from '../kernels/weighted-sum.ts';
import { storage } from '../literal.ts';
import { text } from '../text.ts';

/** Whether a slot is empty. */
const EMPTY = {
  marked: 'const bool empty = coordinates[2 * slot] == 0;',
  'by features': text`
    bool empty = true;
    //@ unroll
    for (int channel = 0; channel < Layer::channels; channel++) {
      if (features[slot * Layer::channels + channel] != 0) empty = false;
    }
  `,
};

const stepsOf = (marked: boolean) => text`
  // Adds to every filter's sum what one kept pixel contributes to another: nothing where it is out of the kernel's reach.
  template <class Layer>
  void add_neighbour(const typename Layer::feature_t features[Layer::slots * Layer::channels],
                     const typename Layer::coordinate_t coordinates[2 * Layer::slots], int slot, int neighbour,
                     const typename Layer::weight_t weights[Layer::taps * Layer::channels * Layer::filters],
                     typename Layer::accumulator_t sum[Layer::filters]) {
    //@ inline
    typedef typename Layer::offset_t offset_t;
    const offset_t row = Layer::radius + to_int(coordinates[2 * neighbour]) - to_int(coordinates[2 * slot]);
    const offset_t column = Layer::radius + to_int(coordinates[2 * neighbour + 1]) - to_int(coordinates[2 * slot + 1]);
    const bool in_reach = row >= 0 && row < Layer::kernel && column >= 0 && column < Layer::kernel${marked ? ' &&\n                          coordinates[2 * neighbour] != 0' : ''};
    const int tap = in_reach ? to_int(row) * Layer::kernel + to_int(column) : 0;
    //@ unroll
    for (int filter = 0; filter < Layer::filters; filter++) {
      typename Layer::accumulator_t term = 0;
      //@ unroll
      for (int channel = 0; channel < Layer::channels; channel++) {
        term = term + weights[(tap * Layer::channels + channel) * Layer::filters + filter] *
                          features[neighbour * Layer::channels + channel];
      }
      if (in_reach) sum[filter] = sum[filter] + term;
    }
  }

  // The outputs of a slot from its sums: bias only onto a sum that is not 0; 0 where the slot itself is empty.
  template <class Layer>
  void finish_slot(${marked ? 'const typename Layer::coordinate_t coordinates[2 * Layer::slots]' : 'const typename Layer::feature_t features[Layer::slots * Layer::channels]'}, int slot,
                   const typename Layer::accumulator_t sum[Layer::filters],
                   const typename Layer::bias_t bias[Layer::filters], typename Layer::output_t out[Layer::filters]) {
    //@ inline
    ${EMPTY[marked ? 'marked' : 'by features']}
    //@ unroll
    for (int filter = 0; filter < Layer::filters; filter++) {
      typename Layer::accumulator_t biased = sum[filter];
      if (sum[filter] != 0) biased = sum[filter] + bias[filter];
      out[filter] = biased;
      if (empty) out[filter] = 0;
    }
  }
`;

const sums = text`
  //@ registers
  typename Layer::accumulator_t sum[Layer::filters];
  //@ unroll
  for (int filter = 0; filter < Layer::filters; filter++) {
    sum[filter] = 0;
  }
`;

const visits = {
  latency: text`
    ${sums}
    //@ unroll
    neighbours:
    for (int neighbour = 0; neighbour < Layer::slots; neighbour++) {
      add_neighbour<Layer>(features, coordinates, slot, neighbour, weights, sum);
    }
  `,
  resource: text`
    ${sums}
    //@ pipeline 1
    neighbours:
    for (int first = 0; first < Layer::slots; first += Layer::neighbours_per_cycle) {
      //@ unroll
      for (int lane = 0; lane < Layer::neighbours_per_cycle; lane++) {
        if (first + lane < Layer::slots) {
          add_neighbour<Layer>(features, coordinates, slot, first + lane, weights, sum);
        }
      }
    }
  `,
};

function commonKernel(marked: boolean): Kernel {
  const steps = stepsOf(marked);
  const about = marked
    ? 'The two steps of a sparse convolution, where slots without a pixel stand at (0, 0).'
    : 'The two steps of a sparse convolution.';
  return {
    name: `sparse_conv2d${marked ? '_marked' : ''}`,
    about,
    needs: [],
    parallel: steps,
    stream: steps,
  };
}

const commons = { marked: commonKernel(true), plain: commonKernel(false) };

function sparseConvKernel(strategy: 'latency' | 'resource', marked: boolean): Kernel {
  const name = `sparse_conv2d_${strategy}${marked ? '_marked' : ''}`;
  const tells = marked ? 'coordinates' : 'features';
  const parameters = text`
    const typename Layer::weight_t weights[Layer::taps * Layer::channels * Layer::filters],
              const typename Layer::bias_t bias[Layer::filters]
  `;
  const hint = strategy === 'latency' ? '//@ pipeline Layer::reuse' : '';
  return {
    name,
    about: text`
      Convolution over kept pixels: outputs stand where inputs stand, stride 1, same padding.

      For each slot and filter the terms are added in the order of slots, inside a term in the order of channels; every
      addition is assigned to the accumulator's type.
    `,
    needs: [marked ? commons.marked : commons.plain],
    parallel: text`
      template <class Layer>
      void ${name}(const typename Layer::feature_t features[Layer::slots * Layer::channels],
                const typename Layer::coordinate_t coordinates[2 * Layer::slots],
                typename Layer::output_t out[Layer::slots * Layer::filters],
                ${parameters}) {
        //@ partition weights
        //@ partition bias
        ${hint}
      slots:
        for (int slot = 0; slot < Layer::slots; slot++) {
          ${visits[strategy]}
          //@ registers
          typename Layer::output_t result[Layer::filters];
          finish_slot<Layer>(${tells}, slot, sum, bias, result);
          //@ unroll
          for (int filter = 0; filter < Layer::filters; filter++) {
            out[slot * Layer::filters + filter] = result[filter];
          }
        }
      }
    `,
    stream: text`
      template <class Layer, class Features, class Coordinates, class Sink>
      void ${name}(Features &features_in, Coordinates &coordinates_in, Sink &out,
                ${parameters}) {
        //@ partition weights
        //@ partition bias
        ${readSlots}
        ${hint}
      slots:
        for (int slot = 0; slot < Layer::slots; slot++) {
          ${visits[strategy]}
          typename Layer::output_beat result;
          finish_slot<Layer>(${tells}, slot, sum, bias, result.lane);
          out.write(result);
        }
      }
    `,
  };
}

const kernels = {
  latency: { plain: sparseConvKernel('latency', false), marked: sparseConvKernel('latency', true) },
  resource: { plain: sparseConvKernel('resource', false), marked: sparseConvKernel('resource', true) },
};

export const sparseConv2d: PlanLayer<'sparse-conv2d'> = (layer, { input, constant, choices }) => {
  const [slots, channels] = input(0).shape as [number, number];
  const weights = constant(layer.weights);
  const [kernel, , , filters] = weights.shape as [number, number, number, number];
  const { strategy, reuseFactor } = choices;
  const { inputsPerCycle, cycles } = share(slots, 1, Math.min(reuseFactor, slots));
  const sharing = strategy === 'latency' ? { reuse: reuseFactor } : { neighbours_per_cycle: inputsPerCycle };
  const coordinateBits = input(1).type.width;
  const offsetBits = Math.max(coordinateBits, Math.ceil(Math.log2(kernel + 1))) + 2;
  return {
    kernel: kernels[strategy][isMarked(layer) ? 'marked' : 'plain'],
    inputs: ['feature', 'coordinate'],
    outputs: ['output'],
    numbers: {
      slots,
      channels,
      filters,
      kernel,
      taps: kernel * kernel,
      radius: Math.floor((kernel - 1) / 2),
      ...sharing,
    },
    types: {
      weight: storage(weights.type),
      bias: storage(constant(layer.bias).type),
      accumulator: layer.accumulator,
      offset: fixed(offsetBits, offsetBits, 'TRN_ZERO'),
    },
    constants: { weights: layer.weights, bias: layer.bias },
    ...(strategy === 'resource' ? { note: `${cycles} cycles for the neighbours of a slot` } : {}),
  };
};
