/** A Model of three layers whose every value is easily worked out, and events for it. */
import { fixed, ufixed } from 'fixed-point-ts';
import type { Event } from '../../sim/import/vectors/index.ts';
import {
  type Mapping,
  MAPPING_SCHEMA,
  type Model,
  MODEL_SCHEMA,
  verifyModel,
} from '../../sim/model/index.ts';

const type = fixed(8, 4);
const base = { dialect: 'hls4ml-1.0.0' as const };

/** x -> dense (x + 2 x') -> relu -> flatten */
export const smallModel: Model = verifyModel({
  schema: MODEL_SCHEMA,
  name: 'small',
  inputs: ['x'],
  outputs: ['y'],
  tensors: {
    x: { shape: [2], type },
    sum: { shape: [2], type: fixed(12, 8) },
    positive: { shape: [2], type: ufixed(11, 7) },
    y: { shape: [2], type: fixed(12, 8) },
  },
  layers: [
    {
      ...base,
      kind: 'dense',
      name: 'add',
      inputs: ['x'],
      outputs: ['sum'],
      accumulator: fixed(12, 8),
      weights: 'w',
      bias: 'b',
    },
    { ...base, kind: 'relu', name: 'clip', inputs: ['sum'], outputs: ['positive'] },
    { ...base, kind: 'flatten', name: 'copy', inputs: ['positive'], outputs: ['y'] },
  ],
  constants: {
    w: { shape: [2, 2], type: fixed(4, 4), raw: [1n, 2n, 2n, -1n] },
    b: { shape: [2], type: fixed(8, 4), raw: [0n, 16n] },
  },
});

export const smallMapping: Mapping = {
  schema: MAPPING_SCHEMA,
  part: 'xcu250-figd2104-2L-e',
  clockNs: 5,
  clockUncertaintyNs: 0.625,
  io: 'parallel',
  default: {},
  layers: {},
  fifoDepths: {},
};

/** Inputs (a, b) give outputs (max(a + 2b, 0), max(2a - b + 16, 0)). */
export const smallEvents: readonly Event[] = [
  { id: 'first', input: [3n, 4n], expected: [11n, 18n] },
  { id: 'second', input: [-5n, 1n], expected: [0n, 5n] },
  { id: 'third', input: [0n, 0n], expected: [0n, 16n] },
];
