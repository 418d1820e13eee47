/** Input vectors from files: .json, .npy, .npz, .csv and white-space text. */
import { existsSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { inFile, InputError, readDocument, type Model } from '../../model/index.ts';
import { parseJson, readBytes, readJson } from '../read-json.ts';
import type { Event } from './event.ts';
import { eventsFromReals } from './from-reals.ts';
import { eventsFromJson } from './json.ts';
import { readNpy, readNpz } from './numpy.ts';
import { readText } from './text.ts';

export type { Event } from './event.ts';
export { writeNpy } from './numpy.ts';

/**
 * The events of a file for a Model's input.
 * @throws InputError `IMP001`, `IMP002`, `VEC001`..`VEC007`, naming the file and the event
 */
export function readEvents(file: string, model: Model): Event[] {
  const name = model.inputs[0];
  const input = model.tensors[name];
  return inFile(file, () => {
    switch (extname(file).toLowerCase()) {
      case '.json':
        return eventsFromJson(readJson(file), input);
      case '.npy':
        return eventsFromReals(readNpy(readBytes(file)), input);
      case '.npz':
        return eventsFromReals(readNpz(readBytes(file), name), input);
      default:
        return eventsFromReals(readText(readBytes(file).toString('utf8')), input);
    }
  });
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
