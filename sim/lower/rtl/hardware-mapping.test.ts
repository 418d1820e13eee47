import { expect, test } from 'vitest';
import { importModel } from '../../import/index.ts';
import { hardwareChoices } from './choices.ts';
import { hardwareMappingDocument, readHardwareMapping } from './hardware-mapping.ts';

const { model } = importModel('golden/sparsepixels/neutrino-8b-sparse_t');

test.each(['fast', 'small'] as const)('%s can be written as a document and read back', (mapping) => {
  const choices = hardwareChoices(model, mapping);
  const text = JSON.stringify(hardwareMappingDocument(choices));
  expect(readHardwareMapping(JSON.parse(text), model)).toEqual(choices);
});

test('row-by-row input can be chosen in a document', () => {
  const document = { ...hardwareMappingDocument(hardwareChoices(model, 'fast')), input: 'rows' };
  expect(readHardwareMapping(document, model).input).toBe('rows');
});

test.each([
  [{ pixelsPerCycle: 9 }, 'MAP004', 'more than the 8 kept pixels'],
  [{ interval: 3 }, 'MAP004', 'take 4 cycles, but an event comes every 3'],
  [{ slotsPerCycle: { conv9: 1 } }, 'MAP004', "no layer 'conv9'"],
  [{ slotsPerCycle: {} }, 'MAP004', 'has no choice'],
  [{ pixelsPerCycle: 0 }, 'MAP003', 'pixelsPerCycle'],
  [{ input: 'columns' }, 'MAP003', 'input'],
  [{ colour: 'red' }, 'MAP003', 'colour'],
])('a document with %j is refused', (wrong, code, what) => {
  const document = { ...hardwareMappingDocument(hardwareChoices(model, 'fast')), ...wrong };
  const read = () => readHardwareMapping(document, model);
  expect(read).toThrow(what);
  expect(read).toThrow(`error ${code}`);
});
