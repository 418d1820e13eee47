/** Runs Yosys: the native program where there is one, else the one of the npm package @yowasp/yosys. */
import { execa } from 'execa';
import { wasmYosys, wasmYosysVersion } from './wasm-yosys.ts';

export const YOSYS_HELP =
  'install the package yosys, or npm install @yowasp/yosys (slower, and other cell counts)';

let native: Promise<string | undefined> | undefined;
let version: Promise<string | undefined> | undefined;

/** Of the native program alone. */
export function nativeYosysVersion(): Promise<string | undefined> {
  native ??= execa('yosys', ['-V'], { reject: false }).then((result) =>
    result.failed ? undefined : result.stdout.trim(),
  );
  return native;
}

/** `Yosys 0.23 ...`, or undefined if there is none. */
export function yosysVersion(): Promise<string | undefined> {
  version ??= nativeYosysVersion().then((found) => found ?? wasmYosysVersion());
  return version;
}

/** Files are read from `cwd` and written there. @throws ExecaError if a command fails or time runs out */
export async function runYosys(commands: readonly string[], cwd: string, seconds: number): Promise<void> {
  const args = ['-q', '-p', commands.join('; ')];
  if ((await nativeYosysVersion()) === undefined) await wasmYosys(args, cwd, seconds);
  else await execa('yosys', args, { cwd, timeout: seconds * 1000 });
}
