/** Builds a Verilog design with Verilator, once for each content. */
import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { verilatorMain } from '../../../rtl-templates/verilog/verilator-main.ts';
import type { OracleContext } from '../oracle.ts';
import { needGoodEnd } from '../process/describe-end.ts';
import { runTool, type ToolCall } from '../process/run-tool.ts';
import { type RtlDesign, verilogFiles } from '../rtl/rtl-run.ts';

/** C++ functions are cut at this size, so that g++ stays quick and small. */
const SPLIT = '20000';

/** Version of Verilator, or undefined where it is missing. */
export async function verilatorVersion(): Promise<string | undefined> {
  const result = await execa('verilator', ['--version'], { reject: false });
  return result.failed ? undefined : result.stdout.trim();
}

/** @returns the path of the built program. @throws OracleFailure */
export async function buildVerilator(design: RtlDesign, context: OracleContext): Promise<string> {
  const { name } = design.top;
  const verilog = verilogFiles(design);
  const flags = [
    '--cc',
    '--exe',
    '-Wall',
    '--top-module',
    name,
    '-O3',
    '--x-assign',
    'fast',
    '--Mdir',
    'obj',
  ];
  const verilate = [...flags, '--output-split', SPLIT, '-CFLAGS', '-O0', 'main.cpp', ...verilog.keys()];
  const make = ['-C', 'obj', '-f', `V${name}.mk`, 'OPT_FAST=-O0', 'OPT_SLOW=-O0', `V${name}`];
  const sources = new Map([...verilog, ['main.cpp', verilatorMain(design.top)]]);
  const recipe = { version: await verilatorVersion(), verilate, make };
  const folder = await context.cache.get(sources, recipe, async (cwd) => {
    const step = async (command: string, args: readonly string[]) => {
      const call: ToolCall = {
        command,
        args,
        cwd,
        logFile: join(context.logFolder, `verilator-${name}-${command}.log`),
        timeoutMs: context.buildTimeoutMs,
        signal: context.signal,
      };
      needGoodEnd(await runTool(call), call, { oracle: 'verilator', phase: 'build' });
    };
    await step('verilator', verilate);
    await step('make', make);
    renameSync(join(cwd, 'obj', `V${name}`), join(cwd, 'simulate'));
    rmSync(join(cwd, 'obj'), { recursive: true, force: true });
  });
  return join(folder, 'simulate');
}
