/** Events in JSON: an array of events of nested or flat decimals, or recorded vectors as raw non-zero pixels. */
import { type FixedFormat, formatText, maxRaw, minRaw } from 'fixed-point-ts';
import { z } from 'zod';
import { elements, InputError, readDocument, type Tensor } from '../../model/index.ts';
import { typeSchema } from '../sparsepixels/type-schema.ts';
import type { Event } from './event.ts';
import { eventsFromReals, type Reals } from './from-reals.ts';

/** The part of the `vectors.json` layout that is read; `x_index`: flat row-major index of the non-zero values. */
export const recordedVectorsSchema = z.object({
  input_type: typeSchema.optional(),
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

/** Nested or flat decimals by input: `{"inputs": {"x": [...], "y": [...]}}`. */
const namedInputsSchema = z.strictObject({ inputs: z.record(z.string(), z.array(z.unknown())) });

/** The inputs of JSON that gives them by name, or undefined. The function throws InputError `VEC007` */
export function realsByName(json: unknown): ((input: string) => Reals) | undefined {
  if (typeof json !== 'object' || json === null || !('inputs' in json)) return undefined;
  const { inputs } = readDocument('VEC001', namedInputsSchema, json);
  return (input) => {
    const given = inputs[input];
    if (given !== undefined) return nestedReals(given);
    const what = `gives the inputs ${Object.keys(inputs).join(', ') || '(none)'}; '${input}' is not among them`;
    throw new InputError({ code: 'VEC007', field: 'inputs', what });
  };
}

/** @throws InputError `VEC001`, `VEC003`..`VEC006`, `VEC011` */
export function eventsFromJson(json: unknown, input: Tensor): Event[] {
  if (Array.isArray(json)) return eventsFromReals(nestedReals(json), input);
  const { input_type, input_shape, events } = readDocument('VEC001', recordedVectorsSchema, json);
  const size = elements(input.shape);
  if (elements(input_shape) !== size) {
    const what = `events have shape [${input_shape.join(', ')}], the Model takes [${input.shape.join(', ')}]`;
    throw new InputError({ code: 'VEC003', field: 'input_shape', what });
  }
  if (input_type && !sameGrid(input_type, input.type)) {
    const what = `raw integers are of type ${formatText(input_type)}, the Model takes ${formatText(input.type)}`;
    throw new InputError({ code: 'VEC011', field: 'input_type', what });
  }
  if (events.length === 0) throw new InputError({ code: 'VEC003', field: 'events', what: 'there are none' });
  return events.map(({ id, x_index, x_raw, y_raw }) => ({
    id,
    input: fromNonZero(id, x_index, x_raw, input),
    ...(y_raw === undefined ? {} : { expected: y_raw.map(BigInt) }),
  }));
}

/** The whole input from its non-zero values. @throws InputError `VEC006` */
function fromNonZero(
  id: string,
  x_index: readonly number[],
  x_raw: readonly number[],
  input: Tensor,
): bigint[] {
  const size = elements(input.shape);
  const [low, high] = [minRaw(input.type), maxRaw(input.type)];
  const refuse = (field: string, what: string) =>
    new InputError({ code: 'VEC006', field: `event ${id}, ${field}`, what });
  if (x_index.length !== x_raw.length) {
    throw refuse('x_raw', `has ${x_raw.length} values, x_index has ${x_index.length}`);
  }
  const values = Array.from({ length: size }, () => 0n);
  const given = new Set<number>();
  x_index.forEach((index, at) => {
    if (index >= size) throw refuse(`x_index[${at}]`, `${index} is outside the input of ${size} values`);
    if (given.has(index)) throw refuse(`x_index[${at}]`, `${index} is given twice`);
    given.add(index);
    const raw = BigInt(x_raw[at]);
    if (raw < low || raw > high) {
      throw refuse(`x_raw[${at}]`, `raw ${raw} is outside the input type (${low} to ${high})`);
    }
    values[index] = raw;
  });
  return values;
}

/** Whether raw integers of one type mean the same in the other. */
function sameGrid(a: FixedFormat, b: FixedFormat): boolean {
  return a.signed === b.signed && a.width === b.width && a.integerBits === b.integerBits;
}

/** Deepest nesting read: more than any image has, and shallow enough for a walk. */
const MAX_AXES = 32;

/** The shape is that of the first elements; every other must agree. @throws InputError `VEC003`, `VEC005` */
function nestedReals(json: readonly unknown[]): Reals {
  const shape: number[] = [];
  for (let level: unknown = json; Array.isArray(level); level = level[0] as unknown) shape.push(level.length);
  if (shape.length > MAX_AXES) {
    throw new InputError({ code: 'VEC003', field: 'events', what: `lists are nested ${shape.length} deep` });
  }
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
