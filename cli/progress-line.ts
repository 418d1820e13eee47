/** The state of a search on stderr. */
import type { SearchProgress } from '../symbolic/search/types.ts';

/** On a terminal one line that is overwritten; else a line every ten seconds. */
export function progressLine(): (progress: SearchProgress | undefined) => void {
  let printed = 0;
  return (progress) => {
    if (progress === undefined) {
      status('');
      return;
    }
    const { iteration, iterations, evaluations, seconds, fronts } = progress;
    const best = fronts[0].at(-1);
    const rate = seconds > 0 ? `${Math.round(evaluations / seconds / 1000)} k/s` : '';
    const line = `search ${iteration}/${iterations}, ${(evaluations / 1e6).toFixed(1)} M evaluations ${rate}, ${fronts[0].length} on the front, best loss ${best?.loss.toPrecision(4)} at ${best?.complexity}`;
    if (process.stderr.isTTY) status(line);
    else if (seconds - printed > 10) {
      printed = seconds;
      process.stderr.write(`${line}\n`);
    }
  };
}

/** Overwrites the last line of a terminal. */
export function status(line: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${line}`);
}
