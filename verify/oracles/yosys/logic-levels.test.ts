import { expect, test } from 'vitest';
import { logicLevels } from './logic-levels.ts';
import type { MappedModule } from './mapped-module.ts';

const module = (parts: Partial<MappedModule>): MappedModule => ({
  cells: {},
  instances: [],
  inputs: {},
  outputs: {},
  logic: [],
  ends: [],
  ...parts,
});

/** Two tables in a row from `a` to `y`, none from `b` to `z`. */
const child = module({
  inputs: { a: [1], b: [2] },
  outputs: { y: [4], z: [2] },
  logic: [
    [1, [3], [4]],
    [1, [1], [3]],
  ],
});
const find = (name: string): MappedModule => {
  if (name === 'child') return child;
  throw new Error(name);
};

test('levels add up along the longest path and not along others', () => {
  const { outputs, most } = logicLevels(child, find, { a: [3], b: [1] });
  expect(outputs).toEqual({ y: [5], z: [1] });
  expect(most).toBe(5);
});

test('paths run through instances, port by port', () => {
  const parent = module({
    inputs: { p: [10] },
    outputs: { q: [14] },
    instances: [{ module: 'child', inputs: { a: [10], b: [11] }, outputs: { y: [12], z: [13] } }],
    logic: [
      [1, [10], [11]],
      [0, [12], [14]],
    ],
  });
  expect(logicLevels(parent, find)).toEqual({ outputs: { q: [2] }, most: 2 });
});

test('a path ends at a register and begins anew behind it', () => {
  // Net 5 is driven by a register: nothing drives it here.
  const registered = module({
    inputs: { a: [1] },
    outputs: { y: [6] },
    logic: [
      [1, [5], [6]],
      [1, [1], [4]],
    ],
    ends: [4],
  });
  expect(logicLevels(registered, find, { a: [4] })).toEqual({ outputs: { y: [1] }, most: 5 });
});

test('a combinational loop is an error', () => {
  const loop = module({
    logic: [
      [1, [1], [2]],
      [1, [2], [1]],
    ],
  });
  expect(() => logicLevels(loop, find)).toThrow('combinational loop');
});
