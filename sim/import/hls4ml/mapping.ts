/** What a configuration says of how a model is built: part, clock, strategy and reuse factors. */
import { type LayerChoices, type Mapping, MAPPING_SCHEMA } from '../../model/index.ts';
import type { Configuration } from './configuration.ts';
import type { Graph, Node } from './node.ts';
import { nearestLegalReuse } from './reuse-factor.ts';

export function buildMapping(graph: Graph, configuration: Configuration): Mapping {
  const { part, clockNs, clockUncertaintyNs, io } = configuration.backend;
  const layers: Record<string, LayerChoices> = {};
  for (const node of graph.nodes) {
    if (node.operation.kind === 'dense' || node.operation.kind === 'conv')
      layers[node.name] = choices(node, configuration);
  }
  return {
    schema: MAPPING_SCHEMA,
    name: graph.name,
    profile: graph.nodes.some(({ sparse }) => sparse) ? 'sparsepixels-0.2.1' : 'hls4ml-1.3.0',
    part,
    clockNs,
    clockUncertaintyNs,
    io,
    default: { strategy: 'latency', reuseFactor: 1 },
    layers,
    fifoDepths: {},
  };
}

/** Resource strategies get the nearest reuse factor that their kernels can be built with. */
function choices(node: Node, configuration: Configuration): LayerChoices {
  const reuseFactor = configuration.reuseFactor(node);
  if (!configuration.strategy(node).startsWith('resource')) return { strategy: 'latency', reuseFactor };
  const [inputs, outputs] = matrixSize(node);
  return { strategy: 'resource', reuseFactor: nearestLegalReuse(inputs, outputs, reuseFactor) };
}

/** Inputs and outputs of the matrix that a layer multiplies by. */
export function matrixSize({ weights }: Node): [inputs: number, outputs: number] {
  const { shape } = weights.weight;
  return [shape.slice(0, -1).reduce((a, b) => a * b, 1), shape.at(-1)!];
}
