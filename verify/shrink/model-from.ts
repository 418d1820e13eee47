/** A Model without its first layers: what they made becomes its inputs. */
import { InputError, type Model, verifyModel } from '../../sim/model/index.ts';

/** Layers from index `first` on, or undefined where these make no Model: a sparse layer needs who made its coordinates. */
export function modelFrom(model: Model, first: number): Model | undefined {
  const layers = model.layers.slice(first);
  const made = new Set(layers.flatMap(({ outputs }) => outputs));
  const inputs = [...new Set(layers.flatMap((layer) => layer.inputs))].filter((name) => !made.has(name));
  const outputs = model.outputs.filter((name) => made.has(name));
  const used = new Set([...inputs, ...made]);
  const text = JSON.stringify(layers, (_, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  );
  const tensors = Object.entries(model.tensors).filter(([name]) => used.has(name));
  const constants = Object.entries(model.constants).filter(([name]) => text.includes(JSON.stringify(name)));
  try {
    return verifyModel({
      ...model,
      inputs,
      outputs,
      layers,
      tensors: Object.fromEntries(tensors),
      constants: Object.fromEntries(constants),
    });
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}
