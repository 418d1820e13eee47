/** Events in JSON: an array of events of nested or flat decimals, or recorded vectors as raw non-zero pixels. */
import { maxRaw, minRaw } from 'fixed-point-ts';
import { z } from 'zod';
import { elements, InputError, readDocument, type Tensor } from '../../model/index.ts';
import type { Event } from './event.ts';
import { eventsFromReals, type Reals } from './from-reals.ts';

/** The part of the `vectors.json` layout that is read; `x_index`: flat row-major index of the non-zero values. */
export const recordedVectorsSchema = z.object({
  input_shape: z.array(z.int().min(1)).min(1),
  events: z.array(
    z.object({
      id: z.string(),
      x_index: z.array(z.int().min(0)),
      x_raw: z.array(z.int()),
      y_raw: z.array(z.int()).optional(),
    }),
  ),
});

/** @throws InputError `VEC001`..`VEC006` */
export function eventsFromJson(json: unknown, input: Tensor): Event[] {
  if (Array.isArray(json)) return eventsFromReals(nestedReals(json), input);
  const { input_shape, events } = readDocument('VEC001', recordedVectorsSchema, json);
  const size = elements(input.shape);
  if (elements(input_shape) !== size) {
    const what = `events have shape [${input_shape.join(', ')}], the Model takes [${input.shape.join(', ')}]`;
    throw new InputError({ code: 'VEC003', field: 'input_shape', what });
  }
  const [low, high] = [minRaw(input.type), maxRaw(input.type)];
  return events.map(({ id, x_index, x_raw, y_raw }) => {
    const values = Array.from({ length: size }, () => 0n);
    x_index.forEach((index, at) => {
      const raw = x_raw[at];
      const field = `event ${id}, x_raw[${at}]`;
      if (index >= size)
        throw new InputError({
          code: 'VEC006',
          field,
          what: `index ${index} is outside the input of ${size} values`,
        });
      if (raw === undefined)
        throw new InputError({ code: 'VEC006', field, what: 'is missing: x_index is longer' });
      if (BigInt(raw) < low || BigInt(raw) > high) {
        throw new InputError({
          code: 'VEC006',
          field,
          what: `raw ${raw} is outside the input type (${low} to ${high})`,
        });
      }
      values[index] = BigInt(raw);
    });
    return { id, input: values, ...(y_raw === undefined ? {} : { expected: y_raw.map(BigInt) }) };
  });
}

/** The shape is that of the first elements; every other must agree. @throws InputError `VEC003`, `VEC005` */
function nestedReals(json: readonly unknown[]): Reals {
  const shape: number[] = [];
  for (let level: unknown = json; Array.isArray(level); level = level[0] as unknown) shape.push(level.length);
  const values: number[] = [];
  const walk = (value: unknown, depth: number, path: string) => {
    if (Array.isArray(value) && depth < shape.length) {
      if (value.length !== shape[depth]) {
        const what = `has ${value.length} values, its first neighbour has ${shape[depth]}`;
        throw new InputError({ code: 'VEC003', field: path, what });
      }
      value.forEach((element, index) => walk(element, depth + 1, `${path}[${index}]`));
    } else if (typeof value === 'number' && depth === shape.length) {
      values.push(value);
    } else {
      throw new InputError({ code: 'VEC005', field: path, what: `${JSON.stringify(value)} is no number` });
    }
  };
  walk(json, 0, 'events');
  return { shape, values };
}
