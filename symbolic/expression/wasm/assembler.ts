/**
 * Assembles WebAssembly modules with SIMD from expressions written as TypeScript calls.
 *
 * An `Instruction` appends its bytes to a function body, operands first, so nesting calls gives the operand order of
 * the stack machine. Opcodes: WebAssembly core specification 2.0, chapter 5 "Binary Format".
 */

export type ValueType = 'i32' | 'f64' | 'v128';
/** Appends bytes; leaves one value on the stack, or none for a statement. */
export type Instruction = (code: number[]) => void;

/** A local variable of a function under construction. */
export interface Local {
  readonly get: Instruction;
  set(value: Instruction): Instruction;
}

export interface Signature {
  readonly params: readonly ValueType[];
  readonly results: readonly ValueType[];
}

const typeBytes: Readonly<Record<ValueType, number>> = { i32: 0x7f, f64: 0x7c, v128: 0x7b };
const noResult = 0x40;

function unsigned(value: number): number[] {
  const bytes: number[] = [];
  do {
    const low = value & 0x7f;
    value >>>= 7;
    bytes.push(value === 0 ? low : low | 0x80);
  } while (value !== 0);
  return bytes;
}

function signed(value: number): number[] {
  const bytes: number[] = [];
  for (;;) {
    const low = value & 0x7f;
    value >>= 7;
    if ((value === 0 && (low & 0x40) === 0) || (value === -1 && (low & 0x40) !== 0)) return [...bytes, low];
    bytes.push(low | 0x80);
  }
}

function doubleBytes(value: number): number[] {
  return [...new Uint8Array(new Float64Array([value]).buffer)];
}

/** Puts instructions one after another. */
export function sequence(...parts: readonly Instruction[]): Instruction {
  return (code) => {
    for (const part of parts) part(code);
  };
}

/** An instruction of these bytes after its operands. */
function operation(bytes: readonly number[], ...operands: readonly Instruction[]): Instruction {
  return (code) => {
    for (const operand of operands) operand(code);
    code.push(...bytes);
  };
}

const unary = (opcode: number) => (a: Instruction) => operation([opcode], a);
const binary = (opcode: number) => (a: Instruction, b: Instruction) => operation([opcode], a, b);
const simd = (opcode: number): number[] => [0xfd, ...unsigned(opcode)];
const simdUnary = (opcode: number) => (a: Instruction) => operation(simd(opcode), a);
const simdBinary = (opcode: number) => (a: Instruction, b: Instruction) => operation(simd(opcode), a, b);

export const i32 = {
  const: (value: number): Instruction => operation([0x41, ...signed(value)]),
  load: (address: Instruction, offset = 0): Instruction => operation([0x28, 2, ...unsigned(offset)], address),
  add: binary(0x6a),
  sub: binary(0x6b),
  and: binary(0x71),
  shl: binary(0x74),
  shrUnsigned: binary(0x76),
  lessUnsigned: binary(0x49),
  equalsZero: unary(0x45),
};

export const f64 = {
  const: (value: number): Instruction => operation([0x44, ...doubleBytes(value)]),
  store: (address: Instruction, value: Instruction, offset = 0): Instruction =>
    operation([0x39, 3, ...unsigned(offset)], address, value),
  load: (address: Instruction, offset = 0): Instruction => operation([0x2b, 3, ...unsigned(offset)], address),
  add: binary(0xa0),
  sub: binary(0xa1),
  equals: binary(0x61),
};

/** Two doubles side by side. */
export const f64x2 = {
  const: (value: number): Instruction =>
    operation([...simd(0x0c), ...doubleBytes(value), ...doubleBytes(value)]),
  load: (address: Instruction, offset = 0): Instruction =>
    operation([...simd(0x00), 3, ...unsigned(offset)], address),
  loadSplat: (address: Instruction, offset = 0): Instruction =>
    operation([...simd(0x0a), 3, ...unsigned(offset)], address),
  store: (address: Instruction, value: Instruction, offset = 0): Instruction =>
    operation([...simd(0x0b), 3, ...unsigned(offset)], address, value),
  lane: (index: 0 | 1, a: Instruction): Instruction => operation([...simd(0x21), index], a),
  replaceLane: (index: 0 | 1, a: Instruction, value: Instruction): Instruction =>
    operation([...simd(0x22), index], a, value),
  add: simdBinary(0xf0),
  sub: simdBinary(0xf1),
  mul: simdBinary(0xf2),
  div: simdBinary(0xf3),
  min: simdBinary(0xf4),
  max: simdBinary(0xf5),
  abs: simdUnary(0xec),
  neg: simdUnary(0xed),
  sqrt: simdUnary(0xef),
  ceil: simdUnary(0x74),
  floor: simdUnary(0x75),
  nearest: simdUnary(0x94),
  eq: simdBinary(0x47),
  ne: simdBinary(0x48),
  lt: simdBinary(0x49),
  gt: simdBinary(0x4a),
  le: simdBinary(0x4b),
  ge: simdBinary(0x4c),
};

/** Two 64-bit integers side by side, and bit operations on the whole vector. */
export const i64x2 = {
  /** Both lanes from the high and low 32 bits. */
  const: (high: number, low: number): Instruction => {
    const lane = [...new Uint8Array(new Uint32Array([low, high]).buffer)];
    return operation([...simd(0x0c), ...lane, ...lane]);
  },
  add: simdBinary(0xce),
  sub: simdBinary(0xd1),
  shl: (a: Instruction, bits: number): Instruction => operation(simd(0xcb), a, i32.const(bits)),
  shrUnsigned: (a: Instruction, bits: number): Instruction => operation(simd(0xcd), a, i32.const(bits)),
  eq: simdBinary(0xd6),
};

export const v128 = {
  and: simdBinary(0x4e),
  andNot: simdBinary(0x4f),
  or: simdBinary(0x50),
  xor: simdBinary(0x51),
  /** Bits of `whenSet` where the mask is 1, of `whenClear` elsewhere. */
  select: (whenSet: Instruction, whenClear: Instruction, mask: Instruction): Instruction =>
    operation(simd(0x52), whenSet, whenClear, mask),
  anyTrue: simdUnary(0x53),
};

export const control = {
  /** Runs the body, then again as long as the condition holds. */
  repeatWhile:
    (body: Instruction, condition: Instruction): Instruction =>
    (code) => {
      code.push(0x03, noResult);
      body(code);
      condition(code);
      code.push(0x0d, 0, 0x0b);
    },
  when:
    (condition: Instruction, then: Instruction): Instruction =>
    (code) => {
      condition(code);
      code.push(0x04, noResult);
      then(code);
      code.push(0x0b);
    },
  call: (index: number, ...args: readonly Instruction[]): Instruction =>
    operation([0x10, ...unsigned(index)], ...args),
  /** Calls the table entry whose index stands on the stack after the arguments. */
  callIndirect: (type: number, entry: Instruction, ...args: readonly Instruction[]): Instruction =>
    operation([0x11, ...unsigned(type), 0], ...args, entry),
  return: (value: Instruction): Instruction => operation([0x0f], value),
};

/** One function under construction: parameters first, then locals as they are asked for. */
export class FunctionBuilder {
  readonly params: readonly Local[];
  private readonly locals: ValueType[] = [];
  private readonly body: Instruction[] = [];
  readonly signature: Signature;

  constructor(signature: Signature) {
    this.signature = signature;
    this.params = signature.params.map((_, index) => localAt(index));
  }

  local(type: ValueType): Local {
    this.locals.push(type);
    return localAt(this.params.length + this.locals.length - 1);
  }

  /** Appends a statement, or the final value. */
  push(...statements: readonly Instruction[]): void {
    this.body.push(...statements);
  }

  /** Stores a value in a new local and gives the way to read it. */
  keep(type: ValueType, value: Instruction): Instruction {
    const local = this.local(type);
    this.push(local.set(value));
    return local.get;
  }

  /** Statements pushed by `build`, apart from the body so far: for loop bodies. */
  collect(build: () => void): Instruction {
    const before = this.body.length;
    build();
    return sequence(...this.body.splice(before));
  }

  /** The function's entry in the code section, without its length. */
  bytes(): number[] {
    const code: number[] = [...unsigned(this.locals.length)];
    for (const type of this.locals) code.push(1, typeBytes[type]);
    for (const part of this.body) part(code);
    code.push(0x0b);
    return code;
  }
}

function localAt(index: number): Local {
  return {
    get: operation([0x20, ...unsigned(index)]),
    set: (value) => operation([0x21, ...unsigned(index)], value),
  };
}

export interface ImportedFunction {
  readonly name: string;
  readonly signature: Signature;
}

/**
 * A whole module that imports `env.memory` and functions from `env`, keeps some functions in a table, and exports
 * others by name. Function indices count imports first.
 */
export function assembleModule(parts: {
  readonly imports: readonly ImportedFunction[];
  readonly functions: readonly FunctionBuilder[];
  /** Function indices, in table order. */
  readonly table: readonly number[];
  readonly exports: Readonly<Record<string, number>>;
}): Uint8Array<ArrayBuffer> {
  const types = new Map<string, number>();
  const typeEntries: number[][] = [];
  const typeIndex = ({ params, results }: Signature): number => {
    const key = `${params.join()}:${results.join()}`;
    let index = types.get(key);
    if (index === undefined) {
      index = types.size;
      types.set(key, index);
      typeEntries.push([
        0x60,
        ...vector(params.map((p) => [typeBytes[p]])),
        ...vector(results.map((r) => [typeBytes[r]])),
      ]);
    }
    return index;
  };
  tableSignatureType(parts.functions, parts.table, parts.imports.length, typeIndex);
  const imports = [
    [...text('env'), ...text('memory'), 0x02, 0x00, ...unsigned(1)],
    ...parts.imports.map(({ name, signature }) => [
      ...text('env'),
      ...text(name),
      0x00,
      ...unsigned(typeIndex(signature)),
    ]),
  ];
  const functionTypes = parts.functions.map(({ signature }) => unsigned(typeIndex(signature)));
  const tableSize = unsigned(parts.table.length);
  const exports = Object.entries(parts.exports).map(([name, index]) => [
    ...text(name),
    0x00,
    ...unsigned(index),
  ]);
  const bodies = parts.functions.map((f) => {
    const bytes = f.bytes();
    return [...unsigned(bytes.length), ...bytes];
  });
  const sections: readonly (readonly [number, number[]])[] = [
    [1, vector(typeEntries)],
    [2, vector(imports)],
    [3, vector(functionTypes)],
    [4, [1, 0x70, 0x00, ...tableSize]],
    [7, vector(exports)],
    [9, [1, 0x00, 0x41, 0x00, 0x0b, ...vector(parts.table.map(unsigned))]],
    [10, vector(bodies)],
  ];
  const bytes: number[] = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
  for (const [id, content] of sections) {
    bytes.push(id, ...unsigned(content.length));
    for (const byte of content) bytes.push(byte);
  }
  return Uint8Array.from(bytes);
}

/** Gives the signature shared by all table entries type index 0, which `callIndirect(0, …)` names. */
function tableSignatureType(
  functions: readonly FunctionBuilder[],
  table: readonly number[],
  imports: number,
  typeIndex: (signature: Signature) => number,
): void {
  if (table.length > 0) typeIndex(functions[table[0] - imports].signature);
}

function vector(items: readonly (readonly number[])[]): number[] {
  const bytes = unsigned(items.length);
  for (const item of items) for (const byte of item) bytes.push(byte);
  return bytes;
}

function text(value: string): number[] {
  const bytes = [...new TextEncoder().encode(value)];
  return [...unsigned(bytes.length), ...bytes];
}
