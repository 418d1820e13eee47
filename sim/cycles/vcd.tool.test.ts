import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readDesigns } from '../../bench/reference/read-designs.ts';
import { lowerHls, profileFor } from '../lower/hls/index.ts';
import { simulatePipeline } from './pipeline.ts';
import { vcdOf } from './vcd.ts';
import { type ChannelValues, type Signal, signalsOf } from './waveform.ts';

const hasReader = spawnSync('python3', ['-c', 'import vcdvcd']).status === 0;
const hasConverter = spawnSync('vcd2fst', ['--help']).error === undefined;
if (!hasReader) console.warn('not run: python3 with vcdvcd is not there; get it: pip install vcdvcd');
if (!hasConverter) console.warn('not run: vcd2fst not found; get it: apt-get install gtkwave');

const folder = mkdtempSync(join(tmpdir(), 'pipewright-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const { model, mapping } = readDesigns('golden/sparsepixels').find(({ name }) => name === 'jet-8b-full')!;
const record = simulatePipeline(lowerHls(model, mapping, profileFor(model, mapping)), {
  events: 1,
  noise: { gap: 40, stall: 40, seed: 3 },
});
const values = new Map(
  record.channels.map(({ name }): [string, ChannelValues] => [
    name,
    { elements: [{ width: 12, fractionBits: 4 }], raw: (beat) => ((beat * 37) % 4096) - 2048 },
  ]),
);
const signals = signalsOf(record, { values });
const vcd = vcdOf(signals, { clockNs: 5, from: 0, to: record.cycles - 1 });
const nameOf = ({ path }: Signal) =>
  path.map((part) => part.replace(/[[-]/g, '_').replace(']', '')).join('.');

/** What a reader makes of the dump: by signal the times and values, as Python's integers and floats. */
const READ = `
import json, sys
from vcdvcd import VCDVCD
dump = VCDVCD(sys.argv[1])
def value(text):
    if set(text) <= set('01'):
        return int(text, 2)
    return None if 'x' in text else float(text)
print(json.dumps({name: [[t, v if dump[name].var_type == 'real' else value(v)] for t, v in dump[name].tv] for name in dump.signals}))
`;

function changesIn(file: string): Record<string, [number, string | number | null][]> {
  return JSON.parse(
    execFileSync('python3', ['-c', READ, file], { encoding: 'utf8', maxBuffer: 1 << 28 }),
  ) as Record<string, [number, string | number | null][]>;
}

function expectSignals(file: string): void {
  const read = changesIn(file);
  expect(Object.keys(read)).toHaveLength(signals.length);
  for (const signal of signals) {
    const { width, changes } = signal;
    const inRun = changes.filter(({ cycle }) => cycle < record.cycles);
    const got = read[nameOf(signal)].filter(([, value]) => value !== null);
    expect(
      got.map(([time, value]) => [time, Number(value)]),
      nameOf(signal),
    ).toEqual(
      inRun.map(({ cycle, value }) => [
        cycle * 5000,
        width === null ? Number(value) : Number(BigInt.asUintN(width, BigInt(value))),
      ]),
    );
  }
}

describe.skipIf(!hasReader)('the dump of a dense design', () => {
  test('is read by vcdvcd as the signals that it was made of', () => {
    const file = join(folder, 'run.vcd');
    writeFileSync(file, vcd);
    expectSignals(file);
  });

  test.skipIf(!hasConverter)(
    "is still that after GTKWave's converters have made an FST of it, and a dump again",
    () => {
      const [from, fst, back] = ['in.vcd', 'run.fst', 'back.vcd'].map((name) => join(folder, name));
      writeFileSync(from, vcd);
      execFileSync('vcd2fst', [from, fst], { stdio: 'ignore' });
      writeFileSync(back, execFileSync('fst2vcd', [fst], { maxBuffer: 1 << 28 }));
      expectSignals(back);
    },
  );
});
