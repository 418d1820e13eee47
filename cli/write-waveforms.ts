/** Writes a run as VCD, FST and SAIF. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CycleRecord, Signal } from '../sim/cycles/index.ts';
import { InputError } from '../sim/model/index.ts';
import { writeAllAtomically } from './command.ts';
import { type CycleDesign, titleOf } from './cycle-input.ts';
import type { SimulatedValues } from './simulate-values.ts';

export interface WaveformOptions {
  readonly vcd?: string;
  readonly fst?: string;
  readonly saif?: string;
  readonly from?: number;
  readonly to?: number;
  readonly elements: number;
}

/** @throws InputError `CLI031` for an empty window, `CLI034` if vcd2fst is missing or fails */
export async function writeWaveforms(
  design: CycleDesign,
  record: CycleRecord,
  values: SimulatedValues | undefined,
  options: WaveformOptions,
): Promise<void> {
  const { networkNets, regionSignals, saifOf, signalsOf, vcdOf } = await import('../sim/cycles/index.ts');
  const [from, to] = [options.from ?? 0, Math.min(options.to ?? Infinity, record.cycles - 1)];
  if (from > to) {
    const what = `cycles ${from} to ${options.to ?? to} of a run of ${record.cycles}`;
    throw new InputError({ code: 'CLI031', field: '--from', what, mend: 'name a window inside the run' });
  }
  const inner =
    design.kind === 'hardware' && values !== undefined
      ? regionSignals(design.network, record, values.network)
      : [];
  const withData = values === undefined ? {} : { values: values.channels };
  const files: [string, string][] = [];
  if (options.vcd !== undefined || options.fst !== undefined) {
    const signals = [
      ...signalsOf(record, { ...withData, elements: options.elements }),
      ...inner.filter((signal) => elementOf(signal) < options.elements),
    ];
    const vcd = vcdOf(signals, { clockNs: design.clockNs, from, to, comment: titleOf(design) });
    if (options.fst !== undefined) await convert(vcd, options.fst);
    if (options.vcd !== undefined) files.push([options.vcd, vcd]);
  }
  if (options.saif !== undefined && design.kind === 'hardware' && values !== undefined) {
    const { identifier } = await import('../sim/pipeline/circuit/index.ts');
    const top = identifier(design.network.name);
    files.push([
      options.saif,
      saifOf(networkNets(design.network, record, values.network), {
        design: top,
        clockNs: design.clockNs,
        cycles: record.cycles,
        clock: [top, 'clk'],
      }),
    ]);
  }
  writeAllAtomically(files);
}

function elementOf({ path }: Signal): number {
  return Number(/\[(\d+)\]$/.exec(path.at(-1)!)?.[1] ?? 0);
}

async function convert(vcd: string, fst: string): Promise<void> {
  const { execa } = await import('execa');
  const folder = mkdtempSync(join(tmpdir(), 'pipewright-'));
  try {
    const [from, to] = [join(folder, 'run.vcd'), join(folder, 'run.fst')];
    writeFileSync(from, vcd);
    const { exitCode, stderr, code } = await execa('vcd2fst', [from, to], { reject: false });
    if (code === 'ENOENT') {
      throw new InputError({
        code: 'CLI034',
        field: '--fst',
        what: 'not run: vcd2fst not found',
        mend: 'install GTKWave, or use --vcd',
      });
    }
    if (exitCode !== 0) {
      throw new InputError({
        code: 'CLI034',
        field: '--fst',
        what: `vcd2fst failed: ${stderr.split('\n')[0]}`,
      });
    }
    const { readFileSync } = await import('node:fs');
    writeAllAtomically([[fst, readFileSync(to)]]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
