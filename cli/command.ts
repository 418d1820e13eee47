/** What all commands share: how they fail, how they print, and how they write files. */
import { Command } from 'commander';
import { renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import pc from 'picocolors';
import { FormatError } from 'fixed-point-ts';
import { describeProblem, InputError, type InputProblem } from '../sim/model/index.ts';

/** Exit codes of every command. */
export const EXIT = { ok: 0, different: 1, badInput: 2, toolMissing: 3, fault: 70 } as const;

/** What commands take for a model: whatever `importModel` reads. */
export const MODEL_HELP =
  'a SparsePixels design folder, an hls4ml project folder, a Model document (.json), ' +
  'Keras (.keras, .h5, .json with .h5) or ONNX (.onnx)';

export const CONFIG_OPTION = '-c, --config <file>';
export const CONFIG_HELP = 'hls4ml configuration, YAML or JSON (default: the one beside the model)';

/** A command with help that shows examples, and with our exit code for a wrong call. */
export function newCommand(name: string, description: string, examples: readonly string[] = []): Command {
  const command = new Command(name)
    .description(description)
    .summary(description.split('\n')[0])
    .showHelpAfterError('(--help shows how)')
    .exitOverride((error) => {
      process.exit(error.exitCode === 0 ? EXIT.ok : EXIT.badInput);
    });
  if (examples.length > 0) {
    command.addHelpText('after', `\nExamples:\n${examples.map((example) => `  $ ${example}`).join('\n')}`);
  }
  return command;
}

/**
 * Runs a command's work. Bad input becomes one message on stderr (with `--json` also `{"error": ...}` on stdout)
 * and exit code 2, without a stack trace; anything else is a fault of Pipewright: it keeps its trace, and its exit code
 * is none that a script could take for a result.
 */
export async function run(json: boolean, work: () => number | void | Promise<number | void>): Promise<void> {
  try {
    process.exitCode = (await work()) ?? EXIT.ok;
  } catch (error) {
    const problem = problemOf(error);
    if (!problem) {
      process.stderr.write(
        `a fault of Pipewright, please report it: ${(error as Error).stack ?? String(error)}\n`,
      );
      process.exitCode = EXIT.fault;
      return;
    }
    if (json) printJson({ error: problem });
    process.stderr.write(`${describeProblem(problem).replace(/^error/, pc.red('error'))}\n`);
    process.exitCode = EXIT.badInput;
  }
}

function problemOf(error: unknown): InputProblem | undefined {
  if (error instanceof InputError) return error.problem;
  if (error instanceof FormatError) return { code: error.code, what: error.message };
  return undefined;
}

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** One line of JSON; raw integers become numbers where these are exact, decimal text beyond. */
export function printJson(value: unknown): void {
  print(toJson(value));
}

export function toJson(value: unknown, indent?: number): string {
  return JSON.stringify(
    value,
    (_key, entry: unknown) => {
      if (typeof entry !== 'bigint') return entry;
      return Number.isSafeInteger(Number(entry)) ? Number(entry) : entry.toString();
    },
    indent,
  );
}

/** Writes a file under a temporary name and renames it, so that nobody ever sees half of it. @throws InputError `CLI001` */
export function writeAtomically(file: string, content: string | Uint8Array): void {
  writeAllAtomically([[file, content]]);
}

/**
 * Writes all files or none: under temporary names first, renamed once all are complete. What is no regular file, such
 * as /dev/null, is written to and not replaced.
 * @throws InputError `CLI001`
 */
export function writeAllAtomically(
  files: readonly (readonly [file: string, content: string | Uint8Array])[],
): void {
  const temporary = (file: string) => `${file}.${process.pid}.tmp`;
  const renamed: string[] = [];
  const attempt = (file: string, action: () => void) => {
    try {
      action();
    } catch (error) {
      for (const [each] of files) rmSync(temporary(each), { force: true });
      const reason = (error as NodeJS.ErrnoException).code ?? 'unknown reason';
      const what = reason === 'EISDIR' ? 'is a folder' : `cannot be written (${reason})`;
      const mend = reason === 'ENOENT' ? 'make the folder first' : 'check the place and the free space';
      throw new InputError({ code: 'CLI001', file, what, mend });
    }
  };
  for (const [file, content] of files) {
    attempt(file, () => {
      const there = statSync(file, { throwIfNoEntry: false });
      if (there && !there.isFile()) return writeFileSync(file, content);
      writeFileSync(temporary(file), content);
      renamed.push(file);
    });
  }
  for (const file of renamed) attempt(file, () => renameSync(temporary(file), file));
}

/** A number option's value. @throws InputError `CLI002` */
export function positiveNumber(option: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isFinite(value) && value > 0) return value;
    throw new InputError({ code: 'CLI002', field: option, what: `'${text}' is no positive number` });
  };
}

/** A share of all, short of all of them. @throws InputError `CLI002` */
export function percentage(option: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && value >= 0 && value < 100) return value;
    throw new InputError({
      code: 'CLI002',
      field: option,
      what: `'${text}' is no percentage from 0 to below 100`,
    });
  };
}
