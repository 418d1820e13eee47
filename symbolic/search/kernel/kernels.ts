/**
 * The loops of the evaluator: one WebAssembly function per operator and operand pattern.
 *
 * Every loop has the signature (instruction, block, bytes) -> 1, or 0 when an operator that can leave the finite
 * numbers (poles, restricted domains, overflow) did so. `bytes` is 8 x rows, a multiple of 32. An instruction is six
 * 32-bit words: table entry, destination address, three operands, and the number of a host function. An operand is
 * (address << 2) | kind, where kind 0 is an absolute address, 1 an address relative to the block of rows, and 2 the
 * address of one constant.
 */
import {
  exponential,
  hyperbolicTangent,
  largestAngle,
  logarithm,
} from '../../expression/wasm/vector-functions.ts';
import { power, sinusoid } from './vector-math.ts';
import {
  control, f64, f64x2, FunctionBuilder, i32, i64x2, sequence, v128, type Instruction, type Signature,
} from '../../expression/wasm/assembler.ts'; // prettier-ignore

export const instructionWords = 6;
export const operandKinds = { absolute: 0, relative: 1, constant: 2 } as const;

/** Which operands are constants: bit i for operand i. */
type Pattern = number;
type Body = (fn: FunctionBuilder, ...operands: readonly Instruction[]) => Instruction;

interface KernelSpec {
  readonly operator: string;
  readonly arity: number;
  readonly patterns: readonly Pattern[];
  readonly body: Body;
  /** Stops the candidate when a value is not finite. */
  readonly checked?: boolean;
}

export const loopSignature: Signature = { params: ['i32', 'i32', 'i32'], results: ['i32'] };

const one = f64x2.const(1);
const zero = f64x2.const(0);
/** 1 where the mask is set. */
const flag = (mask: Instruction): Instruction => v128.and(mask, one);
const anyPattern = [0, 1, 2];

function specs(): readonly KernelSpec[] {
  const { add, sub, mul, div } = f64x2;
  const unary = (operator: string, body: Body, checked = false): KernelSpec => ({
    operator,
    arity: 1,
    patterns: [0],
    body,
    checked,
  });
  const binary = (operator: string, body: Body, checked = false): KernelSpec => ({
    operator,
    arity: 2,
    patterns: anyPattern,
    body,
    checked,
  });
  return [
    // splat fills a buffer with a constant; its operand is always one.
    { operator: 'splat', arity: 1, patterns: [1], body: (_, a) => a },
    binary('+', (_, a, b) => add(a, b)),
    binary('-', (_, a, b) => sub(a, b)),
    binary('*', (_, a, b) => mul(a, b)),
    binary('/', (_, a, b) => div(a, b), true),
    binary('^', power, true),
    binary('max', (_, a, b) => f64x2.max(a, b)),
    binary('min', (_, a, b) => f64x2.min(a, b)),
    binary('greater', (_, a, b) => flag(f64x2.gt(a, b))),
    binary('less', (_, a, b) => flag(f64x2.lt(a, b))),
    binary('greater_equal', (_, a, b) => flag(f64x2.ge(a, b))),
    binary('less_equal', (_, a, b) => flag(f64x2.le(a, b))),
    binary('cond', (_, a, b) => v128.and(b, f64x2.gt(a, zero))),
    {
      operator: 'ifelse',
      arity: 3,
      patterns: [0],
      body: (_, a, b, c) => v128.select(b, c, f64x2.gt(a, zero)),
    },
    { operator: 'fma', arity: 3, patterns: [0], body: (_, a, b, c) => add(mul(a, b), c) },
    unary('neg', (_, a) => f64x2.neg(a)),
    unary('inv', (_, a) => div(one, a), true),
    unary('square', (fn, a) => { const x = fn.keep('v128', a); return mul(x, x); }), // prettier-ignore
    unary('cube', (fn, a) => { const x = fn.keep('v128', a); return mul(mul(x, x), x); }), // prettier-ignore
    unary('sqrt', (_, a) => f64x2.sqrt(a), true),
    unary('abs', (_, a) => f64x2.abs(a)),
    unary('sign', (fn, a) => {
      const x = fn.keep('v128', a);
      const size = v128.and(f64x2.ne(x, zero), one);
      return v128.or(size, v128.and(x, i64x2.const(0x80000000, 0)));
    }),
    unary('floor', (_, a) => f64x2.floor(a)),
    unary('ceil', (_, a) => f64x2.ceil(a)),
    unary('round', (_, a) => f64x2.nearest(a)),
    unary('exp', exponential, true),
    unary('log', logarithm, true),
    unary('sin', (fn, a) => sinusoid(fn, a, 0)),
    unary('cos', (fn, a) => sinusoid(fn, a, 1)),
    unary('tanh', hyperbolicTangent),
    unary('gauss', (fn, a) => { const x = fn.keep('v128', a); return exponential(fn, f64x2.neg(mul(x, x))); }), // prettier-ignore
    unary('sigmoid', (fn, a) => div(one, add(one, exponential(fn, f64x2.neg(a))))),
    unary('relu', (fn, a) => { const x = fn.keep('v128', a); return v128.and(x, f64x2.gt(x, zero)); }), // prettier-ignore
  ];
}

/** Largest size of the operand for which a loop is good; where a row is beyond it, the host mends its result. */
export const loopLimits: ReadonlyMap<string, number> = new Map([
  ['sin', largestAngle],
  ['cos', largestAngle],
]);

export interface Kernels {
  readonly functions: readonly FunctionBuilder[];
  /** Position in `functions` by operator and pattern: `entries.get('+')?.[pattern]`. */
  readonly entries: ReadonlyMap<string, readonly (number | undefined)[]>;
}

/**
 * All loops, to be put into the table in this order.
 *
 * @param host index of the imported function that does any operator
 */
export function buildKernels(host: number): Kernels {
  const functions: FunctionBuilder[] = [];
  const entries = new Map<string, (number | undefined)[]>();
  for (const spec of specs()) {
    const byPattern: (number | undefined)[] = [];
    for (const pattern of spec.patterns) {
      byPattern[pattern] = functions.length;
      functions.push(loop(spec, pattern, host));
    }
    entries.set(spec.operator, byPattern);
  }
  return { functions, entries };
}

/** Address of a vector operand: operand >>> 2, plus the block if relative. */
export function operandAddress(operand: Instruction, block: Instruction): Instruction {
  const isRelative = i32.sub(i32.const(0), i32.and(operand, i32.const(1)));
  return i32.add(i32.shrUnsigned(operand, i32.const(2)), i32.and(isRelative, block));
}

const rowsPerStep = 4;
const bytesPerStep = 8 * rowsPerStep;

/** Runs `step` for offsets 0, 32, 64, … below `bytes`, advancing the pointers. */
export function forEachStep(
  fn: FunctionBuilder,
  pointers: readonly { get: Instruction; set(value: Instruction): Instruction }[],
  bytes: Instruction,
  step: () => void,
): void {
  const left = fn.local('i32');
  fn.push(left.set(bytes));
  const body = fn.collect(step);
  const advance = pointers.map((p) => p.set(i32.add(p.get, i32.const(bytesPerStep))));
  const count = left.set(i32.sub(left.get, i32.const(bytesPerStep)));
  fn.push(control.repeatWhile(sequence(body, ...advance, count), left.get));
}

function loop(spec: KernelSpec, pattern: Pattern, host: number): FunctionBuilder {
  const limit = loopLimits.get(spec.operator);
  const fn = new FunctionBuilder(loopSignature);
  const [instruction, block, bytes] = fn.params;
  const destination = fn.local('i32');
  fn.push(destination.set(i32.load(instruction.get, 4)));
  const pointers = [destination];
  const operands = Array.from({ length: spec.arity }, (_, index) => {
    const operand = fn.keep('i32', i32.load(instruction.get, 8 + 4 * index));
    if (((pattern >> index) & 1) === 1) {
      const value = fn.keep('v128', f64x2.loadSplat(i32.shrUnsigned(operand, i32.const(2))));
      return (): Instruction => value;
    }
    const pointer = fn.local('i32');
    fn.push(pointer.set(operandAddress(operand, block.get)));
    pointers.push(pointer);
    return (offset: number): Instruction => f64x2.load(pointer.get, offset);
  });
  const check = fn.local('v128');
  const peak = fn.local('v128');
  forEachStep(fn, pointers, bytes.get, () => {
    for (const offset of [0, 16]) {
      if (limit !== undefined) fn.push(peak.set(f64x2.max(peak.get, f64x2.abs(operands[0](offset)))));
      const value = spec.body(fn, ...operands.map((operand) => operand(offset)));
      if (spec.checked !== true) {
        fn.push(f64x2.store(destination.get, value, offset));
        continue;
      }
      const kept = fn.keep('v128', value);
      fn.push(f64x2.store(destination.get, kept, offset));
      // 0 x value is 0, or NaN when the value is not finite.
      fn.push(check.set(f64x2.add(check.get, f64x2.mul(kept, zero))));
    }
  });
  if (limit !== undefined) {
    const isBeyond = v128.anyTrue(f64x2.gt(peak.get, f64x2.const(limit)));
    fn.push(control.when(isBeyond, control.return(control.call(host, ...fn.params.map((p) => p.get)))));
  }
  if (spec.checked !== true) fn.push(i32.const(1));
  else fn.push(f64.equals(f64.add(f64x2.lane(0, check.get), f64x2.lane(1, check.get)), f64.const(0)));
  return fn;
}
