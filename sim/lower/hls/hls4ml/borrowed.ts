/**
 * Schedules of Pipewright's own kernels in place of hls4ml's, where no report shows what HLS makes of the latter. The loops
 * are alike: a trip an output pixel, a beat or a step, products and sums inside it. Every use is marked.
 */
import type { Layer } from '../../../model/index.ts';
import type { Context, Kernel, KernelOf } from '../pipewright/context.ts';
import type { LayerLowering, Lowered, Site } from '../profile.ts';

export function borrowed<K extends Layer['kind']>(
  kernel: KernelOf<K>,
): LayerLowering<Extract<Layer, { readonly kind: K }>> {
  return (layer, site) => marked(layer.kind, kernel(layer, contextOf(site)));
}

function marked(kind: Layer['kind'], { schedule, derivation, extrapolated = [] }: Kernel): Lowered {
  return { schedule, derivation, extrapolated: [noReport(kind), ...extrapolated] };
}

export function noReport(kind: Layer['kind']): string {
  return `cycles of '${kind}', which no report of hls4ml shows`;
}

export function contextOf({
  model,
  mapping,
  io,
  budgetNs,
  beats,
  lanes,
  port,
  reads,
  writes,
}: Site): Context {
  return {
    model,
    mapping,
    io,
    budgetNs,
    layout: (tensor) => ({ beats: beats(tensor), lanes: lanes(tensor) }),
    reads: reads.map(port),
    writes: writes.map(port),
  };
}
