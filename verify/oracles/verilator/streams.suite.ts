/** Dense reference designs in Verilator beside the cycle simulator, for the tests that run a few events or all of them. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect } from 'vitest';
import { emitNetwork } from '../../../rtl-templates/verilog/index.ts';
import { type HandshakeNoise, networkTiming, NO_NOISE, simulateTiming } from '../../../sim/cycles/index.ts';
import { importModel } from '../../../sim/import/index.ts';
import { readEvents } from '../../../sim/import/vectors/index.ts';
import {
  type HardwareMapping,
  isSparse,
  lowerNetwork,
  networkChoices,
} from '../../../sim/lower/rtl/index.ts';
import { cosimulate } from './cosimulate.ts';

const root = 'golden/sparsepixels';
const NOISES: readonly HandshakeNoise[] = [NO_NOISE, { gap: 100, stall: 120, seed: 7 }];

/** Folders of the dense designs, those of the smallest images first. */
export function denseDesigns(): string[] {
  const pixels = (path: string) => {
    const { model } = importModel(path);
    return model.tensors[model.inputs[0]].shape.reduce((a, size) => a * size, 1);
  };
  return readdirSync(root)
    .map((name) => join(root, name))
    .filter((path) => existsSync(join(path, 'vectors.json')) && !isSparse(importModel(path).model))
    .sort((a, b) => pixels(a) - pixels(b));
}

export function denseDesign(path: string, mapping: HardwareMapping) {
  const { model } = importModel(path);
  const network = lowerNetwork(model, networkChoices(model, mapping));
  return { model, network, design: emitNetwork(network, networkTiming(network), { tensors: model }) };
}

/** The first `most` events give the recorded outputs, and every beat leaves in the simulator's cycle. */
export async function expectExact(path: string, mapping: HardwareMapping, most = Infinity): Promise<void> {
  const { model, network, design } = denseDesign(path, mapping);
  const file = join(path, 'vectors.json');
  const recorded = (JSON.parse(readFileSync(file, 'utf8')) as { events: { y_raw: number[] }[] }).events;
  const events = readEvents(file, model).slice(0, most);
  const { width } = model.tensors[model.inputs[0]].type;
  const beats = events.flatMap(({ input }) => Array.from(input, (raw) => BigInt.asUintN(width, BigInt(raw))));
  const { outputWidths } = design.top;
  for (const noise of NOISES) {
    const record = simulateTiming(network, events.length, noise);
    const got = await cosimulate(design, beats, noise, { cache: resolve('.cache/verilator') });
    expect(got.map(({ output }) => output)).toEqual(
      recorded
        .slice(0, events.length)
        .map(({ y_raw }) => y_raw.map((raw, index) => BigInt.asUintN(outputWidths[index], BigInt(raw)))),
    );
    const output = record.channels.find(({ name }) => name === network.output)!;
    expect(got.flatMap((event) => event.beats)).toEqual([...output.read]);
    expect(got.map(({ accepted }) => accepted)).toEqual(record.events.map(({ accepted }) => accepted));
  }
}
