/** What is handed over with the Verilog: clean for every tool, right through the stream wrapper, known after reset. */
import { execa } from 'execa';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { emitVerilog, verilogProject } from '../../../rtl-templates/verilog/index.ts';
import { verilogManifestSchema } from '../../../schemas/verilog-manifest.ts';
import { NO_NOISE, simulateRegion } from '../../../sim/cycles/index.ts';
import { importModel } from '../../../sim/import/index.ts';
import { hardwareChoices, type HardwareMapping, lowerSparse } from '../../../sim/lower/rtl/index.ts';
import type { Model } from '../../../sim/model/index.ts';
import { schedule, ULTRASCALE_PLUS } from '../../../sim/pipeline/circuit/index.ts';
import { icarusVersion, runIcarus } from '../icarus/run-icarus.ts';
import { testContext } from '../tools.suite.ts';
import { verilatorVersion } from '../verilator/build.ts';
import { yosysVersion } from '../yosys/synthesise.ts';
import { beatsHex, streamBeats, streamTestbench } from './axi-stream-testbench.suite.ts';
import { circuitHardware } from './hardware.ts';
import { smallSparseEvents, smallSparseModel } from './small-sparse-model.suite.ts';

const context = testContext(mkdtempSync(join(tmpdir(), 'pipewright-project-')));
const has = {
  verilator: (await verilatorVersion()) !== undefined,
  iverilog: (await icarusVersion()) !== undefined,
  yosys: (await yosysVersion()) !== undefined,
};
const without = (tool: keyof typeof has) => (has[tool] ? '' : ` (skipped: ${tool} is missing)`);

function project(model: Model, mapping: HardwareMapping, tagBits: number, axiBits = 32) {
  const scheduled = schedule(lowerSparse(model, hardwareChoices(model, mapping)), 5, ULTRASCALE_PLUS);
  const design = emitVerilog(scheduled, { tensors: model, tagBits });
  const files = verilogProject(design, {
    tensors: model,
    clockNs: 5,
    family: ULTRASCALE_PLUS.family,
    axiBits,
  });
  const manifest = verilogManifestSchema.parse(JSON.parse(files.get('manifest.json')!));
  const folder = mkdtempSync(join(tmpdir(), 'pipewright-folder-'));
  for (const [file, text] of files) writeFileSync(join(folder, file), text);
  return { scheduled, design, files, manifest, folder };
}

const designs = [
  { name: 'a small sparse design, fast', model: smallSparseModel, mapping: 'fast', tagBits: 5 },
  { name: 'a small sparse design, small', model: smallSparseModel, mapping: 'small', tagBits: 0 },
  {
    name: 'neutrino-8b-sparse_t, small',
    model: importModel('golden/sparsepixels/neutrino-8b-sparse_t').model,
    mapping: 'small',
    tagBits: 8,
  },
] as const;

describe.each(designs)('the folder of $name', ({ model, mapping, tagBits }) => {
  const { manifest, files, folder } = project(model, mapping, tagBits);
  const { synthesis, simulation, constraints } = manifest.files;
  const tops = [manifest.top, manifest.axiStream!.module];

  test('holds what its manifest names, and the widths of its ports are those of the types', () => {
    expect([...files.keys()].sort()).toEqual(
      ['README.md', 'manifest.json', ...synthesis, ...simulation, ...constraints].sort(),
    );
    const top = files.get(`${manifest.top}.v`)!;
    for (const { data, bits, tensors } of [manifest.input, manifest.output]) {
      const sum = tensors.reduce(
        (n, { shape, elementBits }) => n + shape.reduce((a, b) => a * b, elementBits),
        0,
      );
      expect(bits).toBe(sum);
      expect(top).toMatch(new RegExp(`put wire \\[${sum - 1}:0\\] ${data}\\b`));
    }
    for (const { name, elementBits } of [...manifest.input.tensors, ...manifest.output.tensors])
      expect(elementBits).toBe(model.tensors[name].type.width);
  });

  test.skipIf(!has.verilator).each(tops)(
    `%s passes verilator --lint-only -Wall${without('verilator')}`,
    async (top) => {
      const args = ['--lint-only', '-Wall', '--top-module', top, ...synthesis];
      const { stderr } = await execa('verilator', args, { cwd: folder, reject: false });
      expect(stderr).toBe('');
    },
  );

  test.skipIf(!has.iverilog)(
    `passes iverilog -g2005 -Wall without a word${without('iverilog')}`,
    async () => {
      const args = ['-g2005', '-Wall', '-o', 'sim', 'testbench.v', ...synthesis];
      const { stderr, stdout } = await execa('iverilog', args, { cwd: folder });
      expect(stderr + stdout).toBe('');
    },
  );

  test.skipIf(!has.yosys || mapping === 'fast')(
    `passes yosys check -assert, and infers no latch${without('yosys')}`,
    { timeout: 300_000 },
    async () => {
      const script = [
        `read_verilog ${synthesis.join(' ')}`,
        `hierarchy -check -top ${tops[1]}`,
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

describe.skipIf(!has.iverilog)(`in four-valued simulation${without('iverilog')}`, () => {
  const events = smallSparseEvents(24);
  const { scheduled, design } = project(smallSparseModel, 'fast', 4);
  const inputs = events.map(({ input }) => circuitHardware(smallSparseModel, scheduled).pack(input)[0]);
  const outputs = simulateRegion(
    scheduled,
    events.map(({ input }) => input.map(Number)),
  ).map(({ output }) =>
    output.map((value, at) => BigInt.asUintN(design.top.outputWidths[at], BigInt(value))),
  );

  test('no output is unknown from the first cycle after reset on', async () => {
    const run = await runIcarus({ design, inputs, noise: { gap: 30, stall: 90, seed: 9 } }, context);
    expect(run.failure).toBeUndefined();
    expect(run.unknown).toEqual([]);
    expect(run.events.map(({ output }) => output)).toEqual(outputs);
  });

  test.each([3, 17, 29, 40, 58])(
    'a reset in cycle %i throws away what is inside, and nothing of it comes out later',
    async (resetAt) => {
      const noise = { gap: 0, stall: 200, seed: 2 };
      const run = await runIcarus({ design, inputs, noise, resetAt }, context);
      expect(run.failure).toBeUndefined();
      expect(run.resets).toEqual([{ cycle: resetAt, inside: expect.any(Number) as number }]);
      expect(run.resets[0].inside).toBeGreaterThan(0);
      expect(run.unknown).toEqual([]);
      expect(run.events.map(({ output, tag }) => ({ output, tag }))).toEqual(
        outputs.map((output, index) => ({ output, tag: index % 16 })),
      );
      // Whatever leaves after the reset was accepted after it.
      for (const { accepted, taken } of run.events)
        if (taken > resetAt) expect(accepted).toBeGreaterThan(resetAt);
    },
  );

  test('without noise a reset leaves the pipeline as new: cycles repeat themselves behind it', async () => {
    const resetAt = 31;
    const run = await runIcarus({ design, inputs, noise: NO_NOISE, resetAt }, context);
    const behind = run.events.filter(({ accepted }) => accepted > resetAt);
    const fresh = await runIcarus({ design, inputs: inputs.slice(-behind.length), noise: NO_NOISE }, context);
    const moved = ({ accepted, taken }: { accepted: number; taken: number }, by: number) => [
      accepted + by,
      taken + by,
    ];
    expect(behind.map((event) => moved(event, -resetAt - 1))).toEqual(
      fresh.events.map((event) => moved(event, 0)),
    );
  });
});

describe.skipIf(!has.iverilog)(`the AXI4-Stream wrapper${without('iverilog')}`, () => {
  test.each([
    { axiBits: 32, tagBits: 5 },
    { axiBits: 64, tagBits: 0 },
    { axiBits: 8, tagBits: 3 },
    { axiBits: 512, tagBits: 2 },
  ])(
    'of $axiBits bits gives every result whole and in order, with gaps and stalls, and drops what is malformed',
    async ({ axiBits, tagBits }) => {
      const events = smallSparseEvents(20, 4);
      const { scheduled, design, manifest, folder } = project(smallSparseModel, 'fast', tagBits, axiBits);
      const hardware = circuitHardware(smallSparseModel, scheduled);
      const { inputBits, outputBits, outputWidths } = design.top;
      const words = events.map(({ input }) => hardware.pack(input)[0]);
      const bad = [3, 8, 9];
      const beats = words.flatMap((word, index) => {
        const own = streamBeats(word, inputBits, axiBits);
        if (!bad.includes(index)) return own;
        const [first, ...rest] = own;
        // One beat too many, a missing byte, and (with more than one beat) one beat too few.
        if (index === 3) return [{ ...first, last: false }, ...own];
        if (index === 8 || rest.length === 0) return [{ ...first, keep: first.keep - 1n }, ...rest];
        return rest;
      });
      writeFileSync(join(folder, 'beats.hex'), beatsHex(beats, axiBits));
      const results = words.length - bad.length;
      const bench = streamTestbench(design.top, axiBits, beats.length, results);
      writeFileSync(join(folder, 'stream-testbench.v'), bench);
      const files = ['stream-testbench.v', ...manifest.files.synthesis];
      await execa('iverilog', ['-g2005', '-s', 'testbench', '-o', 'stream', ...files], { cwd: folder });
      const { stdout } = await execa('vvp', ['-n', 'stream'], { cwd: folder, timeout: 60_000 });
      const lines = stdout.split('\n');
      expect(lines.filter((line) => /^(unknown|unstable)/.test(line))).toEqual([]);
      expect(lines.filter((line) => line === 'malformed')).toHaveLength(bad.length);

      const kept = events.filter((_, index) => !bad.includes(index));
      const expected = simulateRegion(
        scheduled,
        kept.map(({ input }) => input.map(Number)),
      ).flatMap(({ output }, event) => {
        const word = output.reduceRight(
          (bits, value, at) =>
            (bits << BigInt(outputWidths[at])) | BigInt.asUintN(outputWidths[at], BigInt(value)),
          0n,
        );
        const own = streamBeats(word, outputBits, axiBits);
        return own.map(({ data, last }, index) => {
          const bytes = last ? Math.ceil((outputBits - index * axiBits) / 8) : axiBits / 8;
          const tag = tagBits > 0 ? [event % 2 ** tagBits] : [];
          return [data, (1n << BigInt(bytes)) - 1n, last ? 1 : 0, ...tag].map(String);
        });
      });
      const got = lines
        .filter((line) => line.startsWith('beat '))
        .map((line) => {
          const [, data, keep, last, ...tag] = line.split(' ');
          return [BigInt(`0x${data}`), BigInt(`0x${keep}`), last, ...tag].map(String);
        });
      expect(got).toEqual(expected);
    },
  );
});
