/** C simulation of an emitted HLS project: compiled by g++ with the open headers of the vendor's number types. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  emitHls,
  eventLines,
  type HlsDesign,
  type HlsTarget,
  planDesign,
  type ProjectFiles,
} from '../../../rtl-templates/hls/index.ts';
import { type Event, inputValues } from '../../../sim/import/vectors/index.ts';
import { InputError, type Mapping } from '../../../sim/model/index.ts';
import { OracleFailure } from '../oracle-failure.ts';
import type { Depth, Oracle, OracleContext, OracleResult, Subject } from '../oracle.ts';
import { needGoodEnd } from '../process/describe-end.ts';
import { runTool } from '../process/run-tool.ts';
import { compile } from './compile.ts';
import { gppAvailability, type HeadersFolder } from './gpp.ts';
import { type ReadResults, readResults, readTrace } from './read-results.ts';

export interface CsimOptions {
  readonly target: HlsTarget;
  /** Folder of ap_types (vitis) or ac_types (catapult, oneapi), or why there is none. */
  readonly headers: HeadersFolder;
  /** Changes the emitted files before they are compiled: how faults are planted. */
  readonly alter?: (files: ProjectFiles) => ProjectFiles;
}

const NAMES: Readonly<Record<HlsTarget, string>> = {
  vitis: 'csim',
  catapult: 'csim-catapult',
  oneapi: 'csim-oneapi',
};
const TYPES: Readonly<Record<HlsTarget, string>> = {
  vitis: 'ap_types',
  catapult: 'ac_types',
  oneapi: 'ac_types',
};
/** With exceptions, g++ takes half a minute for a table of ap_fixed; ac_channel is written with exceptions. */
const FLAGS: Readonly<Record<HlsTarget, readonly string[]>> = {
  vitis: ['-fno-exceptions'],
  catapult: [],
  oneapi: [],
};
const RUN_MEMORY_MB = 4096;

export function csimOracle({ target, headers, alter = (files) => files }: CsimOptions): Oracle {
  const name = NAMES[target];
  return {
    name,
    about: `emitted ${target} C++ compiled by g++ with ${TYPES[target]}`,
    canBisect: true,
    availability: () => Promise.resolve(gppAvailability(headers)),
    async prepare(subject, context) {
      const ready = gppAvailability(headers);
      if (ready.kind === 'missing' || headers.kind === 'missing') {
        const what = ready.kind === 'missing' ? ready.what : 'no headers';
        throw new OracleFailure({ kind: 'missing', oracle: name, phase: 'build', what });
      }
      const mapping = needMapping(subject);
      const design = planDesign(subject.model, mapping);
      const files = alter(emitHls(subject.model, mapping, target));
      const plan = {
        oracle: name,
        files,
        flags: FLAGS[target],
        headerFolder: headers.folder,
        compilerVersion: ready.version,
      };
      const build = (trace: boolean) => compile({ ...plan, trace }, context);
      await build(false);
      return {
        tracesLayers: true,
        run: (events, depth) => run({ name, design, build, context }, events, depth),
      };
    },
  };
}

/** @throws InputError `VER001` */
export function needMapping({ mapping, model }: Subject): Mapping {
  if (mapping) return mapping;
  throw new InputError({
    code: 'VER001',
    field: model.name,
    what: 'the model says nothing of how it is built, so no hardware can be written',
    mend: 'give a mapping',
  });
}

interface Running {
  readonly name: string;
  readonly design: HlsDesign;
  readonly build: (trace: boolean) => Promise<string>;
  readonly context: OracleContext;
}

async function* run(running: Running, events: readonly Event[], depth: Depth): AsyncGenerator<OracleResult> {
  const { name, design, build, context } = running;
  const { model } = design;
  const program = join(await build(depth === 'all'), 'testbench');
  const scratch = mkdtempSync(join(tmpdir(), 'pipewright-csim-'));
  const file = (path: string) => join(scratch, path);
  try {
    const given = events.map((event) => inputValues(event, model));
    writeFileSync(
      file('inputs.txt'),
      eventLines(given.map((values) => model.inputs.map((name) => values[name]))),
    );
    const trace = depth === 'all' ? ['--trace', file('trace.txt')] : [];
    const args = ['--inputs', file('inputs.txt'), '--results', file('results.txt'), '--no-compare', ...trace];
    const call = {
      command: program,
      args,
      cwd: scratch,
      logFile: join(context.logFolder, `${name}-run.log`),
      timeoutMs: context.runTimeoutMs,
      signal: context.signal,
      memoryMb: RUN_MEMORY_MB,
    };
    const end = await runTool(call);
    const results = readResults(file('results.txt'), model);
    const traced: ReadResults | undefined =
      depth === 'all' ? readTrace(file('trace.txt'), design) : undefined;
    for (const [index, outputs] of results.events.entries()) {
      yield { values: { ...given[index], ...traced?.events[index], ...outputs } };
    }
    needGoodEnd(end, call, { oracle: name, phase: 'run' });
    const problem =
      results.problem ??
      traced?.problem ??
      (results.events.length === events.length
        ? undefined
        : `gave ${results.events.length} results for ${events.length} events`);
    if (problem !== undefined) {
      throw new OracleFailure({
        kind: 'bad-output',
        oracle: name,
        phase: 'read',
        what: problem,
        log: call.logFile,
      });
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
