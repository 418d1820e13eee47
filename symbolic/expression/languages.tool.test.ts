/** What is written for C++, NumPy and sympy, run there: the same values as here. */
import fc from 'fast-check';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { arbitraryExpression } from './arbitrary-expression.ts';
import { evaluateTree } from './evaluate-tree.ts';
import type { Expression } from './expression.ts';
import { printCpp, printNumpy, printSympy } from './languages.ts';
import { builtInOperators } from './operators.ts';

const points = [[0.37, -1.21], [1.83, 0.49], [-2.57, 2.91], [3.11, 1.07]]; // prettier-ignore

function sample(lacking: readonly string[]): Expression[] {
  const operators = [...builtInOperators.keys()].filter((name) => !lacking.includes(name));
  const constants = fc.integer({ min: -6000, max: 6000 }).map((value) => value / 1000);
  return fc.sample(arbitraryExpression({ operators, constants, depth: 3 }), { numRuns: 150, seed: 11 });
}

/** Whether a value may be compared: it is finite and does not hang on the last bits of the point. */
function isSettled(tree: Expression, point: readonly number[]): boolean {
  const value = evaluateTree(tree, point);
  const near = [1e-12, -1e-12].map((step) => evaluateTree(tree, point.map((x) => x * (1 + step)))); // prettier-ignore
  return Math.abs(value) < 1e100 && near.every((other) => Math.abs(other - value) <= 1e-8 * Math.abs(value));
}

function compare(trees: readonly Expression[], values: readonly number[]): void {
  let compared = 0;
  trees.forEach((tree, i) =>
    points.forEach((point, k) => {
      const actual = values[i * points.length + k];
      if (!isSettled(tree, point) || !Number.isFinite(actual)) return;
      const expected = evaluateTree(tree, point);
      compared++;
      expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-9 * Math.abs(expected));
    }),
  );
  expect(compared).toBeGreaterThan(trees.length);
}

function works(command: string, args: readonly string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore', timeout: 60_000 });
    return true;
  } catch {
    return false;
  }
}

const tools = {
  'g++': works('g++', ['--version']),
  numpy: works('python3', ['-c', 'import numpy']),
  sympy: works('python3', ['-c', 'import sympy']),
};
for (const [name, found] of Object.entries(tools))
  if (!found) console.warn(`skipped: ${name} is not installed`);

const parse = (output: Buffer): number[] => output.toString().trim().split('\n').map(Number); // prettier-ignore

describe.skipIf(!tools['g++'])('compiled by g++', () => {
  test('expressions have the same values', () => {
    const folder = mkdtempSync(join(tmpdir(), 'pipewright-cpp-'));
    try {
      const trees = sample([]);
      const body = trees.map(
        (tree) => `  for (auto &x : points) std::printf("%.17g\\n", ${printCpp(tree)});`,
      );
      const rows = points.map((point) => `{${point.join(', ')}}`).join(', ');
      const source = `#include <algorithm>\n#include <cmath>\n#include <cstdio>\nint main() {\n  double points[][2] = {${rows}};\n${body.join('\n')}\n}\n`;
      writeFileSync(join(folder, 'main.cpp'), source);
      execFileSync('g++', ['-std=c++17', '-O0', '-o', join(folder, 'main'), join(folder, 'main.cpp')], {
        timeout: 300_000,
      });
      compare(trees, parse(execFileSync(join(folder, 'main'), { maxBuffer: 1e8 })));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe.skipIf(!tools.numpy)('run by NumPy', () => {
  test('expressions have the same values', () => {
    const trees = sample(['erf', 'erfc']);
    const lines = trees.map(
      (tree) => `print("\\n".join(repr(float(v)) for v in np.broadcast_to(${printNumpy(tree)}, 4)))`,
    );
    const source = `import numpy as np\nnp.seterr(all="ignore")\nx = np.array(${JSON.stringify(points)})\n${lines.join('\n')}\n`;
    compare(trees, parse(execFileSync('python3', ['-c', source], { maxBuffer: 1e8 })));
  });
});

describe.skipIf(!tools.sympy)('read by sympy', () => {
  test('expressions have the same values', () => {
    const trees = sample(['round', 'cbrt', 'floor', 'ceil', 'mod']).slice(0, 60);
    const source = `import sympy, json
x0, x1 = sympy.symbols("x0 x1")
for text in json.loads(${JSON.stringify(JSON.stringify(trees.map((tree) => printSympy(tree))))}):
    for a, b in ${JSON.stringify(points)}:
        try:
            value = complex(sympy.sympify(text, evaluate=False).subs({x0: sympy.Float(a, 30), x1: sympy.Float(b, 30)}).evalf())
            print(value.real if abs(value.imag) == 0 else "nan")
        except Exception:
            print("nan")
`;
    compare(trees, parse(execFileSync('python3', ['-c', source], { maxBuffer: 1e8, timeout: 500_000 })));
  });
});
