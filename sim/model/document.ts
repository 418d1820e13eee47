/**
 * A Model as files: a JSON document, and its constants as raw integers in one binary file beside it.
 *
 * In the binary each value takes the fewest of 1, 2, 4, 8, 16, ... bytes that hold its type, little-endian, two's
 * complement. A document may instead spell a constant's `raw` values out in JSON, or give null for unknown ones.
 */
import { z } from 'zod';
import { InputError } from './input-error.ts';
import { elements } from './layer-kind.ts';
import { type Constant, type Model, modelSchema } from './model.ts';
import { readDocument } from './read-document.ts';
import { constantSchema } from './tensor.ts';
import { verifyModel } from './verify-model.ts';

const storedConstantSchema = constantSchema
  .unwrap()
  .omit({ raw: true })
  .extend({
    /** Offset in the binary file, bytes. */
    offset: z.int().min(0),
  });

export const modelDocumentSchema = modelSchema.unwrap().extend({
  /** Name of the binary file, beside the document. */
  binary: z.string().optional(),
  constants: z.record(z.string(), z.union([storedConstantSchema, constantSchema])),
});
export type ModelDocument = z.input<typeof modelDocumentSchema>;

/** The document and the bytes of a Model; `binary` is the file name that the document will give. */
export function writeModel(model: Model, binary: string): { document: ModelDocument; bytes: Uint8Array } {
  const constants: z.output<typeof modelDocumentSchema>['constants'] = {};
  const parts: Uint8Array[] = [];
  let offset = 0;
  for (const [name, constant] of Object.entries(model.constants)) {
    const { shape, type, raw } = constant;
    if (raw === null) {
      constants[name] = constant;
      continue;
    }
    constants[name] = { shape, type, offset };
    const bytes = pack(raw, bytesOf(type.width));
    parts.push(bytes);
    offset += bytes.length;
  }
  const document = modelDocumentSchema.encode({ ...model, binary, constants });
  return { document, bytes: Buffer.concat(parts) };
}

/**
 * The Model of a document, checked by schema and verifier.
 * @param bytes  the binary file's content; may be left out if the document refers to none
 * @throws InputError `MOD001` (not as the schema says), `MOD002` (binary too short or missing), `MOD010`.. (verifier)
 */
export function readModel(json: unknown, bytes: Uint8Array = new Uint8Array()): Model {
  const { binary, constants: stored, ...rest } = readDocument('MOD001', modelDocumentSchema, json);
  const constants: Record<string, Constant> = {};
  for (const [name, constant] of Object.entries(stored)) {
    if ('raw' in constant) {
      constants[name] = constant;
      continue;
    }
    const { shape, type, offset } = constant;
    const size = bytesOf(type.width);
    const end = offset + size * elements(shape);
    if (binary === undefined) {
      const what = `gives an offset, but the document names no file in its field 'binary'`;
      const mend = "name the binary file in 'binary', or spell the values out in 'raw'";
      throw new InputError({ code: 'MOD002', field: `constants.${name}.offset`, what, mend });
    }
    if (end > bytes.length) {
      throw new InputError({
        code: 'MOD002',
        field: `constants.${name}`,
        what: `needs bytes ${offset} to ${end} of the binary file, which has ${bytes.length}`,
        mend: `put the file '${binary}' written with this document beside it`,
      });
    }
    constants[name] = { shape, type, raw: unpack(bytes.subarray(offset, end), size, type.signed) };
  }
  return verifyModel({ ...rest, constants });
}

function bytesOf(width: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(width, 8) / 8));
}

function pack(values: readonly bigint[], size: number): Uint8Array {
  const bytes = new Uint8Array(values.length * size);
  values.forEach((value, index) => {
    let rest = BigInt.asUintN(8 * size, value);
    for (let at = index * size; rest > 0n; at++, rest >>= 8n) bytes[at] = Number(rest & 0xffn);
  });
  return bytes;
}

function unpack(bytes: Uint8Array, size: number, signed: boolean): bigint[] {
  return Array.from({ length: bytes.length / size }, (_, index) => {
    let value = 0n;
    for (let at = (index + 1) * size - 1; at >= index * size; at--) value = (value << 8n) | BigInt(bytes[at]);
    return signed ? BigInt.asIntN(8 * size, value) : value;
  });
}
