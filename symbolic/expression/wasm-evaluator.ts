/**
 * Runs tapes by WebAssembly SIMD: one loop an operator over a block of rows, two doubles at a time.
 *
 * The module is made once; a tape is a list of instruction words in memory, its constants and parameters are doubles
 * in memory, so neither a new tape nor a refit emits code. Values follow IEEE arithmetic throughout; exp, log, sin, cos,
 * tanh and ^ are those of wasm/vector-functions.ts, with the errors stated there, and operators without a vector loop fall
 * back to `evaluate`, value by value.
 */
import {
  assembleModule,
  control,
  FunctionBuilder,
  i32,
  sequence,
  type ImportedFunction,
} from './wasm/assembler.ts';
import { webAssembly, type WasmMemory, type WasmModule } from './wasm/web-assembly.ts';
import { checkColumns, type Evaluator } from './evaluator.ts';
import { buildLoops, instructionWords, loopSignature, operandKinds } from './wasm/loops.ts';
import { kernelOf, type Kernel, type Operand } from './kernels.ts';
import type { Instruction, Location, Tape } from './tape.ts';

const blockRows = 256;
const blockBytes = 8 * blockRows;
const pageBytes = 65536;
/** Buffers of consecutive registers lie an odd cache line apart, so that they fall into different cache sets. */
const registerBytes = blockBytes + 64;

const imports: readonly ImportedFunction[] = [{ name: 'host', signature: loopSignature }];
const hostImport = 0;
const loops = buildLoops(hostImport);
const hostEntry = loops.functions.length;

interface RunExports {
  /** Executes the instructions from `tape` to `end` on one block. */
  run(tape: number, end: number, block: number, bytes: number): void;
}

let compiled: WasmModule | undefined;

function assemble(): WasmModule {
  const host = new FunctionBuilder(loopSignature);
  host.push(control.call(hostImport, ...host.params.map(({ get }) => get)));
  const run = new FunctionBuilder({ params: ['i32', 'i32', 'i32', 'i32'], results: [] });
  const [tape, end, block, bytes] = run.params;
  const ignored = run.local('i32');
  const more = i32.lessUnsigned(tape.get, end.get);
  const step = sequence(
    ignored.set(control.callIndirect(0, i32.load(tape.get), tape.get, block.get, bytes.get)),
    tape.set(i32.add(tape.get, i32.const(4 * instructionWords))),
  );
  run.push(control.when(more, control.repeatWhile(step, more)));
  const functions = [...loops.functions, host, run];
  const table = [...loops.functions, host].map((_, i) => imports.length + i);
  const binary = assembleModule({
    imports,
    functions,
    table,
    exports: { run: imports.length + functions.length - 1 },
  });
  return new webAssembly.Module(binary);
}

/** One host instruction: an operator without a vector loop, and its operands in memory. */
interface HostCall {
  readonly kernel: Kernel;
  readonly operands: readonly Operand[];
  /** Those operands that move with the block of rows. */
  readonly relative: readonly Operand[];
  readonly target: number;
}

interface Program {
  readonly tape: Tape;
  readonly words: Int32Array;
  readonly uniforms: Float64Array;
  readonly uniformSteps: readonly { kernel: Kernel; at: number; operands: readonly Operand[] }[];
  readonly hostCalls: readonly HostCall[];
}

/**
 * Columns in WebAssembly memory, and what is needed to run any number of tapes over them.
 *
 * One workspace serves one caller at a time: its evaluators share registers.
 */
export class WasmWorkspace {
  readonly rows: number;
  /** The columns as given. */
  readonly columns: readonly Float64Array[];
  private readonly columnBytes: number;
  private memory!: WasmMemory;
  private words!: Int32Array;
  private doubles!: Float64Array;
  private exports!: RunExports;
  private current: Program | undefined;
  /** Where things lie in memory. */
  private places = { uniforms: 0, tape: 0, registers: 0, columns: 0 };
  private capacity = { uniforms: 0, instructions: 0, registers: 0 };

  /** @throws RangeError if the columns differ in length */
  constructor(columns: readonly Float64Array[], rows: number) {
    this.rows = rows;
    this.columns = columns;
    this.columnBytes = 32 * Math.ceil(rows / 4);
    this.allocate({ uniforms: 64, instructions: 128, registers: 32 });
  }

  /** An evaluator of a tape over the columns as they were given to the workspace. */
  evaluator(tape: Tape): Evaluator {
    checkColumns(tape, this.columns, this.rows);
    this.allocate({
      uniforms: tape.uniforms.length,
      instructions: 4 * tape.rowInstructions.length,
      registers: tape.registerCount + 3,
    });
    let program: Program | undefined;
    return {
      rows: this.rows,
      evaluate: (parameters, outputs) => {
        if (program === undefined || program.uniforms.buffer !== this.memory.buffer)
          program = this.translate(tape);
        this.run(program, parameters, outputs);
      },
    };
  }

  private run(program: Program, parameters: ArrayLike<number>, outputs: readonly Float64Array[]): void {
    const { tape, uniforms } = program;
    if (this.current !== program) {
      this.words.set(program.words, this.places.tape >> 2);
      uniforms.set(tape.uniforms);
      this.current = program;
    }
    for (let i = 0; i < tape.parameters.length; i++) uniforms[i] = parameters[i];
    for (const { kernel, at, operands } of program.uniformSteps) kernel(uniforms, at, 1, operands);
    const end = this.places.tape + 4 * program.words.length;
    for (let start = 0; start < this.rows; start += blockRows) {
      const count = Math.min(blockRows, this.rows - start);
      this.exports.run(this.places.tape, end, 8 * start, 32 * Math.ceil(count / 4));
      for (let i = 0; i < tape.outputs.length; i++) this.copy(tape.outputs[i], outputs[i], start, count);
    }
  }

  private copy({ kind, index }: Location, output: Float64Array, start: number, count: number): void {
    const { doubles } = this;
    if (kind === 'uniform') {
      output.fill(doubles[(this.places.uniforms >> 3) + index], start, start + count);
      return;
    }
    const from = (kind === 'register' ? this.register(index) : this.column(index) + 8 * start) >> 3;
    for (let row = 0; row < count; row++) output[start + row] = doubles[from + row];
  }

  private register(index: number): number {
    return this.places.registers + index * registerBytes;
  }

  private column(index: number): number {
    return this.places.columns + index * this.columnBytes;
  }

  /** Makes room; on growth everything moves to a new memory and programs are translated anew. */
  private allocate(needed: { uniforms: number; instructions: number; registers: number }): void {
    const { capacity } = this;
    const keys = ['uniforms', 'instructions', 'registers'] as const;
    if (keys.every((key) => needed[key] <= capacity[key])) return;
    for (const key of keys) if (needed[key] > capacity[key]) capacity[key] = 2 * needed[key];
    const uniforms = 16;
    const tape = uniforms + 8 * capacity.uniforms;
    const registers = 64 * Math.ceil((tape + 4 * instructionWords * capacity.instructions) / 64);
    const columns = registers + registerBytes * capacity.registers;
    this.places = { uniforms, tape, registers, columns };
    const bytes = columns + this.columns.length * this.columnBytes + blockBytes;
    this.memory = new webAssembly.Memory({ initial: Math.ceil(bytes / pageBytes) });
    this.words = new Int32Array(this.memory.buffer);
    this.doubles = new Float64Array(this.memory.buffer);
    this.columns.forEach((column, i) => this.doubles.set(column, this.column(i) >> 3));
    this.current = undefined;
    compiled ??= assemble();
    const host = (instruction: number, block: number, bytes: number): number =>
      this.host(instruction, block, bytes);
    const instance = new webAssembly.Instance(compiled, {
      env: { memory: this.memory, host },
    });
    this.exports = instance.exports as RunExports;
  }

  private host(instruction: number, block: number, bytes: number): number {
    const { kernel, operands, relative, target } =
      this.current!.hostCalls[this.words[(instruction >> 2) + 5]];
    for (const operand of relative) operand.offset += block >> 3;
    kernel(this.doubles, target >> 3, bytes >> 3, operands);
    for (const operand of relative) operand.offset -= block >> 3;
    return 1;
  }

  private translate(tape: Tape): Program {
    const { places, doubles } = this;
    const uniforms = new Float64Array(this.memory.buffer, places.uniforms, tape.uniforms.length);
    const words: number[] = [];
    const hostCalls: HostCall[] = [];
    for (const instruction of tape.rowInstructions)
      this.translateRow(instruction, tape, words, hostCalls, doubles);
    return {
      tape,
      words: Int32Array.from(words),
      uniforms,
      uniformSteps: tape.uniformInstructions.map(({ operator, args, target }) => ({
        kernel: kernelOf(operator),
        at: target.index,
        operands: args.map(({ index }) => ({ array: uniforms, offset: index, stride: 0 })),
      })),
      hostCalls,
    };
  }

  private translateRow(
    { operator, args, target }: Instruction,
    tape: Tape,
    words: number[],
    hostCalls: HostCall[],
    doubles: Float64Array,
  ): void {
    const destination = this.register(target.index);
    const pattern = args.reduce((bits, { kind }, i) => (kind === 'uniform' ? bits | (1 << i) : bits), 0);
    const entries = loops.entries.get(operator.name);
    const direct = entries?.[pattern];
    const push = (entry: number, at: number, operands: readonly number[], host = 0) =>
      words.push(entry, at, operands[0] ?? 0, operands[1] ?? 0, operands[2] ?? 0, host);
    const hostCall = () => {
      const operands = args.map(({ kind, index }) => ({
        array: doubles,
        offset: this.address(kind, index) >> 3,
        stride: kind === 'uniform' ? 0 : 1,
      }));
      const relative = operands.filter((_, i) => args[i].kind === 'column');
      return hostCalls.push({ kernel: kernelOf(operator), operands, relative, target: destination }) - 1;
    };
    if (direct !== undefined) {
      const operands = args.map((arg) => this.operand(arg));
      push(direct, destination, operands, loops.limited.has(operator.name) ? hostCall() : 0);
    } else if (entries?.[0] !== undefined) {
      // No loop takes these uniform operands: fill a buffer with each.
      const operands = args.map((arg, i) => {
        if (arg.kind !== 'uniform') return this.operand(arg);
        const buffer = this.register(tape.registerCount + i);
        push(loops.entries.get('splat')![1]!, buffer, [this.operand(arg)]);
        return (buffer << 2) | operandKinds.absolute;
      });
      push(entries[0], destination, operands);
    } else {
      push(hostEntry, destination, [], hostCall());
    }
  }

  private address(kind: Location['kind'], index: number): number {
    switch (kind) {
      case 'uniform':
        return this.places.uniforms + 8 * index;
      case 'register':
        return this.register(index);
      case 'column':
        return this.column(index);
    }
  }

  private operand({ kind, index }: Location): number {
    return (this.address(kind, index) << 2) | operandKindOf[kind];
  }
}

const operandKindOf = {
  uniform: operandKinds.uniform,
  register: operandKinds.absolute,
  column: operandKinds.relative,
} as const;
