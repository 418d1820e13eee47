/** Layers of HGQ2: Keras' own with quantised weights, and quantisers on their inputs and outputs. */
import { dense } from '../keras/layers/core.ts';
import { convolution } from '../keras/layers/image.ts';
import type { LayerHandler } from '../keras/layer-reader.ts';
import { quantisedWeight, quantiserNode, readQuantiser } from './quantiser.ts';

const quantised =
  (handler: LayerHandler): LayerHandler =>
  (reader) => {
    const [node, ...rest] = handler(reader);
    const { weight, bias } = node.weights;
    const weights = {
      weight: quantisedWeight(weight, readQuantiser(reader, { which: 'kq' })),
      bias: bias.type
        ? { shape: bias.shape, values: bias.values }
        : quantisedWeight(bias, readQuantiser(reader, { which: 'bq' })),
    };
    const quantisers = reader.fields.flag('enable_iq', true)
      ? [
          quantiserNode(
            readQuantiser(reader, { which: 'iq' }),
            `${reader.layer.name}_iq`,
            node.inputs[0],
            reader.inputShape,
          ),
        ]
      : [];
    const inputs = quantisers.length > 0 ? [quantisers[0].name] : node.inputs;
    const nodes = [...quantisers, { ...node, inputs, weights }, ...rest];
    if (!reader.fields.flag('enable_oq', false)) return nodes;
    const last = nodes.at(-1)!;
    return [
      ...nodes,
      quantiserNode(readQuantiser(reader, { which: 'oq' }), `${reader.layer.name}_oq`, last.name, last.shape),
    ];
  };

/** Handlers of HGQ2's classes; QKeras has some of the same names, so they are told apart by their quantisers. */
export const hgqHandlers: Readonly<Record<string, LayerHandler>> = {
  QDense: quantised(dense),
  QConv1D: quantised(convolution(1)),
  QConv2D: quantised(convolution(2)),
};
