/**
 * The loops of the SIMD evaluator: one WebAssembly function an operator and pattern of uniform operands.
 *
 * Every loop has the signature (instruction, block, bytes): `bytes` is 8 × rows, a multiple of 32; an instruction is six
 * 32-bit words: table entry, address of the result, three operands, number of the host call. An operand is
 * (address << 2) | kind; kinds are below.
 */
import {
  control,
  f64x2,
  FunctionBuilder,
  i32,
  sequence,
  v128,
  i64x2,
  type Instruction,
  type Local,
  type Signature,
} from './assembler.ts';
import {
  exponential,
  hyperbolicTangent,
  largestAngle,
  logarithm,
  power,
  sinusoid,
} from './vector-functions.ts';

export const instructionWords = 6;
/** An address as it is, one to which the block of rows is added, or the address of a single value. */
export const operandKinds = { absolute: 0, relative: 1, uniform: 2 } as const;
export const loopSignature: Signature = { params: ['i32', 'i32', 'i32'], results: ['i32'] };

type Body = (fn: FunctionBuilder, a: Instruction, b: Instruction, c: Instruction) => Instruction;

interface Loop {
  readonly operator: string;
  readonly arity: number;
  /** Which operands are uniform, a bit each; one loop for each entry. */
  readonly patterns: readonly number[];
  readonly body: Body;
  /** Largest size of the first operand that the body is good for; beyond it the host does the block. */
  readonly limit?: number;
}

const { add, sub, mul, div, neg } = f64x2;
const one = f64x2.const(1);
const zero = f64x2.const(0);
const flag = (mask: Instruction): Instruction => v128.and(mask, one);
const twice = (fn: FunctionBuilder, a: Instruction, use: (x: Instruction) => Instruction): Instruction =>
  use(fn.keep('v128', a));

const unary = (operator: string, body: Body): Loop => ({ operator, arity: 1, patterns: [0], body });
const binary = (operator: string, body: Body): Loop => ({ operator, arity: 2, patterns: [0, 1, 2], body });

const loops: readonly Loop[] = [
  // splat fills a buffer with its one uniform operand.
  { operator: 'splat', arity: 1, patterns: [1], body: (_, a) => a },
  binary('+', (_, a, b) => add(a, b)),
  binary('-', (_, a, b) => sub(a, b)),
  binary('*', (_, a, b) => mul(a, b)),
  binary('/', (_, a, b) => div(a, b)),
  binary('^', power),
  binary('max', (_, a, b) => f64x2.max(a, b)),
  binary('min', (_, a, b) => f64x2.min(a, b)),
  binary('greater', (_, a, b) => flag(f64x2.gt(a, b))),
  binary('less', (_, a, b) => flag(f64x2.lt(a, b))),
  binary('greater_equal', (_, a, b) => flag(f64x2.ge(a, b))),
  binary('less_equal', (_, a, b) => flag(f64x2.le(a, b))),
  binary('cond', (_, a, b) => v128.and(b, f64x2.gt(a, zero))),
  { operator: 'ifelse', arity: 3, patterns: [0], body: (_, a, b, c) => v128.select(b, c, f64x2.gt(a, zero)) },
  { operator: 'fma', arity: 3, patterns: [0], body: (_, a, b, c) => add(mul(a, b), c) },
  unary('neg', (_, a) => neg(a)),
  unary('inv', (_, a) => div(one, a)),
  unary('square', (fn, a) => twice(fn, a, (x) => mul(x, x))),
  unary('cube', (fn, a) => twice(fn, a, (x) => mul(mul(x, x), x))),
  unary('sqrt', (_, a) => f64x2.sqrt(a)),
  unary('abs', (_, a) => f64x2.abs(a)),
  unary('sign', (fn, a) =>
    twice(fn, a, (x) => {
      const size = v128.select(one, x, f64x2.gt(f64x2.abs(x), zero));
      return v128.or(size, v128.and(x, i64x2.const(0x80000000, 0)));
    }),
  ),
  unary('floor', (_, a) => f64x2.floor(a)),
  unary('ceil', (_, a) => f64x2.ceil(a)),
  unary('round', (_, a) => f64x2.nearest(a)),
  unary('exp', exponential),
  unary('log', logarithm),
  { ...unary('sin', (fn, a) => sinusoid(fn, a, 0)), limit: largestAngle },
  { ...unary('cos', (fn, a) => sinusoid(fn, a, 1)), limit: largestAngle },
  unary('tanh', hyperbolicTangent),
  unary('gauss', (fn, a) => twice(fn, a, (x) => exponential(fn, neg(mul(x, x))))),
  unary('sigmoid', (fn, a) => div(one, add(one, exponential(fn, neg(a))))),
  unary('relu', (fn, a) => twice(fn, a, (x) => v128.and(x, f64x2.gt(x, zero)))),
];

export interface BuiltLoops {
  readonly functions: readonly FunctionBuilder[];
  /** Table entry by operator and pattern. */
  readonly entries: ReadonlyMap<string, readonly (number | undefined)[]>;
  /** Operators whose loops may turn to the host: their instructions need the number of a host call. */
  readonly limited: ReadonlySet<string>;
}

/** @param host index of the imported function that does any instruction */
export function buildLoops(host: number): BuiltLoops {
  const functions: FunctionBuilder[] = [];
  const entries = new Map<string, (number | undefined)[]>();
  for (const loop of loops) {
    const byPattern: (number | undefined)[] = [];
    for (const pattern of loop.patterns) byPattern[pattern] = functions.push(build(loop, pattern, host)) - 1;
    entries.set(loop.operator, byPattern);
  }
  const limited = new Set(loops.filter(({ limit }) => limit !== undefined).map(({ operator }) => operator));
  return { functions, entries, limited };
}

function build({ arity, body, limit }: Loop, pattern: number, host: number): FunctionBuilder {
  const fn = new FunctionBuilder(loopSignature);
  const [instruction, block, bytes] = fn.params;
  const target = fn.local('i32');
  fn.push(target.set(i32.load(instruction.get, 4)));
  const pointers: Local[] = [];
  const operands = Array.from({ length: arity }, (_, index) => {
    const word = fn.keep('i32', i32.load(instruction.get, 8 + 4 * index));
    const address = i32.shrUnsigned(word, i32.const(2));
    if (((pattern >> index) & 1) === 1) {
      const value = fn.keep('v128', f64x2.loadSplat(address));
      return (): Instruction => value;
    }
    const pointer = fn.local('i32');
    const isRelative = i32.sub(i32.const(0), i32.and(word, i32.const(1)));
    fn.push(pointer.set(i32.add(address, i32.and(isRelative, block.get))));
    pointers.push(pointer);
    return (offset: number): Instruction => f64x2.load(pointer.get, offset);
  });
  if (limit !== undefined) {
    // Before anything is written, since the result may take the operand's place.
    const beyond = fn.local('v128');
    const probe = fn.local('i32');
    fn.push(probe.set(pointers[0].get));
    forEachFour(fn, [probe], bytes.get, (offset) => {
      const isBeyond = f64x2.gt(f64x2.abs(f64x2.load(probe.get, offset)), f64x2.const(limit));
      fn.push(beyond.set(v128.or(beyond.get, isBeyond)));
    });
    const all = fn.params.map(({ get }) => get);
    fn.push(control.when(v128.anyTrue(beyond.get), control.return(control.call(host, ...all))));
  }
  forEachFour(fn, [target, ...pointers], bytes.get, (offset) => {
    const [a, b = zero, c = zero] = operands.map((operand) => operand(offset));
    fn.push(f64x2.store(target.get, body(fn, a, b, c), offset));
  });
  fn.push(i32.const(1));
  return fn;
}

/** Runs `step` at byte offsets 0 and 16 of every four rows, advancing the pointers. */
function forEachFour(
  fn: FunctionBuilder,
  pointers: readonly Local[],
  bytes: Instruction,
  step: (offset: number) => void,
): void {
  const left = fn.local('i32');
  fn.push(left.set(bytes));
  const both = fn.collect(() => {
    step(0);
    step(16);
  });
  const advance = pointers.map((pointer) => pointer.set(i32.add(pointer.get, i32.const(32))));
  const count = left.set(i32.sub(left.get, i32.const(32)));
  fn.push(control.repeatWhile(sequence(both, ...advance, count), left.get));
}
