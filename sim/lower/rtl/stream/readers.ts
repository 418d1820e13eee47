/** Who reads a tensor. */
import type { Layer, Model } from '../../../model/index.ts';

/** By tensor the layers that read it and that the Model's outputs depend on, each once, in order. */
export function readersOf({ layers, outputs }: Model): Map<string, Layer[]> {
  const readers = new Map<string, Layer[]>();
  for (const layer of [...layers].reverse()) {
    if (!layer.outputs.some((name) => outputs.includes(name) || readers.has(name))) continue;
    for (const name of new Set(layer.inputs)) readers.set(name, [layer, ...(readers.get(name) ?? [])]);
  }
  return readers;
}
