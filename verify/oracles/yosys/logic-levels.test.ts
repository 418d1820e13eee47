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
const levels = (top: MappedModule) =>
  logicLevels('top', (name) => {
    if (name === 'top') return top;
    if (name === 'child') return child;
    throw new Error(name);
  });

test('levels add up along the longest path and not along others', () => {
  const { most, inside } = levels(child);
  expect(most).toBe(2);
  expect(inside('top')).toBe(2);
});

test('paths run through instances port by port, with what comes before and behind', () => {
  const before = { logic: [[1, [10], [11]] as const] };
  const instance = (a: number, b: number) => ({
    module: 'child',
    inputs: { a: [a], b: [b] },
    outputs: { y: [12], z: [13] },
  });
  const through = (net: number) =>
    levels(module({ logic: [...before.logic, [1, [net], [14]]], instances: [instance(11, 10)] }));
  expect(through(12).most).toBe(4);
  expect(through(12).inside('child')).toBe(3);
  expect(through(13).most).toBe(3);
  const aside = levels(module({ logic: [...before.logic, [1, [13], [14]]], instances: [instance(10, 11)] }));
  expect(aside.most).toBe(2);
});

test('signals may run both ways through two modules that face each other', () => {
  const first = { module: 'child', inputs: { a: [1], b: [5] }, outputs: { y: [2], z: [6] } };
  const second = { module: 'child', inputs: { a: [6], b: [2] }, outputs: { y: [7], z: [3] } };
  expect(levels(module({ instances: [first, second], logic: [[1, [3], [8]]] })).most).toBe(3);
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
  expect(levels(registered).most).toBe(1);
});

test('a combinational loop is an error, through instances too', () => {
  const loop = module({
    instances: [{ module: 'child', inputs: { a: [1], b: [2] }, outputs: { y: [2], z: [1] } }],
  });
  expect(() => levels(loop)).toThrow('combinational loop');
});
