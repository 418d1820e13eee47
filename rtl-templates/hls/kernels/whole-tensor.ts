/** Kernels that need their whole inputs before they can make an output: arrays inside, whatever the interface. */
import type { Kernel, LayerPlan, PlanContext } from '../hls-layer.ts';
import { text } from '../text.ts';

export interface WholeTensorKernel {
  readonly name: string;
  readonly about: string;
  readonly inputs: 1 | 2;
  /** Kernels that it calls. */
  readonly needs?: readonly Kernel[];
  /** Parameters behind the tensors, with a leading comma. */
  readonly parameters?: string;
  readonly common?: string;
  /** Statements that make `out` of `x` (and `y`). */
  readonly body: string;
}

const INPUTS = [
  { array: 'x', role: 'input' },
  { array: 'y', role: 'other' },
] as const;

export function wholeTensorKernel({
  name,
  about,
  inputs,
  needs = [],
  parameters = '',
  common = '',
  body,
}: WholeTensorKernel): Kernel {
  const used = INPUTS.slice(0, inputs);
  const arrays = used.map(
    ({ array, role }) => `const typename Layer::${role}_t ${array}[Layer::${array}_size]`,
  );
  const load = ({ array, role }: (typeof INPUTS)[number]) => text`
    //@ registers
    typename Layer::${role}_t ${array}[Layer::${array}_size];
    //@ pipeline 1
    load_${array}:
    for (int at = 0; at < Layer::${array}_size; at += Layer::${role}_lanes) {
      const typename Layer::${role}_beat values = ${array}_in.read();
      //@ unroll
      for (int lane = 0; lane < Layer::${role}_lanes; lane++) {
        ${array}[at + lane] = values.lane[lane];
      }
    }
  `;
  return {
    name,
    about,
    needs,
    common,
    parallel: text`
      template <class Layer>
      void ${name}(${arrays.join(', ')}, typename Layer::output_t out[Layer::out_size]${parameters}) {
        ${body}
      }
    `,
    stream: text`
      template <class Layer, ${used.map(({ array }) => `class Source${array.toUpperCase()}`).join(', ')}, class Sink>
      void ${name}(${used.map(({ array }) => `Source${array.toUpperCase()} &${array}_in`).join(', ')}, Sink &out_stream${parameters}) {
        ${used.map(load)}
        //@ registers
        typename Layer::output_t out[Layer::out_size];
        ${body}
        //@ pipeline 1
      store:
        for (int at = 0; at < Layer::out_size; at += Layer::out_lanes) {
          typename Layer::output_beat values;
          //@ unroll
          for (int lane = 0; lane < Layer::out_lanes; lane++) {
            values.lane[lane] = out[at + lane];
          }
          out_stream.write(values);
        }
      }
    `,
  };
}

/** The instance of such a kernel. @param rest  numbers, types and constants of its own */
export function wholeTensorPlan(
  kernel: Kernel,
  { input, output }: PlanContext,
  inputs: 1 | 2,
  rest: Partial<LayerPlan> = {},
): LayerPlan {
  const size = ({ beats, lanes }: { beats: number; lanes: number }) => beats * lanes;
  const sizes = INPUTS.slice(0, inputs).map(
    ({ array }, index) => [`${array}_size`, size(input(index))] as const,
  );
  return {
    kernel,
    inputs: INPUTS.slice(0, inputs).map(({ role }) => role),
    outputs: ['output'],
    ...rest,
    numbers: {
      ...Object.fromEntries(sizes),
      out_size: size(output(0)),
      out_lanes: output(0).lanes,
      ...rest.numbers,
    },
  };
}
