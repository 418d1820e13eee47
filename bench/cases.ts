/**
 * Runs a folder of recorded hls4ml cases: what is imported, whether the types are hls4ml's, whether the evaluators give
 * the recorded outputs and layer traces bit for bit. With --csim also whether emitted Vitis C++, compiled by g++ with the
 * open ap_types, gives the recorded outputs.
 *
 *   npm run bench:cases -- DIR [--csim] [--json] [--only NAME] [--details]
 */
import { formatText, sameFormat } from 'fixed-point-ts';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { table } from '../cli/table.ts';
import { evaluators } from '../sim/evaluate/index.ts';
import { InputError } from '../sim/model/index.ts';
import { isCase, readCase, type RecordedCase } from './hls4ml-case.ts';
import type { CsimResult } from './hls4ml-csim.ts';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    details: { type: 'boolean', default: false },
    csim: { type: 'boolean', default: false },
    only: { type: 'string' },
  },
});

interface CaseResult {
  readonly name: string;
  /** Or the reason why not. */
  readonly imported: true | string;
  readonly types?: {
    readonly equal: number;
    readonly differ: number;
    readonly differences: readonly string[];
  };
  readonly outputs?: { readonly values: number; readonly mismatches: number };
  readonly traces?: {
    readonly layers: number;
    readonly mismatches: number;
    readonly first: readonly string[];
  };
  /** Of a case that differs: why it must, as far as its layers tell. */
  readonly reasons?: readonly string[];
  /** Evaluators that ran; the others, and why they refused. */
  readonly evaluators?: Readonly<Record<string, true | string>>;
  /** Emitted Vitis C++ compiled by g++, where asked for. */
  readonly csim?: CsimResult;
}

async function runCase(name: string, folder: string): Promise<CaseResult> {
  let recorded: RecordedCase;
  try {
    recorded = readCase(folder);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return {
      name,
      imported: error.problem.layer ? `${error.problem.layer}: ${error.problem.what}` : error.problem.what,
    };
  }
  const { model } = recorded.imported;
  const different = recorded.types.filter(({ ours, theirs }) => !sameFormat(ours, theirs));
  const ran: Record<string, true | string> = {};
  const outputs = { values: 0, mismatches: 0 };
  const wrongTraces = new Set<string>();
  const traced = Object.keys(recorded.traces).filter((tensor) => model.tensors[tensor]);
  const untraced = Object.keys(recorded.traces).filter((tensor) => !model.tensors[tensor]);
  for (const evaluator of evaluators) {
    try {
      const evaluate = evaluator.prepare(model);
      recorded.inputs.forEach((inputs, event) => {
        const got = evaluate(inputs);
        for (const [tensor, raw] of Object.entries(recorded.outputs)) {
          outputs.values += raw[event].length;
          outputs.mismatches += mismatches(raw[event], got[tensor]);
        }
        for (const tensor of traced) {
          if (mismatches(recorded.traces[tensor][event], got[tensor]) > 0) wrongTraces.add(tensor);
        }
      });
      ran[evaluator.name] = true;
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      ran[evaluator.name] = error.problem.what;
    }
  }
  const result: CaseResult = {
    name,
    imported: true,
    types: {
      equal: recorded.types.length - different.length,
      differ: different.length,
      differences: different.map(
        ({ place, ours, theirs }) => `${place}: ours ${formatText(ours)}, hls4ml ${formatText(theirs)}`,
      ),
    },
    outputs,
    traces: {
      layers: traced.length + untraced.length,
      mismatches: wrongTraces.size + untraced.length,
      first: [...wrongTraces, ...untraced.map((tensor) => `${tensor} (not in the Model)`)].slice(0, 4),
    },
    evaluators: ran,
    ...(options.csim ? { csim: await csimOf(recorded) } : {}),
  };
  return isExact(result) || recorded.reasons.length === 0 ? result : { ...result, reasons: recorded.reasons };
}

async function csimOf(recorded: RecordedCase): Promise<CsimResult> {
  const { runCsim } = await import('./hls4ml-csim.ts');
  return runCsim(recorded);
}

function mismatches(expected: readonly bigint[], got: readonly bigint[]): number {
  if (expected.length !== got.length) return Math.max(expected.length, got.length);
  return expected.filter((raw, index) => raw !== got[index]).length;
}

const [folder = 'golden/hls4ml'] = positionals;
const names = readdirSync(folder).filter(
  (name) => isCase(join(folder, name)) && (options.only === undefined || name.includes(options.only)),
);
const cases: CaseResult[] = [];
for (const name of names) {
  if (options.csim && process.stderr.isTTY) process.stderr.write(`${name}\n`);
  cases.push(await runCase(name, join(folder, name)));
}

if (options.json) process.stdout.write(`${JSON.stringify({ cases })}\n`);
else {
  const rows = cases.map(({ name, imported, types, outputs, traces, evaluators: ran, csim }) => [
    name,
    imported === true ? 'yes' : 'no',
    types ? `${types.equal}/${types.equal + types.differ}` : '',
    outputs ? `${outputs.values - outputs.mismatches}/${outputs.values}` : '',
    traces ? `${traces.layers - traces.mismatches}/${traces.layers}` : '',
    ran
      ? Object.keys(ran)
          .filter((evaluator) => ran[evaluator] === true)
          .join(' ')
      : '',
    ...(options.csim ? [csim ? csimText(csim) : ''] : []),
    isExact({ name, imported, types, outputs, traces } as CaseResult)
      ? 'exact'
      : imported === true
        ? 'DIFFERS'
        : 'refused',
  ]);
  process.stdout.write(
    `${table(['case', 'read', 'types', 'outputs', 'layers', 'evaluators', ...(options.csim ? ['csim'] : []), ''], rows)}\n`,
  );
  for (const { name, reasons = [] } of cases)
    for (const reason of reasons) process.stdout.write(`${name} differs: ${reason}\n`);
  if (options.details) {
    for (const { name, imported, types, traces, evaluators: ran, csim } of cases) {
      if (imported !== true) process.stdout.write(`${name}: ${imported}\n`);
      for (const line of types?.differences ?? []) process.stdout.write(`${name}: ${line}\n`);
      for (const layer of traces?.first ?? []) process.stdout.write(`${name}: trace of ${layer} differs\n`);
      for (const [evaluator, reason] of Object.entries(ran ?? {}))
        if (reason !== true) process.stdout.write(`${name}: ${evaluator}: ${reason}\n`);
      if (csim?.problem !== undefined) process.stdout.write(`${name}: csim: ${csim.problem}\n`);
    }
  }
  const exact = cases.filter(isExact).length;
  process.stdout.write(`${exact} of ${cases.length} cases exact in types, outputs and layers\n`);
  if (options.csim) {
    const right = cases.filter(({ csim }) => csim && isRight(csim)).length;
    process.stdout.write(`${right} of ${cases.length} cases: emitted Vitis C++ gives the recorded outputs\n`);
  }
}

function isExact({ imported, types, outputs, traces }: CaseResult): boolean {
  return (
    imported === true &&
    types?.differ === 0 &&
    outputs?.mismatches === 0 &&
    outputs.values > 0 &&
    traces?.mismatches === 0
  );
}

function isRight({ values, mismatches: different, problem }: CsimResult): boolean {
  return values > 0 && different === 0 && problem === undefined;
}

function csimText(csim: CsimResult): string {
  const equal = `${csim.values - csim.mismatches}/${csim.values}`;
  return csim.problem === undefined ? equal : `${equal} FAILED`;
}
