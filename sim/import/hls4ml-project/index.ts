/**
 * Reads an hls4ml project as it stands on disk: the types, sizes and weights of the firmware, edited or not. Only the
 * backend's settings come from `hls4ml_config.yml`.
 */
import { parseFormat } from 'fixed-point-ts';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { inFile, InputError } from '../../model/index.ts';
import { buildModel } from '../hls4ml/build/index.ts';
import { Configuration } from '../hls4ml/configuration.ts';
import { buildMapping } from '../hls4ml/mapping.ts';
import { asMended, asWarning, diagnose, type Diagnosis, isMendable } from '../hls4ml/diagnose.ts';
import type { Graph, Node } from '../hls4ml/node.ts';
import { readSettings } from '../hls4ml/read-configuration.ts';
import type { Imported, Importer } from '../importer.ts';
import { readBytes } from '../read-json.ts';
import { callHandlers } from './calls.ts';
import { readConfigs, readConstants, readTop, readTypes } from './cpp-text.ts';
import { ProjectReader } from './project-reader.ts';
import { sparseCallHandlers } from './sparse-calls.ts';

const handlers = { ...callHandlers, ...sparseCallHandlers };

export const hls4mlProjectImporter: Importer = {
  name: 'hls4ml project',
  reads: 'an hls4ml project directory (with firmware/parameters.h)',
  recognises: (path) => existsSync(join(path, 'firmware', 'parameters.h')),
  read(path, { config, fix }) {
    const folder = join(path, 'firmware');
    const text = (name: string) => readBytes(join(folder, name)).toString('utf8');
    const topFile = topOf(folder);
    const top = readTop(join(folder, topFile), text(topFile));
    const types = readTypes(
      join(folder, 'defines.h'),
      `${text('defines.h')}\n${text('parameters.h')}`.replaceAll(/struct[^]*?\n\};/g, ''),
    );
    const configs = readConfigs(text('parameters.h'));
    const constants = readConstants(`${text('defines.h')}\n${text('parameters.h')}\n${text(topFile)}`);
    const reader = new ProjectReader(folder, top, types, configs, constants);
    return inFile(join(folder, topFile), () => {
      for (const call of top.calls) {
        const handler = Object.hasOwn(handlers, call.function) ? handlers[call.function] : undefined;
        if (!handler) {
          throw new InputError({
            code: 'PRJ003',
            layer: call.name,
            field: `nnet::${call.function}`,
            what: 'this kernel is not supported',
            mend: `supported are ${Object.keys(handlers).join(', ')}`,
          });
        }
        handler(reader, call);
      }
      const outputs = top.parameters
        .filter(({ name }) => !reader.inputs.includes(name))
        .map(({ name }) => reader.nodeOf(name)?.name)
        .filter((name) => name !== undefined);
      const graph: Graph = {
        name: top.name,
        sparseDialect: 'sparsepixels-0.2.1',
        nodes: reader.nodes,
        inputs: reader.inputs,
        outputs,
      };
      const settings = readSettings(config ?? join(path, 'hls4ml_config.yml'));
      const io = /hls::stream/.test(text(topFile)) ? 'io_stream' : 'io_parallel';
      const configuration = new Configuration({
        Backend: 'Vitis',
        ...settings,
        IOType: io,
        HLSConfig: { Model: { Precision: 'fixed<16,6>' }, LayerName: reader.settings },
      });
      return diagnosed(graph, configuration, fix === true);
    });
  },
};

/**
 * The Model of a project and what is wrong with it. The firmware stays as it is: what is mended is mended in the Model.
 */
function diagnosed(graph: Graph, configuration: Configuration, fix: boolean): Imported {
  const mapping = buildMapping(graph, configuration);
  const asIs = buildModel(graph, configuration, 'hls4ml project');
  const found = diagnose(graph, asIs, configuration);
  if (!fix || !found.some(isMendable)) return { model: asIs, mapping, warnings: found.map(asWarning) };
  const mended = mendGraph(graph, found);
  const model = buildModel(mended, configuration, 'hls4ml project');
  const left = diagnose(mended, model, configuration);
  return {
    model,
    mapping,
    warnings: [...found.filter(isMendable).map(asMended), ...left.map(asWarning)],
  };
}

/** Types as the configuration of a project would set them, and operations, changed in the graph itself. */
function mendGraph(graph: Graph, found: readonly Diagnosis[]): Graph {
  const changes = found.flatMap((diagnosis) => diagnosis.changes);
  const operations = found.flatMap((diagnosis) => diagnosis.operations ?? []);
  const nodes = graph.nodes.map((node) => {
    const types = changes
      .filter(({ layer, entry }) => layer === node.name && /^Precision\.|_t$/.test(entry))
      .map(({ entry, value }) => [entry.replace(/^Precision\.|_t$/g, ''), parseFormat(String(value))]);
    const operation = operations.find(({ layer }) => layer === node.name)?.operation;
    return {
      ...node,
      types: { ...node.types, ...(Object.fromEntries(types) as Node['types']) },
      operation: operation ?? node.operation,
    };
  });
  return { ...graph, nodes };
}

/** The source file of the top function: the one in `firmware` itself. */
function topOf(folder: string): string {
  const sources = readdirSync(folder).filter((name) => name.endsWith('.cpp'));
  if (sources.length === 1) return sources[0];
  throw new InputError({
    code: 'PRJ002',
    file: folder,
    what: `holds ${sources.length} .cpp files, expected the top function alone`,
  });
}
