/**
 * Real numbers to raw integers of the input type, as an HLS test bench does it: each number is first a 32-bit
 * float, then assigned to the type (quantised, then overflow).
 */
import { type FixedFormat, fromFloat32 } from 'fixed-point-ts';
import { elements, InputError, type Tensor } from '../../model/index.ts';
import type { Event } from './event.ts';

/** Real numbers with the shape they were written in; the first axis numbers events unless the shape is one event's. */
export interface Reals {
  readonly shape: readonly number[];
  readonly values: ArrayLike<number>;
}

/** @throws InputError `VEC003` (shape), `VEC004` (NaN or infinity) */
export function eventsFromReals({ shape, values }: Reals, input: Tensor): Event[] {
  const size = elements(input.shape);
  const single = sameShape(shape, input.shape) || (shape.length === 1 && shape[0] === size);
  const perEvent = single ? shape : shape.slice(1);
  if (
    values.length === 0 ||
    elements(perEvent) !== size ||
    !(perEvent.length === 1 || sameShape(perEvent, input.shape))
  ) {
    throw new InputError({
      code: 'VEC003',
      what: `the input has shape [${shape.join(', ')}], the Model takes events of shape [${input.shape.join(', ')}]`,
      mend: `give [events, ${input.shape.join(', ')}] or [events, ${size}]`,
    });
  }
  return Array.from({ length: values.length / size }, (_, event) => ({
    id: String(event),
    input: Array.from({ length: size }, (_, index) =>
      toRaw(values[event * size + index], input.type, event, index),
    ),
  }));
}

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

function toRaw(value: number, type: FixedFormat, event: number, index: number): bigint {
  if (value === 0) return 0n;
  const float = Math.fround(value);
  if (Number.isFinite(float)) return fromFloat32(float, type);
  const why = Number.isFinite(value)
    ? 'is beyond the range of a 32-bit float'
    : 'no fixed-point type can hold';
  throw new InputError({
    code: 'VEC004',
    field: `event ${event}, value ${index}`,
    what: `the input holds ${value}, which ${why}`,
    mend: 'replace it by a number that the input type can hold',
  });
}
