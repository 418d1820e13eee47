/**
 * What in a model and its configuration will surprise its author once hls4ml has built it: each known trap with the
 * place, what mends it, and the change that does: of the configuration, or where that has no word for it, of the Model.
 */
import { type FixedFormat, formatText, fracBits, sameFormat, toNumber } from 'fixed-point-ts';
import type { Warning } from '../importer.ts';
import type { LayerOf, Model } from '../../model/index.ts';
import { elements } from '../../model/layer-kind.ts';
import { comparesUnsigned } from './compares-unsigned.ts';
import type { Configuration } from './configuration.ts';
import { matrixSize } from './mapping.ts';
import type { Graph, Node, Operation } from './node.ts';
import { isLegalReuse, nearestLegalReuse } from './reuse-factor.ts';

/** One entry of the configuration to be set. */
export interface ConfigurationChange {
  readonly layer: string;
  /** `Precision.result`, `ReuseFactor`, `exp_table_t` ... */
  readonly entry: string;
  readonly value: string | number;
}

/** A layer computed as its model means it, where hls4ml's firmware cannot be told to. */
export interface OperationChange {
  readonly layer: string;
  /** What it computes then, for people. */
  readonly what: string;
  readonly operation: Operation;
}

export interface Diagnosis extends Warning {
  readonly changes: readonly ConfigurationChange[];
  readonly operations?: readonly OperationChange[];
}

/** Whether something is known that mends it. */
export function isMendable({ changes, operations = [] }: Diagnosis): boolean {
  return changes.length + operations.length > 0;
}

export function asWarning({ name, layer, what, mend }: Warning): Warning {
  return { name, what, ...(layer === undefined ? {} : { layer }), ...(mend === undefined ? {} : { mend }) };
}

/** The warning once all that mends it has been done. */
export function asMended(diagnosis: Diagnosis): Warning {
  const done = [
    ...diagnosis.changes.map(({ layer, entry, value }) => `${layer}.${entry} = ${value}`),
    ...(diagnosis.operations ?? []).map(({ layer, what }) => `${layer} ${what} in the Model`),
  ];
  return asWarning({ ...diagnosis, mend: `mended: ${done.join(', ')}` });
}

/** Coarser steps of a softmax table's address than this make classes of different scores alike. */
const LARGEST_SOFTMAX_STEP = 0.25;
/** What a softmax input is set to: 1024 entries then stand 1/32 apart. */
const SOFTMAX_INPUT = 'fixed<16,6,RND,SAT>';

export function diagnose(graph: Graph, model: Model, configuration: Configuration): Diagnosis[] {
  return [
    ...graph.nodes.flatMap((node) => [
      ...coarseSoftmax(graph, node, model),
      ...softmaxOverAll(node, configuration),
      ...wrappingAverage(node, model),
      ...resetBefore(node),
      ...hardSigmoidSlope(node),
      ...unsignedThreshold(node, model),
      ...ignoredPrecision(node, configuration),
      ...replacedReuse(node, configuration),
    ]),
    ...flooredWeights(graph, model),
  ];
}

/** The table of the exponential is addressed by the top bits of a word that is too wide for them. */
function coarseSoftmax(graph: Graph, node: Node, model: Model): Diagnosis[] {
  const layer = model.layers.find((own) => own.name === node.name);
  if (layer?.kind !== 'table-softmax' && layer?.kind !== 'softmax') return [];
  const address = layer.kind === 'softmax' ? layer.difference : layer.address;
  const size = model.constants[layer.expTable].shape[0];
  const step = 2 ** (address.width - Math.log2(size) - fracBits(address));
  if (step <= LARGEST_SOFTMAX_STEP) return [];
  const [before] = node.inputs;
  const changed = graph.nodes.some(({ name }) => name === before);
  return [
    {
      name: 'coarse-softmax-table',
      layer: node.name,
      what: `its ${size} table entries stand ${step} apart in a word of ${address.width} bits, so that scores closer than that give the same exponential`,
      mend: `set Precision.result of '${before}' to ${SOFTMAX_INPUT}`,
      changes: changed ? [{ layer: before, entry: 'Precision.result', value: SOFTMAX_INPUT }] : [],
    },
  ];
}

/** Without an axis hls4ml takes all values of a tensor for one slice. */
function softmaxOverAll(node: Node, { backend }: Configuration): Diagnosis[] {
  if (node.operation.kind !== 'softmax' || node.operation.axis !== undefined) return [];
  if (node.shape.length === 1 || backend.io === 'stream') return [];
  const axis = node.operation.modelAxis ?? node.shape.length - 1;
  return [
    {
      name: 'softmax-over-whole-tensor',
      layer: node.name,
      what: `normalises all ${elements(node.shape)} values together, where the model normalises along axis ${axis}`,
      mend: `make it a Softmax layer with axis=-1 of a Keras 3 model; --fix normalises axis ${axis} in the Model, which firmware of hls4ml will not`,
      changes: [],
      operations: [
        { layer: node.name, what: `normalises axis ${axis}`, operation: { ...node.operation, axis } },
      ],
    },
  ];
}

/** hls4ml makes a `ReLU` layer a comparison with a threshold, whose type between quantisers has bits far above the point. */
function unsignedThreshold(node: Node, model: Model): Diagnosis[] {
  const { operation, types } = node;
  if (operation.kind !== 'activation' || operation.function !== 'thresholded_relu') return [];
  const x = model.tensors[node.inputs[0]].type;
  const { param } = types;
  if (param === undefined || param === 'auto' || !comparesUnsigned(x, param)) return [];
  const values =
    operation.parameter === 0 ? 'the values here are so too' : 'the values here are those of the model';
  return [
    {
      name: 'unsigned-threshold',
      layer: node.name,
      what: `the firmware compares ${formatText(x)} with a threshold of ${formatText(param)} as unsigned numbers, so that negative ones pass; ${values}`,
      mend: "use Activation('relu') in the model; --fix makes it one in the Model, which firmware of hls4ml will not",
      changes: [],
      ...(operation.parameter === 0
        ? {
            operations: [
              {
                layer: node.name,
                what: 'is a plain relu',
                operation: { kind: 'activation', function: 'relu' },
              },
            ],
          }
        : {}),
    },
  ];
}

function wrappingAverage(node: Node, model: Model): Diagnosis[] {
  const { operation } = node;
  if (operation.kind !== 'pool' || operation.reduce !== 'average') return [];
  const layer = model.layers.find(
    (own): own is LayerOf<'average-pool2d'> => own.name === node.name && own.kind === 'average-pool2d',
  );
  if (!layer || layer.accumulator.overflow !== 'WRAP') return [];
  const x = model.tensors[layer.inputs[0]].type;
  const extra = Math.ceil(Math.log2(operation.window[0] * operation.window[1]));
  const needed = x.integerBits + extra;
  if (layer.accumulator.integerBits >= needed) return [];
  const wide = `${x.signed ? '' : 'u'}fixed<${x.width + 2 * extra},${needed}>`;
  return [
    {
      name: 'wrapping-average',
      layer: node.name,
      what: `sums ${operation.window[0] * operation.window[1]} values in ${formatText(layer.accumulator)}, which wraps around`,
      mend: `set Precision.accum to ${wide}`,
      changes: [{ layer: node.name, entry: 'Precision.accum', value: wide }],
    },
  ];
}

function resetBefore({ name, operation }: Node): Diagnosis[] {
  if (operation.kind !== 'recurrent' || operation.cells.every(({ resetAfter }) => resetAfter !== false))
    return [];
  return [
    {
      name: 'gru-reset-before',
      layer: name,
      what: 'is computed as if reset_after were true, and its bias is read beyond its array: the firmware does not do what the model does',
      mend: 'train with reset_after=True: --fix cannot mend it, no kernel resets the state before its product',
      changes: [],
    },
  ];
}

/** Of Keras 3: relu6(x + 3) / 6. */
const KERAS3_SLOPE = 1 / 6;

function hardSigmoidSlope({ name, operation }: Node): Diagnosis[] {
  if (
    operation.kind !== 'activation' ||
    operation.function !== 'hard_sigmoid' ||
    operation.slope !== undefined
  )
    return [];
  return [
    {
      name: 'hard-sigmoid-slope',
      layer: name,
      what: 'has the slope 0.2 of Keras 2 in the firmware; in Keras 3 it is 1/6, which differs by up to 0.08',
      mend: 'train with a sigmoid, or with a hard sigmoid of slope 0.2; --fix gives the Model the slope 1/6, which firmware of hls4ml will not have',
      changes: [],
      operations: [
        { layer: name, what: 'has the slope 1/6', operation: { ...operation, slope: KERAS3_SLOPE } },
      ],
    },
  ];
}

/** Variables that `Precision` names, but hls4ml takes from attributes of their own alone. */
const TABLES = ['table', 'exp_table', 'inv_table', 'inv_inp'];

function ignoredPrecision(node: Node, configuration: Configuration): Diagnosis[] {
  return TABLES.flatMap((variable): Diagnosis[] => {
    const wanted = configuration.namedType(node, variable);
    const own = node.types[variable];
    if (wanted === undefined || own === undefined || own === 'auto' || sameFormat(wanted, own)) return [];
    return [
      {
        name: 'ignored-table-precision',
        layer: node.name,
        what: `hls4ml ignores Precision.${variable}: ${formatText(wanted)} and uses ${formatText(own)}`,
        mend: `give it as ${variable}_t`,
        changes: [{ layer: node.name, entry: `${variable}_t`, value: formatText(wanted) }],
      },
    ];
  });
}

function replacedReuse(node: Node, configuration: Configuration): Diagnosis[] {
  if (node.operation.kind !== 'dense' && node.operation.kind !== 'conv') return [];
  if (!configuration.strategy(node).startsWith('resource')) return [];
  const wanted = configuration.reuseFactor(node);
  const [inputs, outputs] = matrixSize(node);
  if (isLegalReuse(inputs, outputs, wanted)) return [];
  const legal = nearestLegalReuse(inputs, outputs, wanted);
  return [
    {
      name: 'replaced-reuse-factor',
      layer: node.name,
      what: `a matrix of ${inputs} x ${outputs} cannot be built with a reuse factor of ${wanted}; hls4ml takes ${legal}`,
      mend: `set ReuseFactor to ${legal}`,
      changes: [{ layer: node.name, entry: 'ReuseFactor', value: legal }],
    },
  ];
}

/** Weights of float models go down to the next value of their type, not to the nearest. */
function flooredWeights(graph: Graph, model: Model): Diagnosis[] {
  const floored = graph.nodes.flatMap((node) =>
    Object.entries(node.weights).flatMap(([variable, weight]) => {
      const constant = model.constants[`${node.name}.${variable}`];
      if (weight.type || constant?.type.rounding !== 'TRN' || !constant.raw) return [];
      const { raw, type } = constant;
      if (raw.length !== weight.values.length) return [];
      const lost = raw.filter((value, at) => toNumber(value, type) !== weight.values[at]).length;
      return lost > 0 ? [{ layer: node.name, variable, lost, type: constant.type }] : [];
    }),
  );
  if (floored.length === 0) return [];
  const total = floored.reduce((sum, { lost }) => sum + lost, 0);
  return [
    {
      name: 'floored-weights',
      layer: floored[0].layer,
      what: `${total} weights of ${new Set(floored.map(({ layer }) => layer)).size} layers are rounded down, not to nearest, which shifts every sum`,
      mend: 'give weights and biases a type that rounds, such as fixed<16,6,RND,SAT>',
      changes: floored.map(({ layer, variable, type }) => ({
        layer,
        entry: `Precision.${variable}`,
        value: formatText(rounding(type)),
      })),
    },
  ];
}

function rounding(type: FixedFormat): FixedFormat {
  return { ...type, rounding: 'RND', overflow: 'SAT', saturationBits: 0 };
}
