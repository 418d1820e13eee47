/**
 * Writes the instructions of one candidate: every step has a buffer of its own, leaves are used in place.
 *
 * An operand is a number as the loops understand it (see kernels.ts). Steps that a fitted constant reaches are marked
 * active, for gradient.ts.
 */
import { builtInOperators, type Expression, type Operator } from '../../expression/index.ts';
import { constantCode, firstVariable, type Tree } from '../tree.ts';
import type { Language } from '../language.ts';
import { instructionWords, operandKinds } from './kernels.ts';
import { mostConstants, mostSteps, type EvaluatorMemory } from './memory.ts';
import { hostEntry, kernelEntry } from './module.ts';

/** Where a fitted constant stands: `tree * treeStride + position`; -1 for a number that is not fitted. */
export const literalSource = -1;
export const treeStride = 65536;

const operatorList: readonly Operator[] = [...builtInOperators.values()];
const splat = operatorList.length;
const ids = new Map(operatorList.map(({ name }, id) => [name, id]));
const patterns = 8;
const entries = new Int32Array((operatorList.length + 1) * patterns).fill(-1);
[...operatorList.map(({ name }) => name), 'splat'].forEach((name, id) => {
  for (let pattern = 0; pattern < patterns; pattern++) {
    entries[id * patterns + pattern] = kernelEntry(name, pattern) ?? -1;
  }
});

/** Number of a built-in operator on the tape. */
export function tapeOperator(name: string): number {
  const id = ids.get(name);
  if (id === undefined) throw new RangeError(`'${name}' is no built-in operator`);
  return id;
}

/** Its definition; undefined for the step that only copies a constant into a column. */
export function tapeOperatorAt(id: number): Operator | undefined {
  return operatorList[id];
}

const ops = {
  power: tapeOperator('^'), square: tapeOperator('square'), cube: tapeOperator('cube'), inverse: tapeOperator('inv'),
  sqrt: tapeOperator('sqrt'), multiply: tapeOperator('*'),
}; // prettier-ignore

export class Tape {
  readonly memory: EvaluatorMemory;
  private readonly language: Language;
  /** Tape operator by tree code, -1 for custom ones. */
  private readonly builtIn: Int32Array;
  private readonly stack = new Int32Array(mostSteps);
  private top = 0;
  steps = 0;
  constants = 0;
  /** True after more steps or constants than there is room for; the candidate is then not evaluated. */
  overflow = false;
  /** Whether constants of trees may change: powers stay general, and sources are kept. */
  fitting = false;
  /** By constant: where its value comes from. */
  readonly source = new Int32Array(mostConstants);
  /** By step: 1 if a fitted constant reaches it. */
  readonly active = new Uint8Array(mostSteps);
  /** By step: operator. */
  readonly operator = new Int32Array(mostSteps);

  constructor(memory: EvaluatorMemory, language: Language) {
    this.memory = memory;
    this.language = language;
    this.builtIn = Int32Array.from([
      -1,
      ...language.operators.map(({ name, body }) => (body ? -1 : tapeOperator(name))),
    ]);
  }

  begin(fitting: boolean): void {
    this.steps = 0;
    this.constants = 0;
    this.overflow = false;
    this.fitting = fitting;
    this.top = 0;
  }

  /** Address behind the last instruction. */
  get end(): number {
    return this.memory.tape + 4 * instructionWords * this.steps;
  }

  /** A number; with a source it is one that may be fitted, and the same source is the same constant. */
  constant(value: number, source = literalSource): number {
    if (this.constants === mostConstants) {
      this.overflow = true;
      return this.constantOperand(0);
    }
    const index = this.constants++;
    this.memory.doubles[(this.memory.constants >> 3) + index] = value;
    this.source[index] = source;
    return this.constantOperand(index);
  }

  /** A number of the candidate at that place; fitted when fitting. */
  sharedConstant(value: number, tree: number, position: number): number {
    return this.constant(value, this.fitting ? tree * treeStride + position : literalSource);
  }

  /** Writes a value to where a constant came from. */
  place(constant: number, candidate: readonly Tree[], value: number): void {
    const source = this.source[constant];
    candidate[Math.floor(source / treeStride)].value[source % treeStride] = value;
  }

  private constantOperand(index: number): number {
    return ((this.memory.constants + 8 * index) << 2) | operandKinds.constant;
  }

  /** Index of the constant an operand refers to. */
  constantIndex(operand: number): number {
    return ((operand >>> 2) - this.memory.constants) >> 3;
  }

  /** Step whose result an operand refers to. */
  stepIndex(operand: number): number {
    return ((operand >>> 2) - this.memory.slots) / this.memory.stride;
  }

  isActive(operand: number): boolean {
    const kind = operand & 3;
    if (kind === operandKinds.absolute) return this.active[this.stepIndex(operand)] === 1;
    return kind === operandKinds.constant && this.source[this.constantIndex(operand)] !== literalSource;
  }

  /** Operands of a step. */
  operandsOf(step: number): Int32Array {
    const at = (this.memory.tape >> 2) + step * instructionWords + 2;
    return this.memory.words.subarray(at, at + 3);
  }

  resultOf(step: number): number {
    return (this.memory.slots + step * this.memory.stride) << 2;
  }

  /** Appends one operator; operands beyond its arity are ignored. */
  apply(id: number, arity: number, a: number, b = 0, c = 0): number {
    let pattern = (a >> 1) & 1;
    if (arity > 1) pattern |= b & 2;
    if (arity > 2) pattern |= (c << 1) & 4;
    let entry = entries[id * patterns + pattern];
    if (entry < 0) {
      entry = entries[id * patterns];
      if (entry >= 0) {
        // The loop exists, but not for these constants: they become columns.
        if ((pattern & 1) !== 0) a = this.apply(splat, 1, a);
        if ((pattern & 2) !== 0) b = this.apply(splat, 1, b);
        if ((pattern & 4) !== 0) c = this.apply(splat, 1, c);
      } else entry = hostEntry;
    }
    if (this.steps === mostSteps) {
      this.overflow = true;
      return a;
    }
    const { words, tape, slots, stride } = this.memory;
    const step = this.steps++;
    const destination = slots + step * stride;
    const at = (tape >> 2) + step * instructionWords;
    words[at] = entry;
    words[at + 1] = destination;
    words[at + 2] = a;
    words[at + 3] = b;
    words[at + 4] = c;
    words[at + 5] = id;
    if (this.fitting) {
      this.operator[step] = id;
      const isActive = this.isActive(a) || (arity > 1 && this.isActive(b)) || (arity > 2 && this.isActive(c));
      this.active[step] = isActive ? 1 : 0;
    }
    return destination << 2;
  }

  /** A column or step for an operand that may be a constant. */
  asVector(operand: number): number {
    return (operand & 3) === operandKinds.constant ? this.apply(splat, 1, operand) : operand;
  }

  /**
   * Appends a tree.
   *
   * @param args operand of each of its variables
   * @param index number of the tree within the candidate, for the sources of its constants
   */
  tree(tree: Tree, args: Int32Array, index: number): number {
    const { stack, builtIn } = this;
    const { code, value, length } = tree;
    const { arity } = this.language;
    const bottom = this.top;
    let top = bottom;
    for (let i = 0; i < length; i++) {
      const node = code[i];
      if (node === constantCode) stack[top++] = this.sharedConstant(value[i], index, i);
      else if (node >= firstVariable) stack[top++] = args[node - firstVariable];
      else {
        const count = arity[node];
        const id = builtIn[node];
        top -= count;
        if (id < 0) {
          this.top = top + count;
          stack[top] = this.custom(node, stack.slice(top, top + count));
        } else if (count === 1) stack[top] = this.apply(id, 1, stack[top]);
        else if (count === 2) stack[top] = this.binary(id, stack[top], stack[top + 1]);
        else stack[top] = this.apply(id, 3, stack[top], stack[top + 1], stack[top + 2]);
        top++;
      }
    }
    this.top = bottom;
    return stack[bottom];
  }

  private custom(node: number, args: Int32Array): number {
    return this.expression(this.language.operators[node - 1].body!, args);
  }

  /** Powers to small fixed exponents are products. */
  binary(id: number, a: number, b: number): number {
    if (id === ops.power && (b & 3) === operandKinds.constant && !this.isActive(b)) {
      const exponent = this.memory.doubles[b >>> 5];
      if (exponent === 1) return a;
      if (exponent === 2) return this.apply(ops.square, 1, a);
      if (exponent === 3) return this.apply(ops.cube, 1, a);
      if (exponent === 4) return this.apply(ops.square, 1, this.apply(ops.square, 1, a));
      if (exponent === -1) return this.apply(ops.inverse, 1, a);
      if (exponent === -2) return this.apply(ops.inverse, 1, this.apply(ops.square, 1, a));
      if (exponent === 0.5) return this.apply(ops.sqrt, 1, a);
    }
    return this.apply(id, 2, a, b);
  }

  /**
   * Appends an expression over given operands.
   *
   * @param args operand of each variable
   * @param special appends calls of names that are not operators, and parameters; undefined falls through
   */
  expression(
    expression: Expression,
    args: Int32Array,
    special?: (node: Expression, args: Int32Array) => number | undefined,
  ): number {
    const known = special?.(expression, args);
    if (known !== undefined) return known;
    switch (expression.kind) {
      case 'constant':
        return this.constant(expression.value);
      case 'variable':
        return args[expression.index];
      case 'parameter':
        throw new RangeError(`'${expression.name}' has no value here`);
      case 'call': {
        const operands = expression.args.map((arg) => this.expression(arg, args, special));
        const id = ids.get(expression.operator);
        if (id === undefined) {
          const custom = this.language.operators.findIndex(({ name }) => name === expression.operator);
          return this.custom(custom + 1, Int32Array.from(operands));
        }
        if (operands.length === 0) return this.constant(operatorList[id].evaluate());
        if (operands.length === 2) return this.binary(id, operands[0], operands[1]);
        return this.apply(id, operands.length, operands[0], operands[1], operands[2]);
      }
    }
  }
}
