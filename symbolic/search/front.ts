/** The Pareto front as the user sees it. */
import { formatHallOfFame, printInfix } from '../expression/index.ts';
import { paretoSlots } from './archipelago.ts';
import type { MemberStore } from './member-store.ts';
import type { Problem } from './problem.ts';
import { printParts } from './template.ts';
import { Tree } from './tree.ts';
import type { FrontEntry } from './types.ts';

/** Loss below which scores take it as constant, so that an exact fit has a finite score. */
const smallestLoss = 1e-300;

export function buildFront(hall: MemberStore, problem: Problem): FrontEntry[] {
  const { roles, shape, language, data, template, objectives } = problem;
  const trees = roles.map(() => new Tree(shape.nodes));
  let previous: FrontEntry | undefined;
  return paretoSlots(hall).map((slot) => {
    hall.read(slot, trees);
    const expression = problem.toWhole(trees);
    const loss = hall.loss[slot];
    const entry: FrontEntry = {
      complexity: slot,
      loss,
      score: previous === undefined ? 0 : score(previous, slot, loss),
      expression,
      equation: printInfix(expression, { variables: data.names, operators: language.table }),
      ...(template && { parts: printParts(template, trees, language) }),
      ...(objectives.length > 0 && {
        objectives: Object.fromEntries(objectives.map((term) => [term.name, term.evaluate(expression)])),
      }),
    };
    previous = entry;
    return entry;
  });
}

/** -d log(loss) / d complexity, as in PySR. */
function score(previous: FrontEntry, complexity: number, loss: number): number {
  const drop = Math.log(Math.max(loss, smallestLoss)) - Math.log(Math.max(previous.loss, smallestLoss));
  return -drop / (complexity - previous.complexity);
}

/**
 * The entry to take when asked for one, as PySR's `model_selection = "best"`: the highest score among those whose loss
 * is at most 1.5 times the least.
 */
export function bestEntry(front: readonly FrontEntry[]): FrontEntry | undefined {
  const least = Math.min(...front.map(({ loss }) => loss));
  return front
    .filter(({ loss }) => loss <= 1.5 * least)
    .reduce<FrontEntry | undefined>(
      (best, entry) => (best && best.score >= entry.score ? best : entry),
      undefined,
    );
}

/** The front in PySR's CSV format: Complexity,Loss,Equation; a template's entries are its parts. */
export function formatFront(front: readonly FrontEntry[]): string {
  return formatHallOfFame(
    front.map(({ complexity, loss, equation, parts }) => ({ complexity, loss, equation: parts ?? equation })),
  );
}
