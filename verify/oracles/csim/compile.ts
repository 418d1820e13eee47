/** Compiles an emitted project with g++, once for each content. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProjectFiles } from '../../../rtl-templates/hls/index.ts';
import type { OracleContext } from '../oracle.ts';
import { needGoodEnd } from '../process/describe-end.ts';
import { runTool } from '../process/run-tool.ts';

export interface CompilePlan {
  readonly oracle: string;
  readonly files: ProjectFiles;
  readonly headerFolder: string;
  /** Flags that the target's headers want besides the common ones. */
  readonly flags: readonly string[];
  readonly compilerVersion: string;
  /** Compiled with every stage's tensors written to a trace. */
  readonly trace: boolean;
}

/** NDEBUG: ap_fixed asserts against assignments that it computes rightly, where rounding drops more bits than there are. */
const FLAGS = ['-std=c++14', '-O1', '-w', '-DNDEBUG'];
const COMPILER_MEMORY_MB = 4096;

/** Folder that holds the sources, `testbench` and `build.log`. @throws OracleFailure */
export async function compile(plan: CompilePlan, context: OracleContext): Promise<string> {
  const sources = [...plan.files.keys()].filter(
    (path) => path.endsWith('.cpp') && !path.endsWith('.sycl.cpp'),
  );
  // Vectors are given when the program runs; they are no part of it.
  const files = new Map([...plan.files].filter(([path]) => /\.(h|cpp)$/.test(path)));
  const flags = [...FLAGS, ...plan.flags, ...(plan.trace ? ['-DTRACE_TENSORS'] : [])];
  const recipe = { flags, compiler: plan.compilerVersion, headers: headersHash(plan.headerFolder) };
  return context.cache.get(files, recipe, async (folder) => {
    const call = {
      command: 'g++',
      args: [...flags, '-I', plan.headerFolder, '-I', 'src', '-I', 'tb', ...sources, '-o', 'testbench'],
      cwd: folder,
      logFile: join(context.logFolder, `${plan.oracle}-build-${folder.split('/').at(-1)!.slice(0, 12)}.log`),
      timeoutMs: context.buildTimeoutMs,
      signal: context.signal,
      memoryMb: COMPILER_MEMORY_MB,
    };
    needGoodEnd(await runTool(call), call, { oracle: plan.oracle, phase: 'build' });
  });
}

const hashes = new Map<string, string>();

function headersHash(folder: string): string {
  const known = hashes.get(folder);
  if (known !== undefined) return known;
  const hash = createHash('sha256');
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.(h|hpp)$/.test(name),
  );
  for (const name of names.sort()) hash.update(`\0${name}\0`).update(readFileSync(join(folder, name)));
  const digest = hash.digest('hex');
  hashes.set(folder, digest);
  return digest;
}
