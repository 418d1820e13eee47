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
import {
  asMended,
  asWarning,
  diagnose,
  type Diagnosis,
  isMendable,
  type OperationChange,
} from './diagnose.ts';
import { buildMapping } from './mapping.ts';
import { type Graph, type Node, type Source } from './node.ts';
import { replaceWideDense } from './passes/dense-to-convolution.ts';
import { fuseBatchNormalization } from './passes/fuse-batch-normalization.ts';
import { inferPrecision } from './passes/infer-precision.ts';
import { removeLinearActivations } from './passes/linear-activations.ts';
import { settleReshapes } from './passes/reshapes.ts';
import { padBeforeConvolutions } from './passes/stream-padding.ts';
import { unknownEntries } from './unknown-entries.ts';
import { refuseThresholdNormalization } from './passes/threshold-normalization.ts';
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
  const { found, ...compiled } = compileOnce(sources, configuration, source);
  const warnings = (diagnoses: readonly Diagnosis[]) => diagnoses.map(asWarning);
  if (!fix) return { ...compiled, warnings: warnings(found) };
  let [mended, left, settings, result] = [sources, found, configuration, compiled];
  const applied: Warning[] = [];
  // mending one layer may bring out what another hid
  for (let round = 0; round < FIX_ROUNDS && left.some(isMendable); round++) {
    applied.push(...left.filter(isMendable).map(asMended));
    settings = settings.with(left.flatMap(({ changes }) => changes));
    mended = withOperations(
      mended,
      left.flatMap(({ operations }) => operations ?? []),
    );
    ({ found: left, ...result } = compileOnce(mended, settings, source));
  }
  return { ...result, warnings: [...applied, ...warnings(left)] };
}

const FIX_ROUNDS = 4;

function compileOnce(
  sources: SourceGraph,
  configuration: Configuration,
  source: string,
): Pick<Imported, 'model' | 'mapping'> & { readonly found: readonly Diagnosis[] } {
  const graph = runPasses(withTypes(sources, configuration), configuration);
  const model = buildModel(graph, configuration, source);
  const found = [
    ...diagnose(graph, model, configuration),
    ...unknownEntries(configuration, sources.nodes, sources.everyLayer === true),
  ];
  return { model, mapping: buildMapping(graph, configuration), found };
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
  const folded = replaceWideDense(refuseThresholdNormalization(fuseBatchNormalization(graph, configuration)));
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
