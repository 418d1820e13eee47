/** Gives a layer its types as the configuration says: what it names, what hls4ml fixes, and `auto` where it leaves them open. */
import { fixed, type FixedFormat, ufixed } from 'fixed-point-ts';
import type { Configuration } from './configuration.ts';
import type { Node, Precision, Source } from './node.ts';

const TABLE = fixed(18, 8);
const SOFTMAX_TABLE = fixed(18, 8, 'RND', 'SAT');

/** Types that hls4ml gives a class of layers besides `result` and those of its weights, with the value each has if nothing sets it. */
const FIXED_TYPES: Readonly<Record<string, Readonly<Record<string, FixedFormat>>>> = {
  Activation: { table: TABLE },
  HardActivation: { table: TABLE, slope: ufixed(16, 0), shift: ufixed(2, 0) },
  ParametrizedActivation: { table: TABLE },
  PReLU: { table: TABLE },
  Softmax: {
    table: TABLE,
    exp_table: SOFTMAX_TABLE,
    inv_table: SOFTMAX_TABLE,
    inv_inp: SOFTMAX_TABLE,
  },
  LayerNormalization: { table: ufixed(8, 5, 'RND_CONV', 'SAT') },
  LSTM: { table: TABLE },
  GRU: { table: TABLE },
  SimpleRNN: { table: TABLE },
  Bidirectional: { table: TABLE },
};

const WITH_ACCUMULATOR =
  /^(Dense|Conv[12]D|DepthwiseConv[12]D|(Global)?Pooling[12]D|LSTM|GRU|SimpleRNN|Bidirectional|Dot|LayerNormalization|Softmax|EinsumDense|Einsum|SparseConv2D|SparsePooling2D)$/;

/** Classes whose result has the type of their input until something says otherwise. */
const LIKE_INPUT = /^(ZeroPadding[12]D|Cropping[12]D|Resize|Transpose)$/;

/** @param input  the node that it reads first, if any */
export function createNode(source: Source, input: Node | undefined, configuration: Configuration): Node {
  const { className, weights } = source;
  const precision = (variable: string): Precision =>
    configuration.attributeType(source, `${variable}_t`) ?? configuration.precision(source, variable);
  const types: Record<string, Precision> = {};
  for (const [name, { type }] of Object.entries(weights)) types[name] = type ?? precision(name);
  if (WITH_ACCUMULATOR.test(className)) types.accum = precision('accum');
  if (className === 'ParametrizedActivation') types.param = precision('param');
  for (const [name, type] of Object.entries(FIXED_TYPES[className] ?? {}))
    types[name] = configuration.attributeType(source, `${name}_t`) ?? type;
  types.result =
    LIKE_INPUT.test(className) && input ? input.types.result : configuration.precision(source, 'result');
  return { ...source, types: { ...types, ...source.types } };
}
