/** Layers that take and give a stream beat by beat, io_stream. */
import { choicesFor, type Layer, type LayerOf } from '../../../model/index.ts';
import { beatByBeat, lowerSoftmaxStream } from '../element-wise.ts';
import { type ElementKind, elementCycles } from '../pipewright/element-wise.ts';
import { sliceWise } from '../pipewright/element-wise.ts';
import { productCycles } from '../pipewright/operators.ts';
import { unrolled } from '../pipewright/whole-tensor.ts';
import { conv2d, pool2d } from '../pipewright/windows.ts';
import type { LayerLowering, Site } from '../profile.ts';
import { lowerConv2d, lowerPool2d } from '../window-stream.ts';
import { borrowed, noReport } from './borrowed.ts';
import { isProduct } from './whole.ts';

export const lowerElementBeats: LayerLowering<LayerOf<ElementKind>> = (layer, site) =>
  beatByBeat(layer, site, 'Beats', 1 + elementCycles(layer, site), [noReport(layer.kind)]);

/** Additions and concatenations of channels go beat by beat; what changes the order of beats waits for all of them. */
export const lowerMoveBeats: LayerLowering<LayerOf<'merge' | 'concatenate'>> = (layer, site) => {
  if (!inStep(site)) return borrowed<'merge' | 'concatenate'>(unrolled)(layer, site);
  const bits = layer.inputs.reduce((sum, name) => sum + site.model.tensors[name].type.width, 0);
  return beatByBeat(layer, site, 'Beats', 1 + (isProduct(layer) ? productCycles(bits) : 0), [
    noReport(layer.kind),
  ]);
};

/** Whether all channels of a process carry as many beats. */
function inStep({ reads, writes, port }: Site): boolean {
  return new Set([...reads, ...writes].map((channel) => port(channel).beats)).size === 1;
}

/** hls4ml takes the softmax of each beat. */
export const lowerTableSoftmaxBeats: LayerLowering<LayerOf<'table-softmax'>> = (layer, site) => {
  const [outer, size, inner] = layer.slices;
  if (inner > 1 || !inStep(site)) return borrowed<'table-softmax'>(sliceWise)(layer, site);
  const single = outer === 1 && site.beats(layer.inputs[0]) === 1;
  if (single) return lowerSoftmaxStream({ ...layer, kind: 'softmax' } as never, site);
  const levels = Math.ceil(Math.log2(Math.max(2, size)));
  return beatByBeat(layer, site, 'SoftmaxArrayLoop', levels <= 3 ? 5 : 4 + levels, [
    `softmax of ${outer} beats`,
  ]);
};

/** The reported form: strategy latency, a pixel a cycle, no padding inside the window. */
export const lowerConvBeats: LayerLowering<LayerOf<'conv2d'>> = (layer, site) => {
  const { strategy, reuseFactor } = choicesFor(site.mapping, layer.name);
  const shown = strategy === 'latency' && reuseFactor === 1 && !isPadded(layer);
  return shown ? lowerConv2d(layer, site) : borrowed<'conv2d'>(conv2d)(layer, site);
};

export const lowerPoolBeats: LayerLowering<LayerOf<'average-pool2d' | 'max-pool2d'>> = (layer, site) =>
  isPadded(layer) ? borrowed<'average-pool2d' | 'max-pool2d'>(pool2d)(layer, site) : lowerPool2d(layer, site);

function isPadded({
  padding,
}: Extract<Layer, { readonly padding: unknown; readonly window: unknown }>): boolean {
  return Object.values(padding).some((pixels) => pixels > 0);
}
