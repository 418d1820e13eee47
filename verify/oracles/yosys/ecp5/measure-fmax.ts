/**
 * The clock that blocks reach on a Lattice ECP5, placed and routed by open tools: Yosys `synth_ecp5`, then nextpnr.
 *
 * Each block stands alone between registers. Results are kept by the hash of the block's text, the tools and the seed,
 * so that an interrupted run goes on where it was.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { VerilogDesign } from '../../../../rtl-templates/verilog/index.ts';
import { runYosys, yosysVersion } from '../run-yosys.ts';
import { withChildren, usesMultiplierBlocks } from '../synthesise.ts';
import { canonicalModules, type CanonicalModule } from '../verilog-modules.ts';
import { type Nextpnr, NEXTPNR_OPTIONS, placeAndRoute } from './nextpnr.ts';
import { registeredEnds } from './registered-ends.ts';
import { readTimingReport, type RoutedTiming } from './timing-report.ts';

export interface BlockFmax extends RoutedTiming {
  readonly block: string;
  readonly seed: number;
}

export interface FmaxOptions {
  readonly nextpnr: Nextpnr;
  readonly cache: string;
  /** A run of nextpnr for each. */
  readonly seeds: readonly number[];
  /** Longest time of one run of a tool. */
  readonly seconds?: number;
}

/** Of each block once for each seed; `onBlock` hears of each as it is done. @throws ExecaError if a tool fails */
export async function measureFmax(
  design: Pick<VerilogDesign, 'files'>,
  blocks: readonly string[],
  options: FmaxOptions,
  onBlock: (timing: BlockFmax) => void = () => undefined,
): Promise<BlockFmax[]> {
  const texts = [...design.files].filter(([file]) => file.endsWith('.v')).map(([, text]) => text);
  const modules = canonicalModules(texts);
  const measured: BlockFmax[] = [];
  for (const block of blocks) {
    await measureModule(modules(block), options, (seed, timing) => {
      measured.push({ block, seed, ...timing });
      onBlock(measured.at(-1)!);
    });
  }
  return measured;
}

async function measureModule(
  block: CanonicalModule,
  { nextpnr, cache, seeds, seconds = 3600 }: FmaxOptions,
  done: (seed: number, timing: RoutedTiming) => void,
): Promise<void> {
  const wrapped = registeredEnds(block);
  const commands = script(withChildren(block).some(usesMultiplierBlocks));
  const tools = [await yosysVersion(), nextpnr.version, ...NEXTPNR_OPTIONS, ...commands];
  const how = createHash('sha256').update(tools.join('\n')).digest('hex').slice(0, 12);
  const folder = resolve(cache, `ecp5-${how}`);
  const key = createHash('sha256').update(`${block.key}\n${wrapped}`).digest('hex').slice(0, 20);
  const keptAs = (seed: number) => join(folder, `${key}-${seed}.json`);
  mkdirSync(folder, { recursive: true });
  let work: string | undefined;
  try {
    for (const seed of seeds) {
      if (!existsSync(keptAs(seed))) {
        if (work === undefined) {
          work = mkdtempSync(join(folder, 'run-'));
          const texts = [...withChildren(block).map(({ text }) => text), wrapped];
          writeFileSync(join(work, 'block.v'), texts.join('\n\n'));
          await runYosys(commands, work, seconds);
        }
        await placeAndRoute(nextpnr, { netlist: 'net.json', report: 'report.json', seed }, work, seconds);
        const timing = readTimingReport(readFileSync(join(work, 'report.json'), 'utf8'));
        writeFileSync(join(work, 'kept'), JSON.stringify(timing));
        renameSync(join(work, 'kept'), keptAs(seed));
      }
      done(seed, JSON.parse(readFileSync(keptAs(seed), 'utf8')) as RoutedTiming);
    }
  } finally {
    if (work !== undefined) rmSync(work, { recursive: true, force: true });
  }
}

function script(multiplierBlocks: boolean): string[] {
  const nodsp = multiplierBlocks ? '' : '-nodsp ';
  return ['read_verilog block.v', `synth_ecp5 ${nodsp}-top top -json net.json`];
}
