/** A design's calls in order, each turned into a layer of the Model with its tensors and constants. */
import { fixed, type FixedFormat, sameFormat } from 'fixed-point-ts';
import {
  type Constant,
  InputError,
  type Layer,
  type Model,
  MODEL_SCHEMA,
  type Tensor,
} from '../../model/index.ts';
import { expTable, inverseTable, sigmoidTable, sparsePixelsReciprocal } from '../../model/tables.ts';
import type { Design, DesignLayer, DesignWeights } from './design-schema.ts';
import { filtersLast, readWeights } from './read-weights.ts';

export interface DesignFiles {
  readonly designFile: string;
  readonly weightsFile: string;
}

/** @throws InputError `IMP010`..`IMP013` (weights), `IMP014` (the arrays between calls do not fit) */
export function buildModel(design: Design, weights: DesignWeights, files: DesignFiles): Model {
  const tensors: Record<string, Tensor> = {};
  const constants: Record<string, Constant> = {};
  const input = inputOf(design.layers[0]);
  tensors[input.name] = { shape: design.input_shape, type: input.type };

  const layers = design.layers.map((layer): Layer => {
    const read = (name: string, wanted: FixedFormat) => {
      const tensor = Object.hasOwn(tensors, name) ? tensors[name] : undefined;
      const place = { file: files.designFile, layer: layer.name };
      if (!tensor)
        throw new InputError({
          ...place,
          code: 'IMP014',
          what: `reads '${name}', which no call before it writes`,
        });
      if (!sameFormat(tensor.type, wanted)) {
        throw new InputError({
          ...place,
          code: 'IMP014',
          field: 'in_type',
          what: `differs from the type of '${name}'`,
        });
      }
      return tensor;
    };
    const write = (name: string, shape: readonly number[], type: FixedFormat) => {
      tensors[name] = { shape, type };
    };
    const array = (name: string, shape: readonly number[], type: FixedFormat) =>
      readWeights(weights, { file: files.weightsFile, layer: layer.name, name }, shape, type);
    return toLayer(layer, { read, write, array, constants });
  });

  return {
    schema: MODEL_SCHEMA,
    name: design.design,
    source: 'SparsePixels design folder',
    inputs: [input.name],
    outputs: [layers.at(-1)!.outputs[0]],
    tensors,
    layers,
    constants,
  };
}

interface Building {
  readonly read: (name: string, type: FixedFormat) => Tensor;
  readonly write: (name: string, shape: readonly number[], type: FixedFormat) => void;
  readonly array: (name: string, shape: readonly number[], type: FixedFormat) => Constant;
  readonly constants: Record<string, Constant>;
}

function inputOf(layer: DesignLayer): { name: string; type: FixedFormat } {
  if (layer.op === 'sparse_input_reduce') return { name: layer.inputs[0], type: layer.in_type };
  if ('input' in layer) return { name: layer.input, type: layer.in_type };
  throw new InputError({
    code: 'IMP014',
    layer: layer.name,
    what: `a design cannot begin with ${layer.op}: it reads kept pixels that nothing has made`,
  });
}

function toLayer(layer: DesignLayer, { read, write, array, constants }: Building): Layer {
  const { name } = layer;
  const sparse = { name, dialect: 'sparsepixels-0.2.1' } as const;
  const dense = { name, dialect: 'hls4ml-1.0.0' } as const;
  switch (layer.op) {
    case 'sparse_input_reduce': {
      const image = [layer.height, layer.width, layer.channels];
      expectShape(name, read(layer.inputs[0], layer.in_type), image);
      write(layer.out_features, [layer.n_max_pixels, layer.channels], layer.in_type);
      write(layer.out_hash, [layer.n_max_pixels, 2], layer.hash_type);
      return {
        ...sparse,
        kind: 'sparse-input-reduce',
        inputs: [layer.inputs[0]],
        outputs: [layer.out_features, layer.out_hash],
        threshold: BigInt(layer.threshold_raw),
        indexBits: layer.index_bits,
      };
    }
    case 'sparse_conv': {
      read(layer.in_features, layer.in_type);
      read(layer.in_hash, layer.hash_type);
      write(layer.out_features, [layer.n_max_pixels, layer.filters], layer.out_type);
      const shape = [layer.kernel_size, layer.kernel_size, layer.channels, layer.filters];
      constants[layer.weights] = filtersLast(array(layer.weights, shape, layer.weight_type));
      constants[layer.bias] = array(layer.bias, [layer.filters], layer.bias_type);
      return {
        ...sparse,
        kind: 'sparse-conv2d',
        inputs: [layer.in_features, layer.in_hash],
        outputs: [layer.out_features],
        accumulator: layer.acc_type,
        weights: layer.weights,
        bias: layer.bias,
      };
    }
    case 'sparse_relu': {
      read(layer.in_features, layer.in_type);
      write(layer.out_features, [layer.n_max_pixels, layer.channels], layer.out_type);
      return { ...sparse, kind: 'sparse-relu', inputs: [layer.in_features], outputs: [layer.out_features] };
    }
    case 'sparse_pooling_avg':
    case 'sparse_pooling_max': {
      read(layer.in_features, layer.in_type);
      read(layer.in_hash, layer.hash_type);
      write(layer.out_features, [layer.n_max_pixels, layer.channels], layer.out_type);
      write(layer.out_hash, [layer.n_max_pixels, 2], layer.hash_type);
      const wiring = {
        inputs: [layer.in_features, layer.in_hash],
        outputs: [layer.out_features, layer.out_hash],
        pool: layer.pool_size,
      };
      if (layer.op === 'sparse_pooling_max') {
        return { name, dialect: 'pipewright-1', kind: 'sparse-max-pool2d', ...wiring };
      }
      const type = layer.reciprocal_type ?? fixed(10, 0);
      return {
        ...sparse,
        kind: 'sparse-average-pool2d',
        ...wiring,
        accumulator: layer.acc_type ?? layer.out_type,
        reciprocal: { type, raw: sparsePixelsReciprocal(layer.pool_size, type) },
      };
    }
    case 'sparse_flatten': {
      read(layer.in_features, layer.data_type);
      read(layer.in_hash, layer.hash_type);
      write(layer.out, [layer.height * layer.width * layer.channels], layer.data_type);
      return {
        ...sparse,
        kind: 'sparse-flatten',
        inputs: [layer.in_features, layer.in_hash],
        outputs: [layer.out],
        height: layer.height,
        width: layer.width,
      };
    }
    case 'zeropad2d_cl': {
      const { config } = layer;
      read(layer.input, layer.in_type);
      write(layer.output, [config.out_height, config.out_width, config.n_chan], layer.out_type);
      return { ...dense, kind: 'zero-pad2d', ...wires(layer), padding: paddingOf(config) };
    }
    case 'conv_2d_cl': {
      const { config } = layer;
      read(layer.input, layer.in_type);
      write(layer.output, [config.out_height, config.out_width, config.n_filt], layer.out_type);
      const shape = [config.filt_height, config.filt_width, config.n_chan, config.n_filt];
      constants[layer.weights] = array(layer.weights, shape, config.weight_t);
      constants[layer.bias] = array(layer.bias, [config.n_filt], config.bias_t);
      return {
        ...dense,
        kind: 'conv2d',
        ...wires(layer),
        window: [config.filt_height, config.filt_width],
        stride: [config.stride_height, config.stride_width],
        padding: paddingOf(config),
        accumulator: config.accum_t,
        weights: layer.weights,
        bias: layer.bias,
      };
    }
    case 'pooling2d_cl': {
      const { config } = layer;
      read(layer.input, layer.in_type);
      write(layer.output, [config.out_height, config.out_width, config.n_filt], layer.out_type);
      const window = {
        ...wires(layer),
        window: [config.pool_height, config.pool_width] as const,
        stride: [config.stride_height, config.stride_width] as const,
        padding: paddingOf(config),
      };
      if (config.pool_op === 'Max') return { ...dense, kind: 'max-pool2d', ...window };
      return { ...dense, kind: 'average-pool2d', ...window, accumulator: config.accum_t };
    }
    case 'dense': {
      const { config } = layer;
      read(layer.input, layer.in_type);
      write(layer.output, [config.n_out], layer.out_type);
      constants[layer.weights] = array(layer.weights, [config.n_in, config.n_out], config.weight_t);
      constants[layer.bias] = array(layer.bias, [config.n_out], config.bias_t);
      return {
        ...dense,
        kind: 'dense',
        ...wires(layer),
        accumulator: config.accum_t,
        weights: layer.weights,
        bias: layer.bias,
      };
    }
    case 'relu': {
      write(layer.output, read(layer.input, layer.in_type).shape, layer.out_type);
      return { ...dense, kind: 'relu', ...wires(layer) };
    }
    case 'sigmoid': {
      write(layer.output, read(layer.input, layer.in_type).shape, layer.out_type);
      const { table_size: size, table_t: type } = layer.config;
      const table = `${name}.table`;
      const range = 8;
      constants[table] = { shape: [size], type, raw: sigmoidTable(size, range, type) };
      return { ...dense, kind: 'sigmoid', ...wires(layer), table, range };
    }
    case 'softmax': {
      const x = read(layer.input, layer.in_type);
      write(layer.output, x.shape, layer.out_type);
      const { table_size: size, exp_table_t: expType, inv_table_t: inverseType } = layer.config;
      const difference = fixed(x.type.width, x.type.integerBits, 'RND', 'SAT');
      const [exp, inverse] = [`${name}.exp`, `${name}.inverse`];
      constants[exp] = { shape: [size], type: expType, raw: expTable(size, difference, expType) };
      constants[inverse] = {
        shape: [size],
        type: inverseType,
        raw: inverseTable(size, expType, inverseType),
      };
      return { ...dense, kind: 'softmax', ...wires(layer), difference, expTable: exp, inverseTable: inverse };
    }
    default:
      return layer satisfies never;
  }
}

/** @throws InputError `IMP014` */
function expectShape(layer: string, { shape }: Tensor, stated: readonly number[]): void {
  if (shape.join() === stated.join()) return;
  const what = `states an input of ${stated.join(' x ')}, it gets ${shape.join(' x ')}`;
  throw new InputError({ code: 'IMP014', layer, what });
}

function wires({ input, output }: { input: string; output: string }) {
  return { inputs: [input], outputs: [output] };
}

function paddingOf(config: { pad_top: number; pad_bottom: number; pad_left: number; pad_right: number }) {
  return { top: config.pad_top, bottom: config.pad_bottom, left: config.pad_left, right: config.pad_right };
}
