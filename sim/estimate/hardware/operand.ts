/** What an operation reads, and what logic it can be merged into. */
import { type Node, reducedOperands, type View, widthOf } from '../../pipeline/circuit/index.ts';
import type { OperationCounts } from './counts.ts';
import {
  type Inputs,
  type OpenLogic,
  sizeOfInputs,
  TABLE_INPUTS,
  type Tables,
  times,
  treeOf,
  union,
} from './open-logic.ts';

/** A value that an operation reads. */
export interface Operand {
  readonly view: View;
  /** Whether its value is part of the logic that reads it. */
  readonly known: boolean;
  /** Whether it is made in the lane that reads it. */
  readonly own: boolean;
  /** Whether it is a product, or a sum with one, that nothing else reads. */
  readonly isProduct: boolean;
  readonly logic: () => OpenLogic;
  /** Makes it nets, if it is not yet, and charges for that. */
  readonly close: () => OpenLogic;
}

export interface Surroundings {
  /** Low bits of the result that matter. */
  readonly needed: number;
  /** Bits of the result that are not always the same, on the average of the lanes. */
  readonly varying: number;
  /** Whether the lanes are written out one by one, so that equal ones are found. */
  readonly inline: boolean;
  readonly live: ReadonlySet<number>;
  /** Lanes of which somebody reads something. */
  readonly lanes: number;
  /** Adds to the counts of the stage. */
  readonly charge: (counts: OperationCounts) => void;
}

/** Windows on the same node at different elements are different nets. */
export function nameOf({ node, offset, strides, shape }: View): string {
  return `${node.id}+${offset}/${strides.filter((_, axis) => shape[axis] > 1).join()}`;
}

/** Whether an operand has an axis more than the lanes. */
export function isReduced({ op }: Node, index: number): boolean {
  return reducedOperands(op).includes(index);
}

/** The low bits of the operand's logic. */
export function wired(operand: Operand, needed: number): OpenLogic {
  return times(operand.logic(), Math.min(1, needed / widthOf(operand.view.node.range)));
}

/** Whether a function of all bits of the operands is one table. */
export function fits(...operands: readonly Operand[]): boolean {
  return sizeOfInputs(union(...operands.map((operand) => operand.logic().all))) <= TABLE_INPUTS;
}

/** A function of each bit of the operands, the largest of them made nets until it fits a table. */
export function gate(
  operands: readonly Operand[],
  part: (logic: OpenLogic) => Inputs,
  bits: number,
): OpenLogic {
  const inputs = () => union(...operands.map((operand) => part(operand.logic())));
  const open = operands
    .filter((operand) => operand.logic().tables.length > 0)
    .sort((x, y) => sizeOfInputs(part(y.logic())) - sizeOfInputs(part(x.logic())));
  for (const operand of open) {
    if (sizeOfInputs(inputs()) <= TABLE_INPUTS) break;
    operand.close();
  }
  const bit = inputs();
  const all = union(...operands.map((operand) => operand.logic().all));
  return { bit, all, tables: treeOf(sizeOfInputs(bit), bits) };
}

/** Trees of the given numbers of inputs, one a lane, as the tables of the mean lane. */
export function averaged(inputs: readonly number[]): Tables {
  const times = new Map<number, number>();
  for (const size of inputs) times.set(size, (times.get(size) ?? 0) + 1);
  return [...times].flatMap(([size, count]) => treeOf(size, count / inputs.length));
}

export function most(operand: Operand, inputs: readonly number[]): Inputs {
  return new Map([[`${nameOf(operand.view)}*`, Math.max(...inputs)]]);
}
