/** Many Models as one, so that one compilation tests them all: every name gets its Model's number. */
import type { Values } from '../../../sim/evaluate/index.ts';
import { type Layer, type Mapping, MAPPING_SCHEMA, type Model } from '../../../sim/model/index.ts';

export interface Case {
  readonly model: Model;
  readonly inputs: readonly Values[];
}

const CONSTANT_FIELDS = [
  'weights',
  'bias',
  'table',
  'expTable',
  'inverseTable',
  'scale',
  'shift',
  'slopes',
  'rows',
  'recurrentWeights',
  'recurrentBias',
];

/** Fields that hold an activation, which may name a table. */
const ACTIVATION_FIELDS = ['activation', 'recurrentActivation'];

export function sideBySide(cases: readonly Case[], events: number): Case {
  const of = (index: number) => (name: string) => `m${index} ${name}`;
  const renamed = cases.map(({ model }, index) => {
    const rename = of(index);
    const record = <T>(entries: Readonly<Record<string, T>>) =>
      Object.entries(entries).map(([name, value]) => [rename(name), value] as const);
    const layers = model.layers.map((layer): Layer => {
      const names = {
        name: rename(layer.name),
        inputs: layer.inputs.map(rename),
        outputs: layer.outputs.map(rename),
      };
      const constants = Object.entries(layer).flatMap(
        ([field, value]: [string, unknown]): [string, unknown][] => {
          if (CONSTANT_FIELDS.includes(field) && typeof value === 'string') return [[field, rename(value)]];
          if (!ACTIVATION_FIELDS.includes(field)) return [];
          const activation = value as { readonly table?: string };
          const table = activation.table === undefined ? {} : { table: rename(activation.table) };
          return [[field, { ...activation, ...table }]];
        },
      );
      return { ...layer, ...names, ...Object.fromEntries(constants) };
    });
    return {
      inputs: model.inputs.map(rename),
      outputs: model.outputs.map(rename),
      layers,
      tensors: record(model.tensors),
      constants: record(model.constants),
    };
  });
  return {
    model: {
      ...cases[0].model,
      name: 'side by side',
      inputs: renamed.flatMap(({ inputs }) => inputs),
      outputs: renamed.flatMap(({ outputs }) => outputs),
      tensors: Object.fromEntries(renamed.flatMap(({ tensors }) => tensors)),
      constants: Object.fromEntries(renamed.flatMap(({ constants }) => constants)),
      layers: renamed.flatMap(({ layers }) => layers),
    },
    inputs: Array.from({ length: events }, (_, event) =>
      Object.fromEntries(
        cases.flatMap(({ model, inputs }, index) =>
          model.inputs.map((name) => [of(index)(name), inputs[event][name]]),
        ),
      ),
    ),
  };
}

/** Strategies and reuse factors that change from layer to layer: a Mapping must never change a value. */
export function mixedMapping(model: Model, io: 'parallel' | 'stream'): Mapping {
  const layers = model.layers.map(({ name }, index) => [
    name,
    { strategy: index % 2 === 0 ? 'resource' : 'latency', reuseFactor: [1, 2, 3, 5, 16, 1000][index % 6] },
  ]);
  return {
    schema: MAPPING_SCHEMA,
    part: 'xcu250-figd2104-2L-e',
    clockNs: 5,
    clockUncertaintyNs: 0.625,
    io,
    default: {},
    layers: Object.fromEntries(layers) as Mapping['layers'],
    fifoDepths: {},
  };
}
