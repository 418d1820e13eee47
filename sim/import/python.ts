/** Python, for the tests that ask the real packages. `PIPEWRIGHT_PYTHON` names an interpreter that has them. */
import { execFileSync } from 'node:child_process';

const PYTHON = process.env.PIPEWRIGHT_PYTHON ?? 'python3';
const env = { ...process.env, KERAS_BACKEND: 'jax', JAX_PLATFORMS: 'cpu' };

/** Why a test that needs these modules has to be skipped, printed once; undefined if it can run. */
export function missingModules(...modules: readonly string[]): string | undefined {
  try {
    execFileSync(PYTHON, ['-c', `import ${modules.join(', ')}`], { env, stdio: 'ignore', timeout: 120_000 });
    return undefined;
  } catch {
    const reason = `${PYTHON} has not all of ${modules.join(', ')}; set PIPEWRIGHT_PYTHON`;
    process.stderr.write(`skipped: ${reason}\n`);
    return reason;
  }
}

/** Runs a script. @throws Error with what it wrote to stderr if it fails */
export function runPython(args: readonly string[], options: { readonly timeoutS?: number } = {}): string {
  return execFileSync(PYTHON, [...args], {
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: (options.timeoutS ?? 300) * 1000,
    maxBuffer: 1 << 28,
  });
}
