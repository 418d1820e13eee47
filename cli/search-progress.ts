/** Live progress of a search on stderr: redrawn on a terminal, now and then a line elsewhere. */
import type { SearchProgress } from '../symbolic/search/index.ts';

export interface FrontProgress {
  show(state: SearchProgress): void;
  stop(): void;
}

const redrawMs = 500;
const lineMs = 10_000;
/** Entries of a front shown while searching: those of least loss. */
const mostEntries = 12;

/** @param names outputs, for more than one */
export function frontProgress(names: readonly string[]): FrontProgress {
  const isTerminal = process.stderr.isTTY;
  let drawn = 0;
  let lastMs = -Infinity;
  const clear = (): void => {
    if (drawn > 0) process.stderr.write(`\u001b[${drawn}A\u001b[J`);
    drawn = 0;
  };
  return {
    show(state) {
      const now = state.seconds * 1000;
      if (now - lastMs < (isTerminal ? redrawMs : lineMs)) return;
      lastMs = now;
      if (!isTerminal) {
        process.stderr.write(`${headline(state)}; ${best(state)}\n`);
        return;
      }
      clear();
      const width = process.stderr.columns || 80;
      const lines = [headline(state), ...frontLines(state, names)].map((line) => line.slice(0, width - 1));
      process.stderr.write(`${lines.join('\n')}\n`);
      drawn = lines.length;
    },
    stop: clear,
  };
}

function headline({ iteration, iterations, evaluations, seconds }: SearchProgress): string {
  const rate = seconds > 0 ? `${Math.round(evaluations / seconds / 1000)} k evaluations/s` : '';
  return `round ${iteration}/${iterations}, ${seconds.toFixed(0)} s, ${rate}`;
}

function best({ fronts }: SearchProgress): string {
  return fronts
    .map((front) => front.at(-1))
    .map((entry) =>
      entry === undefined
        ? 'no finite expression yet'
        : `loss ${entry.loss.toExponential(3)}: ${entry.equation}`,
    )
    .join('; ');
}

function frontLines({ fronts }: SearchProgress, names: readonly string[]): string[] {
  return fronts.flatMap((front, i) => [
    ...(fronts.length > 1 ? [`${names[i]}:`] : []),
    ...front
      .slice(-mostEntries)
      .map(
        ({ complexity, loss, equation }) =>
          `${String(complexity).padStart(4)}  ${loss.toExponential(3)}  ${equation}`,
      ),
  ]);
}
