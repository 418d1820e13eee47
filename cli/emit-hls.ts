/** `pipewright emit --target vitis|catapult|oneapi`: a Model as the project of an HLS compiler. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { HlsTarget } from '../rtl-templates/hls/index.ts';
import { InputError, type Mapping, type Model } from '../sim/model/index.ts';
import { print, printJson } from './command.ts';
import { writeFolder } from './write-folder.ts';

export interface EmitHlsOptions {
  /** hls4ml configuration of a model file; by default the one beside it. */
  readonly config?: string;
  readonly target: HlsTarget;
  /** Folder to make. */
  readonly out: string;
  /** Replace a folder that is there. */
  readonly force?: boolean;
  /** How the design is built, where the model's own files do not say it: a Mapping document. */
  readonly mapping?: string;
  /** Events for the test bench; a design folder's own recorded events if not given. */
  readonly vectors?: string;
  /** `published` or `wide`: sparse convolutions that round once, at the end. */
  readonly accumulator?: string;
  /** `parallel` or `stream`, in place of the Mapping's. */
  readonly io?: string;
  readonly json?: boolean;
}

/** Writes the whole folder or nothing. @throws InputError `CLI005` (folder), `CLI006` (io), `VER001` (no mapping) */
export async function emitHlsProject(path: string, options: EmitHlsOptions): Promise<void> {
  const { importModel } = await import('../sim/import/index.ts');
  const { emitHls } = await import('../rtl-templates/hls/index.ts');
  const { withAccumulator } = await import('./with-accumulator.ts');
  const { model: imported, mapping: own } = importModel(path, { config: options.config });
  const model = withAccumulator(imported, options.accumulator);
  const mapping = await mappingOf(own, options);
  const files = emitHls(
    model,
    mapping,
    options.target,
    await vectorsOf(path, options.vectors, model, model === imported),
  );
  writeFolder(options.out, files, options.force ?? false);
  if (options.json) return printJson({ target: options.target, out: options.out, files: [...files.keys()] });
  print(`${files.size} files for ${options.target} (io_${mapping.io}) in ${options.out}`);
  if (options.target === 'oneapi')
    print('not compiled: the SYCL wrapper needs icpx; its arithmetic is standard C++');
}

async function mappingOf(own: Mapping | undefined, { mapping, io }: EmitHlsOptions) {
  const { mappingSchema, readDocument, inFile } = await import('../sim/model/index.ts');
  const { readJson } = await import('../sim/import/index.ts');
  const chosen =
    mapping === undefined
      ? own
      : inFile(mapping, () => readDocument('MAP001', mappingSchema, readJson(mapping)));
  if (!chosen) {
    const what = 'the model says nothing of how it is built';
    throw new InputError({ code: 'VER001', what, mend: 'give a mapping document with --mapping FILE' });
  }
  if (io === undefined) return chosen;
  if (io === 'parallel' || io === 'stream') return { ...chosen, io } as const;
  throw new InputError({
    code: 'CLI006',
    field: '--io',
    what: `there is no io '${io}'`,
    mend: 'use parallel or stream',
  });
}

/** @param published  whether recorded outputs are those of this Model */
async function vectorsOf(path: string, given: string | undefined, model: Model, published: boolean) {
  const { inputValues, readRecordedEvents, recordedValues } = await import('../sim/import/vectors/index.ts');
  const own = join(path, 'vectors.json');
  const file = given ?? (existsSync(own) ? own : undefined);
  if (file === undefined) return undefined;
  const events = readRecordedEvents(file, model);
  const inputs = events.map((event) => {
    const values = inputValues(event, model);
    return model.inputs.map((name) => values[name]);
  });
  const outputs = events.flatMap((event) => {
    const values = recordedValues(event, model) ?? {};
    return model.outputs.every((name) => values[name]) ? [model.outputs.map((name) => values[name])] : [];
  });
  return published && outputs.length === events.length ? { inputs, outputs } : { inputs };
}
