/** A recorded case's emitted C++, compiled by g++: whether it gives the recorded outputs. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventOf } from '../sim/import/vectors/index.ts';
import { InputError } from '../sim/model/index.ts';
import { hlsHeaders } from '../scripts/hls-headers.mjs';
import { BuildCache, csimOracle, OracleFailure } from '../verify/oracles/index.ts';
import type { RecordedCase } from './hls4ml-case.ts';

export interface CsimResult {
  readonly values: number;
  readonly mismatches: number;
  /** Why nothing, or not everything, was compared. */
  readonly problem?: string;
}

const cache = new BuildCache({
  folder: fileURLToPath(new URL('../.cache/builds/', import.meta.url)),
  parallel: 2,
});

/** Emitted Vitis C++ on every recorded event. A build that fails, or results that miss, are a problem, never equal. */
export async function runCsim({ imported, inputs, outputs }: RecordedCase): Promise<CsimResult> {
  const { model, mapping } = imported;
  const headers = hlsHeaders();
  const found = headers.kind === 'missing' ? headers : { kind: 'found' as const, folder: headers.apTypes };
  const oracle = csimOracle({ target: 'vitis', headers: found });
  const events = inputs.map((values, index) => eventOf(`${index}`, { inputs: values }, model));
  let [values, mismatches, index] = [0, 0, 0];
  try {
    const context = {
      cache,
      signal: new AbortController().signal,
      buildTimeoutMs: 1_800_000,
      runTimeoutMs: 600_000,
      logFolder: mkdtempSync(join(tmpdir(), 'pipewright-logs-')),
    };
    const prepared = await oracle.prepare({ model, mapping }, context);
    for await (const got of prepared.run(events, 'outputs')) {
      for (const name of model.outputs) {
        const expected = outputs[name][index];
        values += expected.length;
        mismatches += expected.filter((raw, at) => raw !== got.values[name][at]).length;
      }
      index++;
    }
  } catch (error) {
    if (error instanceof OracleFailure)
      return { values, mismatches, problem: `${error.report.phase}: ${error.report.what}` };
    if (error instanceof InputError) return { values, mismatches, problem: error.problem.what };
    throw error;
  }
  return { values, mismatches };
}
