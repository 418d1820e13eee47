/**
 * Vitis' own C simulation and C/RTL co-simulation of the emitted project, through `vitis-run` or `vitis_hls` on PATH.
 *
 * The driver has been exercised with stand-ins for the tool (success, failure, crash, hang, bad output); it has not met
 * a real one.
 */
import { accessSync, constants, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { emitHls, eventLines, planDesign } from '../../../rtl-templates/hls/index.ts';
import { type Event, inputValues } from '../../../sim/import/vectors/index.ts';
import { needMapping } from '../csim/index.ts';
import { readResults } from '../csim/read-results.ts';
import { OracleFailure } from '../oracle-failure.ts';
import type { Availability, Oracle, OracleContext, OracleResult, Subject } from '../oracle.ts';
import { needGoodEnd } from '../process/describe-end.ts';
import { runTool } from '../process/run-tool.ts';
import { contentHash } from '../process/build-cache.ts';
import { writeFiles } from '../process/write-files.ts';

/** `vitis-run` came with Vitis 2023.2; before, the same script is run by `vitis_hls`. */
const TOOLS = [
  { command: 'vitis-run', args: ['--mode', 'hls', '--tcl', 'build.tcl'] },
  { command: 'vitis_hls', args: ['-f', 'build.tcl'] },
] as const;

const STEPS = {
  'vitis-csim': { steps: 'csim', about: 'C simulation by Vitis HLS' },
  'vitis-cosim': {
    steps: 'csynth cosim',
    about: 'C/RTL co-simulation by Vitis HLS, on the RTL it has synthesised',
  },
} as const;

export function vitisOracle(name: keyof typeof STEPS, path = process.env.PATH ?? ''): Oracle {
  return {
    name,
    about: STEPS[name].about,
    canBisect: true,
    availability: () => Promise.resolve(findTool(path).availability),
    prepare(subject, context) {
      return Promise.resolve({
        tracesLayers: false,
        run: (events) => run({ name, path, subject, context }, events),
      });
    },
  };
}

function findTool(path: string): {
  availability: Availability;
  tool?: (typeof TOOLS)[number];
  file?: string;
} {
  for (const tool of TOOLS) {
    for (const folder of path.split(delimiter)) {
      const file = join(folder, tool.command);
      try {
        accessSync(file, constants.X_OK);
        return { availability: { kind: 'available', version: file }, tool, file };
      } catch {
        continue;
      }
    }
  }
  const what = 'neither vitis-run nor vitis_hls is on PATH';
  return { availability: { kind: 'missing', what, mend: "source Vitis' settings64.sh" } };
}

interface Running {
  readonly name: keyof typeof STEPS;
  readonly path: string;
  readonly subject: Subject;
  readonly context: OracleContext;
}

async function* run(
  { name, path, subject, context }: Running,
  events: readonly Event[],
): AsyncGenerator<OracleResult> {
  const { tool, file } = findTool(path);
  if (!tool || !file) {
    throw new OracleFailure({
      kind: 'missing',
      oracle: name,
      phase: 'run',
      what: 'vitis-run is not on PATH',
    });
  }
  const { model } = subject;
  const mapping = needMapping(subject);
  const design = planDesign(model, mapping);
  const inputs = events.map((event) => {
    const values = inputValues(event, model);
    return model.inputs.map((tensor) => values[tensor]);
  });
  const files = new Map(emitHls(model, mapping, 'vitis', { inputs }));
  // The test bench compares with nothing here; its exit code then says only whether it ran.
  files.set('tb/inputs.txt', eventLines(inputs));
  files.set('build.tcl', withoutCompare(files.get('build.tcl')!));
  const folder = join(context.logFolder, `${name}-${contentHash(files, file).slice(0, 12)}`);
  mkdirSync(folder, { recursive: true });
  writeFiles(folder, files);
  const call = {
    command: file,
    args: tool.args,
    cwd: folder,
    logFile: join(folder, 'vitis.log'),
    timeoutMs: context.runTimeoutMs,
    signal: context.signal,
    env: { STEPS: STEPS[name].steps, PATH: path },
  };
  const end = await runTool(call);
  const results = name === 'vitis-csim' ? 'csim/build/results.txt' : 'sim/wrapc_pc/results.txt';
  const found = findResults(join(folder, `${design.top}_prj`, 'solution1'), results);
  const read =
    found === undefined ? { events: [], problem: 'wrote no results.txt' } : readResults(found, model);
  for (const outputs of read.events) yield { values: outputs };
  needGoodEnd(end, call, { oracle: name, phase: 'run' });
  const problem =
    read.problem ??
    (read.events.length === events.length
      ? undefined
      : `gave ${read.events.length} results for ${events.length} events`);
  if (problem !== undefined) {
    throw new OracleFailure({
      kind: 'bad-output',
      oracle: name,
      phase: 'read',
      what: problem,
      log: call.logFile,
    });
  }
}

function withoutCompare(script: string): string {
  return script
    .replace('{ csim_design }', '{ csim_design -argv "--no-compare" }')
    .replace('{ cosim_design -rtl verilog }', '{ cosim_design -rtl verilog -argv "--no-compare" }')
    .replace('open_solution -reset', 'add_files -tb tb/inputs.txt\nopen_solution -reset');
}

/** Where the tool put the file: at the known place, or anywhere below the solution. */
function findResults(solution: string, usual: string): string | undefined {
  if (existsSync(join(solution, usual))) return join(solution, usual);
  if (!existsSync(solution)) return undefined;
  const found = readdirSync(solution, { recursive: true, encoding: 'utf8' }).find((path) =>
    path.endsWith('results.txt'),
  );
  return found === undefined ? undefined : join(solution, found);
}
