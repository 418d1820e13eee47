/** Runs Yosys: the native program where there is one. */
import { execa } from 'execa';

let version: Promise<string | undefined> | undefined;

/** `Yosys 0.23 ...`, or undefined if it is not installed. */
export function yosysVersion(): Promise<string | undefined> {
  version ??= execa('yosys', ['-V'], { reject: false }).then((result) =>
    result.failed ? undefined : result.stdout.trim(),
  );
  return version;
}

/** @throws ExecaError if a command fails or time runs out */
export async function runYosys(commands: readonly string[], cwd: string, seconds: number): Promise<void> {
  await execa('yosys', ['-q', '-p', commands.join('; ')], { cwd, timeout: seconds * 1000 });
}
