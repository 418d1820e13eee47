/** The window that slides over an image: gathered from an array, or kept in line buffers behind a stream. */
import type { Kernel, LaidOutTensor } from '../hls-layer.ts';
import type { LayerOf } from '../../../sim/model/index.ts';
import { text } from '../text.ts';

const insideImage = text`
  // Whether pixel \`pixel\` of a window whose first pixel stands at (top, left) is one of the image's.
  template <class Layer> bool inside_image(int top, int left, int pixel) {
    //@ inline
    const int row = top + pixel / Layer::window_columns;
    const int column = left + pixel % Layer::window_columns;
    return row >= 0 && row < Layer::height && column >= 0 && column < Layer::width;
  }
`;

export const window: Kernel = {
  name: 'window',
  about: text`
    The window of a convolution or pooling layer: window_rows x window_columns pixels in row-major order, channels
    fastest. Padding is raw 0.
  `,
  needs: [],
  common: insideImage,
  parallel: text`
    template <class Layer>
    void gather_window(const typename Layer::input_t image[Layer::height * Layer::width * Layer::channels],
                       int out_row, int out_column,
                       typename Layer::input_t view[Layer::window_rows * Layer::window_columns * Layer::channels]) {
      //@ inline
      int at = 0;
      //@ unroll
      for (int row = 0; row < Layer::window_rows; row++) {
        //@ unroll
        for (int column = 0; column < Layer::window_columns; column++) {
          const int y = out_row * Layer::stride_rows - Layer::pad_top + row;
          const int x = out_column * Layer::stride_columns - Layer::pad_left + column;
          const bool inside = y >= 0 && y < Layer::height && x >= 0 && x < Layer::width;
          //@ unroll
          for (int channel = 0; channel < Layer::channels; channel++) {
            if (inside) {
              view[at++] = image[(y * Layer::width + x) * Layer::channels + channel];
            } else {
              view[at++] = 0;
            }
          }
        }
      }
    }
  `,
  stream: text`
    // Moves the window one column to the right: the new column is the new pixel below what the line buffers hold of the
    // rows above it. Lines are [row][column][channel], the oldest row first.
    template <class Layer>
    void shift_window(const typename Layer::input_t pixel[Layer::channels], int column,
                      typename Layer::input_t lines[Layer::line_count][Layer::padded_width * Layer::channels],
                      typename Layer::input_t view[Layer::window_rows * Layer::window_columns * Layer::channels]) {
      //@ inline
      const int last_row = Layer::window_rows - 1;
      const int row_size = Layer::window_columns * Layer::channels;
      //@ unroll
      for (int row = 0; row < Layer::window_rows; row++) {
        //@ unroll
        for (int at = 0; at + Layer::channels < row_size; at++) {
          view[row * row_size + at] = view[row * row_size + at + Layer::channels];
        }
      }
      //@ unroll
      for (int channel = 0; channel < Layer::channels; channel++) {
        const int at = column * Layer::channels + channel;
        const int newest = row_size - Layer::channels + channel;
        //@ unroll
        for (int row = 0; row < last_row; row++) {
          view[row * row_size + newest] = lines[row][at];
        }
        view[last_row * row_size + newest] = pixel[channel];
        //@ unroll
        for (int row = 0; row + 1 < last_row; row++) {
          lines[row][at] = lines[row + 1][at];
        }
        if (last_row > 0) lines[Layer::line_count - 1][at] = pixel[channel];
      }
    }
  `,
};

/** Whether any window reaches beyond the image. */
export function isPadded({ padding }: Pick<LayerOf<'conv2d'>, 'padding'>): boolean {
  return Object.values(padding).some((size) => size > 0);
}

/** [rows, columns, channels]; a tensor [columns, channels] is an image of one row. */
export function asImage(shape: readonly number[]): readonly [number, number, number] {
  return (shape.length === 3 ? shape : [1, ...shape]) as [number, number, number];
}

/** The numbers of a window in a layer's struct. */
export function windowNumbers(
  layer: Pick<LayerOf<'conv2d'>, 'window' | 'stride' | 'padding'>,
  image: LaidOutTensor,
  out: LaidOutTensor,
): Record<string, number> {
  const [height, width, channels] = asImage(image.shape);
  const [outHeight, outWidth] = asImage(out.shape);
  const { top, bottom, left, right } = layer.padding;
  return {
    height,
    width,
    channels,
    out_height: outHeight,
    out_width: outWidth,
    window_rows: layer.window[0],
    window_columns: layer.window[1],
    stride_rows: layer.stride[0],
    stride_columns: layer.stride[1],
    pad_top: top,
    pad_left: left,
    padded_height: height + top + bottom,
    padded_width: width + left + right,
    line_count: Math.max(layer.window[0] - 1, 1),
  };
}

export interface WindowKernel {
  readonly name: string;
  readonly about: string;
  readonly needs: readonly Kernel[];
  /** Parameters behind the tensors, with a leading comma. */
  readonly parameters?: string;
  readonly common?: string;
  /**
   * Statement that makes `Layer::filters` values `result` of the values `view`, whose first pixel stands at row `top`
   * and column `left` of the image if `places` is asked for.
   */
  readonly visit: string;
  readonly places?: boolean;
  /** Hint of the loop over output positions; empty if `visit` is pipelined itself. */
  readonly pipeline: string;
}

/** A kernel that visits every position of a window. */
export function windowKernel(kernel: WindowKernel): Kernel {
  const { name, about, needs, parameters = '', common = '', visit, places = false, pipeline } = kernel;
  const streamVisit = visit.replaceAll('result', 'values.lane');
  return {
    name,
    about,
    needs: [window, ...needs],
    common,
    parallel: text`
      template <class Layer>
      void ${name}(const typename Layer::input_t image[Layer::height * Layer::width * Layer::channels],
                typename Layer::output_t out[Layer::out_height * Layer::out_width * Layer::filters]${parameters}) {
      rows:
        for (int row = 0; row < Layer::out_height; row++) {
          ${pipeline}
        columns:
          for (int column = 0; column < Layer::out_width; column++) {
            //@ registers
            typename Layer::input_t view[Layer::window_rows * Layer::window_columns * Layer::channels];
            //@ registers
            typename Layer::output_t result[Layer::filters];
            gather_window<Layer>(image, row, column, view);
            ${places ? 'const int top = row * Layer::stride_rows - Layer::pad_top;' : ''}
            ${places ? 'const int left = column * Layer::stride_columns - Layer::pad_left;' : ''}
            ${visit}
            //@ unroll
            for (int filter = 0; filter < Layer::filters; filter++) {
              out[(row * Layer::out_width + column) * Layer::filters + filter] = result[filter];
            }
          }
        }
      }
    `,
    stream: text`
      template <class Layer, class Source, class Sink>
      void ${name}(Source &in, Sink &out${parameters}) {
        //@ registers
        typename Layer::input_t view[Layer::window_rows * Layer::window_columns * Layer::channels];
        typename Layer::input_t lines[Layer::line_count][Layer::padded_width * Layer::channels];
        //@ partition-rows lines

        int rows_to_wait = Layer::window_rows - 1;
        int columns_to_wait = Layer::window_columns - 1;
      rows:
        for (int row = 0; row < Layer::padded_height; row++) {
          ${pipeline}
        columns:
          for (int column = 0; column < Layer::padded_width; column++) {
            const bool inside = row >= Layer::pad_top && row < Layer::pad_top + Layer::height &&
                                column >= Layer::pad_left && column < Layer::pad_left + Layer::width;
            typename Layer::input_beat pixel;
            if (inside) {
              pixel = in.read();
            } else {
              //@ unroll
              for (int channel = 0; channel < Layer::channels; channel++) {
                pixel.lane[channel] = 0;
              }
            }
            shift_window<Layer>(pixel.lane, column, lines, view);

            if (rows_to_wait == 0 && columns_to_wait == 0) {
              typename Layer::output_beat values;
              ${places ? 'const int top = row - (Layer::window_rows - 1) - Layer::pad_top;' : ''}
              ${places ? 'const int left = column - (Layer::window_columns - 1) - Layer::pad_left;' : ''}
              ${streamVisit}
              out.write(values);
            }
            // Counted here, not between the loops, so that they are one loop to the compiler.
            if (column == Layer::padded_width - 1) {
              columns_to_wait = Layer::window_columns - 1;
              rows_to_wait = rows_to_wait == 0 ? Layer::stride_rows - 1 : rows_to_wait - 1;
            } else {
              columns_to_wait = columns_to_wait == 0 ? Layer::stride_columns - 1 : columns_to_wait - 1;
            }
          }
        }
      }
    `,
  };
}
