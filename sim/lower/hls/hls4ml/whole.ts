/** Layers that hls4ml unrolls, io_parallel: every value at once, a new event each cycle. */
import { type Layer, type LayerOf } from '../../../model/index.ts';
import { type ElementKind, elementCycles } from '../pipewright/element-wise.ts';
import { levelsOf, productCycles, selectionCycles } from '../pipewright/operators.ts';
import { poolCycles } from '../pipewright/windows.ts';
import type { LayerLowering, Lowered, Site } from '../profile.ts';
import { wholeEvent } from '../whole-event.ts';
import { noReport } from './borrowed.ts';
import { clockNotes, fabricOf } from './fabric.ts';

function atOnce(site: Site, cycles: number, words: string, extrapolated: readonly string[]): Lowered {
  return { schedule: wholeEvent(site, cycles, 1), derivation: `${cycles}: ${words}`, extrapolated };
}

export const lowerReluWhole: LayerLowering<LayerOf<'relu'>> = (_layer, site) => {
  const fabric = fabricOf(site.mapping.part);
  const cycles = fabric.reluCycles(site.budgetNs);
  return atOnce(site, cycles, 'every value at once', clockNotes(fabric, site.budgetNs));
};

export const lowerElementsWhole: LayerLowering<LayerOf<ElementKind>> = (layer, site) =>
  atOnce(site, elementCycles(layer, site), 'every value at once', [noReport(layer.kind)]);

/** Softmax over slices, each with trees and tables of its own. */
export function softmaxWhole(
  layer: LayerOf<'softmax' | 'table-softmax' | 'legacy-softmax'>,
  site: Site,
): Lowered {
  const { size, slices } = slicesOf(layer, site);
  const fabric = fabricOf(site.mapping.part);
  const levels = levelsOf(Math.max(2, size));
  const cycles = fabric.softmaxCycles(levels, site.budgetNs);
  return atOnce(site, cycles, `two tables, a product and ${levels} levels of trees over ${size} values`, [
    ...clockNotes(fabric, site.budgetNs),
    ...(size < 3 || size > 10 ? [`softmax of ${size} values`] : []),
    ...(slices > 1 ? [`${slices} slices at once`] : []),
    ...(layer.kind === 'legacy-softmax' ? [noReport(layer.kind)] : []),
    ...(layer.kind === 'table-softmax' && !layer.subtractLargest
      ? ['softmax that does not take the largest value off, counted as if it did']
      : []),
  ]);
}

/** Values along the axis, and how often. */
export function slicesOf(
  layer: LayerOf<'softmax' | 'table-softmax' | 'legacy-softmax' | 'argmax'>,
  { model }: Pick<Site, 'model'>,
): { readonly size: number; readonly slices: number } {
  if (layer.kind === 'softmax')
    return { size: model.tensors[layer.inputs[0]].shape.reduce((a, b) => a * b, 1), slices: 1 };
  const [outer, size, inner] = layer.slices;
  return { size, slices: outer * inner };
}

export const lowerArgmaxWhole: LayerLowering<LayerOf<'argmax'>> = (layer, site) => {
  const { size } = slicesOf(layer, site);
  const { width } = site.model.tensors[layer.inputs[0]].type;
  const cycles = selectionCycles(levelsOf(size), width, site.budgetNs);
  return atOnce(site, cycles, `the largest of ${size} values`, [noReport(layer.kind)]);
};

/** Wires, or one operation an element: additions and comparisons beside the registers, products in cycles of their own. */
export const lowerMovesWhole: LayerLowering<LayerOf<'merge' | 'concatenate' | 'reshape' | 'transpose'>> = (
  layer,
  site,
) => {
  const bits = layer.inputs.reduce((sum, name) => sum + site.model.tensors[name].type.width, 0);
  const cycles = isProduct(layer) ? productCycles(bits) : 0;
  return layer.kind === 'merge'
    ? atOnce(site, cycles, `${layer.operation} of every element at once`, [noReport(layer.kind)])
    : atOnce(site, 0, 'wires', []);
};

export function isProduct(layer: Layer): boolean {
  return layer.kind === 'merge' && layer.operation === 'multiply';
}

export const lowerPoolWhole: LayerLowering<LayerOf<'average-pool2d' | 'max-pool2d'>> = (layer, site) => {
  const { cycles } = poolCycles(layer, site);
  return atOnce(site, cycles, `every window of ${layer.window.join(' x ')} at once`, [noReport(layer.kind)]);
};
