/** The AXI4-Stream wrapper of designs whose events have several beats: values of the reference, good and malformed events. */
import { execa } from 'execa';
import { maxRaw, minRaw } from 'fixed-point-ts';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { axiBeatsModule } from '../../../rtl-templates/verilog/axi-beats.ts';
import { emitNetwork, verilogProject } from '../../../rtl-templates/verilog/index.ts';
import { verilogManifestSchema } from '../../../schemas/verilog-manifest.ts';
import { networkTiming } from '../../../sim/cycles/index.ts';
import { evaluators } from '../../../sim/evaluate/index.ts';
import { type ImageInput, lowerNetwork, networkChoices } from '../../../sim/lower/rtl/index.ts';
import type { Model } from '../../../sim/model/index.ts';
import { ULTRASCALE_PLUS } from '../../../sim/pipeline/circuit/index.ts';
import { icarusVersion } from '../icarus/run-icarus.ts';
import { verilatorVersion } from '../verilator/build.ts';
import { yosysVersion } from '../yosys/synthesise.ts';
import { smallStream } from './axi-stream-models.suite.ts';
import { beatsHex, type StreamBeat, streamBeats, streamTestbench } from './axi-stream-testbench.suite.ts';
import { packElements } from './hardware.ts';
import { smallSparseModel } from './small-sparse-model.suite.ts';

const has = {
  verilator: (await verilatorVersion()) !== undefined,
  iverilog: (await icarusVersion()) !== undefined,
  yosys: (await yosysVersion()) !== undefined,
};
const without = (tool: keyof typeof has) => (has[tool] ? '' : ` (skipped: ${tool} is missing)`);

interface Case {
  readonly name: string;
  readonly model: Model;
  readonly input: ImageInput;
  readonly tagBits: number;
}
const cases: readonly Case[] = [
  {
    name: 'a stream of pixels that ends in a vector',
    model: smallStream({ height: 4, width: 4, channels: 2, end: 'dense' }),
    input: 'wide',
    tagBits: 0,
  },
  {
    // Its result is done before its last row has come.
    name: 'a stream of pixels that ends in fewer',
    model: smallStream({ height: 9, width: 5, channels: 1, end: 'pooling' }),
    input: 'wide',
    tagBits: 0,
  },
  {
    name: 'a stream of pixels that ends in as many',
    model: smallStream({ height: 4, width: 6, channels: 2, end: 'convolution' }),
    input: 'wide',
    tagBits: 0,
  },
  { name: 'a sparse design fed by rows', model: smallSparseModel, input: 'rows', tagBits: 3 },
  { name: 'a sparse design fed by rows, without tags', model: smallSparseModel, input: 'rows', tagBits: 0 },
];

function project({ model, input, tagBits }: Case, axiBits: number) {
  const network = lowerNetwork(model, networkChoices(model, 'small', 5, { input }));
  const design = emitNetwork(network, networkTiming(network), { tensors: model, tagBits });
  const family = ULTRASCALE_PLUS.family;
  const files = verilogProject(design, { tensors: model, clockNs: 5, family, axiBits });
  const manifest = verilogManifestSchema.parse(JSON.parse(files.get('manifest.json')!));
  const folder = mkdtempSync(join(tmpdir(), 'pipewright-beats-'));
  for (const [file, text] of files) writeFileSync(join(folder, file), text);
  return { manifest, files, folder, top: design.top };
}

describe.each(cases)('the folder of $name', (each) => {
  const { manifest, files, folder } = project(each, 8);
  const { synthesis, simulation, constraints } = manifest.files;
  const { module, ...stream } = manifest.axiStream!;

  test('holds what its manifest names, and says how many stream beats a beat and an event are', () => {
    expect([...files.keys()].sort()).toEqual(
      ['README.md', 'manifest.json', ...synthesis, ...simulation, ...constraints].sort(),
    );
    const [height, width, channels] = each.model.tensors[each.model.inputs[0]].shape;
    const pixel = each.model.tensors[each.model.inputs[0]].type.width * channels;
    const [beats, bits] = each.input === 'rows' ? [height, width * pixel] : [height * width, pixel];
    expect(manifest.input).toMatchObject({ beatsPerEvent: beats, bits });
    const { shape, type } = each.model.tensors[each.model.outputs[0]];
    const results = manifest.output.beatsPerEvent;
    expect(manifest.output.bits * results).toBe(shape.reduce((a, b) => a * b, type.width));
    const [inputBeatsPerBeat, outputBeatsPerBeat] = [bits, manifest.output.bits].map((n) => Math.ceil(n / 8));
    expect(stream).toEqual({
      beatBits: 8,
      inputBeats: beats * inputBeatsPerBeat,
      outputBeats: results * outputBeatsPerBeat,
      inputBeatsPerBeat,
      outputBeatsPerBeat,
    });
  });

  test.skipIf(!has.verilator)(`passes verilator --lint-only -Wall${without('verilator')}`, async () => {
    const args = ['--lint-only', '-Wall', '--top-module', module, ...synthesis];
    const { stderr } = await execa('verilator', args, { cwd: folder, reject: false });
    expect(stderr).toBe('');
  });

  test.skipIf(!has.iverilog)(
    `passes iverilog -g2005 -Wall without a word${without('iverilog')}`,
    async () => {
      const args = ['-g2005', '-Wall', '-o', 'sim', 'testbench.v', ...synthesis];
      const { stderr, stdout } = await execa('iverilog', args, { cwd: folder });
      expect(stderr + stdout).toBe('');
    },
  );

  test.skipIf(!has.yosys)(
    `passes yosys check -assert, and infers no latch${without('yosys')}`,
    { timeout: 300_000 },
    async () => {
      const script = [
        `read_verilog ${synthesis.join(' ')}`,
        `hierarchy -check -top ${module}`,
        'proc',
        'check -assert',
        'select -assert-none t:$dlatch t:$adlatch t:$dlatchsr t:$sr',
      ].join('; ');
      const { exitCode, stdout } = await execa('yosys', ['-p', script], { cwd: folder, reject: false });
      expect(stdout.match(/^Found and reported \d+ problems\.$/gm)).toEqual([
        'Found and reported 0 problems.',
      ]);
      expect(exitCode).toBe(0);
    },
  );
});

/** Random raw integers of the input's type, about half of them 0. */
function randomEvents(model: Model, count: number): bigint[][] {
  const { shape, type } = model.tensors[model.inputs[0]];
  const [lo, hi] = [Number(minRaw(type)), Number(maxRaw(type))];
  let state = 5;
  const next = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) >>> 8;
  return Array.from({ length: count }, () =>
    Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () =>
      next() % 2 === 0 ? 0n : BigInt(lo + (next() % (hi - lo + 1))),
    ),
  );
}

/** What the bench offers for an event, and what the wrapper makes of it. */
interface Offer {
  readonly beats: readonly StreamBeat[];
  readonly input: readonly bigint[];
  readonly bad: boolean;
}

function offers(
  each: Case,
  { manifest, top }: ReturnType<typeof project>,
  count: number,
  spoil: boolean,
): Offer[] {
  const { model } = each;
  const { beatBits } = manifest.axiStream!;
  const { width } = model.tensors[model.inputs[0]].type;
  const size = top.inputBits / width;
  const perBeat = Math.ceil(top.inputBits / beatBits);
  return randomEvents(model, count).map((input, index) => {
    const words = Array.from({ length: input.length / size }, (_, at) =>
      packElements(input.slice(at * size, (at + 1) * size), width),
    );
    const beats = words
      .flatMap((word) => streamBeats(word, top.inputBits, beatBits))
      .map((beat, at, all) => ({ ...beat, last: at === all.length - 1 }));
    const good = { beats, input, bad: false };
    if (!spoil) return good;
    switch (index % 7) {
      case 1: {
        // TLAST too early: the rest of the event is 0, from the stream beat on.
        const kept = 1 + ((index * 13) % (beats.length - 1));
        const short = beats.slice(0, kept).map((beat, at) => ({ ...beat, last: at === kept - 1 }));
        const whole = words.map((word, at) => {
          const bits = Math.min(perBeat, Math.max(0, kept - at * perBeat)) * beatBits;
          return BigInt.asUintN(bits, word);
        });
        const elements = whole.flatMap((word) =>
          Array.from({ length: size }, (_, at) => BigInt.asUintN(width, word >> BigInt(at * width))),
        );
        return { beats: short, input: elements, bad: true };
      }
      case 3: {
        // Too many beats: TLAST comes only at the last of them.
        const more = beats.slice(0, 1 + (index % beats.length));
        const late = [...beats, ...more].map((beat, at, all) => ({ ...beat, last: at === all.length - 1 }));
        return { beats: late, input, bad: true };
      }
      case 4: {
        const at = index % beats.length;
        const holed = beats.map((beat, place) => (place === at ? { ...beat, keep: beat.keep - 1n } : beat));
        return { beats: holed, input, bad: true };
      }
      default:
        return good;
    }
  });
}

async function run(
  each: Case,
  built: ReturnType<typeof project>,
  given: readonly Offer[],
  noise?: { readonly gap: number; readonly stall: number },
) {
  const { folder, manifest, top } = built;
  const { beatBits } = manifest.axiStream!;
  const beats = given.flatMap((offer) => offer.beats);
  writeFileSync(join(folder, 'beats.hex'), beatsHex(beats, beatBits));
  const bench = streamTestbench(top, beatBits, beats.length, given.length, each.tagBits + 1);
  writeFileSync(join(folder, 'stream-testbench.v'), bench);
  const files = ['stream-testbench.v', ...manifest.files.synthesis];
  await execa('iverilog', ['-g2005', '-s', 'testbench', '-o', 'stream', ...files], { cwd: folder });
  const args = ['-n', 'stream', ...(noise ? [`+gap=${noise.gap}`, `+stall=${noise.stall}`] : [])];
  const { stdout } = await execa('vvp', args, { cwd: folder, timeout: 60_000 });
  const lines = stdout.split('\n');
  return {
    faults: lines.filter((line) => /^(unknown|unstable)/.test(line)),
    malformed: lines.filter((line) => line === 'malformed').length,
    results: lines.filter((line) => line.startsWith('result ')).map((line) => Number(line.slice(7))),
    beats: lines
      .filter((line) => line.startsWith('beat '))
      .map((line) => {
        const [, data, keep, last, user] = line.split(' ');
        return [BigInt(`0x${data}`), BigInt(`0x${keep}`), last, user].map(String);
      }),
  };
}

/** The stream beats of the results by the reference evaluator. */
function expectedBeats(
  each: Case,
  { manifest, top }: ReturnType<typeof project>,
  given: readonly Offer[],
): string[][] {
  const { model, tagBits } = each;
  const { beatBits } = manifest.axiStream!;
  const evaluate = evaluators.find(({ name }) => name === 'reference')!.prepare(model);
  const [output] = model.outputs;
  const { width } = model.tensors[output].type;
  const size = top.outputBits / width;
  const bytes = beatBits / 8;
  return given.flatMap(({ input, bad }, event) => {
    const values = evaluate({ [model.inputs[0]]: input })[output];
    const beats = Array.from({ length: values.length / size }, (_, at) =>
      values.slice(at * size, (at + 1) * size),
    );
    return beats
      .flatMap((elements) => streamBeats(packElements(elements, width), top.outputBits, beatBits))
      .map(({ data }, at, all) => {
        const last = at === all.length - 1;
        const rest = top.outputBits - (Math.ceil(top.outputBits / beatBits) - 1) * beatBits;
        const keep = (1n << BigInt(last ? Math.ceil(rest / 8) : bytes)) - 1n;
        const user = (event % 2 ** tagBits) * 2 + (last && bad ? 1 : 0);
        return [data, keep, last ? 1 : 0, user].map(String);
      });
  });
}

describe.skipIf(!has.iverilog)(
  `the AXI4-Stream wrapper of designs of several beats${without('iverilog')}`,
  () => {
    describe.each(cases)('$name', (each) => {
      test.each([8, 16, 64])(
        'with beats of %i bits gives every result of the reference whole and in order, with gaps and stalls, and marks what is malformed',
        async (axiBits) => {
          const built = project(each, axiBits);
          const given = offers(each, built, 18, true);
          const got = await run(each, built, given);
          expect(got.faults).toEqual([]);
          expect(given.filter(({ bad }) => bad).length).toBeGreaterThan(5);
          expect(got.malformed).toBe(given.filter(({ bad }) => bad).length);
          expect(got.beats).toEqual(expectedBeats(each, built, given));
        },
      );

      test.each([
        { gap: 230, stall: 0 },
        { gap: 0, stall: 230 },
        { gap: 0, stall: 0 },
      ])('marks the right results where %j lets them wait for each other', async (noise) => {
        const built = project(each, 32);
        const given = offers(each, built, 18, true);
        const got = await run(each, built, given, noise);
        expect(got.faults).toEqual([]);
        expect(got.malformed).toBe(given.filter(({ bad }) => bad).length);
        expect(got.beats).toEqual(expectedBeats(each, built, given));
      });

      test('takes and gives a stream beat every cycle where the design does', async () => {
        const built = project(each, 64);
        const given = offers(each, built, 12, false);
        const got = await run(each, built, given, { gap: 0, stall: 0 });
        expect(got.beats).toEqual(expectedBeats(each, built, given));
        expect(got.malformed).toBe(0);
        expect(built.manifest.axiStream!.inputBeatsPerBeat).toBe(1);
        const [first] = got.results;
        const last = got.results.at(-1)!;
        const distance = (last - first) / (got.results.length - 1);
        expect(distance).toBeLessThanOrEqual(built.manifest.intervalCycles);
      });
    });

    test('lets no more events in than it has room to remember', async () => {
      const model = smallStream({ height: 2, width: 2, channels: 1, end: 'convolution' });
      const each: Case = { name: 'four pixels', model, input: 'wide', tagBits: 0 };
      const built = project(each, 16);
      const { module, beatBits } = built.manifest.axiStream!;
      writeFileSync(join(built.folder, `${module}.v`), axiBeatsModule(built.top, beatBits, 1));
      const given = offers(each, built, 40, true);
      const got = await run(each, built, given, { gap: 0, stall: 200 });
      expect(got.faults).toEqual([]);
      expect(got.beats).toEqual(expectedBeats(each, built, given));
    });
  },
);
