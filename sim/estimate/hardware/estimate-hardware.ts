/**
 * What our own hardware takes, from the operations of its Circuit alone: logic cells as Yosys packs them for
 * UltraScale+ (counts of structure at measured prices), registers, multiplier blocks and block memories by counting,
 * latency and interval from the schedule.
 */
import {
  type Node,
  resultQueueDepth,
  type Schedule,
  sizeOf,
  usesMultiplierBlock,
  widthOf,
} from '../../pipeline/circuit/index.ts';
import table from './hardware-prices.json' with { type: 'json' };
import { isKnown } from './lane-edges.ts';
import { liveShares } from './live-share.ts';
import { COUNTS, type OperationCounts } from './counts.ts';
import { packedCells, TABLE_CLASSES, type TableClasses } from './packed-cells.ts';
import { registerCounts } from './register-counts.ts';
import { stageCounts } from './stage-counts.ts';

export interface HardwareCost {
  readonly logicCells: number;
  readonly lut: number;
  readonly ff: number;
  readonly dsp: number;
  readonly bram18k: number;
}

export interface StageEstimate extends HardwareCost {
  readonly stage: string;
  /** First and last step in which the stage works; what it makes is there one cycle later. */
  readonly steps: readonly [first: number, last: number];
}

export interface HardwareEstimate {
  readonly latencyCycles: number;
  readonly intervalCycles: number;
  readonly stages: readonly StageEstimate[];
  /** Frame registers, handshakes and the queue of results included. */
  readonly total: HardwareCost;
}

/** Tables of each class that one of each count takes. */
export type HardwarePrices = Readonly<Record<keyof TableClasses, Readonly<Record<string, number>>>>;

const NOTHING: HardwareCost = { logicCells: 0, lut: 0, ff: 0, dsp: 0, bram18k: 0 };

/** Bits of a block memory of 18 Kb, and its widest port. */
const MEMORY = { bits: 18_432, width: 36 };

export function estimateHardware(
  schedule: Schedule,
  prices: HardwarePrices = table.prices,
): HardwareEstimate {
  const { circuit, steps } = schedule;
  const registers = registerCounts(schedule);
  const shares = liveShares(circuit);
  const counts = stageCounts(schedule);
  const stages = circuit.stages.flatMap(({ name }, stage): StageEstimate[] => {
    const nodes = circuit.nodes.filter((node) => node.stage === stage && node.op.kind !== 'constant');
    if (nodes.length === 0) return [];
    const { ff, shiftRegisters } = registers.get(stage) ?? { ff: 0, shiftRegisters: 0 };
    const tables = tablesOf(counts[stage], prices);
    const places = nodes.map((node) => steps[node.id]);
    return [
      {
        stage: name,
        steps: [Math.min(...places), Math.max(...places)],
        logicCells: Math.round(packedCells(tables)) + shiftRegisters,
        lut: Math.round(TABLE_CLASSES.reduce((sum, name) => sum + tables[name], 0)) + shiftRegisters,
        ff,
        dsp: nodes.reduce((sum, node) => sum + shares[node.id] * multiplierBlocks(node, schedule), 0),
        bram18k: nodes.reduce((sum, node) => sum + shares[node.id] * memories(node), 0),
      },
    ];
  });
  const outside = { ...NOTHING, ff: (registers.get(-1)?.ff ?? 0) + controlRegisters(schedule) };
  const total = [...stages, outside].reduce<HardwareCost>(
    (sum, each) => ({
      logicCells: sum.logicCells + each.logicCells,
      lut: sum.lut + each.lut,
      ff: sum.ff + each.ff,
      dsp: sum.dsp + each.dsp,
      bram18k: sum.bram18k + each.bram18k,
    }),
    NOTHING,
  );
  return { latencyCycles: schedule.latencyCycles, intervalCycles: circuit.interval, stages, total };
}

/** Counts at their prices. */
export function tablesOf(counts: OperationCounts, prices: HardwarePrices): TableClasses {
  const priced = (table: Readonly<Record<string, number>>) =>
    COUNTS.reduce((sum, name) => sum + (counts[name] ?? 0) * (table[name] ?? 0), 0);
  return {
    small: priced(prices.small),
    middle: priced(prices.middle),
    large: priced(prices.large),
    inverters: priced(prices.inverters),
  };
}

/** A block multiplies 27 by 18 bits in two's complement; wider products take one for each pair of parts. */
function multiplierBlocks(node: Node, { table: delays }: Schedule): number {
  if (!usesMultiplierBlock(node, delays)) return 0;
  const widths = node.operands.map((view) => widthOf(view.node.range) + (view.node.range.lo < 0 ? 0 : 1));
  const [narrow, wide] = [Math.min(...widths), Math.max(...widths)];
  return sizeOf(node.shape) * Math.ceil((narrow - 1) / 17) * Math.ceil((wide - 1) / 26);
}

/** Memories of 18 Kb for the read-only tables with a registered output, one for each lane. */
function memories({ op, operands, shape, range }: Node): number {
  if (op.kind !== 'table' || op.style !== 'block' || operands.some(isKnown)) return 0;
  const depth = 2 ** widthOf(operands[0].node.range);
  const width = widthOf(range);
  return sizeOf(shape) * Math.max(Math.ceil(width / MEMORY.width), Math.ceil((depth * width) / MEMORY.bits));
}

/** Tokens, the interval's counter, credits and the pointers of the result queue (rtl-templates/verilog/top-module.ts). */
function controlRegisters(schedule: Schedule): number {
  const depth = resultQueueDepth(schedule);
  const pointer = Math.max(1, Math.ceil(Math.log2(depth)));
  const count = depth.toString(2).length;
  const cool = (schedule.circuit.interval - 1).toString(2).length;
  return schedule.lastStep + 1 + cool + 2 * count + 2 * pointer;
}
