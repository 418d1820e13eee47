import { test } from '@fast-check/vitest';
import fc from 'fast-check';
import { describe, expect } from 'vitest';
import {
  countNodes,
  depth,
  evaluateColumns,
  nodes,
  parseHallOfFame,
  parseInfix,
  type Expression,
} from '../expression/index.ts';
import { bestEntry, formatFront, search, searchRounds } from './index.ts';
import type { FrontEntry, Loss, SearchData, SearchOptions, SearchState } from './types.ts';

/** Rows of a table whose columns are functions of the row number. */
function table(rows: number, ...columns: readonly ((row: number) => number)[]): Float64Array[] {
  return columns.map((column) => Float64Array.from({ length: rows }, (_, row) => column(row)));
}

const [x0, x1, wave] = table(
  40,
  (row) => 0.3 + row / 10,
  (row) => Math.sin(3 * row) + 1.5,
  (row) => 2.5 * Math.cos(0.3 + row / 10) - (Math.sin(3 * row) + 1.5) ** 2,
);
const data: SearchData = { inputs: [x0, x1], outputs: [wave] };
const quick: SearchOptions = {
  operators: ['+', '-', '*', 'cos'],
  iterations: 4,
  populations: 4,
  cyclesPerIteration: 60,
  maxsize: 14,
  seed: 3,
};

/** Values of an entry's equation, read back from its text, over the inputs. */
function values({ equation }: FrontEntry, { inputs, inputNames, outputs }: SearchData): Float64Array {
  const expression = parseInfix(equation, inputNames && { variables: inputNames });
  const columns = inputs.map((column) => Float64Array.from(column));
  return evaluateColumns(expression, columns, outputs[0].length);
}

/** Weighted mean of an elementwise loss of an entry, by its definition. */
function meanLoss(
  entry: FrontEntry,
  given: SearchData,
  loss: (prediction: number, target: number) => number,
  weights: ArrayLike<number> = new Float64Array(given.outputs[0].length).fill(1),
): number {
  let [sum, total] = [0, 0];
  values(entry, given).forEach((prediction, row) => {
    sum += weights[row] * loss(prediction, given.outputs[0][row]);
    total += weights[row];
  });
  return sum / total;
}

const plain = (fronts: readonly (readonly FrontEntry[])[]) =>
  fronts.map((front) => front.map(({ complexity, loss, equation }) => ({ complexity, loss, equation })));

const operatorsIn = (expression: Expression): string[] =>
  [...nodes(expression)].flatMap((node) => (node.kind === 'call' ? [node.operator] : []));

/** How many of an operator stand on the worst path below each of another. */
function nestedIn(expression: Expression, outer: string, inner: string): number {
  if (expression.kind !== 'call') return 0;
  const below = (node: Expression): number =>
    node.kind === 'call' ? Number(node.operator === inner) + Math.max(0, ...node.args.map(below)) : 0;
  const here = expression.operator === outer ? Math.max(0, ...expression.args.map(below)) : 0;
  return Math.max(here, ...expression.args.map((arg) => nestedIn(arg, outer, inner)));
}

describe('a seed', () => {
  test('gives the same front for any number of workers', async () => {
    const alone = await search(data, quick);
    expect(alone.fronts[0].length).toBeGreaterThan(3);
    for (const workers of [2, 3]) {
      const shared = await search(data, quick, { workers });
      expect(plain(shared.fronts)).toEqual(plain(alone.fronts));
      expect(shared.evaluations).toBe(alone.evaluations);
    }
  });

  test('gives another course of the search than another', async () => {
    const a = await search(data, quick);
    const b = await search(data, { ...quick, seed: 4 });
    expect(a.evaluations).not.toBe(b.evaluations);
  });
});

describe('a search that goes on', () => {
  test('from a saved state ends as if never interrupted, after a trip through JSON', async () => {
    const whole = await search(data, quick);
    const { state } = await search(data, { ...quick, iterations: 2 });
    const resume = JSON.parse(JSON.stringify(state)) as SearchState;
    const rest = await search(data, quick, { resume });
    expect(plain(rest.fronts)).toEqual(plain(whole.fronts));
    expect(rest.evaluations).toBe(whole.evaluations);
  });

  test('never loses an entry of its front', async () => {
    let before: readonly FrontEntry[] = [];
    for await (const { fronts } of searchRounds(data, quick)) {
      for (const { complexity, loss } of before) {
        expect(
          Math.min(...fronts[0].filter((e) => e.complexity <= complexity).map((e) => e.loss)),
        ).toBeLessThanOrEqual(loss);
      }
      before = fronts[0];
    }
    expect(before.length).toBeGreaterThan(3);
  });

  test.each<readonly [string, SearchData, SearchOptions]>([
    ['other data', { ...data, outputs: [x0] }, quick],
    ['other options', data, { ...quick, maxsize: 15 }],
    ['another seed', data, { ...quick, seed: 9 }],
  ])('is refused for %s', async (_, other, options) => {
    const { state } = await search(data, { ...quick, iterations: 1 });
    await expect(search(other, options, { resume: state })).rejects.toThrow('SEA006');
  });

  test('is refused with a damaged state', async () => {
    const { state } = await search(data, { ...quick, iterations: 1 });
    const resume = { ...state, outputs: state.outputs.map((text) => text.slice(8)) };
    await expect(search(data, quick, { resume })).rejects.toThrow('the saved state is damaged');
  });
});

describe('what stands on a front', () => {
  test.prop(
    [
      fc.record({
        seed: fc.nat(1000),
        maxsize: fc.integer({ min: 3, max: 12 }),
        maxdepth: fc.integer({ min: 2, max: 5 }),
        operators: fc.subarray(['+', '-', '*', '/', 'cos', 'exp', 'square'], { minLength: 2 }),
        batchSize: fc.constantFrom(undefined, 8),
      }),
    ],
    { numRuns: 15 },
  )(
    'keeps size, depth and operators, gets better with complexity, and has the loss its text has',
    async (given) => {
      const { batchSize, ...rest } = given;
      const options = { ...quick, ...rest, iterations: 2, ...(batchSize !== undefined && { batchSize }) };
      const { fronts } = await search(data, options);
      let least = Infinity;
      for (const entry of fronts[0]) {
        expect(entry.complexity).toBeLessThanOrEqual(given.maxsize);
        expect(countNodes(entry.expression)).toBe(entry.complexity);
        expect(depth(entry.expression)).toBeLessThanOrEqual(given.maxdepth);
        for (const operator of operatorsIn(entry.expression)) expect(given.operators).toContain(operator);
        expect(entry.loss).toBeLessThan(least);
        least = entry.loss;
        const again = meanLoss(entry, data, (p, t) => (p - t) ** 2);
        expect(Math.abs(again - entry.loss)).toBeLessThanOrEqual(1e-9 * again + 1e-24);
      }
    },
  );

  test('goes through CSV in the format of PySR and comes back', async () => {
    const { fronts } = await search(data, quick);
    const read = parseHallOfFame(formatFront(fronts[0]));
    expect(read.map(({ complexity, equation }) => [complexity, equation])).toEqual(
      fronts[0].map(({ complexity, equation }) => [complexity, equation]),
    );
  });

  test('keeps limits on arguments and on operators inside operators', async () => {
    const { fronts } = await search(data, {
      ...quick,
      operators: ['+', '*', '^', 'sin', 'exp'],
      constraints: { '^': [3, 1], sin: 5 },
      nestedConstraints: { sin: { sin: 0, exp: 1 }, exp: { exp: 0 } },
    });
    for (const { expression } of fronts[0]) {
      for (const node of nodes(expression)) {
        if (node.kind !== 'call') continue;
        if (node.operator === '^')
          expect(node.args.map(countNodes)).toEqual([expect.toSatisfy((n: number) => n <= 3), 1]);
        if (node.operator === 'sin') expect(countNodes(node.args[0])).toBeLessThanOrEqual(5);
      }
      expect(nestedIn(expression, 'sin', 'sin')).toBe(0);
      expect(nestedIn(expression, 'sin', 'exp')).toBeLessThanOrEqual(1);
      expect(nestedIn(expression, 'exp', 'exp')).toBe(0);
    }
  });

  test('counts complexity by the map given, rounded', async () => {
    const prices = { '+': 1, '-': 1, '*': 2.5, cos: 4 } as Readonly<Record<string, number>>;
    const { fronts } = await search(data, {
      ...quick,
      maxsize: 20,
      complexity: { operators: { '*': 2.5, cos: 4 }, constants: 0.5, variables: { x0: 1, x1: 3 } },
    });
    for (const { expression, complexity } of fronts[0]) {
      const sum = [...nodes(expression)].reduce((total, node) => {
        if (node.kind === 'call') return total + prices[node.operator];
        return total + (node.kind === 'variable' ? [1, 3][node.index] : 0.5);
      }, 0);
      expect(complexity).toBe(Math.round(sum));
    }
  });
});

describe('a loss', () => {
  const weights = table(40, (row) => (row % 3 === 0 ? 0 : 1 + row / 10))[0];
  const cases: readonly (readonly [string, Loss, (p: number, t: number) => number])[] = [
    ['squared', { kind: 'squared' }, (p, t) => (p - t) ** 2],
    ['absolute', { kind: 'absolute' }, (p, t) => Math.abs(p - t)],
    [
      'huber',
      { kind: 'huber', delta: 0.3 },
      (p, t) => (Math.abs(p - t) <= 0.3 ? 0.5 * (p - t) ** 2 : 0.3 * (Math.abs(p - t) - 0.15)),
    ],
    ['log-cosh', { kind: 'log-cosh' }, (p, t) => Math.log(Math.cosh(p - t))],
    ['quantile', { kind: 'quantile', tau: 0.8 }, (p, t) => Math.max(0.8 * (t - p), 0.2 * (p - t))],
    [
      'an expression',
      { kind: 'expression', expression: 'abs(prediction - target)^1.5' },
      (p, t) => Math.abs(p - t) ** 1.5,
    ],
  ];
  test.each(cases)('%s is the weighted mean of its definition', async (_, loss, definition) => {
    const { fronts } = await search({ ...data, weights }, { ...quick, iterations: 2, loss });
    expect(fronts[0].length).toBeGreaterThan(2);
    for (const entry of fronts[0]) {
      expect(entry.loss).toBeCloseTo(meanLoss(entry, data, definition, weights), 9);
    }
  });

  test('of the median finds another constant than that of the mean', async () => {
    const [x, y] = table(
      9,
      (row) => -500 - row,
      (row) => (row === 8 ? 100 : 1),
    );
    const constantOf = async (loss: Loss) => {
      const { fronts } = await search({ inputs: [x], outputs: [y] }, { ...quick, maxsize: 1, loss });
      return values(fronts[0][0], { inputs: [x], outputs: [y] })[0];
    };
    expect(await constantOf({ kind: 'squared' })).toBeCloseTo(12, 6);
    expect(await constantOf({ kind: 'absolute' })).toBeCloseTo(1, 2);
  });
});

describe('the form searched', () => {
  test('may use operators of the user', async () => {
    const [x, y] = table(
      30,
      (row) => row / 5 - 3,
      (row) => 3 * Math.exp(-((row / 5 - 3) ** 2) / (1 + Math.abs(row / 5 - 3))),
    );
    const bump = 'bump(a) = exp(-a^2 / (1 + abs(a)))';
    const { fronts } = await search(
      { inputs: [x], outputs: [y] },
      { ...quick, operators: ['*', bump], maxsize: 4 },
    );
    const { expression, loss } = fronts[0][fronts[0].length - 1];
    expect(operatorsIn(expression)).toContain('bump');
    expect(loss).toBeLessThan(1e-20);
  });

  test('may take three arguments', async () => {
    const [x, y] = table(
      30,
      (row) => row / 5 - 3,
      (row) => 2 * (row / 5 - 3) + (row / 5 - 3) ** 2,
    );
    const { fronts } = await search(
      { inputs: [x], outputs: [y] },
      { ...quick, operators: ['+', 'both(a, b, c) = a * b + c'], maxsize: 9 },
    );
    expect(Math.min(...fronts[0].map(({ loss }) => loss))).toBeLessThan(1e-20);
  });

  test('may be fixed outside by a template with parameters', async () => {
    const group = table(40, (row) => 1 + (row % 2))[0];
    const y = x0.map((x, row) => [2, -3][row % 2] * Math.cos(x) + x1[row] ** 2);
    const { fronts } = await search(
      { inputs: [x0, x1, group], inputNames: ['x', 'z', 'group'], outputs: [y] },
      {
        ...quick,
        iterations: 15,
        template: { combine: 'p[group] * f(x) + g(z)', expressions: ['f', 'g'], parameters: { p: 2 } },
        earlyStop: { lossBelow: 1e-20 },
      },
    );
    const best = fronts[0][fronts[0].length - 1];
    expect(best.loss).toBeLessThan(1e-20);
    expect(best.parts).toMatch(/^f = .*; g = .*; p = \[.*\]$/);
    // f reads its own argument alone.
    expect(best.parts).not.toMatch(/f = [^;]*#2/);
  });

  test('may start from guesses of the user', async () => {
    const guess = '2.4 * cos(x0) - x1 * x1';
    const { fronts } = await search(data, { ...quick, iterations: 1, guesses: [guess] });
    expect(fronts[0][fronts[0].length - 1].loss).toBeLessThan(1e-20);
  });

  test('must agree in its units', async () => {
    const [length, time, speed] = table(
      30,
      (row) => 1 + row / 7,
      (row) => 2 + Math.cos(row),
      (row) => (3 * (1 + row / 7)) / (2 + Math.cos(row)),
    );
    const measured: SearchData = {
      inputs: [length, time],
      inputNames: ['length', 'time'],
      outputs: [speed],
      inputUnits: ['km', 's'],
      outputUnits: ['m/s'],
    };
    const options: SearchOptions = { ...quick, operators: ['+', '*', '/'], dimensionlessConstantsOnly: true };
    const { fronts } = await search(measured, options);
    expect(fronts[0].length).toBeGreaterThan(0);
    for (const { equation } of fronts[0]) {
      // A consistent form scales with its units: lengths in cm and times in ms give speeds in cm/ms.
      const expression = parseInfix(equation, { variables: ['length', 'time'] });
      const small = evaluateColumns(expression, [length.map((v) => v * 100), time.map((v) => v * 1000)], 30);
      evaluateColumns(expression, [length, time], 30).forEach((value, row) => {
        expect(small[row] / value).toBeCloseTo(0.1, 9);
      });
    }
    const free = await search({ inputs: [length, time], outputs: [speed] }, options);
    expect(free.fronts[0].some(({ complexity }) => complexity === 1)).toBe(true);
    expect(fronts[0].some(({ complexity }) => complexity === 1)).toBe(false);
  });
});

test('every output has its own front, the same as alone', async () => {
  const other = x0.map((x) => x * x);
  const both = await search({ inputs: [x0, x1], outputs: [wave, other] }, quick);
  expect(both.fronts).toHaveLength(2);
  const alone = await search(data, quick);
  expect(plain([both.fronts[0]])).toEqual(plain(alone.fronts));
  expect(Math.min(...both.fronts[1].map(({ loss }) => loss))).toBeLessThan(1e-20);
});

describe('a search ends', () => {
  test.each<readonly [string, SearchOptions]>([
    ['at a loss', { earlyStop: { lossBelow: 1 } }],
    ['at a condition', { earlyStop: { condition: '1 - loss' } }],
    ['at a loss and a complexity', { earlyStop: { lossBelow: 1, complexityAtMost: 14 } }],
  ])('%s', async (_, stop) => {
    const result = await search(data, { ...quick, ...stop, iterations: 1000 });
    expect(result.stopped).toBe('early-stop');
    expect(result.fronts[0].some(({ loss }) => loss < 1)).toBe(true);
  });

  test('after its evaluations, its time, its rounds, or when cancelled', async () => {
    expect(await search(data, { ...quick, maxEvaluations: 100 })).toMatchObject({
      stopped: 'max-evaluations',
    });
    let seconds = 0;
    const clock = () => (seconds += 1);
    expect(await search(data, { ...quick, timeoutSeconds: 2 }, { clock })).toMatchObject({
      stopped: 'timeout',
    });
    expect(await search(data, quick)).toMatchObject({ stopped: 'iterations', iteration: 4 });
    const abort = new AbortController();
    const cancelled = await search(data, quick, { signal: abort.signal, onProgress: () => abort.abort() });
    expect(cancelled).toMatchObject({ stopped: 'cancelled', iteration: 0 });
    expect(cancelled.fronts[0].length).toBeGreaterThan(0);
  });
});

describe('a further objective', () => {
  const operators = {
    name: 'cosines',
    weight: 1e6,
    evaluate: (expression: Expression) => operatorsIn(expression).filter((name) => name === 'cos').length,
  };

  test('has its price in the ranking and its value on the front', async () => {
    const { fronts } = await search(data, { ...quick, objectives: [operators] });
    for (const { expression, objectives } of fronts[0]) {
      expect(operatorsIn(expression)).not.toContain('cos');
      expect(objectives).toEqual({ cosines: 0 });
    }
  });

  test('of weight 0 is reported only', async () => {
    const free = await search(data, quick);
    const watched = await search(data, { ...quick, objectives: [{ ...operators, weight: 0 }] });
    expect(plain(watched.fronts)).toEqual(plain(free.fronts));
    for (const { expression, objectives } of watched.fronts[0])
      expect(objectives).toEqual({ cosines: operators.evaluate(expression) });
  });

  test('goes to worker threads as a module, not as a function', async () => {
    const text = `export const depthTerm = ({ weight }) => ({ name: 'depth', weight, evaluate: function depth(e) {
      return e.kind === 'call' ? 1 + Math.max(...e.args.map(depth)) : 1;
    } });`;
    const url = `data:text/javascript,${encodeURIComponent(text)}`;
    const options = { ...quick, objectives: [{ url, name: 'depthTerm', options: { weight: 0.01 } }] };
    const alone = await search(data, options);
    const shared = await search(data, options, { workers: 2 });
    expect(plain(shared.fronts)).toEqual(plain(alone.fronts));
    for (const { expression, objectives } of alone.fronts[0])
      expect(objectives).toEqual({ depth: depth(expression) });
    await expect(search(data, { ...quick, objectives: [operators] }, { workers: 2 })).rejects.toThrow(
      'SEA007',
    );
  });
});

test('rows of weight 0 have no say', async () => {
  const spoiled = wave.map((value, row) => (row % 4 === 0 ? 1e3 : value));
  const weights = wave.map((_, row) => (row % 4 === 0 ? 0 : 1));
  const { fronts } = await search(
    { inputs: [x0, x1], outputs: [spoiled], weights },
    { ...quick, guesses: ['2 * cos(x0) - x1 * x1'] },
  );
  expect(Math.min(...fronts[0].map(({ loss }) => loss))).toBeLessThan(1e-20);
});

test('the entry recommended has the highest score among those near the least loss', () => {
  const entry = (complexity: number, loss: number, score: number) =>
    ({ complexity, loss, score }) as FrontEntry;
  const front = [entry(1, 10, 0), entry(3, 1.4, 5), entry(5, 1.2, 1), entry(7, 1, 2)];
  expect(bestEntry(front)?.complexity).toBe(3);
  expect(bestEntry([])).toBeUndefined();
});

describe('what cannot be searched is refused with a code before any work', () => {
  const bad = (change: Partial<SearchData>) => ({ ...data, ...change });
  test.each<readonly [string, SearchData, SearchOptions, string]>([
    ['no rows', { inputs: [[]], outputs: [[]] }, {}, 'SEA003'],
    ['no output', bad({ outputs: [] }), {}, 'SEA003'],
    ['NaN', bad({ outputs: [wave.map((v, i) => (i === 7 ? NaN : v))] }), {}, 'row 8 holds NaN'],
    ['columns of different lengths', bad({ inputs: [x0, [1, 2]] }), {}, '2 values where 40 are expected'],
    ['a negative weight', bad({ weights: wave.map((_, i) => 1 - i) }), {}, 'row 3 holds -1'],
    ['weights all 0', bad({ weights: new Float64Array(40) }), {}, 'all weights are 0'],
    ['names twice', bad({ inputNames: ['a', 'a'] }), {}, "two columns are named 'a'"],
    ['an unknown operator', data, { operators: ['frob'] }, "unknown operator 'frob'"],
    ['an operator twice', data, { operators: ['+', '+'] }, 'SEA002'],
    ['a definition that is none', data, { operators: ['f(x) = '] }, 'SEA002'],
    ['an unknown option', data, { itterations: 3 } as SearchOptions, "no option 'itterations'"],
    ['a size of 0', data, { maxsize: 0 }, 'SEA001'],
    ['rounds with a fraction', data, { iterations: 1.5 }, 'SEA001'],
    ['an unknown mutation', data, { mutationWeights: { flip: 1 } as object }, "no mutation 'flip'"],
    [
      'a loss that is none',
      data,
      { loss: { kind: 'expression', expression: 'target' } },
      'does not use prediction',
    ],
    ['a quantile of 1', data, { loss: { kind: 'quantile', tau: 1 } }, 'SEA001'],
    ['a limit on an operator not searched', data, { constraints: { sin: 3 } }, 'SEA001'],
    ['a limit with too many arguments', data, { operators: ['cos'], constraints: { cos: [1, 1] } }, 'SEA001'],
    ['a template without parts', data, { template: { combine: 'x0', expressions: [] } }, 'SEA004'],
    ['a unit that is none', bad({ inputUnits: ['m', 'smoot'] }), {}, 'SEA005'],
    ['a guess with an operator not searched', data, { guesses: ['sin(x0)'] }, 'SEA002'],
    [
      'an objective that cannot be loaded',
      data,
      { objectives: [{ url: 'file:///none.js', name: 'f' }] },
      'SEA007',
    ],
  ])('%s', async (_, given, options, message) => {
    const error = await search(given, { ...options, iterations: options.iterations ?? 1 }).then(
      () => 'searched',
      (reason: Error) => reason.message,
    );
    expect(error).toContain(message);
  });
});
