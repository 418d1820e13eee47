/** ONNX files with an attribute of one node set, or another operator: what tests give the importer to refuse. */
import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/** Fields of ModelProto, GraphProto, NodeProto and AttributeProto. Source: onnx.proto. */
const GRAPH = 7;
const NODE = 1;
const ATTRIBUTE = 5;
const ATTRIBUTE_NAME = 1;

export type Value = number | string | readonly number[];

interface Field {
  readonly tag: readonly [field: number, wire: WireType];
  /** With its tag. */
  readonly bytes: Uint8Array;
  /** Of a length-delimited field, without tag and length. */
  readonly content: Uint8Array;
}

function fieldsOf(message: Uint8Array): Field[] {
  const reader = new BinaryReader(message);
  const fields: Field[] = [];
  while (reader.pos < message.length) {
    const start = reader.pos;
    const tag = reader.tag();
    const content = tag[1] === WireType.LengthDelimited ? reader.bytes() : new Uint8Array();
    if (tag[1] !== WireType.LengthDelimited) reader.skip(tag[1], tag[0]);
    fields.push({ tag, bytes: message.subarray(start, reader.pos), content });
  }
  return fields;
}

const textOf = (message: Uint8Array, field: number) =>
  new TextDecoder().decode(fieldsOf(message).find(({ tag }) => tag[0] === field)?.content);

/** A message with the `index`th field of a number exchanged. */
function exchanged(
  message: Uint8Array,
  number: number,
  index: number,
  change: (content: Uint8Array) => Uint8Array,
): Uint8Array {
  let count = 0;
  return Buffer.concat(
    fieldsOf(message).map(({ tag, bytes, content }) =>
      tag[0] === number && count++ === index
        ? new BinaryWriter().tag(number, WireType.LengthDelimited).bytes(change(content)).finish()
        : bytes,
    ),
  );
}

function encoded(name: string, value: Value): Uint8Array {
  const writer = new BinaryWriter().tag(1, WireType.LengthDelimited).string(name);
  const type = (number: number) => writer.tag(20, WireType.Varint).int32(number);
  if (typeof value === 'string') type(3).tag(4, WireType.LengthDelimited).string(value);
  else if (Array.isArray(value))
    for (const item of (type(7), value as readonly number[])) writer.tag(8, WireType.Varint).int64(item);
  else if (Number.isSafeInteger(value))
    type(2)
      .tag(3, WireType.Varint)
      .int64(value as number);
  else
    type(1)
      .tag(2, WireType.Bit32)
      .float(value as number);
  return writer.finish();
}

/** The operators of a model's nodes, in its order. */
export function operatorsOf(model: Uint8Array): string[] {
  const graph = fieldsOf(model).find(({ tag }) => tag[0] === GRAPH)!.content;
  return fieldsOf(graph)
    .filter(({ tag }) => tag[0] === NODE)
    .map(({ content }) => textOf(content, 4));
}

function inNode(model: Uint8Array, node: number, change: (node: Uint8Array) => Uint8Array): Uint8Array {
  return exchanged(model, GRAPH, 0, (graph) => exchanged(graph, NODE, node, change));
}

/** A model with an attribute of its `node`th node set. */
export function withAttribute(model: Uint8Array, node: number, name: string, value: Value): Uint8Array {
  return inNode(model, node, (content) => {
    const kept = fieldsOf(content).filter(
      ({ tag, content: own }) => tag[0] !== ATTRIBUTE || textOf(own, ATTRIBUTE_NAME) !== name,
    );
    const added = new BinaryWriter().tag(ATTRIBUTE, WireType.LengthDelimited).bytes(encoded(name, value));
    return Buffer.concat([...kept.map(({ bytes }) => bytes), added.finish()]);
  });
}

/** A model with the operator of its `node`th node, or its domain, exchanged. */
export function withOperator(
  model: Uint8Array,
  node: number,
  operator: string,
  field: 4 | 7 = 4,
): Uint8Array {
  return inNode(model, node, (content) => {
    const kept = fieldsOf(content).filter(({ tag }) => tag[0] !== field);
    const text = new BinaryWriter().tag(field, WireType.LengthDelimited).string(operator);
    return Buffer.concat([...kept.map(({ bytes }) => bytes), text.finish()]);
  });
}
