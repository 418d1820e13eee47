import { describe, expect, test } from 'vitest';
import { choicesFor, MAPPING_SCHEMA, mappingSchema } from './mapping.ts';
import { readDocument } from './read-document.ts';

const document = {
  schema: MAPPING_SCHEMA,
  part: 'xcu250-figd2104-2L-e',
  clockNs: 5,
  clockUncertaintyNs: 0.625,
  io: 'parallel',
  default: { reuseFactor: 4 },
  layers: { dense1: { strategy: 'resource' }, dense2: { reuseFactor: 2 } },
  fifoDepths: { x: 16 },
};
const read = (json: unknown) => readDocument('MAP001', mappingSchema, json);

describe('the choices of a layer', () => {
  const mapping = read(document);

  test('are its own where named, the default otherwise, and latency and 1 where nothing is named', () => {
    expect(choicesFor(mapping, 'dense1')).toMatchObject({ strategy: 'resource', reuseFactor: 4 });
    expect(choicesFor(mapping, 'dense2')).toMatchObject({ strategy: 'latency', reuseFactor: 2 });
    expect(choicesFor({ ...mapping, default: {} }, 'dense1')).toMatchObject({
      strategy: 'resource',
      reuseFactor: 1,
    });
  });

  test('of a layer not named are the default', () => {
    expect(choicesFor(mapping, 'other')).toMatchObject({ strategy: 'latency', reuseFactor: 4 });
  });
});

describe('a Mapping that is not as the schema says', () => {
  test.each([
    [{ clockNs: 0 }, 'clockNs', 'Too small: expected number to be >0'],
    [{ io: 'serial' }, 'io', 'Invalid option: expected one of "parallel"|"stream"'],
    [{ fifoDepths: { x: 0 } }, 'fifoDepths.x', 'Too small: expected number to be >=1'],
    [{ part: undefined }, 'part', 'is missing (string)'],
  ])('like %j is refused at its place', (change, field, what) => {
    expect(() => read({ ...document, ...change })).toThrow(`error MAP001: ${what}\n  at ${field}`);
  });

  test('refuses an unknown field', () => {
    expect(() => read({ ...document, clock: 5 })).toThrow("error MAP001: unknown field 'clock'");
  });
});
