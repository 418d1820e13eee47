/**
 * Faults planted in the Verilog of a small design are caught, and traced to layer, element and cycle. The Circuit's
 * evaluator, which knows nothing of Verilog, says what each signal should have been.
 */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { emitVerilog, type VerilogDesign } from '../../../rtl-templates/verilog/index.ts';
import {
  type HandshakeNoise,
  NO_NOISE,
  prepareCircuit,
  regionTiming,
  simulateHandshake,
} from '../../../sim/cycles/index.ts';
import type { Event } from '../../../sim/import/vectors/index.ts';
import { hardwareChoices, lowerSparse } from '../../../sim/lower/rtl/index.ts';
import {
  type Circuit,
  copyAt,
  holdsOf,
  type Node,
  type Operation,
  readingOf,
  schedule,
  sizeOf,
  ULTRASCALE_PLUS,
  type View,
} from '../../../sim/pipeline/circuit/index.ts';
import { type LocatedDivergence, verifyAgainst, type VerifyEvent } from '../../against/index.ts';
import { icarusVersion } from '../icarus/run-icarus.ts';
import { circuitHardware, evaluatorOracles, hardwareOracles } from '../index.ts';
import { testContext } from '../tools.suite.ts';
import { verilatorVersion } from '../verilator/build.ts';
import { smallSparseEvents, smallSparseModel as model } from './small-sparse-model.suite.ts';

const region = schedule(lowerSparse(model, hardwareChoices(model, 'fast')), 5, ULTRASCALE_PLUS);
const [reference] = evaluatorOracles;
const events = smallSparseEvents(40);
const context = testContext(mkdtempSync(join(tmpdir(), 'pipewright-rtl-faults-')));
const missing = [
  ...((await verilatorVersion()) === undefined ? ['verilator'] : []),
  ...((await icarusVersion()) === undefined ? ['iverilog'] : []),
];
const skipped = missing.length > 0 ? ` (skipped: ${missing.join(' and ')} missing)` : '';

/** Changes one file of the emitted Verilog, exactly once, or as often as told. */
function edit(file: RegExp, from: RegExp, to: string, times = 1) {
  return (design: VerilogDesign): VerilogDesign => {
    const [name, text] = [...design.files].find(([path]) => file.test(path))!;
    let edits = 0;
    const edited = text.replace(from, (...match) => {
      edits += 1;
      return to.replaceAll(/\$(\d)/g, (_, group: string) => String(match[Number(group)]));
    });
    expect(edits).toBe(times);
    return { ...design, files: new Map([...design.files, [name, edited]]) };
  };
}

async function verify(
  oracle: 'verilator' | 'icarus',
  alter: (design: VerilogDesign) => VerilogDesign,
  noise: HandshakeNoise = NO_NOISE,
  given: readonly Event[] = events,
): Promise<VerifyEvent[]> {
  const oracles = hardwareOracles({ build: (built) => circuitHardware(built, region, alter), noise });
  const gathered: VerifyEvent[] = [];
  for await (const event of verifyAgainst({
    subject: { model, mapping: undefined },
    events: given,
    baseline: reference,
    explainer: reference,
    against: oracles.filter(({ name }) => name === oracle),
    context,
    keepGoing: false,
  }))
    gathered.push(event);
  return gathered;
}

function divergenceOf(gathered: readonly VerifyEvent[]): LocatedDivergence {
  const failed = gathered.find(({ kind }) => kind === 'failed');
  expect(failed).toBeUndefined();
  expect(gathered.at(-1)).toEqual({ kind: 'ended', verdict: 'different' });
  const found = gathered.find((event) => event.kind === 'diverged');
  if (found?.kind !== 'diverged') throw new Error('nothing was located');
  return found.divergence;
}

/** The Circuit with one operation changed. */
function withOperation(id: number, op: Operation): Circuit {
  const nodes: Node[] = [];
  const moved = (view: View): View => ({ ...view, node: nodes[view.node.id] });
  for (const node of region.circuit.nodes)
    nodes.push({ ...node, operands: node.operands.map(moved), ...(node.id === id ? { op } : {}) });
  const { circuit } = region;
  return {
    ...circuit,
    nodes,
    inputs: circuit.inputs.map((node) => nodes[node.id]),
    outputs: circuit.outputs.map(moved),
  };
}

/** First event whose outputs the faulty Circuit changes, and the first signal between layers that differs in it. */
function expectedBy(faulty: Circuit) {
  const { probes } = emitVerilog(region, { trace: true });
  const clocks = simulateHandshake(regionTiming(region), events.length);
  const [right, wrong] = [prepareCircuit(region.circuit), prepareCircuit(faulty)];
  for (const [index, { id, input }] of events.entries()) {
    const inputs = [input.map(Number)];
    const [good, bad] = [right, wrong].map((run) => run(inputs).map((values) => [...values]));
    const outputs = region.circuit.outputs.map(({ node }) => node.id);
    if (outputs.every((node) => String(good[node]) === String(bad[node]))) continue;
    const shown = probes
      .flatMap((probe) => Array.from({ length: probe.beats }, (_, beat) => ({ probe, beat })))
      .sort((a, b) => a.probe.step + a.beat - b.probe.step - b.beat || a.probe.node - b.probe.node);
    for (const { probe, beat } of shown) {
      const size = sizeOf(probe.shape);
      const [wanted, got] = [good, bad].map((values) =>
        values[probe.node].slice(beat * size, (beat + 1) * size),
      );
      const element = wanted.findIndex((value, at) => value !== got[at]);
      if (element < 0) continue;
      return {
        event: id,
        layer: probe.layer,
        element,
        expected: BigInt(wanted[element]),
        got: BigInt(got[element]),
        cycle: clocks[index].accepted + 1 + probe.step + beat,
      };
    }
  }
  throw new Error('the fault changes no output');
}

function nodeOf<K extends Operation['kind']>(
  stage: string,
  kind: K,
  fits: (op: Extract<Operation, { kind: K }>) => boolean = () => true,
) {
  const { nodes, stages } = region.circuit;
  const node = nodes.find(
    ({ op, stage: at }) =>
      op.kind === kind && stages[at]?.name === stage && fits(op as Extract<Operation, { kind: K }>),
  );
  if (!node) throw new Error(`${stage} has no ${kind}`);
  return { id: node.id, op: node.op as Extract<Operation, { kind: K }> };
}

/** The convolution's weights: a row of the table holds those of all filters at one tap. */
const weights = nodeOf('conv', 'table', ({ rows }) => rows[0].length === 2);
const flippedRow = weights.op.rows.findIndex((row) => row[1] !== 0);
const rounding = nodeOf('conv', 'round');

const valueFaults = [
  {
    name: 'one bit of one weight',
    alter: (design: VerilogDesign) => {
      const rom = new RegExp(
        `(ROM = \\d+'h)([0-9a-f]+)(;\\s+assign l_table_${weights.id} = \\w+\\[\\{x0, (\\d+)'d0\\})`,
      );
      const file = [...design.files].find(([, text]) => rom.test(text))!;
      const width = Number(new RegExp(`wire \\[(\\d+):0\\] l_table_${weights.id};`).exec(file[1])![1]) + 1;
      const text = file[1].replace(rom, (_, head: string, digits: string, tail: string, shift: string) => {
        const bit = (flippedRow + weights.op.lo) * 2 ** Number(shift) + width / 2;
        return `${head}${(BigInt(`0x${digits}`) ^ (1n << BigInt(bit))).toString(16)}${tail}`;
      });
      expect(text).not.toBe(file[1]);
      return { ...design, files: new Map([...design.files, [file[0], text]]) };
    },
    faulty: withOperation(weights.id, {
      ...weights.op,
      rows: weights.op.rows.map((row, at) => (at === flippedRow ? [row[0], row[1] ^ 1] : row)),
    }),
  },
  {
    name: 'ties rounded up in place of to even',
    alter: edit(
      /_conv\.v$/,
      new RegExp(`(assign l_round_${rounding.id}_s = .*), \\w+\\[\\d+\\]\\};`),
      `$1, 1'b1};`,
    ),
    faulty: withOperation(rounding.id, { ...rounding.op, rounding: 'RND' }),
  },
];

describe.skipIf(missing.length > 0)(`a fault planted in Verilog${skipped}`, () => {
  test.each(['icarus', 'verilator'] as const)('is not found in sound Verilog by %s', async (oracle) => {
    const gathered = await verify(oracle, (design) => design, { gap: 60, stall: 80, seed: 3 });
    expect(gathered.at(-1)).toEqual({ kind: 'ended', verdict: 'equal' });
  });

  test.each([
    { oracle: 'icarus', ...valueFaults[0] },
    { oracle: 'verilator', ...valueFaults[0] },
    { oracle: 'icarus', ...valueFaults[1] },
  ] as const)('$name: $oracle finds its event, layer, element, cycle', async ({ oracle, alter, faulty }) => {
    const found = divergenceOf(await verify(oracle, alter));
    expect({ ...found, expected: found.expected.raw, got: found.got.raw }).toMatchObject({
      foundBy: 'signals',
      ...expectedBy(faulty),
    });
    expect(found.clock).toBeUndefined();
  });

  test('one credit too few: the first event that must wait for it, and the cycles', async () => {
    const { queueDepth } = regionTiming(region);
    const shallow = edit(
      /_control\.v$/,
      new RegExp(`(pending != \\d+'d)${queueDepth}`),
      `$1${queueDepth - 1}`,
    );
    const found = divergenceOf(await verify('icarus', shallow));
    const right = simulateHandshake(regionTiming(region), events.length);
    const late = simulateHandshake({ ...regionTiming(region), queueDepth: queueDepth - 1 }, events.length);
    const first = right.findIndex(({ accepted }, index) => accepted !== late[index].accepted);
    expect(found).toMatchObject({
      event: events[first].id,
      layer: 'control',
      foundBy: 'cycles',
      cycle: right[first].accepted,
      clock: { expected: right[first], got: late[first] },
    });
  });

  test('a queue one result shorter than its credits: a lost result is laid to the control, not to a layer', async () => {
    const last = regionTiming(region).queueDepth - 1;
    const shallow = edit(/_control\.v$/, new RegExp(`== (\\d+'d)${last}\\)`, 'g'), `== $1${last - 1})`, 2);
    const found = divergenceOf(await verify('icarus', shallow, { gap: 0, stall: 250, seed: 3 }));
    expect(found).toMatchObject({ layer: 'control', tensor: 'y', foundBy: 'signals' });
    expect(found.clock).toBeUndefined();
  });

  test('an interval one too short: the layer in which a value is read after the next event has overwritten it', async () => {
    const { interval } = region.circuit;
    const early = edit(
      /_control\.v$/,
      new RegExp(`(if \\(accept\\) cooling <= \\d+'d)${interval - 1}`),
      `$1${interval - 2}`,
    );
    const found = divergenceOf(await verify('icarus', early));
    // The value that is lost first is read in the earliest step in which only a copy of the full interval stands.
    const [first] = overwritten().sort((a, b) => a.step - b.step);
    expect(found).toMatchObject({ event: events[0].id, layer: first.layer, foundBy: 'signals' });
    const { probes } = emitVerilog(region, { trace: true });
    const shown = probes.filter(({ layer }) => layer === first.layer);
    expect(found.cycle).toBeGreaterThanOrEqual(1 + first.step);
    expect(found.cycle).toBeLessThanOrEqual(
      1 + Math.max(...shown.map(({ step, beats }) => step + beats - 1)),
    );
  });

  test('an interval one too short that spoils no value, as all images are empty: the cycle of the early acceptance', async () => {
    const { interval } = region.circuit;
    const early = edit(
      /_control\.v$/,
      new RegExp(`(if \\(accept\\) cooling <= \\d+'d)${interval - 1}`),
      `$1${interval - 2}`,
    );
    const empty = events.map(({ id, input }) => ({ id, input: input.map(() => 0n) }));
    const found = divergenceOf(await verify('icarus', early, NO_NOISE, empty));
    const right = simulateHandshake(regionTiming(region), 2);
    const fast = simulateHandshake({ ...regionTiming(region), intervalCycles: interval - 1 }, 2);
    expect(found).toMatchObject({
      event: events[1].id,
      layer: 'control',
      foundBy: 'cycles',
      cycle: interval - 1,
      clock: { expected: right[1], got: fast[1] },
    });
  });
});

/** Readings of held values in the last step in which they are there: one step later the next event's stand there. */
function overwritten() {
  const { circuit, steps } = region;
  const holds = holdsOf(region);
  return circuit.nodes.flatMap((node) =>
    node.operands.flatMap(({ node: operand }) => {
      if (operand.op.kind === 'constant' || operand.beats > 1) return [];
      const reading = readingOf(node, operand, steps[node.id]);
      const copy = copyAt(holds[operand.id], reading, circuit.interval);
      const last = copy < 0 ? holds[operand.id].until : holds[operand.id].loads[copy] + circuit.interval;
      return reading.to === last && (copy >= 0 || last > holds[operand.id].made)
        ? [{ layer: circuit.stages[node.stage].name, step: reading.to, node: node.id }]
        : [];
    }),
  );
}
