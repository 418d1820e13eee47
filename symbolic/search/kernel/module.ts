/**
 * Puts the loops together into one WebAssembly module with four entry points, and instantiates it.
 *
 * - run(tape, end, block, bytes) -> 1 | 0: executes the instructions of one block of rows.
 * - sumProducts(u, v, block, bytes) -> sum of u v over one block.
 * - sumSquares(prediction, target, weight, block, bytes) -> sum of weight (prediction - target)^2.
 * - normalEquations(columns, count, weight, residual, scratch, out, block, bytes): adds J^T W J (lower triangle, row by
 *   row) and J^T r to the doubles at `out`; `columns` lists the operands of J, r is already weighted.
 */
import { buildKernels, forEachStep, loopSignature, operandAddress } from './kernels.ts';
import {
  assembleModule, control, f64, f64x2, FunctionBuilder, i32, sequence, type ImportedFunction, type Instruction,
} from '../../expression/wasm/assembler.ts'; // prettier-ignore
import { lanesSum } from './vector-math.ts';
import { webAssembly, type WasmMemory, type WasmModule } from '../../expression/wasm/web-assembly.ts';

export interface KernelExports {
  run(tape: number, end: number, block: number, bytes: number): number;
  sumProducts(u: number, v: number, block: number, bytes: number): number;
  sumSquares(prediction: number, target: number, weight: number, block: number, bytes: number): number;
  normalEquations(
    columns: number,
    count: number,
    weight: number,
    residual: number,
    scratch: number,
    out: number,
    block: number,
    bytes: number,
  ): void;
}

/** Called for operators without a loop of their own; same meaning of arguments and result as a loop. */
export type HostOperator = (instruction: number, block: number, bytes: number) => number;

const imports: readonly ImportedFunction[] = [{ name: 'host', signature: loopSignature }];
const hostImport = 0;

const kernels = buildKernels(hostImport);
const firstLoop = imports.length;
/** Table entry that hands the instruction to the host. */
export const hostEntry = kernels.functions.length;

/** Table entry of an operator for a pattern of constant operands, if there is a loop for it. */
export function kernelEntry(operator: string, pattern: number): number | undefined {
  return kernels.entries.get(operator)?.[pattern];
}

let compiled: WasmModule | undefined;

/** A fresh instance on that memory. The module itself is made once per thread. */
export function instantiateKernel(memory: WasmMemory, host: HostOperator): KernelExports {
  compiled ??= new webAssembly.Module(assemble());
  const instance = new webAssembly.Instance(compiled, {
    env: { memory, host },
  });
  return instance.exports as KernelExports;
}

function assemble(): Uint8Array<ArrayBuffer> {
  const hostLoop = new FunctionBuilder(loopSignature);
  hostLoop.push(control.call(hostImport, ...hostLoop.params.map((p) => p.get)));
  const entryPoints = {
    run: run(),
    sumProducts: sumProducts(),
    sumSquares: sumSquares(),
    normalEquations: normalEquations(),
  };
  const functions = [...kernels.functions, hostLoop, ...Object.values(entryPoints)];
  const firstExport = firstLoop + kernels.functions.length + 1;
  return assembleModule({
    imports,
    functions,
    table: [...kernels.functions, hostLoop].map((_, index) => firstLoop + index),
    exports: Object.fromEntries(Object.keys(entryPoints).map((name, index) => [name, firstExport + index])),
  });
}

function run(): FunctionBuilder {
  const fn = new FunctionBuilder({ params: ['i32', 'i32', 'i32', 'i32'], results: ['i32'] });
  const [tape, end, block, bytes] = fn.params;
  const call = control.callIndirect(0, i32.load(tape.get), tape.get, block.get, bytes.get);
  const step = sequence(
    control.when(i32.equalsZero(call), control.return(i32.const(0))),
    tape.set(i32.add(tape.get, i32.const(24))),
  );
  const more = i32.lessUnsigned(tape.get, end.get);
  fn.push(control.when(more, control.repeatWhile(step, more)), i32.const(1));
  return fn;
}

/** Adds up `term` over the rows of the operands, in four partial sums. */
function sumOver(
  fn: FunctionBuilder,
  operands: readonly Instruction[],
  block: Instruction,
  bytes: Instruction,
  term: (...values: readonly Instruction[]) => Instruction,
): Instruction {
  const pointers = operands.map((operand) => {
    const pointer = fn.local('i32');
    fn.push(pointer.set(operandAddress(operand, block)));
    return pointer;
  });
  const sums = [fn.local('v128'), fn.local('v128')];
  for (const sum of sums) fn.push(sum.set(f64x2.const(0)));
  forEachStep(fn, pointers, bytes, () => {
    sums.forEach((sum, half) => {
      const values = pointers.map((p) => f64x2.load(p.get, 16 * half));
      fn.push(sum.set(f64x2.add(sum.get, term(...values))));
    });
  });
  return lanesSum(fn, f64x2.add(sums[0].get, sums[1].get));
}

function sumProducts(): FunctionBuilder {
  const fn = new FunctionBuilder({ params: ['i32', 'i32', 'i32', 'i32'], results: ['f64'] });
  const [u, v, block, bytes] = fn.params.map((p) => p.get);
  fn.push(sumOver(fn, [u, v], block, bytes, (a, b) => f64x2.mul(a, b)));
  return fn;
}

function sumSquares(): FunctionBuilder {
  const fn = new FunctionBuilder({ params: ['i32', 'i32', 'i32', 'i32', 'i32'], results: ['f64'] });
  const [prediction, target, weight, block, bytes] = fn.params.map((p) => p.get);
  const difference = fn.local('v128');
  fn.push(
    sumOver(fn, [prediction, target, weight], block, bytes, (p, t, w) =>
      sequence(difference.set(f64x2.sub(p, t)), f64x2.mul(f64x2.mul(difference.get, difference.get), w)),
    ),
  );
  return fn;
}

function normalEquations(): FunctionBuilder {
  const fn = new FunctionBuilder({ params: Array.from({ length: 8 }, () => 'i32' as const), results: [] });
  const [columns, count, weight, residual, scratch, out, block, bytes] = fn.params.map((p) => p.get);
  const [row, column, cell] = [fn.local('i32'), fn.local('i32'), fn.local('i32')];
  const end = fn.keep('i32', i32.add(columns, i32.shl(count, i32.const(2))));
  const four = i32.const(4);
  const addTo = (value: Instruction): Instruction =>
    sequence(
      f64.store(cell.get, f64.add(f64.load(cell.get), value)),
      cell.set(i32.add(cell.get, i32.const(8))),
    );
  fn.push(cell.set(out), row.set(columns));
  const eachRow = fn.collect(() => {
    const operand = fn.keep('i32', i32.load(row.get));
    const [source, weights, target] = [fn.local('i32'), fn.local('i32'), fn.local('i32')];
    fn.push(
      source.set(operandAddress(operand, block)),
      weights.set(operandAddress(weight, block)),
      target.set(scratch),
    );
    forEachStep(fn, [source, weights, target], bytes, () => {
      for (const offset of [0, 16]) {
        const product = f64x2.mul(f64x2.load(source.get, offset), f64x2.load(weights.get, offset));
        fn.push(f64x2.store(target.get, product, offset));
      }
    });
    fn.push(column.set(columns));
    const eachColumn = fn.collect(() => {
      const weighted = i32.shl(scratch, i32.const(2));
      const other = fn.keep('i32', i32.load(column.get));
      fn.push(addTo(sumOver(fn, [weighted, other], block, bytes, (a, b) => f64x2.mul(a, b))));
      fn.push(column.set(i32.add(column.get, four)));
    });
    // The diagonal is the last cell of a row: column <= row.
    fn.push(control.repeatWhile(eachColumn, i32.lessUnsigned(column.get, i32.add(row.get, four))));
    fn.push(row.set(i32.add(row.get, four)));
  });
  fn.push(control.repeatWhile(eachRow, i32.lessUnsigned(row.get, end)));
  fn.push(row.set(columns));
  const eachGradient = fn.collect(() => {
    const operand = fn.keep('i32', i32.load(row.get));
    fn.push(addTo(sumOver(fn, [operand, residual], block, bytes, (a, b) => f64x2.mul(a, b))));
    fn.push(row.set(i32.add(row.get, four)));
  });
  fn.push(control.repeatWhile(eachGradient, i32.lessUnsigned(row.get, end)));
  return fn;
}
