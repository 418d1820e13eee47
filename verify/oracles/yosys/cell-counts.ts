/** Figures from counts of mapped cells. */
export interface Cost {
  /** Packed estimate of Yosys and shift registers: nearer to a vendor's look-up tables than the count of LUT cells. */
  readonly logicCells: number;
  /** Look-up tables, those used as inverters and shift registers included. */
  readonly lut: number;
  readonly ff: number;
  readonly dsp: number;
  readonly bram18k: number;
}

export type CellCounts = Readonly<Record<string, number>>;

export function addCounts(into: Record<string, number>, counts: CellCounts, times = 1): void {
  for (const [type, count] of Object.entries(counts)) into[type] = (into[type] ?? 0) + times * count;
}

export function costOf(counts: CellCounts): Cost {
  const sum = (pattern: RegExp) =>
    Object.entries(counts).reduce((total, [type, count]) => total + (pattern.test(type) ? count : 0), 0);
  return {
    logicCells: logicCells(counts) + sum(/^SRL/),
    lut: sum(/^(LUT[1-6]|INV|SRL.*)$/),
    ff: sum(/^FD/),
    dsp: sum(/^DSP48/),
    bram18k: sum(/^RAMB18/) + 2 * sum(/^RAMB36/),
  };
}

/**
 * The packed estimate of `stat -tech xilinx`: every table of three inputs or more is a cell; one of one or two inputs
 * finds room beside a larger one, or two of them share a cell. Source: Yosys 0.23, passes/cmds/stat.cc.
 */
function logicCells(counts: CellCounts): number {
  const [one, two, three, four, five, six] = [1, 2, 3, 4, 5, 6].map((inputs) => counts[`LUT${inputs}`] ?? 0);
  let [ones, twos] = [one, two];
  const room = { five, four, three };
  const beside = (size: keyof typeof room, wanted: number): number => {
    const placed = Math.min(room[size], wanted);
    room[size] -= placed;
    return wanted - placed;
  };
  ones = beside('five', ones);
  ones = beside('four', ones);
  twos = beside('four', twos);
  ones = beside('three', ones);
  twos = beside('three', twos);
  return six + five + four + three + Math.ceil((ones + twos) / 2);
}
