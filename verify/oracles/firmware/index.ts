/**
 * The firmware of an hls4ml project as it stands on disk, compiled by g++ with the open ap_types: what C simulation would
 * give, with every bit of the outputs instead of six digits.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Event, inputValues } from '../../../sim/import/vectors/index.ts';
import { readTop } from '../../../sim/import/hls4ml-project/cpp-text.ts';
import { elements, InputError, type Model } from '../../../sim/model/index.ts';
import { compile } from '../csim/compile.ts';
import { gppAvailability, type HeadersFolder } from '../csim/gpp.ts';
import { readResults } from '../csim/read-results.ts';
import { OracleFailure } from '../oracle-failure.ts';
import type { Oracle, OracleContext, OracleResult } from '../oracle.ts';
import { needGoodEnd } from '../process/describe-end.ts';
import { runTool } from '../process/run-tool.ts';
import { type Harness, harnessSource, type Port } from './harness.ts';

const RUN_MEMORY_MB = 4096;

/**
 * @param project  the folder that holds `firmware`
 * @param apTypes  headers to compile with where the project does not bring its own (`firmware/ap_types`)
 */
export function firmwareOracle(project: string, apTypes: HeadersFolder): Oracle {
  const firmware = resolve(project, 'firmware');
  const own = join(firmware, 'ap_types');
  const headers: HeadersFolder = existsSync(own) ? { kind: 'found', folder: own } : apTypes;
  return {
    name: 'firmware',
    about: `the firmware in ${firmware} compiled by g++ with ap_types`,
    canBisect: false,
    availability: () => Promise.resolve(gppAvailability(headers)),
    async prepare({ model }, context) {
      const ready = gppAvailability(headers);
      if (ready.kind === 'missing' || headers.kind === 'missing') {
        const what = ready.kind === 'missing' ? ready.what : 'no headers';
        throw new OracleFailure({ kind: 'missing', oracle: 'firmware', phase: 'build', what });
      }
      const harness = harnessOf(firmware, model);
      const files = sourcesOf(firmware);
      files.set('tb/harness.cpp', harnessSource(harness));
      const build = await compile(
        {
          oracle: 'firmware',
          files,
          flags: [],
          headerFolder: headers.folder,
          compilerVersion: ready.version,
          trace: false,
        },
        context,
      );
      const program = join(build, 'testbench');
      return {
        tracesLayers: false,
        run: (events) => run({ program, firmware, model, context }, events),
      };
    },
  };
}

/** C++ of the firmware by path in the build; the types' headers are found elsewhere. */
function sourcesOf(firmware: string): Map<string, string> {
  return new Map(
    readdirSync(firmware, { recursive: true, encoding: 'utf8' })
      .filter((path) => /\.(h|hpp|cpp)$/.test(path) && !path.startsWith('ap_types/'))
      .filter((path) => statSync(join(firmware, path)).isFile())
      .sort()
      .map((path) => [`src/${path}`, readFileSync(join(firmware, path), 'utf8')]),
  );
}

/** @throws InputError `VER003` if the top function is not that of the Model */
function harnessOf(firmware: string, model: Model): Harness {
  const source = readdirSync(firmware).find((name) => name.endsWith('.cpp'));
  const text = source === undefined ? '' : readFileSync(join(firmware, source), 'utf8');
  const { name, parameters } = readTop(join(firmware, source ?? ''), text);
  const outputs = [...model.outputs];
  const ports = parameters.map((parameter): Port => {
    const isInput = model.inputs.includes(parameter.name);
    const tensor = isInput ? parameter.name : outputs.shift();
    const count = tensor === undefined ? undefined : elements(model.tensors[tensor].shape);
    if (count === undefined || (parameter.size !== undefined && parameter.size !== count)) {
      const what = `is ${parameter.size ?? 'a stream'}, which is no input or output of the Model`;
      throw new InputError({ code: 'VER003', file: firmware, field: `${name}(${parameter.name})`, what });
    }
    return {
      name: parameter.name,
      type: parameter.type,
      size: count,
      streamed: parameter.size === undefined,
      direction: isInput ? 'in' : 'out',
    };
  });
  const namespace = /^\s*namespace\s+(\w+)\s*\{/m.exec(text)?.[1];
  return { header: (source ?? '').replace(/\.cpp$/, '.h'), top: name, namespace, ports };
}

interface Running {
  readonly program: string;
  readonly firmware: string;
  readonly model: Model;
  readonly context: OracleContext;
}

async function* run(
  { program, firmware, model, context }: Running,
  events: readonly Event[],
): AsyncGenerator<OracleResult> {
  const scratch = mkdtempSync(join(tmpdir(), 'pipewright-firmware-'));
  const [inputs, results] = [join(scratch, 'inputs.txt'), join(scratch, 'results.txt')];
  try {
    const given = events.map((event) => inputValues(event, model));
    writeFileSync(inputs, given.map((values) => `${eventLine(values, model)}\n`).join(''));
    const call = {
      command: program,
      args: [inputs, results],
      // weights are read from text files beside the sources
      cwd: firmware,
      logFile: join(context.logFolder, 'firmware-run.log'),
      timeoutMs: context.runTimeoutMs,
      signal: context.signal,
      memoryMb: RUN_MEMORY_MB,
    };
    const end = await runTool(call);
    const read = readResults(results, model);
    for (const [index, outputs] of read.events.entries()) yield { values: { ...given[index], ...outputs } };
    needGoodEnd(end, call, { oracle: 'firmware', phase: 'run' });
    const short = `gave ${read.events.length} results for ${events.length} events`;
    const problem = read.problem ?? (read.events.length === events.length ? undefined : short);
    if (problem === undefined) return;
    const failure = { kind: 'bad-output', oracle: 'firmware', phase: 'read' } as const;
    throw new OracleFailure({ ...failure, what: problem, log: call.logFile });
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Bit patterns of all inputs, one after the other. */
function eventLine(values: Readonly<Record<string, readonly bigint[]>>, model: Model): string {
  return model.inputs
    .flatMap((name) => {
      const { width } = model.tensors[name].type;
      return values[name].map((raw) => `0x${BigInt.asUintN(width, raw).toString(16)}`);
    })
    .join(' ');
}
