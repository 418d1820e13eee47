/**
 * Members side by side in flat arrays over one buffer: populations, halls of fame, migrants.
 *
 * Nothing is allocated when members come and go, and the buffer is all there is to send to a worker or to save.
 */
import type { Tree } from './tree.ts';

export interface StoreShape {
  readonly capacity: number;
  /** Trees of one member. */
  readonly trees: number;
  /** Most nodes of one tree. */
  readonly nodes: number;
}

export class MemberStore {
  readonly shape: StoreShape;
  readonly buffer: ArrayBuffer;
  /** Loss over the rows the member was evaluated on; Infinity where the slot is empty. */
  readonly loss: Float64Array;
  /** Loss plus objective terms: what the hall of fame compares. Infinity if it must not stand there. */
  readonly rank: Float64Array;
  /** Normalised rank plus prices: what tournaments compare. */
  readonly cost: Float64Array;
  /** Order of arrival: the oldest is replaced first. */
  readonly birth: Float64Array;
  readonly complexity: Int32Array;
  private readonly value: Float64Array;
  private readonly length: Int32Array;
  private readonly code: Int32Array;

  /** @param buffer an earlier store's buffer, or absent for an empty store */
  constructor(shape: StoreShape, buffer?: ArrayBuffer) {
    this.shape = shape;
    const { capacity, trees, nodes } = shape;
    const places = capacity * trees * nodes;
    const bytes = 8 * (4 * capacity + places) + 4 * (capacity + capacity * trees + places);
    this.buffer = buffer ?? new ArrayBuffer(bytes);
    if (this.buffer.byteLength !== bytes) throw new RangeError('the buffer has another shape');
    let at = 0;
    const doubles = (count: number): Float64Array => {
      at += 8 * count;
      return new Float64Array(this.buffer, at - 8 * count, count);
    };
    const words = (count: number): Int32Array => {
      at += 4 * count;
      return new Int32Array(this.buffer, at - 4 * count, count);
    };
    this.loss = doubles(capacity);
    this.rank = doubles(capacity);
    this.cost = doubles(capacity);
    this.birth = doubles(capacity);
    this.value = doubles(places);
    this.complexity = words(capacity);
    this.length = words(capacity * trees);
    this.code = words(places);
    if (buffer === undefined) this.clear();
  }

  clear(): void {
    this.loss.fill(Infinity);
    this.rank.fill(Infinity);
    this.cost.fill(Infinity);
  }

  isEmpty(slot: number): boolean {
    return this.loss[slot] === Infinity;
  }

  /** Copies the trees of a member out. */
  read(slot: number, trees: readonly Tree[]): void {
    for (let t = 0; t < this.shape.trees; t++) this.readTree(slot, t, trees[t]);
  }

  /** Copies one tree of a member out. */
  readTree(slot: number, index: number, tree: Tree): void {
    const { nodes, trees: count } = this.shape;
    const from = (slot * count + index) * nodes;
    const length = this.length[slot * count + index];
    for (let i = 0; i < length; i++) {
      tree.code[i] = this.code[from + i];
      tree.value[i] = this.value[from + i];
    }
    tree.length = length;
  }

  /** Whether a tree of a member is this one, constants included. */
  holds(slot: number, index: number, tree: Tree): boolean {
    const { nodes, trees: count } = this.shape;
    const from = (slot * count + index) * nodes;
    if (this.length[slot * count + index] !== tree.length) return false;
    for (let i = 0; i < tree.length; i++) {
      if (this.code[from + i] !== tree.code[i] || this.value[from + i] !== tree.value[i]) return false;
    }
    return true;
  }

  /** Copies the trees of a member in; its figures are set apart. */
  write(slot: number, trees: readonly Tree[]): void {
    const { nodes, trees: count } = this.shape;
    for (let t = 0; t < count; t++) {
      const to = (slot * count + t) * nodes;
      const tree = trees[t];
      for (let i = 0; i < tree.length; i++) {
        this.code[to + i] = tree.code[i];
        this.value[to + i] = tree.value[i];
      }
      this.length[slot * count + t] = tree.length;
    }
  }

  /** Copies a whole member from a slot of a store with the same trees and nodes. */
  copy(slot: number, source: MemberStore, from: number): void {
    const { nodes, trees: count } = this.shape;
    this.loss[slot] = source.loss[from];
    this.rank[slot] = source.rank[from];
    this.cost[slot] = source.cost[from];
    this.birth[slot] = source.birth[from];
    this.complexity[slot] = source.complexity[from];
    const size = nodes * count;
    this.value.set(source.value.subarray(from * size, (from + 1) * size), slot * size);
    this.code.set(source.code.subarray(from * size, (from + 1) * size), slot * size);
    this.length.set(source.length.subarray(from * count, (from + 1) * count), slot * count);
  }
}
