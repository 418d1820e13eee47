/** The part of an ONNX file that is read: the graph, its nodes, constants and shapes. Unknown fields are skipped. */
import type * as Wire from '@bufbuild/protobuf/wire';
import { createRequire } from 'node:module';
import { InputError } from '../../model/index.ts';

export interface OnnxTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float64Array;
  /** Of whole numbers: their width, and whether they are signed. */
  readonly bits?: number;
  readonly signed?: boolean;
}

export type OnnxAttribute = number | string | readonly number[] | OnnxTensor;

export interface OnnxNode {
  readonly name: string;
  readonly operator: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, OnnxAttribute>;
}

export interface OnnxGraph {
  readonly name: string;
  readonly nodes: readonly OnnxNode[];
  readonly constants: ReadonlyMap<string, OnnxTensor>;
  /** With the batch; a size of 0 is left open. */
  readonly inputs: readonly { readonly name: string; readonly shape: readonly number[] }[];
  readonly outputs: readonly string[];
}

type Reader = Wire.BinaryReader;
type Fields = Readonly<Record<number, (reader: Reader) => void>>;

/** Field numbers are those of onnx.proto (IR version 8 and later). @throws InputError `ONX001`, `ONX002` */
export function readOnnx(bytes: Uint8Array): OnnxGraph {
  // loaded here: only ONNX models need it
  const { BinaryReader } = createRequire(import.meta.url)('@bufbuild/protobuf/wire') as typeof Wire;
  const graphs: OnnxGraph[] = [];
  try {
    const reader = new BinaryReader(bytes);
    readMessage(reader, bytes.length, { 7: (own) => graphs.push(readGraph(own)) });
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError({ code: 'ONX001', what: 'is no ONNX file, or breaks off', mend: 'export it again' });
  }
  if (graphs.length === 1) return graphs[0];
  throw new InputError({ code: 'ONX001', what: 'holds no graph', mend: 'export it again' });
}

/** Reads the fields of a message of `length` bytes; those without a reader are skipped. */
function readMessage(reader: Reader, length: number, fields: Fields): void {
  const end = reader.pos + length;
  while (reader.pos < end) {
    const [field, wireType] = reader.tag();
    const read = fields[field];
    if (read) read(reader);
    else reader.skip(wireType, field);
  }
}

function nested(reader: Reader, fields: Fields): void {
  readMessage(reader, reader.uint32(), fields);
}

function readGraph(reader: Reader): OnnxGraph {
  const nodes: OnnxNode[] = [];
  const constants = new Map<string, OnnxTensor>();
  const inputs: { name: string; shape: number[] }[] = [];
  const outputs: string[] = [];
  let name = 'model';
  nested(reader, {
    1: (own) => nodes.push(readNode(own)),
    2: (own) => (name = own.string()),
    5: (own) => {
      const tensor = readTensor(own);
      constants.set(tensor.name, tensor);
    },
    11: (own) => inputs.push(readValue(own)),
    12: (own) => outputs.push(readValue(own).name),
  });
  return { name, nodes, constants, inputs: inputs.filter((input) => !constants.has(input.name)), outputs };
}

function readValue(reader: Reader): { name: string; shape: number[] } {
  let name = '';
  const shape: number[] = [];
  const dimension = (own: Reader) => {
    let size = 0;
    nested(own, { 1: (inner) => (size = Number(inner.int64())) });
    shape.push(size);
  };
  nested(reader, {
    1: (own) => (name = own.string()),
    2: (own) => nested(own, { 1: (tensor) => nested(tensor, { 2: (all) => nested(all, { 1: dimension }) }) }),
  });
  return { name, shape };
}

function readNode(reader: Reader): OnnxNode {
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes = new Map<string, OnnxAttribute>();
  let [name, operator, domain] = ['', '', ''];
  nested(reader, {
    1: (own) => inputs.push(own.string()),
    2: (own) => outputs.push(own.string()),
    3: (own) => (name = own.string()),
    4: (own) => (operator = own.string()),
    5: (own) => readAttribute(own, attributes),
    7: (own) => (domain = own.string()),
  });
  return { name, operator, domain, inputs, outputs, attributes };
}

function readAttribute(reader: Reader, into: Map<string, OnnxAttribute>): void {
  let name = '';
  let value: OnnxAttribute | undefined;
  const list: number[] = [];
  const end = reader.uint32() + reader.pos;
  while (reader.pos < end) {
    const [field, wire] = reader.tag();
    if (field === 1) name = reader.string();
    else if (field === 2) value = reader.float();
    else if (field === 3) value = Number(reader.int64());
    else if (field === 4) value = new TextDecoder().decode(reader.bytes());
    else if (field === 5) value = readTensor(reader);
    else if (field === 7) repeated(reader, wire, list, () => reader.float());
    else if (field === 8) repeated(reader, wire, list, () => Number(reader.int64()));
    else reader.skip(wire, field);
  }
  into.set(name, value ?? list);
}

/** A repeated number field, packed (its length first) or one number at a time. */
function repeated(reader: Reader, wire: number, into: number[], read: () => number): void {
  const end = wire === LENGTH_DELIMITED ? reader.uint32() + reader.pos : reader.pos;
  do into.push(read());
  while (reader.pos < end);
}

const LENGTH_DELIMITED = 2;

const DATA_TYPES: Readonly<Record<number, { size: number; read: (view: DataView, at: number) => number }>> = {
  1: { size: 4, read: (view, at) => view.getFloat32(at, true) },
  2: { size: 1, read: (view, at) => view.getUint8(at) },
  3: { size: 1, read: (view, at) => view.getInt8(at) },
  4: { size: 2, read: (view, at) => view.getUint16(at, true) },
  5: { size: 2, read: (view, at) => view.getInt16(at, true) },
  6: { size: 4, read: (view, at) => view.getInt32(at, true) },
  7: { size: 8, read: (view, at) => Number(view.getBigInt64(at, true)) },
  9: { size: 1, read: (view, at) => view.getUint8(at) },
  11: { size: 8, read: (view, at) => view.getFloat64(at, true) },
};

/** Widths of the whole numbers that quantised tensors are kept in. */
const INTEGERS: Readonly<Record<number, { bits: number; signed: boolean }>> = {
  2: { bits: 8, signed: false },
  3: { bits: 8, signed: true },
  4: { bits: 16, signed: false },
  5: { bits: 16, signed: true },
  6: { bits: 32, signed: true },
};

function readTensor(reader: Reader): OnnxTensor {
  const shape: number[] = [];
  const numbers: number[] = [];
  let [name, dataType] = ['', 0];
  let raw: Uint8Array | undefined;
  let external = false;
  const end = reader.uint32() + reader.pos;
  while (reader.pos < end) {
    const [field, wire] = reader.tag();
    if (field === 1) repeated(reader, wire, shape, () => Number(reader.int64()));
    else if (field === 2) dataType = reader.int32();
    else if (field === 4) repeated(reader, wire, numbers, () => reader.float());
    else if (field === 5) repeated(reader, wire, numbers, () => reader.int32());
    else if (field === 7) repeated(reader, wire, numbers, () => Number(reader.int64()));
    else if (field === 8) name = reader.string();
    else if (field === 9) raw = reader.bytes();
    else if (field === 10) repeated(reader, wire, numbers, () => reader.double());
    else if (field === 14) external = reader.int32() === 1;
    else reader.skip(wire, field);
  }
  if (external) {
    throw new InputError({
      code: 'ONX002',
      field: name,
      what: 'keeps its values in another file, which is not read',
      mend: 'save the model with its data inside (onnx.save_model(..., save_as_external_data=False))',
    });
  }
  const whole = INTEGERS[dataType];
  if (raw === undefined) return { name, shape, values: Float64Array.from(numbers), ...whole };
  const type = DATA_TYPES[dataType];
  if (!type)
    throw new InputError({
      code: 'ONX002',
      field: name,
      what: `has numbers of the sort ${dataType}, which is not read`,
    });
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const count = raw.byteLength / type.size;
  return {
    name,
    shape,
    ...whole,
    values: Float64Array.from({ length: count }, (_, index) => type.read(view, index * type.size)),
  };
}
