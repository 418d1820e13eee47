/**
 * The Circuit: the body of a rigid region of our hardware, as an SSA graph of exact integer operations on arrays.
 *
 * A node makes an array of integers with one proven range; fixed-point scale is the business of who builds the
 * graph. Every event runs through the graph once. A node has a rate: with `beats` = 1 it has one value per event,
 * which may be held; with `beats` = T it has T values per event in T consecutive cycles, or, where it is streamed, one
 * for each of the T beats in which the event's input comes, whenever that is. Time does not appear here: the scheduler
 * (schedule.ts) gives every node its step, and registers follow from steps (holds.ts).
 */
import type { Operation } from './operation.ts';

/** Smallest and largest integer that an array can hold; both safe integers. */
export interface Range {
  readonly lo: number;
  readonly hi: number;
}

/** An affine window on a node's array (view.ts). */
export interface View {
  readonly node: Node;
  readonly shape: readonly number[];
  /** Elements between neighbours along each axis; 0 where the value is repeated. */
  readonly strides: readonly number[];
  readonly offset: number;
}

export interface Node {
  /** Position in the Circuit's list; operands have smaller ones. */
  readonly id: number;
  /** Index of the stage it belongs to. */
  readonly stage: number;
  readonly op: Operation;
  readonly operands: readonly View[];
  readonly shape: readonly number[];
  readonly range: Range;
  /** Values per event: 1, or one in each of T consecutive cycles. */
  readonly beats: number;
  /** Whether the T values follow the beats of the input instead, each its beat by a fixed number of steps. */
  readonly streamed?: true;
  readonly label: string;
}

/** A named part of the region, one layer as a rule; it becomes one module. */
export interface StageBody {
  readonly name: string;
  /** What it computes, in words: layer, formats, rule used. */
  readonly notes: readonly string[];
}

export interface Circuit {
  readonly name: string;
  /** Cycles between events that the region is built for. */
  readonly interval: number;
  readonly stages: readonly StageBody[];
  readonly nodes: readonly Node[];
  readonly inputs: readonly Node[];
  /** Beats in which the input of an event comes: 1, or T where it is streamed. */
  readonly inputBeats: number;
  /** One value per event each. */
  readonly outputs: readonly View[];
}

/** Bits that hold every integer of a range, two's complement when it has negative ones; at least 1. */
export function widthOf({ lo, hi }: Range): number {
  if (lo >= 0) return Math.max(bitLength(hi), 1);
  return Math.max(bitLength(hi), bitLength(-lo - 1)) + 1;
}

export function isSigned({ lo }: Range): boolean {
  return lo < 0;
}

/** Number of binary digits of a safe integer >= 0. */
export function bitLength(value: number): number {
  return value <= 0 ? 0 : value.toString(2).length;
}
