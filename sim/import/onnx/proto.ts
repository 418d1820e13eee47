/** The part of an ONNX file that is read: the graph, its nodes, constants and shapes. Other fields are skipped. */
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
  /** Undefined stands for values of sorts that no operator here has: graphs, lists of texts, references. */
  readonly attributes: ReadonlyMap<string, OnnxAttribute | undefined>;
}

/** The file beside the model that a tensor keeps its values in. @throws InputError if there is none */
export type ReadExternal = (location: string) => Uint8Array;

export interface OnnxGraph {
  readonly name: string;
  /** Version of ONNX' own operators; the newest known where the file does not say. */
  readonly opset: number;
  readonly nodes: readonly OnnxNode[];
  readonly constants: ReadonlyMap<string, OnnxTensor>;
  /** With the batch; a size of 0 is left open. */
  readonly inputs: readonly { readonly name: string; readonly shape: readonly number[] }[];
  readonly outputs: readonly string[];
}

type Reader = Wire.BinaryReader;
type Fields = Readonly<Record<number, (reader: Reader) => void>>;

/** The newest opset that `attributes.ts` knows. */
const NEWEST_OPSET = 23;

/** Field numbers are those of onnx.proto (IR version 8 and later). @throws InputError `ONX001`, `ONX002` */
export function readOnnx(bytes: Uint8Array, external: ReadExternal): OnnxGraph {
  // loaded here: only ONNX models need it
  const { BinaryReader } = createRequire(import.meta.url)('@bufbuild/protobuf/wire') as typeof Wire;
  const graphs: Omit<OnnxGraph, 'opset'>[] = [];
  let opset = NEWEST_OPSET;
  try {
    const reader = new BinaryReader(bytes);
    readMessage(reader, bytes.length, {
      7: (own) => graphs.push(readGraph(own, external)),
      8: (own) => {
        let [domain, version] = ['', 0];
        nested(own, {
          1: (inner) => (domain = inner.string()),
          2: (inner) => (version = Number(inner.int64())),
        });
        if (domain === '' || domain === 'ai.onnx') opset = version;
      },
    });
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError({ code: 'ONX001', what: 'is no ONNX file, or breaks off', mend: 'export it again' });
  }
  if (graphs.length === 1) return { ...graphs[0], opset };
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

function readGraph(reader: Reader, external: ReadExternal): Omit<OnnxGraph, 'opset'> {
  const nodes: OnnxNode[] = [];
  const constants = new Map<string, OnnxTensor>();
  const inputs: { name: string; shape: number[] }[] = [];
  const outputs: string[] = [];
  let name = 'model';
  nested(reader, {
    1: (own) => nodes.push(readNode(own, external)),
    2: (own) => (name = own.string()),
    5: (own) => {
      const tensor = readTensor(own, external);
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

function readNode(reader: Reader, external: ReadExternal): OnnxNode {
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes = new Map<string, OnnxAttribute | undefined>();
  let [name, operator, domain] = ['', '', ''];
  nested(reader, {
    1: (own) => inputs.push(own.string()),
    2: (own) => outputs.push(own.string()),
    3: (own) => (name = own.string()),
    4: (own) => (operator = own.string()),
    5: (own) => readAttribute(own, attributes, external),
    7: (own) => (domain = own.string()),
  });
  return { name, operator, domain, inputs, outputs, attributes };
}

/** `type` of an attribute that holds a list of floats or of whole numbers, which may be empty. */
const LISTS = [6, 7];

function readAttribute(
  reader: Reader,
  into: Map<string, OnnxAttribute | undefined>,
  external: ReadExternal,
): void {
  let [name, type] = ['', 0];
  let value: OnnxAttribute | undefined;
  const list: number[] = [];
  const end = reader.uint32() + reader.pos;
  while (reader.pos < end) {
    const [field, wire] = reader.tag();
    if (field === 1) name = reader.string();
    else if (field === 2) value = reader.float();
    else if (field === 3) value = Number(reader.int64());
    else if (field === 4) value = new TextDecoder().decode(reader.bytes());
    else if (field === 5) value = readTensor(reader, external);
    else if (field === 7) repeated(reader, wire, list, () => reader.float());
    else if (field === 8) repeated(reader, wire, list, () => Number(reader.int64()));
    else if (field === 20) type = reader.int32();
    else reader.skip(wire, field);
  }
  // a value of 0 or '' need not stand in the file
  const unwritten = ([undefined, 0, 0, ''] as const)[type];
  into.set(name, value ?? (list.length > 0 || LISTS.includes(type) ? list : unwritten));
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

function readTensor(reader: Reader, readExternal: ReadExternal): OnnxTensor {
  const shape: number[] = [];
  const numbers: number[] = [];
  const entries = new Map<string, string>();
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
    else if (field === 13) readEntry(reader, entries);
    else if (field === 14) external = reader.int32() === 1;
    else reader.skip(wire, field);
  }
  const wrong = (what: string, mend: string) => new InputError({ code: 'ONX002', field: name, what, mend });
  const type = Object.hasOwn(DATA_TYPES, dataType) ? DATA_TYPES[dataType] : undefined;
  if (!type)
    throw wrong(
      `has numbers of the sort ${dataType} (TensorProto.DataType), which is not read`,
      'export it with 32-bit floats, or whole numbers of 8 to 64 bits',
    );
  const count = shape.reduce((a, b) => a * b, 1);
  if (external) raw = sliceOf(name, entries, count * type.size, readExternal);
  const whole = INTEGERS[dataType];
  const held = raw === undefined ? numbers.length : raw.byteLength / type.size;
  if (held !== count)
    throw wrong(`holds ${held} numbers, its shape [${shape.join(', ')}] needs ${count}`, 'export it again');
  if (raw === undefined) return { name, shape, values: Float64Array.from(numbers), ...whole };
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  return {
    name,
    shape,
    ...whole,
    values: Float64Array.from({ length: count }, (_, index) => type.read(view, index * type.size)),
  };
}

function readEntry(reader: Reader, into: Map<string, string>): void {
  let [key, value] = ['', ''];
  nested(reader, { 1: (own) => (key = own.string()), 2: (own) => (value = own.string()) });
  into.set(key, value);
}

/** The bytes of a tensor in another file: `location`, `offset` and `length` of it. */
function sliceOf(
  name: string,
  entries: ReadonlyMap<string, string>,
  size: number,
  readExternal: ReadExternal,
): Uint8Array {
  const all = readExternal(entries.get('location') ?? '');
  const offset = Number(entries.get('offset') ?? 0);
  const bytes = all.subarray(offset, offset + size);
  if (Number(entries.get('length') ?? size) === size && bytes.length === size) return bytes;
  throw new InputError({
    code: 'ONX002',
    field: name,
    what: `needs ${size} bytes at ${offset} of ${entries.get('location') ?? ''}, which has ${all.length} bytes`,
    mend: 'export it again, and keep both files together',
  });
}
