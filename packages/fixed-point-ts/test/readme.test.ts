import { readFileSync } from 'node:fs';
import { runInThisContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import * as fixedPoint from 'fixed-point-ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const examples = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code);

/** Runs an example; each statement with a comment behind it gives what it computed and what the comment promises. */
function run(code: string): readonly { readonly got: unknown; readonly promised: unknown }[] {
  const names = Object.keys(fixedPoint).join(', ');
  const body = code
    .split('\n')
    .filter((line) => !line.startsWith('import '))
    .map((line) => {
      const [, statement, promise] = /^(?!const )(.*); \/\/ (.*?)(: .*)?$/.exec(line) ?? [];
      return statement === undefined ? line : `results.push({ got: ${statement}, promised: ${promise} });`;
    })
    .join('\n');
  const example = runInThisContext(
    `(({ ${names} }) => { const results = []; ${body}\n return results; })`,
  ) as (scope: typeof fixedPoint) => readonly { got: unknown; promised: unknown }[];
  return example(fixedPoint);
}

describe('the examples of the README', () => {
  test.each(examples.map((code, index) => [index + 1, code] as const))(
    'number %d computes what it says',
    (_, code) => {
      const results = run(code);
      expect(results.length).toBeGreaterThan(0);
      for (const { got, promised } of results) expect(got).toEqual(promised);
    },
  );

  test('import only what the package exports', () => {
    const imported = [...readme.matchAll(/^import \{ (.*) \} from 'fixed-point-ts';$/gm)].flatMap(
      ([, list]) => list.split(', '),
    );
    expect(imported.filter((name) => !(name in fixedPoint))).toEqual([]);
  });

  test('the table of functions names nothing that does not exist', () => {
    const table = readme.slice(readme.indexOf('## What is there'), readme.indexOf('All errors are'));
    const named = [...table.matchAll(/`([a-z][A-Za-z0-9]*)`/g)].map(([, name]) => name);
    expect(named.length).toBeGreaterThan(40);
    expect(named.filter((name) => !(name in fixedPoint))).toEqual([]);
  });
});
