import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { emitVerilog } from '../../../rtl-templates/verilog/index.ts';
import { prepareCircuit, readView } from '../../../sim/cycles/evaluate-circuit.ts';
import { type HandshakeNoise, simulateHandshake } from '../../../sim/cycles/handshake.ts';
import { arbitraryCircuit } from '../../../sim/pipeline/circuit/arbitrary-circuit.ts';
import {
  type Circuit,
  schedule,
  ScheduleError,
  sizeOf,
  type Schedule,
  ULTRASCALE_PLUS,
  widthOf,
} from '../../../sim/pipeline/circuit/index.ts';
import { hasIcarus, runIcarus } from './run-icarus.ts';

const EVENTS = 12;
const available = await hasIcarus();
const noises: readonly HandshakeNoise[] = [
  { gap: 0, stall: 0, seed: 1 },
  { gap: 90, stall: 140, seed: 5 },
];

describe.skipIf(!available)(
  `random circuits in Icarus Verilog${available ? '' : ' (skipped: iverilog is missing)'}`,
  () => {
    test(
      'give the values and the cycles of the simulator, at full rate and with gaps and stalls',
      { timeout: 590_000 },
      async () => {
        let compared = 0;
        await fc.assert(
          fc.asyncProperty(
            arbitraryCircuit,
            fc.nat(),
            fc.constantFrom(2.2, 3.5, 9),
            async (circuit, seed, clockNs) => {
              const scheduled = tryToSchedule(circuit, clockNs);
              if (!scheduled) return;
              const design = emitVerilog(scheduled);
              const inputs = randomInputs(circuit, seed);
              const run = prepareCircuit(circuit);
              const expected = inputs.map((input) => {
                const values = run([input]);
                return outputHex(
                  circuit,
                  circuit.outputs.flatMap((view) => readView(view, values)),
                );
              });
              for (const noise of noises) {
                const results = await runIcarus(
                  design,
                  inputs.map((input) => packed(input, widthOf(circuit.inputs[0].range))),
                  noise,
                );
                expect(results.map(({ output }) => output)).toEqual(expected);
                expect(results.map(({ accepted, taken }) => ({ accepted, taken }))).toEqual(
                  simulateHandshake(design, EVENTS, noise),
                );
              }
              compared += 1;
            },
          ),
          { numRuns: 40, seed: 20261122 },
        );
        expect(compared).toBeGreaterThan(20);
      },
    );
  },
);

/** A clock too fast for some operation, or a hold longer than the interval, is refused; that is no result to compare. */
function tryToSchedule(circuit: Circuit, clockNs: number): Schedule | undefined {
  try {
    const scheduled = schedule(circuit, clockNs, ULTRASCALE_PLUS);
    emitVerilog(scheduled);
    return scheduled;
  } catch (error) {
    if (error instanceof ScheduleError) return undefined;
    throw error;
  }
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

function packed(elements: readonly number[], width: number): bigint {
  return elements.reduceRight(
    (bits, value) => (bits << BigInt(width)) | BigInt.asUintN(width, BigInt(value)),
    0n,
  );
}

function outputHex(circuit: Circuit, elements: readonly number[]): string {
  const widths = circuit.outputs.flatMap((view) =>
    new Array<number>(sizeOf(view.shape)).fill(widthOf(view.node.range)),
  );
  const total = widths.reduce((sum, width) => sum + width, 0);
  const pattern = elements.reduceRight(
    (bits, value, index) => (bits << BigInt(widths[index])) | BigInt.asUintN(widths[index], BigInt(value)),
    0n,
  );
  return pattern.toString(16).padStart(Math.ceil(total / 4), '0');
}
