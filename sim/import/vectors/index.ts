/** Input vectors from files: .json, .npy, .npz, .csv and white-space text. */
import { existsSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { elements, inFile, InputError, readDocument, type Model } from '../../model/index.ts';
import { parseJson, readBytes, readJson } from '../read-json.ts';
import { type Event, eventOf } from './event.ts';
import { eventsFromReals, type Reals } from './from-reals.ts';
import { eventsFromJson, realsByName } from './json.ts';
import { readNpy, readNpz } from './numpy.ts';
import { readText } from './text.ts';

export { type Event, eventOf, inputValues, recordedValues } from './event.ts';
export { writeNpy } from './numpy.ts';
export { readText } from './text.ts';

/**
 * The events of a file for a Model's inputs: .npz and JSON name them, text has their values side by side in a line, .npy holds
 * the only input there is.
 * @throws InputError `IMP001`, `IMP002`, `VEC001`..`VEC007`, `VEC013`, naming the file and the event
 */
export function readEvents(file: string, model: Model): Event[] {
  const [name, ...further] = model.inputs;
  const input = model.tensors[name];
  return inFile(file, () => {
    switch (extname(file).toLowerCase()) {
      case '.json': {
        const json = readJson(file);
        const named = realsByName(json);
        return named ? fromNamed((input) => named(input), model) : eventsFromJson(json, input);
      }
      case '.npy':
        return eventsFromReals(readNpy(readBytes(file)), input);
      case '.npz': {
        const bytes = readBytes(file);
        return further.length === 0
          ? eventsFromReals(readNpz(bytes, name), input)
          : fromNamed((input) => readNpz(bytes, input), model);
      }
      default: {
        const reals = readText(readBytes(file).toString('utf8'));
        return further.length === 0
          ? eventsFromReals(reals, input)
          : fromNamed((input) => columnsOf(reals, input, model), model);
      }
    }
  });
}

/** Events whose every input is an array of its own. @throws InputError `VEC013` if they are not equally many */
function fromNamed(realsOf: (input: string) => Reals, model: Model): Event[] {
  const columns = model.inputs.map((name) => {
    try {
      return eventsFromReals(realsOf(name), model.tensors[name]);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      throw new InputError({ ...error.problem, field: error.problem.field ?? `input '${name}'` });
    }
  });
  columns.forEach((events, index) => {
    if (events.length === columns[0].length) return;
    const what = `has ${events.length} events, '${model.inputs[0]}' has ${columns[0].length}`;
    throw new InputError({ code: 'VEC013', field: `input '${model.inputs[index]}'`, what });
  });
  return columns[0].map(({ id }, event) => {
    const inputs = model.inputs.map((name, index) => [name, columns[index][event].input] as const);
    return eventOf(id, { inputs: Object.fromEntries(inputs) }, model);
  });
}

/** The columns of one input in lines that hold all inputs side by side, as hls4ml's test bench has them. */
function columnsOf({ shape: [events, width], values }: Reals, input: string, model: Model): Reals {
  const sizes = model.inputs.map((name) => elements(model.tensors[name].shape));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (width !== total) {
    const what = `has ${width} values a line, the Model's inputs ${model.inputs.join(', ')} have ${total}`;
    throw new InputError({ code: 'VEC003', what });
  }
  const which = model.inputs.indexOf(input);
  const start = sizes.slice(0, which).reduce((sum, size) => sum + size, 0);
  const rows = Array.from({ length: events }, (_, event) =>
    Array.from({ length: sizes[which] }, (_, at) => values[event * width + start + at]),
  );
  return { shape: [events, sizes[which]], values: rows.flat() };
}

const recordedLayersSchema = z.object({
  events: z.record(z.string(), z.record(z.string(), z.array(z.int()))),
});

/**
 * Recorded vectors with, where `layers.json.gz` lies beside them, the recorded intermediate arrays.
 * @throws InputError as {@link readEvents}
 */
export function readRecordedEvents(file: string, model: Model): Event[] {
  const events = readEvents(file, model);
  const layersFile = join(dirname(file), 'layers.json.gz');
  if (basename(file) !== 'vectors.json' || !existsSync(layersFile)) return events;
  const { events: layers } = inFile(layersFile, () =>
    readDocument('VEC001', recordedLayersSchema, parseJson(layersFile, gunzip(layersFile))),
  );
  return events.map((event) => {
    const arrays = layers[event.id];
    if (!arrays) return event;
    return {
      ...event,
      layers: Object.fromEntries(Object.entries(arrays).map(([tensor, raw]) => [tensor, raw.map(BigInt)])),
    };
  });
}

function gunzip(file: string): string {
  try {
    return gunzipSync(readBytes(file)).toString('utf8');
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError({ code: 'VEC002', file, what: 'is no complete gzip file' });
  }
}
