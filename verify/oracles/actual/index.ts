/**
 * Results from elsewhere: hls4ml's `csim_results.log` and `rtl_cosim_results.log`, a board's dump, trace archives.
 *
 * - text (.log, .dat, .txt, .csv): one event a line (a line an output), decimal numbers; they are printed with few
 *   digits, so each is taken as the nearest value of the output's type, and refused if it is further off than printing
 *   explains; where several values of a wide type print alike, as the one that the reference interpreter gives, if that is
 *   among them
 * - `.npz`: arrays [events, ...] by tensor or layer name, exact numbers
 */
import { extname } from 'node:path';
import { unzipSync } from 'fflate';
import { fixed, type FixedFormat, fracBits, fromNumber, maxRaw, minRaw, toNumber } from 'fixed-point-ts';
import { readBytes } from '../../../sim/import/index.ts';
import { readNpy } from '../../../sim/import/vectors/numpy.ts';
import { elements, InputError, type Model } from '../../../sim/model/index.ts';
import { reference } from '../../../sim/evaluate/reference/index.ts';
import type { Values } from '../../../sim/evaluate/index.ts';
import { type Event, inputValues } from '../../../sim/import/vectors/index.ts';
import { OracleFailure } from '../oracle-failure.ts';
import type { Oracle } from '../oracle.ts';

/** Results of one event, given what the reference interpreter makes of it. */
type Recorded = (event: Event) => Values;

/** @param name  as reports name it */
export function actualOracle(file: string, name = 'actual'): Oracle {
  return {
    name,
    about: `results in ${file}`,
    canBisect: false,
    availability: () => Promise.resolve({ kind: 'available', version: file }),
    prepare: ({ model }) => {
      const isArchive = extname(file).toLowerCase() === '.npz';
      const traces = isArchive ? readTraces(file, model) : [];
      const recorded: readonly Recorded[] = isArchive
        ? traces.map((values) => () => values)
        : readLog(file, model);
      return Promise.resolve({
        tracesLayers: traces.some((values) => Object.keys(values).length > model.outputs.length),
        // eslint-disable-next-line @typescript-eslint/require-await -- the contract is asynchronous
        async *run(events) {
          for (const [index, event] of events.entries()) {
            const values = recorded[index];
            if (!values) {
              const what = `ends after ${recorded.length} events, before event ${event.id}`;
              throw new OracleFailure({ kind: 'bad-output', oracle: name, phase: 'read', what, log: file });
            }
            yield { values: values(event) };
          }
        },
      });
    },
  };
}

/**
 * One event a line, or for a Model of several outputs a line for each of them in turn, as hls4ml's test bench prints them.
 * @throws InputError `ACT001` (not a number, or too few), `ACT002` (no value of the type is near)
 */
function readLog(file: string, model: Model): Recorded[] {
  const lines = readBytes(file)
    .toString('utf8')
    .split('\n')
    .map((text, index) => ({ words: text.split(/[\s,]+/).filter((word) => word !== ''), line: index + 1 }))
    .filter(({ words }) => words.length > 0);
  const events: Record<string, Printed>[] = [];
  lines.forEach(({ words, line }, index) => {
    const which = index % model.outputs.length;
    const output = model.outputs[which];
    const { shape, type } = model.tensors[output];
    const place = { file, field: `line ${line}` };
    if (words.length !== elements(shape)) {
      const what = `has ${words.length} numbers, the output ${output} has ${elements(shape)}`;
      throw new InputError({ code: 'ACT001', ...place, what });
    }
    if (which === 0) events.push({});
    const raw = words.map((word) => nearestRaw(word, type, place));
    const unclear = raw.some(
      (value, at) => printsAlike(value + 1n, words[at], type) || printsAlike(value - 1n, words[at], type),
    );
    events.at(-1)![output] = { words, raw, unclear };
  });
  const missing = lines.length % model.outputs.length;
  if (missing > 0) {
    const what = `breaks off: the last event has ${missing} of ${model.outputs.length} outputs`;
    throw new InputError({ code: 'ACT001', file, field: `line ${lines.at(-1)!.line}`, what });
  }
  const evaluate = lazily(() => reference.prepare(model));
  return events.map((outputs) => (event) => {
    const isUnclear = Object.values(outputs).some(({ unclear }) => unclear);
    const ours = isUnclear ? evaluate()(inputValues(event, model)) : {};
    return Object.fromEntries(
      Object.entries(outputs).map(([output, { words, raw }]) => {
        const { type } = model.tensors[output];
        const settled = raw.map((nearest, at) => {
          const own = ours[output]?.[at];
          return own !== undefined && printsAlike(own, words[at], type) ? own : nearest;
        });
        return [output, settled];
      }),
    );
  });
}

/** An output as it was printed, the nearest values of its type, and whether others may be meant. */
interface Printed {
  readonly words: readonly string[];
  readonly raw: readonly bigint[];
  readonly unclear: boolean;
}

function lazily<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

/** Significant digits that C++ streams print unless told otherwise; zeros at the end are left out. */
const STREAM_DIGITS = 6;

/** Whether a value of the type prints as the word. */
function printsAlike(raw: bigint, word: string, type: FixedFormat): boolean {
  const digits = word
    .replace(/[eE].*$/, '')
    .replace(/^[-+]?0*\.?0*/, '')
    .replaceAll('.', '').length;
  const precision = Math.min(100, Math.max(STREAM_DIGITS, digits));
  return Number(toNumber(raw, type).toPrecision(precision)) === Number(word);
}

/** The raw integer of the type whose value a decimal text was printed from. */
export function nearestRaw(word: string, type: FixedFormat, place: { file: string; field: string }): bigint {
  const value = Number(word);
  if (!Number.isFinite(value) || !/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(word)) {
    throw new InputError({ code: 'ACT001', ...place, what: `'${word.slice(0, 40)}' is no number` });
  }
  const rounded = fromNumber(value, fixed(type.width + 64, type.integerBits + 64, 'RND_CONV'));
  // the last value of a wide type may print as the number behind it
  const ends = [minRaw(type), maxRaw(type)].filter((end) => printsAlike(end, word, type));
  const nearest = ends.length === 1 && (rounded < minRaw(type) || rounded > maxRaw(type)) ? ends[0] : rounded;
  const off = Math.abs(Number(nearest) - value * 2 ** fracBits(type));
  // Half a unit of the last digit printed, in steps of the type.
  const printing = (halfUnit(word) + Math.abs(value) * 2 ** -23) * 2 ** fracBits(type);
  if (off > printing + 1e-9 || nearest < minRaw(type) || nearest > maxRaw(type)) {
    throw new InputError({
      code: 'ACT002',
      ...place,
      what: `${word} is no value of the output's type, even allowing for the digits printed`,
      mend: 'check that the file belongs to this model',
    });
  }
  return nearest;
}

function halfUnit(word: string): number {
  const match = /^[+-]?\d*\.?(\d*)(?:[eE]([+-]?\d+))?$/.exec(word);
  if (!match) return 0;
  return 0.5 * 10 ** (Number(match[2] ?? 0) - match[1].length);
}

/** @throws InputError `ACT003` (no array belongs to the Model), `ACT001` (shape), `ACT002` (off the grid) */
function readTraces(file: string, model: Model): Values[] {
  const arrays = npzArrays(file);
  const byLayer = new Map(model.layers.map((layer) => [layer.name, layer.outputs[0]]));
  const events: Record<string, bigint[]>[] = [];
  let used = 0;
  for (const [name, { shape, values }] of Object.entries(arrays)) {
    const tensor = name in model.tensors ? name : byLayer.get(name);
    if (tensor === undefined) continue;
    used++;
    const { type, shape: own } = model.tensors[tensor];
    const size = elements(own);
    const count = shape[0] ?? 0;
    const place = { file, field: `array '${name}'` };
    if (values.length !== count * size) {
      const what = `has shape [${shape.join(', ')}], expected [events, ${own.join(', ')}]`;
      throw new InputError({ code: 'ACT001', ...place, what });
    }
    for (let event = 0; event < count; event++) {
      const row = Array.from({ length: size }, (_, index) => values[event * size + index]);
      (events[event] ??= {})[tensor] = row.map((value) => onGrid(value, type, place));
    }
  }
  if (used > 0) return events;
  const names = Object.keys(arrays).join(', ') || '(none)';
  const what = `holds the arrays ${names}; none has the name of a tensor or layer of the Model`;
  throw new InputError({
    code: 'ACT003',
    file,
    what,
    mend: 'name arrays as pipewright evaluate --layers does',
  });
}

function onGrid(value: number, type: FixedFormat, place: { file: string; field: string }): bigint {
  const raw = value * 2 ** fracBits(type);
  if (Number.isInteger(raw) && BigInt(raw) >= minRaw(type) && BigInt(raw) <= maxRaw(type)) return BigInt(raw);
  const what = `${value} is no value of its tensor's type`;
  throw new InputError({ code: 'ACT002', ...place, what, mend: 'save exact values, in float64' });
}

function npzArrays(file: string): Readonly<Record<string, ReturnType<typeof readNpy>>> {
  try {
    const files = unzipSync(readBytes(file), { filter: ({ name }) => name.endsWith('.npy') });
    return Object.fromEntries(
      Object.entries(files).map(([name, bytes]) => [name.slice(0, -'.npy'.length), readNpy(bytes)]),
    );
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError({ code: 'ACT003', file, what: 'is no complete .npz archive' });
  }
}
