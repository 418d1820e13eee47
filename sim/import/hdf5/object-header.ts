/** HDF5 object headers, versions 1 and 2: the messages of a group or dataset, continuation blocks included. */
import { type ByteView, unsupported } from './byte-view.ts';

export interface Message {
  readonly type: number;
  /** Where the message's content begins, bytes from the start of the file. */
  readonly at: number;
  readonly size: number;
}

export const MESSAGE = {
  dataspace: 0x01,
  linkInfo: 0x02,
  datatype: 0x03,
  link: 0x06,
  layout: 0x08,
  filters: 0x0b,
  attribute: 0x0c,
  continuation: 0x10,
  symbolTable: 0x11,
  attributeInfo: 0x15,
} as const;

/** Bit 1 of a message's flags: the content is shared and stands elsewhere. */
const SHARED = 2;

/** Source: HDF5 File Format Specification 3.0, IV.A.1 "Data Object Headers". */
export function readMessages(file: ByteView, at: number): Message[] {
  return file.text(at, 4) === 'OHDR' ? readVersion2(file, at) : readVersion1(file, at);
}

function readVersion1(file: ByteView, at: number): Message[] {
  if (file.uint8(at) !== 1) throw unsupported(`an object header of version ${file.uint8(at)}`);
  const count = file.uint16(at + 2);
  const messages: Message[] = [];
  const blocks = [{ from: at + 16, to: at + 16 + file.uint32(at + 8) }];
  for (let block = blocks.shift(); block; block = blocks.shift()) {
    for (let next = block.from; next + 8 <= block.to && messages.length < count;) {
      const message = { type: file.uint16(next), size: file.uint16(next + 2), at: next + 8 };
      refuseShared(file.uint8(next + 4), message.type);
      messages.push(message);
      if (message.type === MESSAGE.continuation) {
        const from = file.address(message.at);
        blocks.push({ from, to: from + file.address(message.at + 8) });
      }
      next = message.at + message.size;
    }
  }
  return messages;
}

function readVersion2(file: ByteView, at: number): Message[] {
  const flags = file.uint8(at + 5);
  const sizeBytes = 1 << (flags & 3);
  const sizeAt = at + 6 + (flags & 0x20 ? 16 : 0) + (flags & 0x10 ? 4 : 0);
  const size =
    sizeBytes === 1 ? file.uint8(sizeAt) : sizeBytes === 2 ? file.uint16(sizeAt) : file.uint32(sizeAt);
  const head = flags & 4 ? 6 : 4;
  const messages: Message[] = [];
  const first = sizeAt + sizeBytes;
  const blocks = [{ from: first, to: first + size }];
  for (let block = blocks.shift(); block; block = blocks.shift()) {
    for (let next = block.from; next + head <= block.to;) {
      const message = { type: file.uint8(next), size: file.uint16(next + 1), at: next + head };
      refuseShared(file.uint8(next + 3), message.type);
      messages.push(message);
      if (message.type === MESSAGE.continuation) {
        const from = file.address(message.at);
        file.expectSignature(from, 'OCHK');
        blocks.push({ from: from + 4, to: from + file.address(message.at + 8) - 4 });
      }
      next = message.at + message.size;
    }
  }
  return messages;
}

function refuseShared(flags: number, type: number): void {
  if (flags & SHARED && type !== 0) throw unsupported('shared header messages');
}
