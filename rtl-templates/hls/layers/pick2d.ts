import type { LayerOf } from '../../../sim/model/index.ts';
import type { Kernel, LayerPlan, PlanContext } from '../hls-layer.ts';
import { wholeTensorKernel, wholeTensorPlan } from '../kernels/whole-tensor.ts';
import { asImage } from '../kernels/window.ts';
import { text } from '../text.ts';

/** Kernels whose output pixels are input pixels from elsewhere. */
function pickKernel(name: string, about: string, row: string, column: string): Kernel {
  return wholeTensorKernel({
    name,
    about,
    inputs: 1,
    body: text`
      for (int row = 0; row < Layer::out_height; row++) {
        //@ pipeline 1
        for (int column = 0; column < Layer::out_width; column++) {
          const int from = ((${row}) * Layer::width + ${column}) * Layer::channels;
          const int to = (row * Layer::out_width + column) * Layer::channels;
          //@ unroll
          for (int channel = 0; channel < Layer::channels; channel++) {
            out[to + channel] = x[from + channel];
          }
        }
      }
    `,
  });
}

const crop = pickKernel(
  'crop2d',
  'The image without its borders.',
  'row + Layer::crop_top',
  'column + Layer::crop_left',
);
const resize = pickKernel(
  'resize2d',
  'Each pixel repeated over factor_rows x factor_columns.',
  'row / Layer::factor_rows',
  'column / Layer::factor_columns',
);

function pickPlan(kernel: Kernel, context: PlanContext, numbers: Record<string, number>): LayerPlan {
  const [, width, channels] = asImage(context.input(0).shape);
  const [out_height, out_width] = asImage(context.output(0).shape);
  return wholeTensorPlan(kernel, context, 1, {
    numbers: { width, channels, out_height, out_width, ...numbers },
  });
}

export function crop2d(layer: LayerOf<'crop2d'>, context: PlanContext): LayerPlan {
  return pickPlan(crop, context, { crop_top: layer.crop.top, crop_left: layer.crop.left });
}

export function resize2d({ factor }: LayerOf<'resize2d'>, context: PlanContext): LayerPlan {
  return pickPlan(resize, context, { factor_rows: factor[0], factor_columns: factor[1] });
}
