/**
 * A recorded case of hls4ml: a model file and its configuration, the types hls4ml chose, and the outputs and layer
 * traces of its compiled firmware.
 */
import {
  fixed,
  type FixedFormat,
  fromNumber,
  int,
  type Overflow,
  type Rounding,
  sameFormat,
  ufixed,
  uint,
} from 'fixed-point-ts';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { importModel } from '../sim/import/index.ts';
import type { Imported } from '../sim/import/index.ts';
import { type Model, readDocument } from '../sim/model/index.ts';

const typeSchema = z.looseObject({
  kind: z.string(),
  width: z.int(),
  integer: z.int(),
  signed: z.boolean(),
  round: z.string(),
  sat: z.string(),
  sat_bits: z.int(),
});
const rawSchema = z.array(z.array(z.union([z.int(), z.string()])));
const recordSchema = z.object({ shape: z.array(z.int()), type: typeSchema, raw: rawSchema });
const vectorsSchema = z.object({
  n: z.int(),
  inputs: z.array(recordSchema.extend({ name: z.string(), value: z.array(z.array(z.string())) })),
  outputs: z.array(recordSchema.extend({ name: z.string() })),
  trace: z.record(z.string(), recordSchema),
});
const graphSchema = z.object({
  layers: z.array(
    z.object({ name: z.string(), class_name: z.string(), types: z.record(z.string(), typeSchema) }),
  ),
});

export interface RecordedCase {
  readonly imported: Imported;
  readonly events: number;
  /** Events x inputs, in the Model's types and order. */
  readonly inputs: readonly Readonly<Record<string, readonly bigint[]>>[];
  /** Recorded raw integers by tensor name, an array an event. */
  readonly outputs: Readonly<Record<string, readonly (readonly bigint[])[]>>;
  readonly traces: Readonly<Record<string, readonly (readonly bigint[])[]>>;
  /** Every type that the Model has and hls4ml states: which of them, ours, theirs. */
  readonly types: readonly {
    readonly place: string;
    readonly ours: FixedFormat;
    readonly theirs: FixedFormat;
    /** Weights of -1 and 1, in two bits of ours and coded as 0 and 1 in one bit of hls4ml's. */
    readonly xnor: boolean;
  }[];
  /** Why values or types of this network must differ from the firmware's, found in its layers. They count all the same. */
  readonly reasons: readonly string[];
}

/** The first that a folder has; `model.h5` beside `model.json` holds weights alone. */
const FRONT_END = ['model.keras', 'model.onnx', 'model.json', 'expr.json', 'model.h5'];

/** Whether a folder holds a case. */
export function isCase(folder: string): boolean {
  return (
    existsSync(join(folder, 'vectors.json.gz')) && FRONT_END.some((name) => existsSync(join(folder, name)))
  );
}

/** @throws InputError as the importer does, or if a recorded file is not as expected */
export function readCase(folder: string): RecordedCase {
  const file = FRONT_END.map((name) => join(folder, name)).find((path) => existsSync(path))!;
  const imported = importModel(file, { config: join(folder, 'hls_config.json') });
  const vectors = readDocument('VEC001', vectorsSchema, readMaybeZipped(join(folder, 'vectors.json')));
  const graphFile = ['graph.json', 'model.json']
    .map((name) => join(folder, name))
    .find((path) => existsSync(path) || existsSync(`${path}.gz`))!;
  const graph = readDocument('VEC001', graphSchema, readMaybeZipped(graphFile));
  const { model } = imported;
  const types = graph.layers.flatMap((layer) => comparedTypes(model, layer));
  const rawOf = (raw: z.output<typeof rawSchema>) => raw.map((event) => event.map(BigInt));
  return {
    imported,
    events: vectors.n,
    inputs: Array.from({ length: vectors.n }, (_, event) =>
      Object.fromEntries(
        model.inputs.map((name, index) => {
          const { type } = model.tensors[name];
          return [name, vectors.inputs[index].value[event].map((text) => fromNumber(Number(text), type))];
        }),
      ),
    ),
    outputs: Object.fromEntries(
      model.outputs.map((name, index) => [name, rawOf(vectors.outputs[index].raw)]),
    ),
    traces: Object.fromEntries(Object.entries(vectors.trace).map(([name, { raw }]) => [name, rawOf(raw)])),
    types,
    reasons: [
      ...(imported.warnings ?? [])
        .filter((warning) => warning.name === 'gru-reset-before')
        .map(({ layer = '', what }) => `${layer}: ${what}`),
      ...types
        .filter(({ xnor }) => xnor)
        .map(({ place }) => `${place}: hls4ml keeps -1 and 1 as 0 and 1 of one bit`),
    ],
  };
}

function comparedTypes(
  model: Model,
  { name, types }: z.output<typeof graphSchema>['layers'][number],
): RecordedCase['types'] {
  const layer = model.layers.find((own) => own.name === name);
  const ours = (type: string): FixedFormat | undefined => {
    if (type === 'result_t') return model.tensors[name]?.type;
    if (type === 'accum_t' && layer && 'accumulator' in layer) return layer.accumulator;
    return model.constants[`${name}.${type.slice(0, -2)}`]?.type;
  };
  return Object.entries(types).flatMap(([type, theirs]) => {
    const own = ours(type);
    if (!own) return [];
    const format = formatOf(theirs);
    const raw = type === 'weight_t' ? (model.constants[`${name}.weight`]?.raw ?? []) : [];
    const twoValued = raw.length > 0 && raw.every((value) => value === 1n || value === -1n);
    const xnor = twoValued && sameFormat(own, int(2)) && sameFormat(format, uint(1));
    return [{ place: `${name}.${type}`, ours: own, theirs: format, xnor }];
  });
}

/** hls4ml's description of a type. Its integers have no modes; as an ap_int they cut toward zero. */
function formatOf({
  kind,
  width,
  integer,
  signed,
  round,
  sat,
  sat_bits,
}: z.output<typeof typeSchema>): FixedFormat {
  if (kind === 'int') return (signed ? int : uint)(width);
  return (signed ? fixed : ufixed)(width, integer, round as Rounding, sat as Overflow, sat_bits);
}

function readMaybeZipped(file: string): unknown {
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'));
  return JSON.parse(gunzipSync(readFileSync(`${file}.gz`)).toString('utf8'));
}
