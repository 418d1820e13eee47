/**
 * Writes golden/verilog/: a small Circuit with every kind of register and memory, as text and as the folder of Verilog
 * that is made of it.
 *
 *   npx tsx --conditions=source scripts/update-verilog-golden.ts
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { fixed, ufixed } from 'fixed-point-ts';
import { emitVerilog, verilogProject } from '../rtl-templates/verilog/index.ts';
import {
  type Circuit,
  CircuitBuilder,
  compose,
  pick,
  printCircuit,
  schedule,
  slice,
  ULTRASCALE_PLUS,
} from '../sim/pipeline/circuit/index.ts';

const tensors = {
  inputs: ['x'],
  outputs: ['y'],
  tensors: {
    x: { shape: [2, 3], type: ufixed(4, 2) },
    y: { shape: [3], type: fixed(12, 8) },
  },
};

/** Rows of x in two beats, weighted, rounded and summed over the beats, then clipped or looked up in a block memory. */
function goldenCircuit(): Circuit {
  const b = new CircuitBuilder('golden', 3);
  const x = b.input('x', [2, 3], { lo: 0, hi: 15 });
  b.stage('weigh', 'rows of x in two beats', 'products rounded to even');
  const row = b.serialise(x);
  const weights = b.serialise(b.constant([3, -2, 5, 1, 7, -4], [2, 3]));
  const terms = b.round(b.multiply(row, weights), 1, 'RND_CONV');
  const sums = b.accumulate(terms);
  b.stage('shape', 'clipped', 'the largest through a table');
  const clipped = b.clamp(sums, -20, 40);
  const largest = compose.maximum(b, clipped, -1);
  const index = b.wrap(largest, 3, false);
  const squares = b.table(
    index,
    Array.from({ length: 8 }, (_, i) => i * i - 9),
    'block',
  );
  const positive = b.select(b.less(clipped, b.constant([0])), b.constant([0, 1, 2]), clipped);
  const last = b.add(pick(positive, -1, 2), squares);
  return b.finish([b.concat([slice(positive, 0, 0, 2), { ...last, shape: [1], strides: [0] }], 0)]);
}

/** Texts by path below golden/verilog. */
export function verilogGolden(): ReadonlyMap<string, string> {
  const scheduled = schedule(goldenCircuit(), 5, ULTRASCALE_PLUS);
  const design = emitVerilog(scheduled, { tensors, tagBits: 4 });
  const project = verilogProject(design, {
    tensors,
    clockNs: scheduled.clockNs,
    family: ULTRASCALE_PLUS.family,
    axiBits: 16,
  });
  return new Map([
    ['golden.circuit', printCircuit(scheduled.circuit, scheduled)],
    ...[...project].map(([file, text]) => [`golden/${file}`, text] as const),
  ]);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const folder = join(import.meta.dirname, '../golden/verilog');
  rmSync(join(folder, 'golden'), { recursive: true, force: true });
  mkdirSync(join(folder, 'golden'), { recursive: true });
  for (const [file, text] of verilogGolden()) writeFileSync(join(folder, file), text);
}
