import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { emitVerilog } from '../../../rtl-templates/verilog/index.ts';
import { cellCounts, synthesiseModules, yosysVersion } from '../../../verify/oracles/yosys/synthesise.ts';
import { canonicalModules } from '../../../verify/oracles/yosys/verilog-modules.ts';
import { FOLDING, foldingSchedule } from './folding.suite.ts';

const version = await yosysVersion();
const skipped = version === undefined ? ' (skipped: yosys is missing)' : '';
const measured = new Map<string, readonly number[]>();
const cache = mkdtempSync(join(tmpdir(), 'pipewright-yosys-'));

/** All rules in one run of Yosys. */
beforeAll(async () => {
  if (version === undefined) return;
  const modules = FOLDING.map((folding) => {
    const { files, blocks } = emitVerilog(foldingSchedule(folding));
    const texts = [...files].filter(([file]) => file.endsWith('.v')).map(([, text]) => text);
    return canonicalModules(texts)(blocks[1]);
  });
  const mapped = await synthesiseModules(modules, { cache });
  modules.forEach(({ name }, index) => {
    const cells = cellCounts(name, (child) => mapped.get(child)!);
    const sum = (...types: readonly string[]) => types.reduce((total, type) => total + (cells[type] ?? 0), 0);
    measured.set(FOLDING[index].rule, [sum('LUT1', 'LUT2'), sum('LUT3', 'LUT4'), sum('LUT5', 'LUT6')]);
  });
}, 120_000);
afterAll(() => rmSync(cache, { recursive: true, force: true }));

test.skipIf(version === undefined).each(FOLDING)(`Yosys agrees: $rule${skipped}`, ({ rule, tables }) => {
  const found = measured.get(rule)!;
  if (typeof tables === 'number') expect(found[0] + found[1] + found[2]).toBe(tables);
  else expect(found).toEqual(tables);
});
