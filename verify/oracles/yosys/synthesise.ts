/**
 * Synthesis of a design with Yosys for UltraScale+: cells, packed logic cells, and look-up tables in a row between
 * registers.
 *
 * Modules are mapped one by one, hierarchy kept, exactly as `synth_xilinx` does it for a whole block; each distinct
 * module is kept by the hash of its text with names removed, so that lanes are mapped once for all designs and an
 * interrupted run goes on where it was.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { VerilogDesign } from '../../../rtl-templates/verilog/index.ts';
import { addCounts, type Cost, costOf } from './cell-counts.ts';
import { logicLevels } from './logic-levels.ts';
import { type JsonModule, type MappedModule, mappedModule } from './mapped-module.ts';
import { modulePorts } from './module-ports.ts';
import { runYosys, yosysVersion } from './run-yosys.ts';
import { canonicalModules, type CanonicalModule } from './verilog-modules.ts';

export type { Cost } from './cell-counts.ts';
export { yosysVersion } from './run-yosys.ts';

export interface BlockCost extends Cost {
  readonly block: string;
  /** Most look-up tables in a row on a path that ends in the block or behind it, what comes before it included. */
  readonly maxLevels: number;
}

export interface SynthesisOptions {
  readonly cache: string;
  /** Longest time of one run of Yosys. */
  readonly seconds?: number;
}

/** The cost of every block; `onBlock` hears of each once it is mapped. @throws ExecaError if Yosys fails */
export async function synthesise(
  design: VerilogDesign,
  options: SynthesisOptions,
  onBlock: (cost: BlockCost) => void = () => undefined,
): Promise<BlockCost[]> {
  if (design.blocks.length === 0) return [];
  const texts = [...design.files].filter(([file]) => file.endsWith('.v')).map(([, text]) => text);
  const modules = canonicalModules(texts);
  const blocks = design.blocks.map(modules);
  const mapped = await synthesiseModules(blocks, options);
  const find = (name: string) => mapped.get(name)!;
  const top = modules(design.top.name);
  for (const [name, module] of await wiring(top, new Set(mapped.keys()), options)) mapped.set(name, module);
  const levels = logicLevels(top.name, find);
  return design.blocks.map((block, index) => {
    const { name } = blocks[index];
    const cost = { block, ...costOf(cellCounts(name, find)), maxLevels: levels.inside(name) };
    onBlock(cost);
    return cost;
  });
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

/** All cells below a module. */
export function cellCounts(
  name: string,
  find: (name: string) => MappedModule,
): Readonly<Record<string, number>> {
  const { cells, instances } = find(name);
  const counts: Record<string, number> = { ...cells };
  const times = new Map<string, number>();
  for (const { module } of instances) times.set(module, (times.get(module) ?? 0) + 1);
  for (const [module, count] of times) addCounts(counts, cellCounts(module, find), count);
  return counts;
}

/** Modules and all below them, mapped: what the cache lacks in one run of Yosys for each kind of product. */
export async function synthesiseModules(
  modules: readonly CanonicalModule[],
  { cache, seconds = 3600 }: SynthesisOptions,
): Promise<Map<string, MappedModule>> {
  const folder = await cacheFolder(cache);
  const keptAs = ({ key }: CanonicalModule) => join(folder, `${key}.json.gz`);
  const all = withChildren(...modules);
  mkdirSync(folder, { recursive: true });
  for (const blocks of [true, false]) {
    const missing = all.filter((one) => !existsSync(keptAs(one)) && usesMultiplierBlocks(one) === blocks);
    if (missing.length > 0) await mapModules(missing, folder, keptAs, seconds);
  }
  return new Map(
    all.map((one) => [
      one.name,
      JSON.parse(gunzipSync(readFileSync(keptAs(one))).toString('utf8')) as MappedModule,
    ]),
  );
}

/** Names of a design's blocks of which the cache lacks nothing. */
export async function blocksInCache(design: VerilogDesign, cache: string): Promise<string[]> {
  const texts = [...design.files].filter(([file]) => file.endsWith('.v')).map(([, text]) => text);
  const modules = canonicalModules(texts);
  const folder = await cacheFolder(cache);
  const isKept = ({ key, children }: CanonicalModule): boolean =>
    existsSync(join(folder, `${key}.json.gz`)) && children.every(isKept);
  return design.blocks.filter((block) => isKept(modules(block)));
}

/** The modules above the blocks: wires and registers, which are read and not mapped. Of modules beside them, the ports. */
async function wiring(
  top: CanonicalModule,
  blocks: ReadonlySet<string>,
  { cache, seconds = 3600 }: SynthesisOptions,
): Promise<Map<string, MappedModule>> {
  const isAbove = (module: CanonicalModule): boolean =>
    !blocks.has(module.name) && module.children.some((child) => blocks.has(child.name) || isAbove(child));
  const above = withChildren(top).filter(isAbove);
  const modules = new Map(above.flatMap((each) => [each, ...each.children]).map((each) => [each.name, each]));
  const texts = [...modules.values()].map((each) => (isAbove(each) ? each.text : each.stub));
  const folder = await cacheFolder(cache);
  const key = createHash('sha256').update(texts.sort().join('\n')).digest('hex').slice(0, 20);
  const kept = join(folder, `wiring-${key}.json.gz`);
  if (!existsSync(kept)) {
    const work = mkdtempSync(join(folder, 'run-'));
    try {
      writeFileSync(join(work, 'top.v'), texts.join('\n\n'));
      const commands = ['read_verilog top.v', `hierarchy -top ${top.name}`, 'proc', 'opt_dff'];
      await runYosys([...commands, 'write_json net.json'], resolve(work), seconds);
      const net = readNetlist(join(work, 'net.json'));
      const names = new Set(modules.keys());
      const read = [...names]
        .filter((name) => !blocks.has(name))
        .map((name) => [name, mappedModule(net[name], names)]);
      writeFileSync(join(work, 'kept'), gzipSync(JSON.stringify(read)));
      renameSync(join(work, 'kept'), kept);
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  }
  return new Map(JSON.parse(gunzipSync(readFileSync(kept)).toString('utf8')) as [string, MappedModule][]);
}

function readNetlist(file: string): Readonly<Record<string, JsonModule>> {
  return (JSON.parse(readFileSync(file, 'utf8')) as { modules: Record<string, JsonModule> }).modules;
}

/** One folder for each version of the tool and script. */
async function cacheFolder(cache: string): Promise<string> {
  const how = createHash('sha256').update(`${await yosysVersion()};${script('top', false).join(';')}`);
  return join(cache, how.digest('hex').slice(0, 12));
}

function script(top: string, multiplierBlocks: boolean): string[] {
  const nodsp = multiplierBlocks ? '' : '-nodsp ';
  return [
    `hierarchy -top ${top}`,
    `synth_xilinx -family xcup -nowidelut -noiopad -noclkbuf ${nodsp}-top ${top}`,
  ];
}

/** What the text asks of a vendor's tool, Yosys is told by an option. */
export function usesMultiplierBlocks({ text }: CanonicalModule): boolean {
  return text.includes('use_dsp = "yes"');
}

/** Maps modules under a top that has an instance of each, wired to its own ports. */
async function mapModules(
  missing: readonly CanonicalModule[],
  folder: string,
  keptAs: (module: CanonicalModule) => string,
  seconds: number,
): Promise<void> {
  const own = new Set(missing.map(({ name }) => name));
  const children = new Map(missing.flatMap((one) => one.children.map((child) => [child.name, child])));
  const stubs = [...children.values()].filter(({ name }) => !own.has(name));
  const texts = [...stubs.map(({ stub }) => stub), ...missing.map(({ text }) => text), topOf(missing)];
  const work = mkdtempSync(join(folder, 'run-'));
  try {
    writeFileSync(join(work, 'block.v'), texts.join('\n\n'));
    const commands = [...script('top', usesMultiplierBlocks(missing[0])), 'write_json net.json'];
    await runYosys(['read_verilog block.v', ...commands], resolve(work), seconds);
    const names = new Set([...missing, ...stubs].map(({ name }) => name));
    const modules: Readonly<Record<string, JsonModule | undefined>> = readNetlist(join(work, 'net.json'));
    for (const one of missing) {
      const module = modules[one.name] ?? withoutOutputs(one);
      writeFileSync(join(work, 'kept'), gzipSync(JSON.stringify(mappedModule(module, names))));
      renameSync(join(work, 'kept'), keptAs(one));
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Modules and everything below them, each once, children first. */
export function withChildren(...modules: readonly CanonicalModule[]): CanonicalModule[] {
  const seen = new Map<string, CanonicalModule>();
  for (const module of modules) below(module, seen);
  return [...seen.values()];
}

function below(module: CanonicalModule, into: Map<string, CanonicalModule>): void {
  if (into.has(module.name)) return;
  for (const child of module.children) below(child, into);
  into.set(module.name, module);
}

/** Synthesis drops what drives nothing. @throws Error if the module does drive something */
function withoutOutputs({ name, stub }: CanonicalModule): JsonModule {
  if (/\boutput\b/.test(stub)) throw new Error(`Yosys lost the module ${name}`);
  return { ports: {}, cells: {} };
}

function topOf(modules: readonly CanonicalModule[]): string {
  const ports: string[] = [];
  const instances = modules.map((module, index) => {
    const connections = modulePorts(module).map(({ name, direction, range }) => {
      ports.push(`${direction} wire ${range} p${index}_${name}`);
      return `.${name}(p${index}_${name})`;
    });
    return `  ${module.name} i${index} (${connections.join(', ')});`;
  });
  return ['module top (', ports.map((port) => `  ${port}`).join(',\n'), ');', ...instances, 'endmodule'].join(
    '\n',
  );
}
