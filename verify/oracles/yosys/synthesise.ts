/**
 * Synthesis of a design's blocks with Yosys for UltraScale+: cells, packed logic cells, and look-up tables in a row
 * between registers. Blocks are synthesised one by one and kept by the hash of their text.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import type { VerilogDesign } from '../../../rtl-templates/verilog/index.ts';
import { logicLevels, type Netlist } from './logic-levels.ts';

export interface BlockCost {
  readonly block: string;
  /** Packed estimate of Yosys, nearer to a vendor's look-up tables than the count of LUT cells. */
  readonly logicCells: number;
  readonly lut: number;
  readonly ff: number;
  readonly dsp: number;
  readonly bram18k: number;
  readonly maxLevels: number;
}

export interface SynthesisOptions {
  readonly cache: string;
  /** Whether products may use multiplier blocks. */
  readonly multipliers: boolean;
  readonly blockSeconds?: number;
}

export async function yosysVersion(): Promise<string | undefined> {
  const result = await execa('yosys', ['-V'], { reject: false });
  return result.failed ? undefined : result.stdout.trim();
}

/** The cost of every block; `onBlock` hears of each as it is done. @throws ExecaError if Yosys fails */
export async function synthesise(
  design: VerilogDesign,
  options: SynthesisOptions,
  onBlock: (cost: BlockCost) => void = () => undefined,
): Promise<BlockCost[]> {
  const costs: BlockCost[] = [];
  for (const block of design.blocks) {
    const cost = await synthesiseBlock(block, design.files.get(`${block}.v`)!, options);
    costs.push(cost);
    onBlock(cost);
  }
  return costs;
}

/** The sum of the blocks, with the frame registers of the top counted; levels are the most of any block. */
export function totalCost(design: VerilogDesign, blocks: readonly BlockCost[]): Omit<BlockCost, 'block'> {
  const sum = (figure: (cost: BlockCost) => number) =>
    blocks.reduce((total, cost) => total + figure(cost), 0);
  return {
    logicCells: sum(({ logicCells }) => logicCells),
    lut: sum(({ lut }) => lut),
    ff: sum(({ ff }) => ff) + design.frameBits,
    dsp: sum(({ dsp }) => dsp),
    bram18k: sum(({ bram18k }) => bram18k),
    maxLevels: Math.max(...blocks.map(({ maxLevels }) => maxLevels)),
  };
}

async function synthesiseBlock(
  block: string,
  text: string,
  { cache, multipliers, blockSeconds = 3600 }: SynthesisOptions,
): Promise<BlockCost> {
  const script = (file: string, net: string, report: string) =>
    [
      `read_verilog ${file}`,
      `hierarchy -top ${block}`,
      `synth_xilinx -family xcup -nowidelut -noiopad -noclkbuf ${multipliers ? '' : '-nodsp '}-top ${block}`,
      `tee -q -o ${report} stat -tech xilinx`,
      'flatten',
      'clean',
      `write_json ${net}`,
    ].join('; ');
  const anonymous = text.replaceAll(block, 'block');
  const version = (await yosysVersion()) ?? '';
  const key = createHash('sha256')
    .update(version)
    .update(script('f', 'n', 'r').replaceAll(block, 'block'))
    .update(anonymous);
  const kept = join(cache, `${key.digest('hex').slice(0, 20)}.json`);
  if (existsSync(kept)) return { ...(JSON.parse(readFileSync(kept, 'utf8')) as BlockCost), block };

  mkdirSync(cache, { recursive: true });
  const work = mkdtempSync(join(cache, 'block-'));
  try {
    writeFileSync(join(work, 'block.v'), text);
    await execa('yosys', ['-q', '-p', script('block.v', 'net.json', 'stat.txt')], {
      cwd: work,
      timeout: blockSeconds * 1000,
    });
    const cost = { block, ...costOf(readFileSync(join(work, 'stat.txt'), 'utf8'), block), maxLevels: 0 };
    const netlist = JSON.parse(readFileSync(join(work, 'net.json'), 'utf8')) as Netlist;
    const result: BlockCost = { ...cost, maxLevels: logicLevels(netlist, block) };
    writeFileSync(`${kept}.part`, JSON.stringify(result));
    renameSync(`${kept}.part`, kept);
    return result;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** The counts of the last section of `stat`: the whole hierarchy, or the block itself if it has none. */
function costOf(report: string, block: string) {
  const section = report.slice(Math.max(report.lastIndexOf('=== design hierarchy'), 0));
  const count = (pattern: RegExp) =>
    [...section.matchAll(pattern)].reduce((sum, match) => sum + Number(match[1]), 0);
  const cells = /Estimated number of LCs:\s+(\d+)/.exec(section);
  if (!cells) throw new Error(`Yosys reports no logic cells for ${block}`);
  return {
    logicCells: Number(cells[1]),
    lut: count(/^\s+(?:LUT[1-6]|INV)\s+(\d+)$/gm),
    ff: count(/^\s+FD[A-Z]+\s+(\d+)$/gm) + count(/^\s+SRL[A-Z0-9]+\s+(\d+)$/gm),
    dsp: count(/^\s+DSP48E2\s+(\d+)$/gm),
    bram18k: count(/^\s+RAMB18E2\s+(\d+)$/gm) + 2 * count(/^\s+RAMB36E2\s+(\d+)$/gm),
  };
}
