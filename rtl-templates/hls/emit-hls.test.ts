import { fc, test as propertyTest } from '@fast-check/vitest';
import { fixed } from 'fixed-point-ts';
import { describe, expect, test } from 'vitest';
import {
  type Layer,
  LAYER_KINDS,
  type Mapping,
  MAPPING_SCHEMA,
  type Model,
  MODEL_SCHEMA,
  verifyModel,
} from '../../sim/model/index.ts';
import { IdentifierScope } from './identifiers.ts';
import { emitHls, HLS_LAYER_KINDS, HLS_TARGETS, planDesign } from './index.ts';
import { share } from './kernels/weighted-sum.ts';
import { literal, storage } from './literal.ts';

const type = fixed(8, 4);
const base = { dialect: 'hls4ml-1.0.0' as const };

/** x is read by two layers, and `left` by a layer and by the outside. */
const forked: Model = verifyModel({
  schema: MODEL_SCHEMA,
  name: 'a forked-model',
  inputs: ['x'],
  outputs: ['left', 'far'],
  tensors: Object.fromEntries(
    ['x', 'left', 'right', 'far', 'int'].map((name) => [name, { shape: [2], type }]),
  ),
  layers: [
    { ...base, kind: 'relu', name: 'class', inputs: ['x'], outputs: ['left'] },
    { ...base, kind: 'relu', name: 'two words', inputs: ['x'], outputs: ['right'] },
    { ...base, kind: 'flatten', name: 'two_words', inputs: ['left'], outputs: ['far'] },
    { ...base, kind: 'flatten', name: 'unread', inputs: ['right'], outputs: ['int'] },
  ],
  constants: {},
});

function mapping(io: 'parallel' | 'stream', changes: Partial<Mapping> = {}): Mapping {
  return {
    schema: MAPPING_SCHEMA,
    part: 'xcu250-figd2104-2L-e',
    clockNs: 4,
    clockUncertaintyNs: 0.5,
    io,
    default: {},
    layers: {},
    fifoDepths: {},
    ...changes,
  };
}

describe.each(HLS_TARGETS)('a %s project', (target) => {
  test.each(['parallel', 'stream'] as const)(
    'holds no hint, no empty interpolation and no trailing blank, io_%s',
    (io) => {
      for (const [path, text] of emitHls(forked, mapping(io), target)) {
        expect(text, path).not.toMatch(/\/\/@|undefined|\[object|[ \t]\n|\n\n\n/);
        expect(text.endsWith('\n'), path).toBe(true);
      }
    },
  );

  test('holds events for the test bench, one a line', () => {
    const files = emitHls(forked, mapping('parallel'), target, {
      inputs: [[[1n, -2n]], [[3n, 4n]]],
      outputs: [
        [
          [1n, 0n],
          [1n, 0n],
        ],
        [
          [3n, 4n],
          [3n, 4n],
        ],
      ],
    });
    expect(files.get('tb/inputs.txt')).toBe('1 -2\n3 4\n');
    expect(files.get('tb/expected.txt')).toBe('1 0 1 0\n3 4 3 4\n');
  });

  test('refuses weights that are unknown, and layer kinds without kernel', () => {
    const unknown: Model = { ...forked, constants: { w: { shape: [1], type, raw: null } } };
    expect(() => emitHls(unknown, mapping('parallel'), target)).toThrow('HLS001');
    const strange = {
      ...forked,
      layers: [{ ...forked.layers[0], kind: 'no-such-kind' } as unknown as Layer],
    };
    expect(() => emitHls({ ...strange, outputs: ['left'] }, mapping('parallel'), target)).toThrow('HLS005');
  });
});

test('every layer kind of the Model has a kernel', () => {
  expect([...HLS_LAYER_KINDS].sort()).toEqual([...LAYER_KINDS].sort());
});

test('a layer named like a member of its struct gets a struct of another name', () => {
  for (const member of ['beats', 'input_t', 'lanes']) {
    const [first, ...rest] = forked.layers;
    const model = { ...forked, layers: [{ ...first, name: member }, ...rest] };
    const files = emitHls(model, mapping('parallel'), 'vitis');
    expect(files.get('src/layers.h')).toContain(`struct ${member}_layer {`);
    expect(files.get('src/layers.h')).not.toContain(`struct ${member} {`);
  }
});

test('the clock, part and depths of a Mapping are in the Vitis project', () => {
  const files = emitHls(forked, mapping('stream', { fifoDepths: { right: 7 } }), 'vitis');
  const script = files.get('build.tcl')!;
  expect(script).toContain('create_clock -period 4 -name default');
  expect(script).toContain('set_clock_uncertainty 0.5 default');
  expect(script).toContain('set_part {xcu250-figd2104-2L-e}');
  expect(files.get('src/a_forked_model.cpp')).toContain('#pragma HLS STREAM variable=right depth=7');
});

test('every buffer of a dataflow design is written once and read once', () => {
  for (const io of ['parallel', 'stream'] as const) {
    const { stages, inputs, outputs, internal } = planDesign(forked, mapping(io));
    const written = stages.flatMap((stage) =>
      stage.kind === 'layer' ? stage.outputs : stage.kind === 'fan-out' ? stage.to : [],
    );
    const read = stages.flatMap((stage) => (stage.kind === 'layer' ? stage.inputs : [stage.from]));
    const ids = (buffers: readonly { id: string }[]) => buffers.map(({ id }) => id).sort();
    expect(ids(written)).toEqual(ids([...internal, ...outputs]));
    expect(new Set(ids(read)).size).toBe(read.length);
    if (io === 'stream') expect(ids(read)).toEqual(ids([...inputs, ...internal]));
  }
});

test('C++ names are legal, unlike each other and unlike reserved words', () => {
  const scope = new IdentifierScope();
  const names = ['class', 'two words', 'two_words', '2nd', '', 'ünïcode', 'TRACE', 'a__b'].map((name) =>
    scope.nameFor(name),
  );
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) expect(name).toMatch(/^[A-Za-z][A-Za-z0-9]*(_[A-Za-z0-9]+)*_?$/);
  expect(names.slice(0, 4)).toEqual(['class_', 'two_words', 'two_words_2', 'n2nd']);
});

propertyTest.prop([
  fc.integer({ min: 1, max: 300 }),
  fc.integer({ min: 1, max: 64 }),
  fc.integer({ min: 1, max: 5000 }),
])(
  'sharing multipliers takes no more cycles than the reuse factor, covers all products, and one multiplier less would not do',
  (terms, sums, reuse) => {
    const { inputsPerCycle, sumsPerCycle, multipliers, cycles } = share(terms, sums, reuse);
    expect(cycles).toBeLessThanOrEqual(Math.max(reuse, 1));
    expect(cycles).toBe(Math.ceil(terms / inputsPerCycle) * Math.ceil(sums / sumsPerCycle));
    expect(multipliers).toBe(inputsPerCycle * sumsPerCycle);
    const fewerInputs = inputsPerCycle > 1 ? Math.ceil(terms / (inputsPerCycle - 1)) : Infinity;
    const fewerSums =
      sumsPerCycle > 1 ? Math.ceil(terms / inputsPerCycle) * Math.ceil(sums / (sumsPerCycle - 1)) : Infinity;
    if (inputsPerCycle > 1) expect(fewerInputs).toBeGreaterThan(reuse);
    else expect(fewerSums).toBeGreaterThan(reuse);
  },
);

propertyTest.prop([fc.integer({ min: 1, max: 120 }), fc.integer({ min: -8, max: 128 }), fc.bigInt()])(
  'a literal is a sum of doubles that are exact, and together the value',
  (width, integerBits, bits) => {
    const format = fixed(width, integerBits, 'RND', 'SAT_SYM');
    const raw = BigInt.asIntN(width, bits);
    const text = literal(raw, format, 'T');
    const parts = text.match(/-?\d+(\.\d+)?/g)!;
    const scaled = (decimal: string) => {
      const [whole, fraction = ''] = decimal.replace('-', '').split('.');
      const digits = BigInt(whole + fraction) * (decimal.startsWith('-') ? -1n : 1n);
      const shift = BigInt(width - integerBits);
      const tenths = 10n ** BigInt(fraction.length);
      return shift >= 0n ? (digits << shift) / tenths : (digits / tenths) >> -shift;
    };
    expect(parts.reduce((sum, part) => sum + scaled(part), 0n)).toBe(raw);
    for (const part of parts) {
      const magnitude = scaled(part) < 0n ? -scaled(part) : scaled(part);
      const significant = magnitude === 0n ? 0 : magnitude.toString(2).replace(/0+$/, '').length;
      expect(significant).toBeLessThanOrEqual(53);
    }
    expect(storage(format)).toEqual(fixed(width, integerBits));
  },
);
