/** Look-up tables by how they share logic cells. */

export const TABLE_CLASSES = ['small', 'middle', 'large', 'inverters'] as const;

export interface TableClasses {
  /** Of one or two inputs. */
  readonly small: number;
  /** Of three or four: a small one finds room beside each. */
  readonly middle: number;
  /** Of five or six. */
  readonly large: number;
  /** Inverters, which the tables that read them absorb. */
  readonly inverters: number;
}

/**
 * Cells as Yosys' `stat -tech xilinx` packs them: a table of three inputs or more is a cell; small ones go beside a
 * middle one each, and two of what is left share a cell. Source: Yosys 0.23, passes/cmds/stat.cc, where a table of one
 * input (rare: there are inverters) also goes beside one of five.
 */
export function packedCells({ small, middle, large }: TableClasses): number {
  return large + middle + Math.max(0, small - middle) / 2;
}
