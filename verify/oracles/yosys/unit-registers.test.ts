import { expect, test } from 'vitest';
import type { Network, NetworkChannel, Unit } from '../../../sim/pipeline/network/index.ts';
import { NO_PADDING } from '../../../sim/pipeline/network/index.ts';
import { fifoModule, unitModule } from '../../../rtl-templates/verilog/unit-modules.ts';
import { fifoLogic, unitLogic } from '../../../sim/estimate/hardware/unit-logic.ts';

type Small = Exclude<Unit, { kind: 'region' }>;

const channel = (name: string, count: number, depth = 1): NetworkChannel => ({
  ...{ name, kind: 'fifo', depth, beatsPerEvent: 1, from: null, to: null },
  beat: [{ count, range: { lo: 0, hi: 255 } }],
});

/** Bits that the text declares as registers, of arrays each place once; `times` for what a generate block repeats. */
function declared(text: string, times = 1): number {
  return [...text.matchAll(/^( *)reg (?:\[(\d+):0\] )?(\w+)(?: \[0:(\d+)\])?;/gm)].reduce(
    (sum, [, indent, high, , last]) =>
      sum + (Number(high ?? 0) + 1) * (Number(last ?? 0) + 1) * (indent.length > 2 ? times : 1),
    0,
  );
}

function registers(unit: Small, inputs: number, outputs: number) {
  const network: Network = {
    ...{ name: 'n', units: [unit], input: 'a', output: 'b' },
    channels: [channel('a', inputs), channel('b', outputs)],
  };
  return { counted: unitLogic(unit, network).registers, text: unitModule('m', unit, network) };
}

const place = { name: 'u', layers: [], inputs: ['a'], outputs: ['b'] };

test('a gather has the registers that its Verilog declares', () => {
  const { counted, text } = registers({ ...place, kind: 'gather', beats: 5 }, 3, 15);
  expect(counted).toBe(declared(text));
});

test('a scatter and a pad have the registers that their Verilog declares', () => {
  const scatter = registers({ ...place, kind: 'scatter', beats: 3 }, 6, 2);
  expect(scatter.counted).toBe(declared(scatter.text));
  const padding = { top: 1, bottom: 2, left: 1, right: 0 };
  const pad = registers({ ...place, kind: 'pad', image: { height: 5, width: 9 }, padding, fill: 0 }, 2, 2);
  expect(pad.counted).toBe(declared(pad.text));
});

test('a FIFO of one beat has the registers declared but its two pointers, which never move', () => {
  expect(fifoLogic(channel('a', 4)).registers).toBe(declared(fifoModule('f', channel('a', 4))) - 2);
});

test('a window has the registers declared, line memories and masks that are always on left out', () => {
  const rows = 3;
  const [height, width] = [7, 9];
  const unit: Small = {
    ...{ ...place, kind: 'window', image: { height, width }, window: [rows, 3], stride: [1, 1], fill: 0 },
    padding: { ...NO_PADDING, top: 1, bottom: 1, left: 1, right: 1 },
  };
  const { counted, text } = registers(unit, 2, 18);
  const lineMemories = rows * width * 16;
  // The middle row and column are always inside: a register each, in two steps.
  expect(counted).toBe(declared(text, rows) - lineMemories - 4);
});
