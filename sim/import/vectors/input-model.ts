/** A Model with one input of 2 x 3 x 1 and nothing else, and what is said of files that it cannot read; for tests. */
import { parseFormat } from 'fixed-point-ts';
import { InputError, type Model, MODEL_SCHEMA } from '../../model/index.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { readRecordedEvents } from './index.ts';

export function inputModel(type: string, shape: readonly number[] = [2, 3, 1]): Model {
  const tensor = { shape, type: parseFormat(type) };
  return {
    schema: MODEL_SCHEMA,
    name: 'm',
    inputs: ['x'],
    outputs: ['x'],
    tensors: { x: tensor },
    layers: [],
    constants: {},
  };
}

/** What is said of a file; its folder is left out. */
export function refusal(name: string, content: unknown, type = 'fixed<8,4>'): string {
  const folder = temporaryFolder();
  const file = folder.write(name, content);
  try {
    readRecordedEvents(file, inputModel(type));
  } catch (error) {
    if (error instanceof InputError) return error.message.replaceAll(`${folder.path}/`, '');
    throw error;
  }
  return 'nothing';
}
