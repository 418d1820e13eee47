/**
 * A folder that results are written to as they come. A file that cannot be written, say because the disk is full, stops
 * nothing: the failure is told at once and remembered, and the last complete version of the file stays.
 */
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { InputError } from '../sim/model/index.ts';
import { writeAtomically } from './command.ts';

export class OutputFolder {
  readonly path: string;
  /** Number of files written. */
  written = 0;
  private readonly failed = new Map<string, string>();

  constructor(path: string) {
    this.path = path;
  }

  /** Writes a file of the folder under a temporary name and renames it. */
  keep(name: string, content: string | Uint8Array): void {
    try {
      const file = join(this.path, name);
      mkdirSync(dirname(file), { recursive: true });
      writeAtomically(file, content);
      this.written++;
      this.failed.delete(name);
    } catch (error) {
      const reason = error instanceof InputError ? error.problem.what : (error as Error).message;
      if (!this.failed.has(name)) process.stderr.write(`warning: ${name}: ${reason}\n`);
      this.failed.set(name, reason);
    }
  }

  /** Files whose newest content is not on disk, with the reason. */
  get failures(): readonly string[] {
    return [...this.failed].map(([name, reason]) => `${name}: ${reason}`);
  }
}
