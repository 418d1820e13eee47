/** The calibrated cost tables: prices of counts for csynth's and for Vivado's figures, and how far off they are. */
import type { Layer, Model } from '../model/index.ts';
import type { Profile } from '../lower/hls/index.ts';
import { type Figure, FIGURES, type LayerCounts } from './counts/counts.ts';
import table from './prices.json' with { type: 'json' };

/** Relative errors: 0.05 is five per cent. */
export type FigureErrors = Readonly<Record<Figure, number>>;

export interface CalibrationErrors {
  readonly mean: FigureErrors;
  readonly worst: FigureErrors;
}

const prices: Readonly<Record<Figure, Readonly<Record<string, number>>>> = table.prices;

/** LUT, FF, DSP and block RAM of counted hardware, rounded to whole ones. */
export function price(tool: 'csynth' | 'vivado', { priced, ...blocks }: LayerCounts) {
  const sum = (figure: Figure) =>
    Math.round(
      Object.entries(priced[figure]).reduce(
        (total, [name, count]) => total + count * (name === 'known' ? 1 : (prices[figure][name] ?? 0)),
        0,
      ),
    );
  return { lut: sum(`${tool}.lut`), ff: sum(`${tool}.ff`), ...blocks[tool] };
}

/** Figures that too few reports show are missing. */
type ErrorRow = { readonly [F in Figure]?: { readonly cvMean: number; readonly cvWorst: number } };
const errors: Readonly<Record<'totals' | 'layers', Readonly<Record<string, ErrorRow>>>> = table.errors;

/** Errors of a design's totals, by the sort of design: streams, trained sparse networks, sparse layers of unknown weights. */
export function errorOfTotal(model: Model, { io }: Profile): CalibrationErrors {
  if (io === 'stream') return summary(errors.totals.full);
  const unknown = Object.values(model.constants).some(({ raw }) => raw === null);
  if (!unknown) return summary(errors.totals.sparse);
  const last = model.layers.at(-1)!.kind;
  const study: Partial<Record<Layer['kind'], string>> = {
    'sparse-conv2d': 'conv',
    'sparse-average-pool2d': 'avgpool',
    'sparse-flatten': 'flatten',
    'sparse-relu': 'relu',
    'sparse-input-reduce': 'reduction',
  };
  return summary(errors.totals[study[last] ?? 'conv']);
}

/** Errors of layers of a kind, over those that make out at least a fiftieth of their design. */
export function errorOfLayer(kind: Layer['kind']): CalibrationErrors {
  return summary(errors.layers[kind]);
}

/** What no report shows may be off by a half on average, by all of it at worst. */
const UNSHOWN = { cvMean: 0.5, cvWorst: 1 };

function summary(row: ErrorRow | undefined): CalibrationErrors {
  const pick = (which: 'cvMean' | 'cvWorst') =>
    Object.fromEntries(FIGURES.map((figure) => [figure, (row?.[figure] ?? UNSHOWN)[which]])) as FigureErrors;
  return { mean: pick('cvMean'), worst: pick('cvWorst') };
}
