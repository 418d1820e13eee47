/** A folder of its own for each test, removed afterwards. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

export interface TemporaryFolder {
  readonly path: string;
  /** Writes a file, JSON for anything but text and bytes; returns its path. */
  readonly write: (name: string, content: unknown) => string;
}

export function temporaryFolder(): TemporaryFolder {
  const path = mkdtempSync(join(tmpdir(), 'pipewright-test-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return {
    path,
    write(name, content) {
      const file = join(path, name);
      const asIs = typeof content === 'string' || content instanceof Uint8Array;
      writeFileSync(file, asIs ? content : JSON.stringify(content));
      return file;
    },
  };
}
