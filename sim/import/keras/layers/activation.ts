/** Activations: as layers of their own, and as the `activation` of another layer. */
import { InputError } from '../../../model/index.ts';
import type { Operation, Source } from '../../hls4ml/node.ts';
import type { LayerHandler, LayerReader } from '../layer-reader.ts';

/** Functions without parameters that hls4ml's kernels know, by Keras' name. */
const FUNCTIONS = [
  'linear',
  'relu',
  'sigmoid',
  'tanh',
  'softplus',
  'softsign',
  'selu',
  'hard_tanh',
  'binary_tanh',
  'ternary_tanh',
] as const;

/** The name of a function, whether the file gives it as a text or as a serialised object. */
export function activationName(value: unknown): string | undefined {
  if (value === null || value === undefined) return 'linear';
  if (typeof value === 'string') return value;
  const { config, class_name: className } = value as { config?: unknown; class_name?: unknown };
  if (typeof config === 'string') return config;
  return typeof className === 'string' ? className : undefined;
}

/** The class and operation that hls4ml gives a function. @throws InputError `KER003` if it has no kernel for it */
export function activationOf(
  layer: string,
  name: string | undefined,
  version: 2 | 3,
): { className: string; operation: Operation } {
  const parametrized = (fn: string, parameter: number) => ({
    className: 'ParametrizedActivation',
    operation: { kind: 'activation', function: fn, parameter } as const,
  });
  if (name === 'softmax') {
    return { className: 'Softmax', operation: { kind: 'softmax' } };
  }
  if (name === 'hard_sigmoid')
    // hls4ml has the slope of Keras 2 for both versions
    return {
      className: 'HardActivation',
      operation: { kind: 'activation', function: name, ...(version === 2 ? { slope: 0.2 } : {}) },
    };
  if (name === 'leaky_relu') return parametrized('leaky_relu', 0.2);
  if (name === 'elu') return parametrized('elu', 1);
  const known = FUNCTIONS.find((fn) => fn === name);
  if (known) return { className: 'Activation', operation: { kind: 'activation', function: known } };
  throw new InputError({
    code: 'KER003',
    layer,
    field: 'activation',
    what: `the function '${name ?? 'unknown'}' is not supported`,
    mend: `use one of ${[...FUNCTIONS, 'hard_sigmoid', 'leaky_relu', 'elu', 'softmax'].join(', ')}`,
  });
}

/** The node, and one more for the layer's `activation` field, named `<layer>_<function>`. */
export function withActivation(reader: LayerReader, node: Source): Source[] {
  const name = activationName(reader.fields.raw('activation'));
  // Keras 2 files get a node for a linear activation too; it can carry a type of its own
  if (name === 'linear' && reader.version === 3) return [node];
  const { className, operation } = activationOf(reader.layer.name, name, reader.version);
  return [
    node,
    {
      name: `${node.name}_${name}`,
      className,
      operation,
      inputs: [node.name],
      shape: node.shape,
      weights: {},
    },
  ];
}

export const activation: LayerHandler = (reader) => {
  const shape = reader.inputShape;
  const name = activationName(reader.fields.raw('activation'));
  const { className, operation } = activationOf(reader.layer.name, name, reader.version);
  return [reader.source(className, operation, shape)];
};

export const relu: LayerHandler = (reader) => {
  const { fields, inputShape } = reader;
  fields.only('max_value', []);
  const slope = fields.number('negative_slope', 0);
  const threshold = fields.number('threshold', 0);
  if (reader.version === 2) {
    if (slope !== 0) throw fields.unsupported('negative_slope', 'is not supported here', 'use LeakyReLU');
    if (threshold !== 0)
      throw fields.unsupported('threshold', 'is not supported here', 'use ThresholdedReLU');
    return [reader.source('Activation', { kind: 'activation', function: 'relu' }, inputShape)];
  }
  if (slope !== 0 && threshold !== 0)
    throw fields.unsupported('threshold', 'together with a negative slope is not supported');
  const operation: Operation =
    slope !== 0
      ? { kind: 'activation', function: 'leaky_relu', parameter: slope }
      : { kind: 'activation', function: 'thresholded_relu', parameter: threshold };
  return [reader.source('ParametrizedActivation', operation, inputShape)];
};

export const leakyRelu: LayerHandler = (reader) => {
  const { fields } = reader;
  const parameter = fields.number('negative_slope', fields.number('alpha', 0.3));
  const operation: Operation = { kind: 'activation', function: 'leaky_relu', parameter };
  if (parameter === 0 && reader.version === 3) {
    return [
      reader.source(
        'ParametrizedActivation',
        { ...operation, function: 'thresholded_relu' },
        reader.inputShape,
      ),
    ];
  }
  return [reader.source('ParametrizedActivation', operation, reader.inputShape)];
};

export const thresholdedRelu: LayerHandler = (reader) => {
  const parameter = reader.fields.number('theta', 1);
  const operation: Operation = { kind: 'activation', function: 'thresholded_relu', parameter };
  return [reader.source('ParametrizedActivation', operation, reader.inputShape)];
};

export const elu: LayerHandler = (reader) => {
  const operation: Operation = {
    kind: 'activation',
    function: 'elu',
    parameter: reader.fields.number('alpha', 1),
  };
  return [reader.source('ParametrizedActivation', operation, reader.inputShape)];
};

export const prelu: LayerHandler = (reader) => {
  // hls4ml refuses them, too
  reader.fields.only(
    'shared_axes',
    [],
    'leave shared_axes out, so that every element has a slope of its own',
  );
  const shape = reader.inputShape;
  const param = reader.weight('alpha', 0, shape);
  return [reader.source('PReLU', { kind: 'activation', function: 'prelu' }, shape, { weights: { param } })];
};

export const softmax: LayerHandler = (reader) => {
  const shape = reader.inputShape;
  const axis = reader.fields.number('axis', -1);
  // Keras counts the batch as axis 0
  const own = axis < 0 ? shape.length + axis : axis - 1;
  if (own < 0 || own >= shape.length)
    throw reader.fields.wrong('axis', `an axis of [${shape.join(', ')}] besides the batch`);
  // hls4ml forgets the axis of a Keras 2 file
  const operation: Operation =
    reader.version === 2 ? { kind: 'softmax', modelAxis: own } : { kind: 'softmax', axis: own };
  return [reader.source('Softmax', operation, shape)];
};
