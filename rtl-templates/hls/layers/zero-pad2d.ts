import type { Kernel, PlanLayer } from '../hls-layer.ts';
import { asImage } from '../kernels/window.ts';
import { text } from '../text.ts';

const loop = (before: string, inside: string, outside: string, after: string) => text`
  rows:
    for (int row = 0; row < Layer::out_height; row++) {
      //@ pipeline 1
    columns:
      for (int column = 0; column < Layer::out_width; column++) {
        const int y = row - Layer::pad_top;
        const int x = column - Layer::pad_left;
        const bool inside = y >= 0 && y < Layer::height && x >= 0 && x < Layer::width;
        ${before}
        //@ unroll
        for (int channel = 0; channel < Layer::channels; channel++) {
          if (inside) {
            ${inside}
          } else {
            ${outside}
          }
        }
        ${after}
      }
    }
`;

const kernel: Kernel = {
  name: 'zero_pad2d',
  about: 'Rows and columns of 0 around an image; values are assigned to the output type.',
  needs: [],
  parallel: text`
    template <class Layer>
    void zero_pad2d(const typename Layer::input_t image[Layer::height * Layer::width * Layer::channels],
                    typename Layer::output_t out[Layer::out_height * Layer::out_width * Layer::channels]) {
    ${loop(
      'const int at = (row * Layer::out_width + column) * Layer::channels;',
      'out[at + channel] = image[(y * Layer::width + x) * Layer::channels + channel];',
      'out[at + channel] = 0;',
      '',
    )}
    }
  `,
  stream: text`
    template <class Layer, class Source, class Sink> void zero_pad2d(Source &in, Sink &out) {
    ${loop(
      [
        'typename Layer::input_beat pixel;',
        'if (inside) pixel = in.read();',
        'typename Layer::output_beat result;',
      ].join('\n'),
      'result.lane[channel] = pixel.lane[channel];',
      'result.lane[channel] = 0;',
      'out.write(result);',
    )}
    }
  `,
};

export const zeroPad2d: PlanLayer<'zero-pad2d'> = (layer, { input, output }) => {
  const [height, width, channels] = asImage(input(0).shape);
  const [out_height, out_width] = asImage(output(0).shape);
  const { top: pad_top, left: pad_left } = layer.padding;
  return {
    kernel,
    inputs: ['input'],
    outputs: ['output'],
    numbers: { height, width, channels, out_height, out_width, pad_top, pad_left },
  };
};
