/**
 * Faults planted in emitted C++ are caught, and traced to the layer, element and bit. What is expected is computed by
 * the reference interpreter from a Model with the same fault, which knows nothing of the C++.
 */
import { fracBits } from 'fixed-point-ts';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { HlsTarget, ProjectFiles } from '../../rtl-templates/hls/index.ts';
import { evaluators, type Values } from '../../sim/evaluate/index.ts';
import { importModel } from '../../sim/import/index.ts';
import { readRecordedEvents } from '../../sim/import/vectors/index.ts';
import type { Layer, Model } from '../../sim/model/index.ts';
import { csimOracle, type Oracle, recordedOracle } from '../oracles/index.ts';
import { testContext, testHeaders } from '../oracles/tools.suite.ts';
import { verifyAgainst, type VerifyEvent } from './index.ts';

const folder = fileURLToPath(new URL('../../golden/sparsepixels/jet-8b-sparse_t', import.meta.url));
const { model, mapping } = importModel(folder);
const events = readRecordedEvents(join(folder, 'vectors.json'), model);
const reference = evaluators.find(({ name }) => name === 'reference')!;
const context = testContext(mkdtempSync(join(tmpdir(), 'pipewright-faults-')));

async function verify(oracle: Oracle, keepGoing = false): Promise<VerifyEvent[]> {
  const [explainer] = [referenceOracle()];
  const gathered: VerifyEvent[] = [];
  const run = {
    subject: { model, mapping },
    events,
    baseline: recordedOracle,
    explainer,
    against: [oracle],
    context,
    keepGoing,
  };
  for await (const event of verifyAgainst(run)) gathered.push(event);
  return gathered;
}

function referenceOracle(): Oracle {
  return {
    name: 'reference',
    about: '',
    canBisect: true,
    availability: () => Promise.resolve({ kind: 'available', version: '' }),
    prepare: (subject) => {
      const evaluate = reference.prepare(subject.model);
      return Promise.resolve({
        tracesLayers: true,
        // eslint-disable-next-line @typescript-eslint/require-await -- the contract is asynchronous
        async *run(given) {
          for (const { input } of given) yield { values: evaluate({ [subject.model.inputs[0]]: input }) };
        },
      });
    },
  };
}

function divergenceOf(gathered: readonly VerifyEvent[]) {
  const found = gathered.find((event) => event.kind === 'diverged');
  return found?.kind === 'diverged' ? found.divergence : undefined;
}

/** First event whose outputs differ, and in it the first tensor and element that differ, by brute force. */
function expectedDivergence(faulty: (inputs: Values) => Values) {
  const right = reference.prepare(model);
  const output = model.outputs[0];
  for (const { id, input } of events) {
    const [good, bad] = [right({ [model.inputs[0]]: input }), faulty({ [model.inputs[0]]: input })];
    if (good[output].every((raw, index) => raw === bad[output][index])) continue;
    for (const layer of model.layers) {
      for (const tensor of layer.outputs) {
        const element = good[tensor].findIndex((raw, index) => raw !== bad[tensor][index]);
        if (element < 0) continue;
        return {
          event: id,
          layer: layer.name,
          tensor,
          element,
          expected: good[tensor][element],
          got: bad[tensor][element],
        };
      }
    }
  }
  throw new Error('the fault changes no output');
}

function withLayer(name: string, change: (layer: Layer) => Layer): Model {
  return { ...model, layers: model.layers.map((layer) => (layer.name === name ? change(layer) : layer)) };
}

function withRaw(name: string, change: (raw: readonly bigint[]) => readonly bigint[]): Model {
  const constant = model.constants[name];
  return { ...model, constants: { ...model.constants, [name]: { ...constant, raw: change(constant.raw!) } } };
}

function edit(path: string, from: string | RegExp, to: string) {
  return (files: ProjectFiles): ProjectFiles => {
    const text = files.get(path)!;
    const edited = text.replace(from, to);
    expect(edited).not.toBe(text);
    return new Map([...files, [path, edited]]);
  };
}

interface Fault {
  readonly name: string;
  readonly target: HlsTarget;
  readonly alter: (files: ProjectFiles) => ProjectFiles;
  readonly faulty: (inputs: Values) => Values;
}

const weightIndex = model.constants.w5.raw!.findIndex((raw) => raw !== 0n);
const weightLiteral = (raw: bigint) => Number(raw) / 2 ** fracBits(model.constants.w5.type);

const faults: readonly Fault[] = [
  {
    name: 'one bit of one weight',
    target: 'vitis',
    alter: (files) => {
      const path = 'src/weights/w5.h';
      let at = -1;
      const [head, body] = files.get(path)!.split('= {');
      const values = body.replaceAll(/-?\d+(\.\d+)?/g, (literal) => {
        at++;
        return at === weightIndex ? String(weightLiteral(model.constants.w5.raw![at] ^ 4n)) : literal;
      });
      return new Map([...files, [path, `${head}= {${values}`]]);
    },
    faulty: reference.prepare(
      withRaw('w5', (raw) => raw.map((value, at) => (at === weightIndex ? value ^ 4n : value))),
    ),
  },
  {
    name: 'one rounding mode',
    target: 'vitis',
    alter: edit(
      'src/layers.h',
      /(struct sparse_conv1 \{[^}]*)AP_RND_CONV(,AP_SAT> accumulator_t)/,
      '$1AP_TRN$2',
    ),
    faulty: reference.prepare(
      withLayer('sparse conv1', (layer) => {
        if (layer.kind !== 'sparse-conv2d') throw new Error('another layer');
        return { ...layer, accumulator: { ...layer.accumulator, rounding: 'TRN' } };
      }),
    ),
  },
  {
    name: 'an off-by-one in a kernel: the last tap row out of reach',
    target: 'catapult',
    alter: edit('src/kernels/sparse_conv2d.h', 'row < Layer::kernel', 'row < Layer::kernel - 1'),
    faulty: reference.prepare(withoutLastRow(withoutLastRow(model, 'w2'), 'w5')),
  },
  {
    name: 'rows and columns of the coordinates swapped',
    target: 'oneapi',
    alter: (files) => {
      const path = 'src/kernels/sparse_input_reduce.h';
      const swapped = files
        .get(path)!
        .replace('coordinates[2 * slot] =', 'coordinates[swap] =')
        .replace('coordinates[2 * slot + 1] =', 'coordinates[2 * slot] =')
        .replace('coordinates[swap] =', 'coordinates[2 * slot + 1] =');
      return new Map([...files, [path, swapped]]);
    },
    faulty: swappedCoordinates(),
  },
];

/** The Model with the taps of the kernel's last row at 0: they then add nothing, like taps out of reach. */
function withoutLastRow(from: Model, name: string): Model {
  const constant = from.constants[name];
  const [kernel, , channels, filters] = constant.shape;
  const kept = (kernel - 1) * kernel * channels * filters;
  const raw = constant.raw!.map((value, at) => (at < kept ? value : 0n));
  return { ...from, constants: { ...from.constants, [name]: { ...constant, raw } } };
}

/** The rest of the Model behind an input reduction whose coordinates are swapped. */
function swappedCoordinates(): (inputs: Values) => Values {
  const [reduce, ...rest] = model.layers;
  const first = reference.prepare({ ...model, layers: [reduce], outputs: reduce.outputs });
  const later = reference.prepare({ ...model, layers: rest, inputs: reduce.outputs });
  return (inputs) => {
    const kept = first(inputs);
    const places = kept[reduce.outputs[1]];
    const swapped = places.map((_, at) => places[at ^ 1]);
    const made = { [reduce.outputs[0]]: kept[reduce.outputs[0]], [reduce.outputs[1]]: swapped };
    return { ...kept, ...later(made) };
  };
}

describe('a planted fault is caught and brought down to its element', () => {
  const headers = testHeaders('vitis');
  if (headers.kind === 'missing') console.log(`skipped: ${headers.reason}`);

  test.skipIf(headers.kind === 'missing').each(faults)(
    '$name, by layer traces',
    async ({ target, alter, faulty }) => {
      const oracle = csimOracle({ target, headers: testHeaders(target), alter });
      const gathered = await verify(oracle);
      const wanted = expectedDivergence(faulty);
      const found = divergenceOf(gathered);
      expect(found?.foundBy).toBe('trace');
      expect({ ...found, expected: found?.expected.raw, got: found?.got.raw }).toMatchObject(wanted);
      expect(gathered.at(-1)).toEqual({ kind: 'ended', verdict: 'different' });
    },
  );

  test.skipIf(headers.kind === 'missing')(
    'one bit of one weight, by bisection where only outputs are shown',
    async () => {
      const { alter, faulty } = faults[0];
      const whole = csimOracle({
        target: 'catapult',
        headers: testHeaders('catapult'),
        alter: (files) => (files.has('src/weights/w5.h') ? alter(files) : files),
      });
      const outputsOnly: Oracle = {
        ...whole,
        prepare: async (subject, given) => ({
          ...(await whole.prepare(subject, given)),
          tracesLayers: false,
        }),
      };
      const found = divergenceOf(await verify(outputsOnly));
      const wanted = expectedDivergence(faulty);
      expect(found?.foundBy).toBe('bisection');
      expect({ ...found, expected: found?.expected.raw, got: found?.got.raw }).toMatchObject(wanted);
      expect(found?.operands.length).toBeGreaterThan(0);
    },
  );

  test.skipIf(headers.kind === 'missing')('one bit of one weight, in the table over all layers', async () => {
    const { alter, faulty } = faults[0];
    const gathered = await verify(
      csimOracle({ target: 'catapult', headers: testHeaders('catapult'), alter }),
      true,
    );
    const layers = gathered.find((event) => event.kind === 'layers');
    const rows = layers?.kind === 'layers' ? layers.rows : [];
    const right = reference.prepare(model);
    const differing = (tensor: string) =>
      events
        .map(({ input }) => ({ [model.inputs[0]]: input }))
        .map((input) => [right(input)[tensor], faulty(input)[tensor]] as const)
        .reduce((sum, [good, bad]) => sum + good.filter((raw, at) => raw !== bad[at]).length, 0);
    const table = rows.map(({ tensor, mismatchedValues }) => [tensor, mismatchedValues]);
    expect(table).toEqual(
      model.layers.flatMap(({ outputs }) => outputs.map((tensor) => [tensor, differing(tensor)])),
    );
  });
});
