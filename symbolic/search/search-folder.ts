/**
 * The folder of a search: a hall of fame an output in PySR's CSV format, and the state to go on from.
 *
 * Every file is written under a temporary name and renamed. A hall of fame is written twice, first as `.csv.bak`, so
 * that at any moment one of the two is whole. A write that fails (a full disk, say) is reported, never thrown: the
 * search goes on and the next write is another chance.
 */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatHallOfFame } from '../expression/index.ts';
import { SearchError } from './search-error.ts';
import type { FrontEntry, SearchState } from './types.ts';

export class SearchFolder {
  readonly path: string;
  private readonly outputs: number;
  /** The last write that failed and has not been made up for. */
  problem: string | undefined;

  /** @throws SearchError `SEA006` if the folder cannot be made */
  constructor(path: string, outputs: number) {
    this.path = path;
    this.outputs = outputs;
    try {
      mkdirSync(path, { recursive: true });
    } catch (error) {
      throw new SearchError(
        'SEA006',
        `the folder cannot be made: ${reason(error)}`,
        path,
        'choose another with --out',
      );
    }
  }

  /** PySR's names: one output has no number. */
  hallOfFameFile(output: number): string {
    return join(this.path, this.outputs === 1 ? 'hall_of_fame.csv' : `hall_of_fame_output${output + 1}.csv`);
  }

  get stateFile(): string {
    return join(this.path, 'state.json');
  }

  /** @returns false if the disk refused; `problem` says why */
  writeFront(output: number, front: readonly FrontEntry[]): boolean {
    const text = formatHallOfFame(
      front.map(({ complexity, loss, equation, parts }) => ({
        complexity,
        loss,
        equation: parts ?? equation,
      })),
    );
    const file = this.hallOfFameFile(output);
    return this.write(`${file}.bak`, text) && this.write(file, text);
  }

  writeState(state: SearchState): boolean {
    return this.write(this.stateFile, `${JSON.stringify(state)}\n`);
  }

  /** @throws SearchError `SEA006` if there is none, or it cannot be understood */
  readState(): SearchState {
    try {
      return JSON.parse(readFileSync(this.stateFile, 'utf8')) as SearchState;
    } catch (error) {
      throw new SearchError(
        'SEA006',
        `no state to resume: ${reason(error)}`,
        this.stateFile,
        'start without --resume',
      );
    }
  }

  private write(file: string, text: string): boolean {
    const temporary = `${file}.${process.pid}.tmp`;
    try {
      writeFileSync(temporary, text);
      renameSync(temporary, file);
      this.problem = undefined;
      return true;
    } catch (error) {
      rmSync(temporary, { force: true });
      this.problem = `${file} cannot be written: ${reason(error)}`;
      return false;
    }
  }
}

function reason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? message;
}
