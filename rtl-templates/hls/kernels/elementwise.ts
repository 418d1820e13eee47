/** The loop that layers share whose output elements each come from one input element. */
import type { Kernel } from '../hls-layer.ts';
import { text } from '../text.ts';

/** @param element  the value of an output element as an expression of `x`; @param extra  more parameters, with comma */
export function elementwise(name: string, about: string, element: string, extra = '', common = ''): Kernel {
  return {
    name,
    about,
    needs: [],
    common,
    parallel: text`
      template <class Layer>
      void ${name}(const typename Layer::input_t in[Layer::beats * Layer::lanes],
                typename Layer::output_t out[Layer::beats * Layer::lanes]${extra}) {
        //@ pipeline 1
      beats:
        for (int beat = 0; beat < Layer::beats; beat++) {
          //@ unroll
          for (int lane = 0; lane < Layer::lanes; lane++) {
            const typename Layer::input_t x = in[beat * Layer::lanes + lane];
            out[beat * Layer::lanes + lane] = ${element};
          }
        }
      }
    `,
    stream: text`
      template <class Layer, class Source, class Sink>
      void ${name}(Source &in, Sink &out${extra}) {
        //@ pipeline 1
      beats:
        for (int beat = 0; beat < Layer::beats; beat++) {
          const typename Layer::input_beat values = in.read();
          typename Layer::output_beat results;
          //@ unroll
          for (int lane = 0; lane < Layer::lanes; lane++) {
            const typename Layer::input_t x = values.lane[lane];
            results.lane[lane] = ${element};
          }
          out.write(results);
        }
      }
    `,
  };
}
