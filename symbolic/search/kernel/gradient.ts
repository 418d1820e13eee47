/**
 * Reverse sweep: appends to a tape the steps that compute the derivative of its result by every fitted constant.
 *
 * Derivatives come from the table of operators; those of the common ones are written out here so that they reuse the
 * forward results. A derivative is an operand with a sign, or the number one.
 */
import { partialsOf } from '../../expression/derivative.ts';
import { operandKinds } from './kernels.ts';
import { literalSource, tapeOperator, tapeOperatorAt, type Tape } from './tape.ts';

/** A column of the Jacobian: sign times an operand; operand `one` is the constant 1. */
export interface Adjoint {
  readonly operand: number;
  readonly sign: 1 | -1;
}

const one = -1;
const unit: Adjoint = { operand: one, sign: 1 };
const negate = ({ operand, sign }: Adjoint): Adjoint => ({ operand, sign: sign === 1 ? -1 : 1 });

const op = {
  add: tapeOperator('+'), subtract: tapeOperator('-'), multiply: tapeOperator('*'), divide: tapeOperator('/'),
  power: tapeOperator('^'), negate: tapeOperator('neg'), inverse: tapeOperator('inv'), square: tapeOperator('square'),
  exp: tapeOperator('exp'), sqrt: tapeOperator('sqrt'), log: tapeOperator('log'), sin: tapeOperator('sin'),
  cos: tapeOperator('cos'), abs: tapeOperator('abs'), max: tapeOperator('max'), cond: tapeOperator('cond'),
  tanh: tapeOperator('tanh'),
}; // prettier-ignore

/**
 * @param root operand whose derivative is wanted
 * @param ones operand of a column of ones
 * @returns by constant of the tape: its column, undefined where it is not fitted
 */
export function appendGradient(tape: Tape, root: number, ones: number): (Adjoint | undefined)[] {
  const forward = tape.steps;
  const bySteps = new Array<Adjoint | undefined>(forward).fill(undefined);
  const byConstant = new Array<Adjoint | undefined>(tape.constants).fill(undefined);
  const give = (target: number, adjoint: Adjoint): void => {
    if (!tape.isActive(target)) return;
    const list = (target & 3) === operandKinds.constant ? byConstant : bySteps;
    const index = list === byConstant ? tape.constantIndex(target) : tape.stepIndex(target);
    const before = list[index];
    list[index] = before === undefined ? adjoint : sum(tape, before, adjoint, ones);
  };
  give(root, unit);
  for (let step = forward - 1; step >= 0; step--) {
    const adjoint = bySteps[step];
    if (adjoint !== undefined) propagate(tape, step, adjoint, give);
  }
  return mergeSources(tape, byConstant, ones);
}

/** Constants of one source are one unknown: its column is the sum, kept at the first. */
function mergeSources(tape: Tape, columns: (Adjoint | undefined)[], ones: number): (Adjoint | undefined)[] {
  const first = new Map<number, number>();
  columns.forEach((column, index) => {
    const source = tape.source[index];
    if (column === undefined || source === literalSource) return;
    const before = first.get(source);
    if (before === undefined) first.set(source, index);
    else {
      columns[before] = sum(tape, columns[before]!, column, ones);
      columns[index] = undefined;
    }
  });
  return columns;
}

function sum(tape: Tape, a: Adjoint, b: Adjoint, ones: number): Adjoint {
  const left = a.operand === one ? ones : a.operand;
  const right = b.operand === one ? ones : b.operand;
  const id = a.sign === b.sign ? op.add : op.subtract;
  return { operand: tape.apply(id, 2, left, right), sign: a.sign };
}

function times(tape: Tape, adjoint: Adjoint, factor: number): Adjoint {
  if (adjoint.operand === one) return { operand: factor, sign: adjoint.sign };
  return { operand: tape.apply(op.multiply, 2, adjoint.operand, factor), sign: adjoint.sign };
}

function propagate(
  tape: Tape,
  step: number,
  adjoint: Adjoint,
  give: (target: number, adjoint: Adjoint) => void,
): void {
  const id = tape.operator[step];
  const [a, b, c] = tape.operandsOf(step);
  const result = tape.resultOf(step);
  switch (id) {
    case op.add:
      give(a, adjoint);
      return give(b, adjoint);
    case op.subtract:
      give(a, adjoint);
      return give(b, negate(adjoint));
    case op.multiply:
      if (tape.isActive(a)) give(a, times(tape, adjoint, b));
      if (tape.isActive(b)) give(b, times(tape, adjoint, a));
      return;
    case op.divide: {
      const quotient =
        adjoint.operand === one
          ? { operand: tape.apply(op.inverse, 1, tape.asVector(b)), sign: adjoint.sign }
          : { operand: tape.apply(op.divide, 2, adjoint.operand, b), sign: adjoint.sign };
      give(a, quotient);
      if (tape.isActive(b)) give(b, negate(times(tape, quotient, result)));
      return;
    }
    case op.negate:
      return give(a, negate(adjoint));
    case op.exp:
      return give(a, times(tape, adjoint, result));
    case op.square:
      return give(a, times(tape, adjoint, tape.apply(op.add, 2, a, a)));
    case op.sqrt: {
      const half = tape.apply(op.divide, 2, tape.constant(0.5), result);
      return give(a, times(tape, adjoint, half));
    }
    case op.log:
      return give(a, times(tape, adjoint, tape.apply(op.inverse, 1, a)));
    case op.sin:
      return give(a, times(tape, adjoint, tape.apply(op.cos, 1, a)));
    case op.cos:
      return give(a, negate(times(tape, adjoint, tape.apply(op.sin, 1, a))));
    case op.tanh: {
      const square = tape.apply(op.square, 1, result);
      return give(a, times(tape, adjoint, tape.apply(op.subtract, 2, tape.constant(1), square)));
    }
    case op.power:
      return propagatePower(tape, a, b, result, adjoint, give);
    default:
      return propagateByTable(tape, id, Int32Array.of(a, b, c), adjoint, give);
  }
}

/** a^b: the derivative by b is taken as 0 where a <= 0, where only integer b have a value. */
function propagatePower(
  tape: Tape,
  a: number,
  b: number,
  result: number,
  adjoint: Adjoint,
  give: (target: number, adjoint: Adjoint) => void,
): void {
  if (tape.isActive(a)) {
    const lower = tape.apply(op.power, 2, a, tape.apply(op.subtract, 2, b, tape.constant(1)));
    give(a, times(tape, adjoint, tape.apply(op.multiply, 2, b, lower)));
  }
  if (tape.isActive(b)) {
    const positive = tape.apply(op.max, 2, tape.asVector(a), tape.constant(Number.MIN_VALUE));
    const slope = tape.apply(op.multiply, 2, result, tape.apply(op.log, 1, positive));
    give(b, times(tape, adjoint, tape.apply(op.cond, 2, tape.asVector(a), slope)));
  }
}

function propagateByTable(
  tape: Tape,
  id: number,
  args: Int32Array,
  adjoint: Adjoint,
  give: (target: number, adjoint: Adjoint) => void,
): void {
  const operator = tapeOperatorAt(id);
  // Splat copies its operand and is no operator of the table.
  if (operator === undefined) return give(args[0], adjoint);
  partialsOf(operator).forEach((partial, index) => {
    if (!tape.isActive(args[index])) return;
    if (partial.kind === 'constant' && partial.value === 0) return;
    if (partial.kind === 'constant' && partial.value === 1) return give(args[index], adjoint);
    give(args[index], times(tape, adjoint, tape.expression(partial, args)));
  });
}
