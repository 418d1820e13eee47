/** The stored bytes of an HDF5 dataset: contiguous, compact, or chunked with gzip and shuffle. */
import { unzlibSync } from 'fflate';
import { type ByteView, damaged, unsupported } from './byte-view.ts';
import { MESSAGE, type Message } from './object-header.ts';

export function readShape(file: ByteView, at: number): number[] {
  const version = file.uint8(at);
  const rank = file.uint8(at + 1);
  const from = at + (version === 1 ? 8 : 4);
  return Array.from({ length: rank }, (_, axis) => file.address(from + 8 * axis));
}

/** Row-major bytes of all elements; what was never written is 0. Source: HDF5 File Format Specification 3.0, IV.A.2.i. */
export function readElements(
  file: ByteView,
  messages: readonly Message[],
  shape: readonly number[],
  elementSize: number,
): Uint8Array {
  const total = shape.reduce((product, size) => product * size, elementSize);
  const at = messages.find(({ type }) => type === MESSAGE.layout)?.at;
  if (at === undefined) throw damaged('a dataset has no layout');
  if (file.uint8(at) !== 3) throw unsupported(`a data layout of version ${file.uint8(at)}`);
  switch (file.uint8(at + 1)) {
    case 0:
      return file.slice(at + 4, total);
    case 1:
      return total === 0 || file.isUndefined(at + 2)
        ? new Uint8Array(total)
        : file.slice(file.address(at + 2), total);
    case 2:
      return readChunks(file, messages, shape, elementSize, at);
    default:
      throw unsupported('a virtual dataset');
  }
}

function readChunks(
  file: ByteView,
  messages: readonly Message[],
  shape: readonly number[],
  elementSize: number,
  at: number,
): Uint8Array {
  const rank = shape.length;
  const chunk = shape.map((_, axis) => file.uint32(at + 11 + 4 * axis));
  const filters = readFilters(file, messages);
  const out = new Uint8Array(shape.reduce((product, size) => product * size, elementSize));
  const keySize = 8 + 8 * (rank + 1);

  const visit = (node: number) => {
    file.expectSignature(node, 'TREE');
    const level = file.uint8(node + 5);
    const count = file.uint16(node + 6);
    for (let index = 0; index < count; index++) {
      const key = node + 24 + index * (keySize + 8);
      const child = file.address(key + keySize);
      if (level > 0) {
        visit(child);
        continue;
      }
      if (file.uint32(key + 4) !== 0) throw unsupported('chunks with filters left out');
      const origin = shape.map((_, axis) => file.address(key + 8 + 8 * axis));
      const bytes = undoFilters(filters, file.slice(child, file.uint32(key)), elementSize);
      copyChunk(out, shape, bytes, chunk, origin, elementSize);
    }
  };
  if (!file.isUndefined(at + 3)) visit(file.address(at + 3));
  return out;
}

/** Filter identifiers in the order in which they were applied. */
function readFilters(file: ByteView, messages: readonly Message[]): number[] {
  const at = messages.find(({ type }) => type === MESSAGE.filters)?.at;
  if (at === undefined) return [];
  const version = file.uint8(at);
  if (version !== 1 && version !== 2) throw unsupported(`a filter pipeline of version ${version}`);
  const filters: number[] = [];
  for (let left = file.uint8(at + 1), next = at + (version === 1 ? 8 : 2); left > 0; left--) {
    const filter = file.uint16(next);
    filters.push(filter);
    // version 2 leaves the name of the known filters and all padding out
    const named = version === 1 || filter >= 256;
    const nameLength = named ? file.uint16(next + 2) : 0;
    const counts = next + (named ? 4 : 2);
    const parameters = file.uint16(counts + 2);
    next = counts + 4 + nameLength + 4 * (parameters + (version === 1 ? parameters % 2 : 0));
  }
  return filters;
}

function undoFilters(filters: readonly number[], bytes: Uint8Array, elementSize: number): Uint8Array {
  return filters.toReversed().reduce((stored, filter) => {
    if (filter === 1) return unzlibSync(stored);
    if (filter === 2) return unshuffle(stored, elementSize);
    throw unsupported(`the compression filter ${filter}`);
  }, bytes);
}

function unshuffle(bytes: Uint8Array, elementSize: number): Uint8Array {
  const count = Math.floor(bytes.length / elementSize);
  return Uint8Array.from(bytes, (byte, at) =>
    at < count * elementSize ? bytes[(at % elementSize) * count + Math.floor(at / elementSize)] : byte,
  );
}

/** Copies the rows of a chunk that lie inside the dataset. */
function copyChunk(
  out: Uint8Array,
  shape: readonly number[],
  bytes: Uint8Array,
  chunk: readonly number[],
  origin: readonly number[],
  elementSize: number,
): void {
  const last = shape.length - 1;
  const rowElements = Math.min(chunk[last], shape[last] - origin[last]);
  const rows = chunk.slice(0, last).reduce((product, size) => product * size, 1);
  for (let row = 0; row < rows; row++) {
    let rest = row;
    let target = 0;
    let stride = shape[last];
    let inside = true;
    for (let axis = last - 1; axis >= 0; axis--) {
      const at = origin[axis] + (rest % chunk[axis]);
      rest = Math.floor(rest / chunk[axis]);
      inside &&= at < shape[axis];
      target += at * stride;
      stride *= shape[axis];
    }
    if (!inside) continue;
    const from = row * chunk[last] * elementSize;
    out.set(bytes.subarray(from, from + rowElements * elementSize), (target + origin[last]) * elementSize);
  }
}
