/** Random pipelines, as the simulator runs them, as Verilator does, and as Icarus does: same values, same cycles. */
import fc from 'fast-check';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { emitVerilog, type VerilogDesign } from '../../../rtl-templates/verilog/index.ts';
import {
  type HandshakeNoise,
  NO_NOISE,
  type RegionEvent,
  simulateRegion,
} from '../../../sim/cycles/index.ts';
import { arbitraryCircuit } from '../../../sim/pipeline/circuit/arbitrary-circuit.ts';
import {
  type Circuit,
  schedule,
  ScheduleError,
  sizeOf,
  ULTRASCALE_PLUS,
  widthOf,
} from '../../../sim/pipeline/circuit/index.ts';
import { icarusVersion, runIcarus } from '../icarus/run-icarus.ts';
import { testContext } from '../tools.suite.ts';
import { type VerilatorBatch, verilatorBatch } from '../verilator/batch.suite.ts';
import { verilatorVersion } from '../verilator/build.ts';
import { packElements } from './hardware.ts';
import type { RtlEvent } from './rtl-run.ts';

const EVENTS = 12;
const IN_ICARUS = 40;
const IN_VERILATOR = 20;
const NOISES: readonly HandshakeNoise[] = [NO_NOISE, { gap: 90, stall: 140, seed: 5 }];
const scratch = mkdtempSync(join(tmpdir(), 'pipewright-random-'));
const context = testContext(scratch);
const [verilator, icarus] = [await verilatorVersion(), await icarusVersion()];

interface Case {
  readonly name: string;
  readonly design: VerilogDesign;
  readonly inputs: readonly (readonly number[])[];
  readonly words: readonly bigint[];
  readonly expected: readonly (readonly RegionEvent[])[];
}

/** A clock too fast for some operation, or a hold longer than the interval, is refused; that is no case. */
function caseOf(circuit: Circuit, clockNs: number, seed: number, name: string): Case[] {
  try {
    const scheduled = schedule({ ...circuit, name }, clockNs, ULTRASCALE_PLUS);
    const design = emitVerilog(scheduled, { tagBits: seed % 2 === 0 ? 6 : 0 });
    const inputs = randomInputs(circuit, seed);
    const [{ range }] = circuit.inputs;
    const words = inputs.map((input) => packElements(input.map(BigInt), widthOf(range)));
    const expected = NOISES.map((noise) => simulateRegion(scheduled, inputs, noise));
    return [{ name, design, inputs, words, expected }];
  } catch (error) {
    if (error instanceof ScheduleError) return [];
    throw error;
  }
}

const drawn = fc.sample(fc.tuple(arbitraryCircuit, fc.constantFrom(2.2, 3.5, 9), fc.nat()), {
  numRuns: 2 * IN_ICARUS,
  seed: 20261122,
});
const cases = drawn.flatMap(([circuit, clock, seed], index) =>
  caseOf(circuit, clock, seed, `random_${index}`),
);

test('enough of the drawn pipelines can be scheduled', () => {
  expect(cases.length).toBeGreaterThan(IN_ICARUS);
});

describe.skipIf(icarus === undefined)(
  `random pipelines in Icarus${icarus === undefined ? ' (skipped: iverilog is missing)' : ''}`,
  () => {
    test.each(cases.slice(0, IN_ICARUS))('$name: values, cycles and tags', async (each) => {
      for (const [index, noise] of NOISES.entries()) {
        const run = await runIcarus({ design: each.design, inputs: each.words, noise }, context);
        if (run.failure) throw run.failure;
        expect(run.unknown).toEqual([]);
        expectSame(each, index, run.events);
      }
    });
  },
);

describe.skipIf(verilator === undefined)(
  `random pipelines in Verilator${verilator === undefined ? ' (skipped: verilator is missing)' : ''}`,
  () => {
    const chosen = cases.slice(0, IN_VERILATOR);
    let batch: VerilatorBatch;
    beforeAll(async () => {
      batch = await verilatorBatch(
        chosen.map(({ design }) => design),
        context,
      );
    }, 300_000);

    test.each(chosen.map((each, at) => ({ ...each, at })))('$name: values, cycles and tags', async (each) => {
      for (const [index, noise] of NOISES.entries())
        expectSame(each, index, await batch.run(each.at, each.words, noise, join(scratch, each.name)));
    });
  },
);

function expectSame({ design, expected }: Case, noise: number, got: readonly RtlEvent[]): void {
  const { outputWidths, tagBits } = design.top;
  expect(got.map(({ accepted, taken, output, tag }) => ({ accepted, taken, output, tag }))).toEqual(
    expected[noise].map(({ accepted, taken, output }, index) => ({
      accepted,
      taken,
      output: output.map((value, at) => BigInt.asUintN(outputWidths[at], BigInt(value))),
      tag: tagBits > 0 ? index : undefined,
    })),
  );
}

function randomInputs(circuit: Circuit, seed: number): number[][] {
  const [node] = circuit.inputs;
  let state = seed;
  return Array.from({ length: EVENTS }, () =>
    Array.from({ length: sizeOf(node.shape) }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return node.range.lo + (state % (node.range.hi - node.range.lo + 1));
    }),
  );
}
