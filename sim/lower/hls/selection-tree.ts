/**
 * The tree that finds the first active pixel, as HLS schedules it in the loop of `sparse_input_reduce`.
 *
 * n pixels are split at the largest power of two below n, each half reduced, the two results compared. A selection is
 * one comparison with its multiplexers; a level of selections is one step of depth. `levelsPerCycle` selections in a row
 * fit the clock period. The loop's next iteration may start once the tree has found the pixel to clear; the root and
 * the clearing overlap with the next iteration's first levels, which is worth two levels.
 */

/** A subtree over 2^levels pixels. */
export interface Block {
  readonly levels: number;
  /** Selections between its root and the root of the whole tree. */
  readonly above: number;
  /** Whether it starts one cycle late and so shares the selectors of the first cycle's blocks. */
  readonly delayed: boolean;
}

export interface SelectionTree {
  readonly depth: number;
  readonly interval: number;
  readonly iterationCycles: number;
  /** Selector circuits: selections in cycles that are a multiple of the interval apart need their own. */
  readonly selectors: number;
  /** Selections that reuse a selector of another cycle. */
  readonly shared: number;
  /** Partial results that are registered at the end of each cycle: how many, and the bits of their indices in all. */
  readonly registered: { readonly results: number; readonly indexBits: number };
}

export interface SelectionTiming {
  readonly levelsPerCycle: number;
  /** Whether the loop's counter leaves room for a whole cycle of levels in the first cycle. */
  readonly fullFirstCycle: boolean;
}

export function selectionTree(
  pixels: number,
  { levelsPerCycle, fullFirstCycle }: SelectionTiming,
): SelectionTree {
  const depth = pixels > 1 ? Math.ceil(Math.log2(pixels)) : 0;
  const interval = Math.max(1, Math.ceil((depth - 2) / levelsPerCycle));
  const aligned = (depth - 2) % levelsPerCycle === 0;
  // Levels before the first register: one is given up to the loop's control, unless the cycles come out even.
  const first = fullFirstCycle || aligned ? levelsPerCycle : levelsPerCycle - 1;
  const iterationCycles = interval + 1 + (aligned && !fullFirstCycle ? 1 : 0);
  const treeCycles = fullFirstCycle
    ? interval + 1
    : 1 + Math.ceil(Math.max(0, depth - first) / levelsPerCycle);

  const blocks = blocksOf(pixels, levelsPerCycle * (treeCycles - 1) - 1);
  const levelEnd = (cycle: number) => first + cycle * levelsPerCycle;
  const cycleOf = (level: number, delayed: boolean) =>
    delayed
      ? 1 + Math.floor((level - 1) / levelsPerCycle)
      : Math.max(0, Math.ceil((level - first) / levelsPerCycle));

  const selections = new Map<number, number>();
  const count = (cycle: number, n: number) => selections.set(cycle, (selections.get(cycle) ?? 0) + n);
  for (const { levels, delayed } of blocks) {
    for (let level = 1; level <= levels; level++) count(cycleOf(level, delayed), 2 ** (levels - level));
  }
  joinBlocks(blocks, first, levelsPerCycle).forEach((cycle) => count(cycle, 1));
  const selectors = (selections.get(0) ?? 0) + (selections.get(interval) ?? 0);

  let results = 0;
  let indexBits = 0;
  for (let cycle = 0; cycle < iterationCycles - 1; cycle++) {
    if (levelEnd(Math.min(cycle, treeCycles - 1)) >= depth) {
      results += 1;
      indexBits += depth;
      continue;
    }
    for (const { levels, delayed } of blocks) {
      if (delayed && cycle === 0) continue;
      const done = Math.min(levels, delayed ? levelsPerCycle * cycle : levelEnd(cycle));
      results += 2 ** (levels - done);
      indexBits += 2 ** (levels - done) * done;
    }
  }
  return {
    depth,
    interval,
    iterationCycles,
    selectors,
    shared: Math.max(0, pixels - 1 - selectors),
    registered: { results, indexBits },
  };
}

/** Blocks of a tree over n pixels: the powers of two in n, largest first. Delayed where a late start still ends in time. */
function blocksOf(pixels: number, lateLevels: number): Block[] {
  const levels: number[] = [];
  for (let rest = pixels; rest > 0; rest -= 2 ** levels.at(-1)!) levels.push(Math.floor(Math.log2(rest)));
  return levels.map((own, index) => {
    const above = Math.min(index + 1, levels.length - 1);
    return { levels: own, above, delayed: index > 0 && own + above <= lateLevels };
  });
}

/** Cycle of each selection that joins the blocks, from the smallest blocks up to the root. */
function joinBlocks(blocks: readonly Block[], first: number, levelsPerCycle: number): number[] {
  const capacity = (cycle: number) => (cycle === 0 ? first : levelsPerCycle);
  /** Place of a selection: cycle, and position in the cycle from 1. */
  const end = ({ levels, delayed }: Block): [number, number] => {
    let cycle = delayed ? 1 : 0;
    let position = levels;
    while (position > capacity(cycle)) position -= capacity(cycle++);
    return [cycle, position];
  };
  const places = blocks.map(end);
  let [cycle, position] = places.at(-1) ?? [0, 0];
  return places
    .slice(0, -1)
    .reverse()
    .map(([otherCycle, otherPosition]) => {
      if (otherCycle > cycle || (otherCycle === cycle && otherPosition > position)) {
        [cycle, position] = [otherCycle, otherPosition];
      }
      position++;
      if (position > capacity(cycle)) [cycle, position] = [cycle + 1, 1];
      return cycle;
    });
}
