import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { emitVerilog } from '../../../rtl-templates/verilog/index.ts';
import { type HandshakeNoise, NO_NOISE, simulateRegion } from '../../../sim/cycles/index.ts';
import { importModel } from '../../../sim/import/index.ts';
import { readEvents } from '../../../sim/import/vectors/index.ts';
import { type HardwareMapping, hardwareChoices, lowerSparse } from '../../../sim/lower/rtl/index.ts';
import { schedule, type Schedule, ULTRASCALE_PLUS, widthOf } from '../../../sim/pipeline/circuit/index.ts';
import { cosimulate, verilatorVersion } from './cosimulate.ts';

const version = await verilatorVersion();
const skipped = version === undefined ? ' (skipped: verilator is missing)' : '';
const golden = (design: string) => join('golden/sparsepixels', design);

function scheduled(design: string, mapping: HardwareMapping): Schedule {
  const { model } = importModel(golden(design));
  return schedule(lowerSparse(model, hardwareChoices(model, mapping)), 5, ULTRASCALE_PLUS);
}

describe.skipIf(version === undefined)(`the Verilog of sparse designs${skipped}`, () => {
  test.each([
    ['neutrino-8b-sparse_t', 'fast'],
    ['jet-8b-sparse_t', 'small'],
    ['sparsemnist-16b-sparse_t', 'small'],
  ] as const)('of %s %s passes verilator --lint-only -Wall', async (design, mapping) => {
    const { files, top } = emitVerilog(scheduled(design, mapping));
    const folder = mkdtempSync(join(tmpdir(), 'pipewright-lint-'));
    try {
      const sources = [...files.keys()].filter((file) => file.endsWith('.v'));
      for (const file of sources) writeFileSync(join(folder, file), files.get(file)!);
      const lint = await execa('verilator', ['--lint-only', '-Wall', '--top-module', top.name, ...sources], {
        cwd: folder,
        reject: false,
      });
      expect(lint.stderr).toBe('');
      expect(lint.exitCode).toBe(0);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test.each([['neutrino-8b-sparse_t', 'fast']] as const)(
    'of %s %s gives every recorded output in the cycle that the simulator says',
    async (design, mapping) => {
      const { model } = importModel(golden(design));
      const region = scheduled(design, mapping);
      const events = readEvents(join(golden(design), 'vectors.json'), model);
      const recorded = JSON.parse(readFileSync(join(golden(design), 'vectors.json'), 'utf8')) as {
        events: { y_raw: number[] }[];
      };
      const inputs = events.map(({ input }) => Float64Array.from(input, Number));
      const [input] = region.circuit.inputs;
      const noises: readonly HandshakeNoise[] = [NO_NOISE, { gap: 100, stall: 120, seed: 7 }];
      for (const noise of noises) {
        const packed = inputs.map((image) => pack(image, widthOf(input.range)));
        const results = await cosimulate(emitVerilog(region), packed, noise, { cache: '.cache/verilator' });
        expect(results.map(({ output }) => output.map(Number))).toEqual(
          recorded.events.map(({ y_raw }) => y_raw),
        );
        const cycles = simulateRegion(region, inputs, noise).map(({ accepted, taken }) => ({
          accepted,
          taken,
        }));
        expect(results.map(({ accepted, taken }) => ({ accepted, taken }))).toEqual(cycles);
      }
    },
  );
});

function pack(input: ArrayLike<number>, width: number): bigint {
  const digits = Array.from(input, (value) =>
    BigInt.asUintN(width, BigInt(value)).toString(2).padStart(width, '0'),
  );
  return BigInt(`0b${digits.reverse().join('')}`);
}
