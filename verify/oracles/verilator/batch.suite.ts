/** Many small designs in one program: each is verilated by itself, all are compiled together, so that it takes seconds. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import type { HandshakeNoise } from '../../../sim/cycles/index.ts';
import { verilatorMain } from '../../../rtl-templates/verilog/verilator-main.ts';
import type { OracleContext } from '../oracle.ts';
import { writeFiles } from '../process/write-files.ts';
import { parseEvents, type RtlDesign, type RtlEvent, verilogFiles } from '../rtl/rtl-run.ts';
import { readFileSync, writeFileSync } from 'node:fs';
import { eventBytes } from './run.ts';
import { verilatorVersion } from './build.ts';

export interface VerilatorBatch {
  /** Runs events through design number `index`. */
  readonly run: (
    index: number,
    inputs: readonly bigint[],
    noise: HandshakeNoise,
    folder: string,
  ) => Promise<readonly RtlEvent[]>;
}

/** @param designs  with names that differ */
export async function verilatorBatch(
  designs: readonly RtlDesign[],
  { cache }: Pick<OracleContext, 'cache'>,
): Promise<VerilatorBatch> {
  const sources = new Map<string, string>();
  designs.forEach((design, index) => {
    for (const [file, text] of verilogFiles(design)) sources.set(`${index}/${file}`, text);
    sources.set(`${index}/main.cpp`, verilatorMain(design.top));
  });
  sources.set('all.cpp', program(designs));
  const recipe = { version: await verilatorVersion(), flags: 'batch 1' };
  const folder = await cache.get(sources, recipe, async (cwd) => {
    const models: string[] = [];
    for (const [index, design] of designs.entries()) {
      const { name } = design.top;
      const inner = join(cwd, String(index));
      const files = [...verilogFiles(design).keys()];
      await execa(
        'verilator',
        ['--cc', '-Wno-lint', '--top-module', name, '-O3', '--x-assign', 'fast', '--Mdir', '.', ...files],
        { cwd: inner },
      );
      const made = readFileSync(join(inner, `V${name}_classes.mk`), 'utf8');
      const classes = [...new Set(made.match(new RegExp(`\\bV${name}\\w*(?= *\\\\?$)`, 'gm')))];
      models.push(...classes.map((each) => `#include "${index}/${each}.cpp"`));
    }
    writeFiles(cwd, new Map([['models.cpp', `${models.join('\n')}\n`]]));
    const { stdout: root } = await execa('verilator', ['--getenv', 'VERILATOR_ROOT']);
    const include = join(root.trim(), 'include');
    const flags = [
      '-O0',
      '-std=gnu++17',
      '-DVERILATOR=1',
      '-DVM_COVERAGE=0',
      '-DVM_SC=0',
      '-DVM_TRACE=0',
      '-faligned-new',
    ];
    const folders = ['.', ...designs.map((_, index) => String(index)), include, join(include, 'vltstd')];
    const runtime = ['verilated.cpp', 'verilated_threads.cpp'].map((file) => join(include, file));
    await execa(
      'g++',
      [
        ...flags,
        ...folders.flatMap((each) => ['-I', each]),
        'all.cpp',
        'models.cpp',
        ...runtime,
        '-lpthread',
        '-o',
        'simulate',
      ],
      { cwd },
    );
  });
  return {
    run: async (index, inputs, noise, scratch) => {
      const { top } = designs[index];
      mkdirSync(scratch, { recursive: true });
      writeFileSync(join(scratch, 'events'), eventBytes(inputs, top.inputBits));
      const numbers = [noise.gap, noise.stall, noise.seed, 1_000_000].map(String);
      await execa(join(folder, 'simulate'), [String(index), 'events', 'results', ...numbers], {
        cwd: scratch,
      });
      return parseEvents(readFileSync(join(scratch, 'results'), 'utf8').trimEnd().split('\n'), top);
    },
  };
}

/** Each design's own driver in a namespace of its own; the first argument says which one runs. */
function program(designs: readonly RtlDesign[]): string {
  const headers = ['cstdint', 'cstdio', 'cstdlib', 'cstring', 'vector'].map(
    (header) => `#include <${header}>`,
  );
  return [
    ...headers,
    '#include "verilated.h"',
    ...designs.map(({ top }, index) => `#include "${index}/V${top.name}.h"`),
    '#define main drive',
    ...designs.map((_, index) => `namespace design${index} {\n#include "${index}/main.cpp"\n}`),
    '#undef main',
    'int main(int argc, char **argv) {',
    '  switch (std::atoi(argv[1])) {',
    ...designs.map((_, index) => `    case ${index}: return design${index}::drive(argc - 1, argv + 1);`),
    '  }',
    '  return 2;',
    '}',
    '',
  ].join('\n');
}
