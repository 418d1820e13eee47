/** Layers of HGQ2: Keras' own with quantised weights, and quantisers on their inputs and outputs. */
import type { Source } from '../hls4ml/node.ts';
import type { LayerHandler, LayerReader } from '../keras/layer-reader.ts';
import { dense } from '../keras/layers/core.ts';
import { einsumDense, einsumSource } from '../keras/layers/einsum-dense.ts';
import { convolution, globalPooling, pooling } from '../keras/layers/image.ts';
import { dot, merge } from '../keras/layers/merge.ts';
import { denseWithNormalization, einsumWithNormalization, normalization } from './normalization.ts';
import { quantisedWeight, quantiserNode, readQuantiser } from './quantiser.ts';
import { lookUp, softmax } from './tables.ts';

/** Quantisers on all inputs and on the output of what a handler makes, as far as they are enabled. */
const between =
  (handler: LayerHandler): LayerHandler =>
  (reader) => {
    const { fields, layer } = reader;
    const inner = handler(reader);
    const quantisers = fields.flag('enable_iq', true) ? inputQuantisers(reader) : [];
    const renamed = new Map(quantisers.map(({ name, inputs: [from] }, index) => [index, { name, from }]));
    const own = new Set(inner.map(({ name }) => name));
    const nodes = [
      ...quantisers,
      ...inner.map((node) => ({
        ...node,
        inputs: node.inputs.map((input, index) => {
          if (own.has(input)) return input;
          return renamed.get(reader.inputs.length === 1 ? 0 : index)?.name ?? input;
        }),
      })),
    ];
    if (!fields.flag('enable_oq', false)) return nodes;
    const last = nodes.at(-1)!;
    const output = readQuantiser(reader, { which: 'oq' });
    return [...nodes, quantiserNode(output, `${layer.name}_oq`, last.name, last.shape)];
  };

function inputQuantisers(reader: LayerReader): Source[] {
  const { fields, layer, inputs, inputShapes } = reader;
  const given = fields.raw('iq_confs');
  if (given === undefined)
    return [
      quantiserNode(readQuantiser(reader, { which: 'iq' }), `${layer.name}_iq`, inputs[0], inputShapes[0]),
    ];
  return inputs.map((input, index) => {
    const config: unknown = Array.isArray(given) ? given[index] : given;
    const path = ['iq', 'quantizers', index === 0 ? 'quantizer' : `quantizer_${index}`];
    const quantiser = readQuantiser(reader, { which: 'iq', config, path });
    return quantiserNode(quantiser, `${layer.name}_iq_${index}`, input, inputShapes[index]);
  });
}

/** As `between`, with the weights on the grids of `kq` and `bq`. */
const quantised = (handler: LayerHandler): LayerHandler =>
  between((reader) => {
    const [node, ...rest] = handler(reader);
    const { weight, bias } = node.weights;
    const hasBias = !bias.type && (reader.fields.raw('bq_conf') ?? null) !== null;
    const weights = {
      weight: quantisedWeight(weight, readQuantiser(reader, { which: 'kq' })),
      bias: hasBias
        ? quantisedWeight(bias, readQuantiser(reader, { which: 'bq' }))
        : { shape: bias.shape, values: bias.values },
    };
    return [{ ...node, weights }, ...rest];
  });

const einsum: LayerHandler = (reader) => [einsumSource(reader)];

/** A quantiser as a layer of its own. */
const quantiser: LayerHandler = (reader) => {
  const own = readQuantiser(reader, { which: 'quantizer', config: reader.fields.raw('config'), path: [] });
  return [quantiserNode(own, reader.layer.name, reader.inputs[0], reader.inputShape)];
};

/** Handlers of HGQ2's classes; QKeras has some of the same names, so they are told apart by their quantisers. */
export const hgqHandlers: Readonly<Record<string, LayerHandler>> = {
  Quantizer: quantiser,
  QDense: quantised(dense),
  QBatchNormDense: between(denseWithNormalization),
  QConv1D: quantised(convolution(1)),
  QConv2D: quantised(convolution(2)),
  QEinsumDense: quantised(einsumDense),
  QEinsumDenseBatchnorm: between(einsumWithNormalization),
  QBatchNormalization: between(normalization),
  QEinsum: between(einsum),
  QSoftmax: between(softmax),
  QUnaryFunctionLUT: between(lookUp),
  QAdd: between(merge('add')),
  QSubtract: between(merge('subtract')),
  QMultiply: between(merge('multiply')),
  QAverage: between(merge('average')),
  QAveragePow2: between(merge('average')),
  QMaximum: between(merge('maximum')),
  QMinimum: between(merge('minimum')),
  QDot: between(dot),
  QMaxPooling1D: between(pooling('max', 1)),
  QMaxPooling2D: between(pooling('max', 2)),
  QAveragePooling1D: between(pooling('average', 1)),
  QAveragePooling2D: between(pooling('average', 2)),
  QGlobalMaxPooling1D: between(globalPooling('max', 1)),
  QGlobalMaxPooling2D: between(globalPooling('max', 2)),
  QGlobalAveragePooling1D: between(globalPooling('average', 1)),
  QGlobalAveragePooling2D: between(globalPooling('average', 2)),
};
