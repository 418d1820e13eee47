/**
 * Where things lie in the memory of one evaluator: constants, instructions, a buffer for every step, and the rows.
 *
 * Rows are cut into blocks that fit the level-1 cache. Within a block the columns follow each other, each padded to a
 * multiple of four rows by repeating a row with weight 0.
 */
import { instructionWords, operandKinds } from './kernels.ts';
import { webAssembly, type WasmMemory } from '../../expression/wasm/web-assembly.ts';

export const mostConstants = 512;
export const mostSteps = 2048;
/** Most constants fitted together. */
export const mostFitted = 64;
const largestBlock = 256;

/** Rows in memory, ready to be evaluated. */
export interface RowSet {
  /** Address of the first block. */
  readonly base: number;
  readonly blocks: number;
  readonly rows: number;
  readonly blockRows: number;
  /** Bytes from one block to the next. */
  readonly blockStride: number;
  /** Sum of the weights. */
  readonly weight: number;
}

export class EvaluatorMemory {
  readonly wasm: WasmMemory;
  readonly words: Int32Array;
  readonly doubles: Float64Array;
  readonly constants = 8;
  readonly columnList = this.constants + 8 * mostConstants;
  readonly normal = this.columnList + 4 * mostFitted;
  readonly tape = this.normal + 8 * ((mostFitted * (mostFitted + 3)) / 2);
  readonly scratch = this.tape + 4 * instructionWords * mostSteps;
  readonly slots: number;
  /** Bytes between the buffers of consecutive steps, and between columns. */
  readonly stride: number;
  readonly columnCount: number;
  private free: number;

  /** @param rowSets sizes of the row sets that will be added */
  constructor(columnCount: number, rowSets: readonly number[]) {
    this.columnCount = columnCount;
    const blockRows = Math.max(...rowSets.map(rowsPerBlock));
    // The odd cache line keeps buffers of a power of two rows from falling into the same cache set.
    this.stride = 8 * blockRows + 64;
    this.slots = this.scratch + this.stride;
    this.free = this.slots + mostSteps * this.stride;
    const bytes = rowSets.reduce(
      (sum, rows) => sum + blockCount(rows) * columnCount * this.stride,
      this.free,
    );
    this.wasm = new webAssembly.Memory({ initial: Math.ceil(bytes / 65536) });
    this.words = new Int32Array(this.wasm.buffer);
    this.doubles = new Float64Array(this.wasm.buffer);
  }

  /** Operand for a column of the row set in use. */
  column(index: number): number {
    return ((index * this.stride) << 2) | operandKinds.relative;
  }

  /** Room for so many rows; fill it with `fillRows`. */
  addRowSet(rows: number): RowSet {
    const blocks = blockCount(rows);
    const blockStride = this.columnCount * this.stride;
    const base = this.free;
    this.free += blocks * blockStride;
    return { base, blocks, rows, blockRows: rowsPerBlock(rows), blockStride, weight: 0 };
  }

  /**
   * Copies rows into their place.
   *
   * @param columns input columns and others, the last one the weight
   * @param picks source row of each row; all in order if absent
   */
  fillRows(set: RowSet, columns: readonly Float64Array[], picks?: Int32Array): RowSet {
    let weight = 0;
    columns.forEach((column, index) => {
      const isWeight = index === columns.length - 1;
      for (let block = 0; block < set.blocks; block++) {
        const at = (set.base + block * set.blockStride + index * this.stride) >> 3;
        for (let i = 0; i < set.blockRows; i++) {
          const row = block * set.blockRows + i;
          const source = Math.min(row, set.rows - 1);
          const value = column[picks === undefined ? source : picks[source]];
          this.doubles[at + i] = isWeight && row >= set.rows ? 0 : value;
          if (isWeight) weight += this.doubles[at + i];
        }
      }
    });
    return { ...set, weight };
  }
}

function blockCount(rows: number): number {
  return Math.ceil(rows / largestBlock);
}

function rowsPerBlock(rows: number): number {
  return Math.min(largestBlock, 4 * Math.ceil(rows / 4));
}

/** Bytes of one column in a block, a multiple of 32; the last block may be shorter. */
export function bytesOfBlock(set: RowSet, block: number): number {
  const left = set.rows - block * set.blockRows;
  return left >= set.blockRows ? 8 * set.blockRows : 32 * Math.ceil(left / 4);
}
