/**
 * Yosys compiled to WebAssembly, of the optional npm package @yowasp/yosys, for machines without the native program.
 *
 * It runs in a process of its own: synthesis takes minutes and gigabytes, and a process can be ended.
 */
import { execa } from 'execa';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

/** Gives the program the files of the working folder, and writes there what it made. */
const SCRIPT = `
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
const [url, ...args] = process.argv.slice(1);
const { runYosys } = await import(url);
const names = readdirSync('.', { withFileTypes: true }).filter((entry) => entry.isFile()).map(({ name }) => name);
const write = (stream) => (bytes) => { if (bytes) stream.write(bytes); };
const streams = { stdout: write(process.stdout), stderr: write(process.stderr) };
const given = Object.fromEntries(names.map((name) => [name, readFileSync(name)]));
try {
  for (const [name, made] of Object.entries(await runYosys(args, given, streams)))
    if (made !== given[name] && (typeof made === 'string' || made instanceof Uint8Array)) writeFileSync(name, made);
} catch (error) {
  if (error.code === undefined) throw error;
  process.exitCode = error.code;
}
`;

function packageUrl(): string | undefined {
  try {
    return pathToFileURL(createRequire(import.meta.url).resolve('@yowasp/yosys')).href;
  } catch {
    return undefined;
  }
}

/** `Yosys 0.55 ...`, or undefined if the package is not installed. */
export async function wasmYosysVersion(): Promise<string | undefined> {
  if (packageUrl() === undefined) return undefined;
  const { failed, stdout } = await wasmYosys(['-V'], process.cwd(), 60, false);
  return failed ? undefined : `${stdout.trim()}, WebAssembly`;
}

/** @throws ExecaError if it fails, unless told not to, or time runs out */
export async function wasmYosys(args: readonly string[], cwd: string, seconds: number, reject = true) {
  const script = ['--input-type=module', '--eval', SCRIPT, '--', packageUrl()!, ...args];
  return execa(process.execPath, script, { cwd, timeout: seconds * 1000, reject });
}
