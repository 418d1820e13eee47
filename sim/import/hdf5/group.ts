/** The links of an HDF5 group: symbol tables (version 1 B-tree and local heap) and compact link messages. */
import { type ByteView, unsupported } from './byte-view.ts';
import { MESSAGE, type Message } from './object-header.ts';

/** Names and object header addresses of a group's children. Source: HDF5 File Format Specification 3.0, III.A, III.D, IV.A.2. */
export function readLinks(file: ByteView, messages: readonly Message[]): Map<string, number> {
  const links = new Map<string, number>();
  for (const { type, at } of messages) {
    if (type === MESSAGE.symbolTable) readSymbols(file, file.address(at), file.address(at + 8), links);
    if (type === MESSAGE.link) readLink(file, at, links);
    if (type === MESSAGE.linkInfo) {
      const heapAt = at + 2 + (file.uint8(at + 1) & 1 ? 8 : 0);
      if (!file.isUndefined(heapAt)) throw unsupported('a group with densely stored links');
    }
  }
  return links;
}

function readSymbols(file: ByteView, tree: number, heap: number, links: Map<string, number>): void {
  file.expectSignature(heap, 'HEAP');
  const names = file.address(heap + 24);
  const visit = (node: number) => {
    if (file.text(node, 4) === 'SNOD') {
      const count = file.uint16(node + 6);
      for (let index = 0; index < count; index++) {
        const entry = node + 8 + 40 * index;
        links.set(file.textUntilZero(names + file.address(entry)), file.address(entry + 8));
      }
      return;
    }
    file.expectSignature(node, 'TREE');
    const count = file.uint16(node + 6);
    for (let index = 0; index < count; index++) visit(file.address(node + 32 + 16 * index));
  };
  visit(tree);
}

function readLink(file: ByteView, at: number, links: Map<string, number>): void {
  const flags = file.uint8(at + 1);
  let next = at + 2;
  const linkType = flags & 8 ? file.uint8(next++) : 0;
  if (flags & 4) next += 8;
  if (flags & 16) next += 1;
  const lengthBytes = 1 << (flags & 3);
  const length = lengthBytes === 1 ? file.uint8(next) : file.uint16(next);
  const name = file.text(next + lengthBytes, length);
  if (linkType !== 0) throw unsupported(`a soft or external link ('${name}')`);
  links.set(name, file.address(next + lengthBytes + length));
}
