/**
 * Logic that is not yet in look-up tables: which nets each bit of a value depends on, and which tables it takes to make
 * it a net of its own. Synthesis merges a function into the table of its only reader while six inputs suffice.
 */

/** Inputs of a look-up table. */
export const TABLE_INPUTS = 6;

/** Nets that a function reads: how many, by where they come from. */
export type Inputs = ReadonlyMap<string, number>;

/** So many tables of so many inputs. */
export type Tables = readonly (readonly [inputs: number, count: number])[];

export interface OpenLogic {
  /** Inputs of one bit, the one that has most. */
  readonly bit: Inputs;
  /** Inputs of all bits together. */
  readonly all: Inputs;
  /** Tables that make all bits nets. */
  readonly tables: Tables;
}

const NONE: Inputs = new Map<string, number>();
/** What is known is part of the table. */
export const KNOWN: OpenLogic = { bit: NONE, all: NONE, tables: [] };

/** A word of nets. */
export function nets(name: string, width: number): OpenLogic {
  return width === 1
    ? { bit: new Map([[name, 1]]), all: new Map([[name, 1]]), tables: [] }
    : { bit: new Map([[name, 1]]), all: new Map([[`${name}*`, width]]), tables: [] };
}

/** The same logic with so many times the tables. */
export function times({ bit, all, tables }: OpenLogic, factor: number): OpenLogic {
  return { bit, all, tables: tables.map(([inputs, count]) => [inputs, count * factor] as const) };
}

/** Of all the bits of a word only some. */
export function someOf(name: string, width: number, bits: number): Inputs {
  return width === 1 ? new Map([[name, Math.min(1, bits)]]) : new Map([[`${name}*`, bits]]);
}

/** Nets that are read in two places are one input; a bit of a word is among all of its bits. */
export function union(...parts: readonly Inputs[]): Inputs {
  const sum = new Map<string, number>();
  for (const part of parts) {
    for (const [name, count] of part) sum.set(name, Math.max(count, sum.get(name) ?? 0));
  }
  for (const name of [...sum.keys()]) if (sum.has(`${name}*`)) sum.delete(name);
  return sum;
}

export function sizeOfInputs(inputs: Inputs): number {
  let sum = 0;
  for (const count of inputs.values()) sum += count;
  return sum;
}

/**
 * Tables of six inputs that reduce a number of inputs to one, the last with what is left; a wire takes none. Of eight
 * inputs, which make a balanced tree of pairs, synthesis takes two pairs apart.
 */
export function treeOf(inputs: number, count = 1): Tables {
  if (inputs <= 1) return [];
  if (inputs === 8) {
    return [
      [2, 2 * count],
      [TABLE_INPUTS, count],
    ];
  }
  const tables = Math.ceil((inputs - 1) / (TABLE_INPUTS - 1));
  const last = inputs - (TABLE_INPUTS - 1) * (tables - 1);
  return tables === 1
    ? [[inputs, count]]
    : [
        [TABLE_INPUTS, (tables - 1) * count],
        [last, count],
      ];
}
