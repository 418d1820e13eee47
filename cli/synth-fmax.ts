/** `pipewright synth --fmax`: the clock that blocks reach on ECP5, placed and routed. */
import { FMAX_SCHEMA, type FmaxReport } from '../schemas/hardware-reports.ts';
import { identifier } from '../sim/pipeline/circuit/index.ts';
import type { NetworkDesign } from '../rtl-templates/verilog/index.ts';
import { estimateHardware } from '../sim/estimate/hardware/estimate-hardware.ts';
import { InputError } from '../sim/model/index.ts';
import type { Network } from '../sim/pipeline/network/index.ts';
import { measureFmax } from '../verify/oracles/yosys/ecp5/measure-fmax.ts';
import { findNextpnr, NEXTPNR_DEVICE, NEXTPNR_HELP } from '../verify/oracles/yosys/ecp5/nextpnr.ts';
import { YOSYS_HELP, yosysVersion } from '../verify/oracles/yosys/run-yosys.ts';
import { EXIT, positiveNumber, print, printJson } from './command.ts';
import { status } from './progress-line.ts';

export interface FmaxCommandOptions {
  readonly mapping: string;
  readonly cache: string;
  readonly block?: readonly string[];
  readonly cells: string;
  readonly count: string;
  readonly seeds: string;
  readonly json?: true;
}

/** @throws InputError `CLI002` for a wrong number, `CLI023` for a block that is not there */
export async function synthFmax(
  network: Network,
  design: NetworkDesign,
  options: FmaxCommandOptions,
): Promise<number> {
  const sizes = estimatedCells(network, design);
  const limit = positiveNumber('--cells')(options.cells);
  const chosen = options.block?.map((name) => blockNamed(name, design)) ?? [
    ...[...sizes]
      .filter(([, cells]) => cells <= limit)
      .sort(([, one], [, other]) => other - one)
      .slice(0, positiveNumber('--count')(options.count))
      .map(([block]) => block),
  ];
  const seeds = Array.from({ length: positiveNumber('--seeds')(options.seeds) }, (_, index) => index + 1);
  const [yosys, nextpnr] = [await yosysVersion(), await findNextpnr()];
  if (yosys === undefined || !nextpnr) {
    const [tool, mend] = yosys === undefined ? ['yosys', YOSYS_HELP] : ['nextpnr-ecp5', NEXTPNR_HELP];
    process.stderr.write(`error CLI022: not run: ${tool} not found\n  mend: ${mend}\n`);
    return EXIT.toolMissing;
  }
  if (!options.json) {
    print(`${NEXTPNR_DEVICE}, ${yosys.split(' (')[0]}, ${nextpnr.version}`);
    print(
      `${'block'.padEnd(44)} seed      MHz       ns   levels    logic  routing     LUT4       FF      DSP     BRAM`,
    );
  }
  let done = 0;
  const progress = () => status(`${done} of ${chosen.length * seeds.length} runs`);
  progress();
  const blocks = await measureFmax(
    design,
    chosen,
    { nextpnr, cache: options.cache, seeds },
    ({ block, seed, fmaxMhz, levels, logicNs, routingNs, lut4, ff, dsp, bram }) => {
      status('');
      const ns = (value: number) => value.toFixed(2);
      const figures = [
        fmaxMhz.toFixed(1),
        ns(1000 / fmaxMhz),
        levels,
        ns(logicNs),
        ns(routingNs),
        lut4,
        ff,
        dsp,
        bram,
      ];
      if (!options.json)
        print(
          `${block.padEnd(44)} ${String(seed).padStart(4)} ${figures.map((each) => String(each).padStart(8)).join(' ')}`,
        );
      done += 1;
      progress();
    },
  );
  status('');
  const leftOut = [...sizes]
    .filter(([block]) => !chosen.includes(block))
    .map(([block, estimatedCells]) => ({ block, estimatedCells }));
  const report: FmaxReport = {
    schema: FMAX_SCHEMA,
    mapping: options.mapping,
    device: NEXTPNR_DEVICE,
    tools: { yosys, nextpnr: nextpnr.version },
    blocks,
    leftOut,
  };
  if (options.json) printJson(report);
  else
    for (const { block, estimatedCells: cells } of leftOut)
      print(`not measured: ${block}, about ${cells} logic cells`);
  return EXIT.ok;
}

/** Logic cells of each block of layers, estimated for UltraScale+; blocks of handshakes and memories are not priced. */
function estimatedCells({ name, units }: Network, { blocks }: NetworkDesign): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const unit of units) {
    if (unit.kind !== 'region') continue;
    const region = units.length === 1 ? [name] : [name, unit.name];
    for (const { stage, logicCells } of estimateHardware(unit.schedule).stages) {
      const block = [...region, stage].map(identifier).join('_');
      if (blocks.includes(block)) sizes.set(block, logicCells);
    }
  }
  return sizes;
}

/** By its whole name, or without the design's. */
function blockNamed(name: string, { top, blocks }: NetworkDesign): string {
  const block = blocks.find((each) => each === name || each === `${top.name}_${name}`);
  if (block !== undefined) return block;
  throw new InputError({
    code: 'CLI023',
    field: '--block',
    what: `the design has no block '${name}'`,
    mend: `use one of ${blocks.join(', ')}`,
  });
}
