/** A Model cut short behind one of its layers: what an oracle that shows only outputs is asked when a layer is sought. */
import type { Layer, Model } from '../../sim/model/index.ts';

/** The Model up to and with layer `last`; its outputs are all that this layer writes. */
export function cutModel(model: Model, last: number): Model {
  const needed = new Set(model.layers[last].outputs);
  const kept: Layer[] = [];
  for (const layer of model.layers.slice(0, last + 1).toReversed()) {
    if (!layer.outputs.some((tensor) => needed.has(tensor))) continue;
    kept.unshift(layer);
    layer.inputs.forEach((tensor) => needed.add(tensor));
  }
  const tensors = new Set([
    ...model.inputs,
    ...kept.flatMap(({ inputs, outputs }) => [...inputs, ...outputs]),
  ]);
  const text = JSON.stringify(kept, (_, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  );
  return {
    ...model,
    outputs: model.layers[last].outputs,
    layers: kept,
    tensors: pick(model.tensors, (name) => tensors.has(name)),
    constants: pick(model.constants, (name) => text.includes(JSON.stringify(name))),
  };
}

function pick<T>(record: Readonly<Record<string, T>>, keep: (name: string) => boolean): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => keep(name)));
}
