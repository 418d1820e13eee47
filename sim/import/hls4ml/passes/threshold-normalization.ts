/**
 * Refuses a normalisation whose signs are taken: hls4ml makes thresholds of the two, one a channel, for which there is
 * no layer here, and whose rounding is not that of a normalisation and a sign.
 *
 * Source: hls4ml 1.3.0, pass `merge_batch_norm_quantized_tanh`.
 */
import { InputError } from '../../../model/index.ts';
import { type Graph, nodeOf } from '../node.ts';

/** @throws InputError `IMP023` for a binary or ternary activation of a normalisation that was not folded */
export function refuseThresholdNormalization(graph: Graph): Graph {
  for (const node of graph.nodes) {
    const { operation } = node;
    if (operation.kind !== 'activation') continue;
    if (operation.function !== 'binary_tanh' && operation.function !== 'ternary_tanh') continue;
    const before = nodeOf(graph, node.inputs[0]);
    if (before.operation.kind !== 'batch-normalization') continue;
    throw new InputError({
      code: 'IMP023',
      layer: node.name,
      field: 'activation',
      what: `'${operation.function}' of the normalisation '${before.name}' becomes thresholds in hls4ml, which are not supported`,
      mend: `give '${before.name}' a layer before it that it can be folded into (its weights of more than one bit), or leave it out`,
    });
  }
  return graph;
}
