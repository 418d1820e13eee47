/**
 * Finds a Python that has lmfit, the fitting package under SymbolFit, or fetches one from PyPI into `.cache/`.
 */
import { execFileSync, type ExecFileSyncOptions } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const wanted = 'lmfit==1.3.4';
const cache = fileURLToPath(new URL('../.cache/lmfit-1.3.4', import.meta.url));
const cached = `${cache}/bin/python`;

export type LmfitPython =
  { readonly kind: 'found'; readonly python: string } | { readonly kind: 'missing'; readonly reason: string };

/** @param fetch whether to install lmfit into `.cache/` if no Python has it */
export function findLmfit(python: string | undefined, fetch: boolean): LmfitPython {
  const candidates = python === undefined ? [cached, 'python3'] : [python];
  const found = candidates.find(hasLmfit);
  if (found !== undefined) return { kind: 'found', python: found };
  if (!fetch || python !== undefined) return { kind: 'missing', reason: 'not found: no Python with lmfit' };
  try {
    process.stderr.write(`fetching ${wanted} into .cache/\n`);
    runQuietly('python3', ['-m', 'venv', cache]);
    runQuietly(cached, ['-m', 'pip', 'install', '--quiet', wanted]);
    if (hasLmfit(cached)) return { kind: 'found', python: cached };
    return { kind: 'missing', reason: `not found: ${wanted} was installed but cannot be imported` };
  } catch (error) {
    const cause =
      (error as { stderr?: Buffer }).stderr?.toString().trim().split('\n').at(-1) ?? String(error);
    return { kind: 'missing', reason: `not found: ${wanted} cannot be fetched (${cause})` };
  }
}

function hasLmfit(python: string): boolean {
  try {
    runQuietly(python, ['-c', 'import lmfit']);
    return true;
  } catch {
    return false;
  }
}

function runQuietly(command: string, args: readonly string[]): void {
  const options: ExecFileSyncOptions = { stdio: ['ignore', 'ignore', 'pipe'], timeout: 600_000 };
  execFileSync(command, args, options);
}
