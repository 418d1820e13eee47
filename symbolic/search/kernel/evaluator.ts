/**
 * Losses of candidates, and the equations for fitting their constants.
 *
 * `passes` counts evaluations: every pass of one candidate over the rows counts 1 (a batch its share of the rows), also
 * one that ends early at a value that is not finite, or one of a part that is tried in some place of a candidate; the
 * derivative sweep of a pass is part of it.
 */
import type { Expression } from '../../expression/index.ts';
import type { Language } from '../language.ts';
import type { LossExpressions } from '../loss.ts';
import type { Tree } from '../tree.ts';
import { appendGradient, type Adjoint } from './gradient.ts';
import { bytesOfBlock, EvaluatorMemory, mostFitted, type RowSet } from './memory.ts';
import { instantiateKernel, type KernelExports } from './module.ts';
import { loopLimits, operandKinds } from './kernels.ts';
import { literalSource, Tape, tapeOperator, tapeOperatorAt } from './tape.ts';

export interface EvaluatorSetup {
  readonly language: Language;
  /** Columns that expressions read, `rows` values each. */
  readonly columns: readonly Float64Array[];
  readonly target: Float64Array;
  readonly weights: Float64Array;
  /** Absent: squared loss. */
  readonly loss?: LossExpressions;
  /** Outer form of a template; absent: the candidate is one tree over the columns. */
  readonly form?: Form;
  readonly batchRows?: number;
}

/** The outer form of a template, over columns; appends calls of sub-expressions and parameters. */
export interface Form {
  readonly expression: Expression;
  /** Tree of a sub-expression by name. */
  readonly trees: ReadonlyMap<string, number>;
  /** Tree and position of a parameter by name. */
  readonly parameters: ReadonlyMap<string, { readonly tree: number; readonly position: number }>;
}

const subtract = tapeOperator('-');
const multiply = tapeOperator('*');
const divide = tapeOperator('/');
const add = tapeOperator('+');
const maximum = tapeOperator('max');
const square = tapeOperator('square');

export class Evaluator {
  passes = 0;
  readonly full: RowSet;
  private batch: RowSet | undefined;
  /** The rows in use. */
  rows: RowSet;
  private readonly setup: EvaluatorSetup;
  private readonly memory: EvaluatorMemory;
  private readonly kernel: KernelExports;
  private readonly tape: Tape;
  private readonly allColumns: readonly Float64Array[];
  private readonly variables: Int32Array;
  private readonly ones: number;
  private readonly target: number;
  private readonly weight: number;
  /** Where the operands of an operator on the host are; kept, since it is called often. */
  private readonly hostOperands = Array.from({ length: 3 }, () => ({ start: 0, step: 0 }));

  constructor(setup: EvaluatorSetup) {
    this.setup = setup;
    const rows = setup.target.length;
    const ones = new Float64Array(rows).fill(1);
    this.allColumns = [...setup.columns, ones, setup.target, setup.weights];
    const count = this.allColumns.length;
    const sizes = setup.batchRows === undefined ? [rows] : [rows, setup.batchRows];
    this.memory = new EvaluatorMemory(count, sizes);
    this.kernel = instantiateKernel(this.memory.wasm, (instruction, block, bytes) =>
      this.runOnHost(instruction, block, bytes),
    );
    this.tape = new Tape(this.memory, setup.language);
    this.full = this.memory.fillRows(this.memory.addRowSet(rows), this.allColumns);
    this.batch = setup.batchRows === undefined ? undefined : this.memory.addRowSet(setup.batchRows);
    this.rows = this.full;
    this.variables = Int32Array.from(setup.columns.map((_, index) => this.memory.column(index)));
    [this.ones, this.target, this.weight] = [count - 3, count - 2, count - 1].map((i) =>
      this.memory.column(i),
    );
  }

  /** Draws a new batch and uses it until `useAllRows`. */
  useBatch(picks: Int32Array): void {
    if (this.batch === undefined) throw new RangeError('this evaluator was set up without batches');
    this.batch = this.memory.fillRows(this.batch, this.allColumns, picks);
    this.rows = this.batch;
  }

  useAllRows(): void {
    this.rows = this.full;
  }

  /** Loss over the rows in use, Infinity if any value is not finite. */
  loss(candidate: readonly Tree[]): number {
    this.tape.begin(false);
    const prediction = this.tape.asVector(this.append(candidate));
    const { value } = this.setup.loss ?? {};
    const losses =
      value && this.tape.asVector(this.tape.expression(value, Int32Array.of(prediction, this.target)));
    if (this.tape.overflow) return Infinity;
    return this.run(this.tape.end, prediction, losses);
  }

  /** Values of the candidate over all rows. */
  predict(candidate: readonly Tree[], out: Float64Array): void {
    this.passes++;
    this.tape.begin(false);
    const prediction = this.tape.asVector(this.append(candidate));
    for (let block = 0; block < this.full.blocks; block++) {
      const base = this.full.base + block * this.full.blockStride;
      const bytes = bytesOfBlock(this.full, block);
      const start = block * this.full.blockRows;
      const isFinite = this.kernel.run(this.memory.tape, this.tape.end, base, bytes) === 1;
      const at = this.addressOf(prediction, base) >> 3;
      const count = Math.min(bytes >> 3, this.full.rows - start);
      for (let i = 0; i < count; i++) out[start + i] = isFinite ? this.memory.doubles[at + i] : NaN;
    }
  }

  /** Prepares fitting the constants of a candidate; undefined if it has none, or too many. */
  openFit(candidate: readonly Tree[]): Fit | undefined {
    const { tape, target, weight } = this;
    tape.begin(true);
    const prediction = tape.asVector(this.append(candidate));
    const fitted: number[] = [];
    const forwardEnd = tape.end;
    const columns = appendGradient(tape, prediction, this.ones);
    columns.forEach((column, index) => {
      if (column !== undefined) fitted.push(index);
    });
    if (fitted.length === 0 || fitted.length > mostFitted) return undefined;
    const jacobian = fitted.map((index) => this.asColumn(columns[index]!));
    const residual = tape.apply(subtract, 2, prediction, target);
    const { loss } = this.setup;
    let fit: Omit<Fit, 'constants' | 'signs'>;
    if (loss === undefined) {
      const slope = tape.apply(multiply, 2, residual, weight);
      fit = { forwardEnd, prediction, curvature: weight, slope, evaluator: this };
    } else {
      const args = Int32Array.of(prediction, target);
      const losses = tape.asVector(tape.expression(loss.value, args));
      const lossEnd = tape.end;
      const slopes = tape.asVector(tape.expression(loss.slope, args));
      const slope = tape.apply(multiply, 2, slopes, weight);
      // Curvature as in iteratively reweighted least squares: slope / residual, never negative.
      const product = tape.apply(maximum, 2, tape.apply(multiply, 2, slope, residual), tape.constant(0));
      const size = tape.apply(add, 2, tape.apply(square, 1, residual), tape.constant(1e-300));
      const curvature = tape.apply(divide, 2, product, size);
      fit = { forwardEnd: lossEnd, prediction, losses, curvature, slope, evaluator: this };
    }
    if (tape.overflow) return undefined;
    this.memory.words.set(
      jacobian.map(({ operand }) => operand),
      this.memory.columnList >> 2,
    );
    return { ...fit, constants: fitted, signs: jacobian.map(({ sign }) => sign) };
  }

  private asColumn(adjoint: Adjoint): Adjoint {
    const operand = adjoint.operand === -1 ? this.ones : this.tape.asVector(adjoint.operand);
    return { operand, sign: adjoint.sign };
  }

  private append(candidate: readonly Tree[]): number {
    const { form } = this.setup;
    if (form === undefined) return this.tape.tree(candidate[0], this.variables, 0);
    const special = (node: Expression, args: Int32Array): number | undefined => {
      if (node.kind === 'parameter') {
        const place = form.parameters.get(node.name);
        if (place === undefined) return undefined;
        const value = candidate[place.tree].value[place.position];
        return this.tape.sharedConstant(value, place.tree, place.position);
      }
      const tree = node.kind === 'call' ? form.trees.get(node.operator) : undefined;
      if (node.kind !== 'call' || tree === undefined) return undefined;
      const operands = node.args.map((arg) => this.tape.expression(arg, args, special));
      return this.tape.tree(candidate[tree], Int32Array.from(operands), tree);
    };
    return this.tape.expression(form.expression, this.variables, special);
  }

  private run(end: number, prediction: number, losses: number | undefined): number {
    const { kernel, rows, memory, target, weight } = this;
    this.passes += rows === this.full ? 1 : rows.rows / this.full.rows;
    let sum = 0;
    for (let block = 0; block < rows.blocks; block++) {
      const base = rows.base + block * rows.blockStride;
      const bytes = bytesOfBlock(rows, block);
      if (kernel.run(memory.tape, end, base, bytes) === 0) return Infinity;
      sum +=
        losses === undefined
          ? kernel.sumSquares(prediction, target, weight, base, bytes)
          : kernel.sumProducts(losses, weight, base, bytes);
      if (!(sum < Infinity)) return Infinity;
    }
    return sum / rows.weight;
  }

  private addressOf(operand: number, base: number): number {
    return (operand >>> 2) + ((operand & 3) === operandKinds.relative ? base : 0);
  }

  /**
   * An operator without a loop of its own, row by row by its definition in the operator table; of one whose loop is
   * good to a limit, the rows beyond.
   */
  private runOnHost(instruction: number, block: number, bytes: number): number {
    const { words, doubles } = this.memory;
    const at = instruction >> 2;
    const { name, evaluate, arity } = tapeOperatorAt(words[at + 5])!;
    const limit = loopLimits.get(name) ?? -1;
    const destination = words[at + 1] >> 3;
    const [first, second, third] = this.hostOperands;
    for (let i = 0; i < arity; i++) {
      const operand = words[at + 2 + i];
      this.hostOperands[i].start = this.addressOf(operand, block) >> 3;
      this.hostOperands[i].step = (operand & 3) === operandKinds.constant ? 0 : 1;
    }
    let check = 0;
    for (let row = 0; row < bytes >> 3; row++) {
      const a = doubles[first.start + row * first.step];
      if (Math.abs(a) <= limit) continue;
      const value =
        arity === 1
          ? evaluate(a)
          : evaluate(a, doubles[second.start + row * second.step], doubles[third.start + row * third.step]);
      doubles[destination + row] = value;
      check += value * 0;
    }
    return check === 0 ? 1 : 0;
  }

  // What a fit needs; see fit-constants.ts.

  /** Values of the fitted constants. */
  readConstants(fit: Fit, out: Float64Array): void {
    const at = this.memory.constants >> 3;
    fit.constants.forEach((index, i) => (out[i] = this.memory.doubles[at + index]));
  }

  /** Sets the fitted constants, and those that share their source. */
  writeConstants(fit: Fit, values: Float64Array): void {
    const at = this.memory.constants >> 3;
    const { source, constants } = this.tape;
    fit.constants.forEach((index, i) => {
      this.memory.doubles[at + index] = values[i];
      if (this.setup.form === undefined) return;
      for (let other = index + 1; other < constants; other++) {
        if (source[other] === source[index] && source[other] !== literalSource) {
          this.memory.doubles[at + other] = values[i];
        }
      }
    });
  }

  /** Stores fitted constants into the candidate. */
  storeConstants(fit: Fit, values: Float64Array, candidate: readonly Tree[]): void {
    fit.constants.forEach((index, i) => this.tape.place(index, candidate, values[i]));
  }

  /** Loss at the constants in memory. */
  lossOfFit(fit: Fit): number {
    return this.run(fit.forwardEnd, fit.prediction, fit.losses);
  }

  /**
   * Adds up the normal equations at the constants in memory, right after `lossOfFit` at the same.
   *
   * @param out lower triangle of J^T W J row by row, then the gradient (half of it for the squared loss)
   * @returns false if a derivative is not finite
   */
  normalEquations(fit: Fit, out: Float64Array): boolean {
    const { kernel, rows, memory, tape } = this;
    const count = fit.constants.length;
    const size = (count * (count + 3)) / 2;
    const at = memory.normal >> 3;
    memory.doubles.fill(0, at, at + size);
    for (let block = 0; block < rows.blocks; block++) {
      const base = rows.base + block * rows.blockStride;
      const bytes = bytesOfBlock(rows, block);
      // With one block the forward results are still there.
      const start = rows.blocks === 1 ? fit.forwardEnd : memory.tape;
      if (kernel.run(start, tape.end, base, bytes) === 0) return false;
      kernel.normalEquations(
        memory.columnList, count, fit.curvature, fit.slope, memory.scratch, memory.normal, base, bytes,
      ); // prettier-ignore
    }
    let check = 0;
    for (let i = 0; i < size; i++) check += (out[i] = memory.doubles[at + i]) * 0;
    this.applySigns(fit.signs, out);
    return check === 0;
  }

  private applySigns(signs: readonly number[], out: Float64Array): void {
    let cell = 0;
    for (let i = 0; i < signs.length; i++) {
      for (let j = 0; j <= i; j++) out[cell++] *= signs[i] * signs[j];
    }
    for (const sign of signs) out[cell++] *= sign;
  }
}

/** A candidate laid out for fitting; valid until the evaluator is used for anything else. */
export interface Fit {
  readonly evaluator: Evaluator;
  /** Constants of the tape that are fitted. */
  readonly constants: readonly number[];
  /** Signs of the columns of the Jacobian. */
  readonly signs: readonly number[];
  readonly forwardEnd: number;
  readonly prediction: number;
  /** Elementwise losses; absent for the squared loss. */
  readonly losses?: number;
  readonly curvature: number;
  readonly slope: number;
}
