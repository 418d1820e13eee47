/**
 * HDF5 files as Keras and h5py write them: groups, numeric datasets, text attributes.
 *
 * A reader of our own because it is synchronous and starts at once, where the HDF5 library as WebAssembly takes a
 * quarter of a second to load; the tests hold it against that library. What it does not know is refused by name.
 * Source: HDF5 File Format Specification Version 3.0.
 */
import { type ByteView, ByteView as View, damaged, unsupported } from './byte-view.ts';
import { readElements, readShape } from './dataset.ts';
import { decodeNumbers, readDatatype } from './datatype.ts';
import { readLinks } from './group.ts';
import { MESSAGE, type Message, readMessages } from './object-header.ts';

export interface NumberArray {
  readonly shape: readonly number[];
  /** Row-major; exact, as every number read fits a float64 (8-byte integers up to 2^53). */
  readonly values: Float64Array;
}

/** A group or a dataset of a file. */
export interface Hdf5Object {
  /** Names of the children, in the file's order; none for a dataset. */
  readonly children: readonly string[];
  /** The object at a path of names, or undefined. */
  at(...path: readonly string[]): Hdf5Object | undefined;
  /** The numbers of a dataset, or undefined for a group. @throws InputError `HDF001`, `HDF002` */
  numbers(): NumberArray | undefined;
  /** A text attribute, or undefined if there is none of this name. @throws InputError `HDF001`, `HDF002` */
  text(attribute: string): string | undefined;
}

const SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

export function isHdf5(bytes: Uint8Array): boolean {
  return SIGNATURE.every((byte, index) => bytes[index] === byte);
}

/** The root group of a file. @throws InputError `HDF001` (damaged), `HDF002` (a feature that is not read) */
export function readHdf5(bytes: Uint8Array): Hdf5Object {
  if (!isHdf5(bytes)) throw damaged('it does not begin as an HDF5 file does');
  const file = new View(bytes);
  const version = file.uint8(8);
  if (version > 3) throw unsupported(`a superblock of version ${version}`);
  const sizesAt = version < 2 ? 13 : 9;
  if (file.uint8(sizesAt) !== 8 || file.uint8(sizesAt + 1) !== 8)
    throw unsupported('addresses of other than 8 bytes');
  const rootAt = version === 0 ? 64 : version === 1 ? 68 : 36;
  return objectAt(file, file.address(rootAt));
}

function objectAt(file: ByteView, address: number): Hdf5Object {
  const messages = readMessages(file, address);
  const isDataset = messages.some(({ type }) => type === MESSAGE.layout);
  const links = isDataset ? new Map<string, number>() : readLinks(file, messages);
  return {
    children: [...links.keys()],
    at(...path) {
      const [head, ...rest] = path;
      if (head === undefined) return this;
      const child = links.get(head);
      return child === undefined ? undefined : objectAt(file, child).at(...rest);
    },
    numbers: () => (isDataset ? readNumbers(file, messages) : undefined),
    text: (attribute) => readTextAttribute(file, messages, attribute),
  };
}

function readNumbers(file: ByteView, messages: readonly Message[]): NumberArray {
  const typeAt = messages.find(({ type }) => type === MESSAGE.datatype)?.at;
  const spaceAt = messages.find(({ type }) => type === MESSAGE.dataspace)?.at;
  if (typeAt === undefined || spaceAt === undefined) throw damaged('a dataset has no type or no shape');
  const type = readDatatype(file, typeAt);
  const shape = readShape(file, spaceAt);
  const count = shape.reduce((product, size) => product * size, 1);
  return { shape, values: decodeNumbers(type, readElements(file, messages, shape, type.size), count) };
}

function readTextAttribute(file: ByteView, messages: readonly Message[], name: string): string | undefined {
  for (const { type, at } of messages) {
    if (type === MESSAGE.attributeInfo && !file.isUndefined(at + 2 + (file.uint8(at + 1) & 1 ? 2 : 0)))
      throw unsupported('densely stored attributes');
    if (type !== MESSAGE.attribute) continue;
    const version = file.uint8(at);
    const [nameSize, typeSize, spaceSize] = [file.uint16(at + 2), file.uint16(at + 4), file.uint16(at + 6)];
    const padded = (size: number) => (version === 1 ? Math.ceil(size / 8) * 8 : size);
    const nameAt = at + (version === 3 ? 9 : 8);
    if (file.text(nameAt, nameSize) !== name) continue;
    const typeAt = nameAt + padded(nameSize);
    const valueAt = typeAt + padded(typeSize) + padded(spaceSize);
    const datatype = readDatatype(file, typeAt);
    if (datatype.kind === 'text') return file.text(valueAt, datatype.size);
    if (datatype.kind === 'variable-text') return readHeapText(file, valueAt);
    throw unsupported(`an attribute '${name}' that is no text`);
  }
  return undefined;
}

/** A text of variable length: its length, and the global heap object that holds it. */
function readHeapText(file: ByteView, at: number): string {
  const length = file.uint32(at);
  const collection = file.address(at + 4);
  const wanted = file.uint32(at + 12);
  file.expectSignature(collection, 'GCOL');
  const end = collection + file.address(collection + 8);
  for (let next = collection + 16; next + 16 <= end;) {
    const index = file.uint16(next);
    const size = file.address(next + 8);
    if (index === wanted) return file.text(next + 16, length);
    if (index === 0) break;
    next += 16 + Math.ceil(size / 8) * 8;
  }
  throw damaged('a text attribute points to nothing');
}
