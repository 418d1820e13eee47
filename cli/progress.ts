/** A progress bar on a terminal's stderr, drawn only for work that lasts longer than a second. */
import { SingleBar } from 'cli-progress';

export interface Progress {
  step(): void;
  stop(): void;
}

export function startProgress(what: string, total: number): Progress {
  const started = Date.now();
  let done = 0;
  let bar: SingleBar | undefined;
  return {
    step() {
      done++;
      if (!process.stderr.isTTY || Date.now() - started < 1000) return;
      if (!bar) {
        bar = new SingleBar({
          format: `${what} {bar} {value}/{total}, {eta_formatted} left`,
          clearOnComplete: true,
        });
        bar.start(total, done);
      }
      bar.update(done);
    },
    stop() {
      bar?.stop();
    },
  };
}
