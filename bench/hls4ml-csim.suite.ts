/** Emitted Vitis C++ of recorded cases, compiled by g++, gives what hls4ml's firmware gave. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hlsHeaders } from '../scripts/hls-headers.mjs';
import { InputError } from '../sim/model/index.ts';
import { isCase, readCase, type RecordedCase } from './hls4ml-case.ts';
import { runCsim } from './hls4ml-csim.ts';

const FOLDER = 'golden/hls4ml';
/** Cases that no C++ can be held against, and why. */
const OPEN: Readonly<Record<string, string>> = {
  gru_before_par: 'the firmware reads its bias of one number beyond the array',
};

export const CASES = readdirSync(FOLDER).filter((name) => isCase(join(FOLDER, name)) && !(name in OPEN));

export function testEmittedCases(names: readonly string[]): void {
  const headers = hlsHeaders();
  if (headers.kind === 'missing') console.log(`skipped: ${headers.reason}`);
  for (const name of names) {
    test.skipIf(headers.kind === 'missing')(
      `${name}: emitted C++ gives every recorded output`,
      async ({ skip }) => {
        const recorded = readOrRefusal(join(FOLDER, name));
        if (recorded instanceof InputError) return skip(`not imported: ${recorded.problem.what}`);
        const values = Object.values(recorded.outputs).flat(2).length;
        expect(values).toBeGreaterThan(0);
        expect(await runCsim(recorded)).toEqual({ values, mismatches: 0 });
      },
    );
  }
}

function readOrRefusal(folder: string): RecordedCase | InputError {
  try {
    return readCase(folder);
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
}
