/**
 * hls4ml's way from the layers of a front end to firmware: types from the configuration, rewriting passes, types
 * inferred where they are open; then a Model that computes the same numbers, and a Mapping.
 */
import { InputError } from '../../model/index.ts';
import type { Imported, Warning } from '../importer.ts';
import { buildModel } from './build/index.ts';
import { hasQuantizers, inferBitExact } from './bit-exact/index.ts';
import type { Configuration } from './configuration.ts';
import { createNode } from './create-node.ts';
import { diagnose, type OperationChange } from './diagnose.ts';
import { buildMapping } from './mapping.ts';
import { type Graph, type Node, type Source } from './node.ts';
import { replaceWideDense } from './passes/dense-to-convolution.ts';
import { fuseBatchNormalization } from './passes/fuse-batch-normalization.ts';
import { inferPrecision } from './passes/infer-precision.ts';
import { removeLinearActivations } from './passes/linear-activations.ts';
import { settleReshapes } from './passes/reshapes.ts';
import { padBeforeConvolutions } from './passes/stream-padding.ts';
import { unknownEntries } from './unknown-entries.ts';
import { removeTrivialNormalizations } from './passes/trivial-normalization.ts';

export interface SourceGraph {
  readonly name: string;
  /** Set where the nodes have the names that a configuration knows layers by, before any pass. */
  readonly everyLayer?: boolean;
  /** In an order in which every layer stands after its inputs. */
  readonly nodes: readonly Source[];
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/**
 * @param source  where the layers came from, in words
 * @param fix  whether to apply the changes that mend what is found, of the configuration and of the Model
 * @throws InputError naming layer and field
 */
export function compileSources(
  sources: SourceGraph,
  configuration: Configuration,
  source: string,
  fix = false,
): Imported {
  const graph = runPasses(withTypes(sources, configuration), configuration);
  const model = buildModel(graph, configuration, source);
  const found = [
    ...diagnose(graph, model, configuration),
    ...unknownEntries(configuration, sources.nodes, sources.everyLayer === true),
  ];
  const changes = found.flatMap((diagnosis) => diagnosis.changes);
  const operations = found.flatMap((diagnosis) => diagnosis.operations ?? []);
  if (fix && changes.length + operations.length > 0) {
    const mended = compileSources(withOperations(sources, operations), configuration.with(changes), source);
    const applied = found.flatMap((diagnosis) => {
      const done = [
        ...diagnosis.changes.map(({ layer, entry, value }) => `${layer}.${entry} = ${value}`),
        ...(diagnosis.operations ?? []).map(({ layer, what }) => `${layer} ${what} in the Model`),
      ];
      return done.length === 0 ? [] : [asWarning({ ...diagnosis, mend: `mended: ${done.join(', ')}` })];
    });
    const names = new Set(applied.map(({ name, layer }) => `${name} ${layer ?? ''}`));
    const left = (mended.warnings ?? []).filter(({ name, layer }) => !names.has(`${name} ${layer ?? ''}`));
    return { ...mended, warnings: [...applied, ...left] };
  }
  return {
    model,
    mapping: buildMapping(graph, configuration),
    warnings: found.map(asWarning),
  };
}

function withOperations(sources: SourceGraph, changes: readonly OperationChange[]): SourceGraph {
  const operations = new Map(changes.map(({ layer, operation }) => [layer, operation]));
  const nodes = sources.nodes.map((node) => ({
    ...node,
    operation: operations.get(node.name) ?? node.operation,
  }));
  return { ...sources, nodes };
}

function withTypes({ nodes: sources, ...graph }: SourceGraph, configuration: Configuration): Graph {
  const nodes = new Map<string, Node>();
  for (const source of sources) {
    if (nodes.has(source.name))
      throw new InputError({
        code: 'IMP024',
        layer: source.name,
        field: 'name',
        what: 'two layers have this name',
      });
    nodes.set(source.name, createNode(source, nodes.get(source.inputs[0]), configuration));
  }
  return { ...graph, nodes: [...nodes.values()] };
}

/** hls4ml's passes in its order, as far as they change numbers, types or names. */
function runPasses(graph: Graph, configuration: Configuration): Graph {
  const { io } = configuration.backend;
  const folded = replaceWideDense(fuseBatchNormalization(graph, configuration));
  const typed = hasQuantizers(folded)
    ? inferBitExact(removeLinearActivations(folded), configuration)
    : inferPrecision(removeLinearActivations(folded), configuration);
  const trimmed = settleReshapes(removeSkipped(removeTrivialNormalizations(typed), configuration), io);
  return io === 'stream' ? padBeforeConvolutions(trimmed) : trimmed;
}

/** Softmax layers that the configuration says to leave out. */
function removeSkipped(graph: Graph, configuration: Configuration): Graph {
  const skipped = graph.nodes.filter(
    (node) => node.operation.kind === 'softmax' && configuration.attribute(node, 'Skip') === true,
  );
  const names = new Map(skipped.map(({ name, inputs }) => [name, inputs[0]]));
  const rename = (name: string) => names.get(name) ?? name;
  return {
    ...graph,
    outputs: graph.outputs.map(rename),
    nodes: graph.nodes
      .filter(({ name }) => !names.has(name))
      .map((node) => ({ ...node, inputs: node.inputs.map(rename) })),
  };
}

function asWarning({ name, layer, what, mend }: Warning): Warning {
  return { name, what, ...(layer === undefined ? {} : { layer }), ...(mend === undefined ? {} : { mend }) };
}
