/** Seed expressions given by the user, as candidates. */
import { ExpressionError, parseInfix, type Expression } from '../expression/index.ts';
import { fromExpression } from './language.ts';
import type { Problem } from './problem.ts';
import { SearchError } from './search-error.ts';
import { Tree } from './tree.ts';

const where = 'options.guesses';

/** @throws SearchError `SEA002` if a guess is not understood or lacks a part of the template */
export function parseGuesses(problem: Problem): (readonly Tree[])[] {
  const { settings, roles, shape, language, data, template } = problem;
  const fill = (tree: Tree, text: string, variables: readonly string[]): void => {
    const guess = parse(text, variables, problem);
    fromExpression(guess, language, tree);
  };
  return settings.guesses.map((guess) => {
    const trees = roles.map(() => new Tree(shape.nodes));
    roles.forEach((role, i) => {
      const part = typeof guess === 'string' ? guess : guess[role.name];
      if (
        (typeof guess === 'string') !== (template === undefined) ||
        (part === undefined && role.kind === 'expression')
      ) {
        const mend =
          template === undefined
            ? 'give a text'
            : `give a record with ${roles.map((r) => r.name).join(', ')}`;
        throw new SearchError('SEA002', 'a guess does not fit the search', where, mend);
      }
      if (role.kind === 'parameters') {
        const values =
          part === undefined ? new Array<number>(role.length).fill(1) : numbers(part, role.length);
        for (const value of values) trees[i].push(0, value);
      } else {
        const arguments_ = Array.from({ length: role.variables }, (_, k) => `x${k + 1}`);
        fill(trees[i], part, template === undefined ? data.names : arguments_);
      }
    });
    return trees;
  });
}

function parse(text: string, variables: readonly string[], { language }: Problem): Expression {
  try {
    return parseInfix(text, { variables, operators: language.table, parameters: [] });
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    const mend = `use ${variables.join(', ')} and the operators of the search`;
    throw new SearchError('SEA002', `a guess is not understood: ${error.message}`, where, mend);
  }
}

function numbers(text: string, length: number): number[] {
  const values = text
    .replaceAll(/[[\]\s]/g, '')
    .split(',')
    .map(Number);
  if (values.length === length && values.every(Number.isFinite)) return values;
  throw new SearchError('SEA002', `'${text}' are no ${length} numbers`, where, 'write them as 0.1, 0.2, …');
}
