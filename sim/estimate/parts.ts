/**
 * Capacities of common parts. Block RAMs count 18 Kb each.
 *
 * Source: AMD product tables: UltraScale+ FPGAs (DS890), Zynq UltraScale+ (DS891), 7 series (DS180), Zynq-7000 (DS190), Alveo
 * U200/U250 (DS962), U280 (DS963), U50 (DS965), U55C (DS978), Kria K26 (DS987).
 */
export interface PartCapacity {
  readonly lut: number;
  readonly ff: number;
  readonly dsp: number;
  readonly bram18k: number;
  /** Dies: logic that spans them crosses slow wires. */
  readonly dies: number;
}

const PARTS: Readonly<Record<string, PartCapacity>> = {
  xcu200: { lut: 1_182_240, ff: 2_364_480, dsp: 6_840, bram18k: 4_320, dies: 3 },
  xcu250: { lut: 1_728_000, ff: 3_456_000, dsp: 12_288, bram18k: 5_376, dies: 4 },
  xcu280: { lut: 1_303_680, ff: 2_607_360, dsp: 9_024, bram18k: 4_032, dies: 3 },
  xcu50: { lut: 871_680, ff: 1_743_360, dsp: 5_952, bram18k: 2_688, dies: 2 },
  xcu55c: { lut: 1_303_680, ff: 2_607_360, dsp: 9_024, bram18k: 4_032, dies: 3 },
  xcvu3p: { lut: 394_080, ff: 788_160, dsp: 2_280, bram18k: 1_440, dies: 1 },
  xcvu9p: { lut: 1_182_240, ff: 2_364_480, dsp: 6_840, bram18k: 4_320, dies: 3 },
  xcvu13p: { lut: 1_728_000, ff: 3_456_000, dsp: 12_288, bram18k: 5_376, dies: 4 },
  xcku115: { lut: 663_360, ff: 1_326_720, dsp: 5_520, bram18k: 4_320, dies: 2 },
  xc7vx690t: { lut: 433_200, ff: 866_400, dsp: 3_600, bram18k: 2_940, dies: 1 },
  xczu7ev: { lut: 230_400, ff: 460_800, dsp: 1_728, bram18k: 624, dies: 1 },
  xczu9eg: { lut: 274_080, ff: 548_160, dsp: 2_520, bram18k: 1_824, dies: 1 },
  xck26: { lut: 117_120, ff: 234_240, dsp: 1_248, bram18k: 288, dies: 1 },
  xc7z045: { lut: 218_600, ff: 437_200, dsp: 900, bram18k: 1_090, dies: 1 },
  xc7z020: { lut: 53_200, ff: 106_400, dsp: 220, bram18k: 280, dies: 1 },
  xc7z007s: { lut: 14_400, ff: 28_800, dsp: 66, bram18k: 100, dies: 1 },
};

/** Capacity of the part that `part` (with package, speed grade and temperature) names; undefined if it is not in the table. */
export function capacityOf(part: string): PartCapacity | undefined {
  const name = part.toLowerCase();
  const device = Object.keys(PARTS)
    .filter((known) => name.startsWith(known) && !/\d/.test(name.charAt(known.length)))
    .sort((a, b) => b.length - a.length)[0];
  return device === undefined ? undefined : PARTS[device];
}

export const PART_NAMES: readonly string[] = Object.keys(PARTS);
