/**
 * A regression: a small Model, events for it, and what every oracle must give. Kept for ever as a file that is a test.
 */
import { z } from 'zod';
import { evaluators } from '../../sim/evaluate/index.ts';
import { type Event, eventOf, inputValues } from '../../sim/import/vectors/index.ts';
import {
  InputError,
  type Mapping,
  mappingSchema,
  type Model,
  modelSchema,
  readDocument,
  verifyModel,
} from '../../sim/model/index.ts';

export const REGRESSION_SCHEMA = 'pipewright/regression@1';

const raws = z.array(z.union([z.int(), z.string().regex(/^-?\d+$/)]));

export const regressionSchema = z.strictObject({
  schema: z.literal(REGRESSION_SCHEMA),
  /** What it pins down, in one sentence. */
  about: z.string().min(1),
  /** Who differed when it was found; the values expected are those of the reference interpreter. */
  foundBy: z.string(),
  model: z.unknown(),
  mapping: z.unknown().optional(),
  /** Raw integers by tensor name. */
  events: z
    .array(
      z.strictObject({
        id: z.string(),
        inputs: z.record(z.string(), raws),
        outputs: z.record(z.string(), raws),
      }),
    )
    .min(1),
});

export interface Regression {
  readonly about: string;
  readonly foundBy: string;
  readonly model: Model;
  readonly mapping: Mapping | undefined;
  /** With the outputs that are right, by tensor name. */
  readonly events: readonly Event[];
}

/** The document of a case: outputs are the reference interpreter's. */
export function writeRegression(
  { about, foundBy, model, mapping }: Omit<Regression, 'events'>,
  events: readonly Event[],
): z.input<typeof regressionSchema> {
  const evaluate = evaluators.find(({ name }) => name === 'reference')!.prepare(model);
  const plain = (values: Readonly<Record<string, readonly bigint[]>>, names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, values[name].map(asJson)]));
  return {
    schema: REGRESSION_SCHEMA,
    about,
    foundBy,
    model: modelSchema.encode(model),
    ...(mapping === undefined ? {} : { mapping: mappingSchema.encode(mapping) }),
    events: events.map((event) => {
      const inputs = inputValues(event, model);
      return {
        id: event.id,
        inputs: plain(inputs, model.inputs),
        outputs: plain(evaluate(inputs), model.outputs),
      };
    }),
  };
}

/** @throws InputError `REG001` (not as the schema says), `MOD010`.. (the Model), `MAP001` (the Mapping) */
export function readRegression(json: unknown): Regression {
  const { about, foundBy, model, mapping, events } = readDocument('REG001', regressionSchema, json);
  const verified = verifyModel(readDocument('REG001', modelSchema, model));
  const big = (values: Record<string, readonly (number | string)[]>) =>
    Object.fromEntries(Object.entries(values).map(([name, raw]) => [name, raw.map(BigInt)]));
  return {
    about,
    foundBy,
    model: verified,
    mapping: mapping === undefined ? undefined : readDocument('MAP001', mappingSchema, mapping),
    events: events.map(({ id, inputs, outputs }) => {
      const missing = verified.outputs.find((name) => outputs[name] === undefined);
      if (missing !== undefined) {
        const what = `says nothing of the output '${missing}'`;
        throw new InputError({ code: 'REG001', field: `event ${id}`, what });
      }
      return eventOf(id, { inputs: big(inputs), recorded: big(outputs) }, verified);
    }),
  };
}

function asJson(raw: bigint): number | string {
  return Number.isSafeInteger(Number(raw)) ? Number(raw) : raw.toString();
}
