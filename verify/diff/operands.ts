/**
 * Which values one element of a layer's output was made from: what a person looks at when two results differ.
 *
 * Only operands that count are listed: products with a zero input, and pixels out of the kernel's reach, are not.
 */
import { toDecimal } from 'fixed-point-ts';
import type { Values } from '../../sim/evaluate/index.ts';
import type { Layer, LayerOf, Model } from '../../sim/model/index.ts';
import { imageShape } from '../../sim/model/layer-kind.ts';

export interface Operand {
  /** Name of the tensor or constant. */
  readonly name: string;
  /** Flat row-major index in it. */
  readonly index: number;
  readonly raw: bigint;
  /** Exact decimal. */
  readonly value: string;
}

/** The operands of element `element` of output number `output`, in the order in which the layer uses them. */
export function operandsOf(
  model: Model,
  layer: Layer,
  output: number,
  element: number,
  values: Values,
): Operand[] {
  const look = (name: string, index: number): Operand[] => {
    const constant = model.constants[name];
    const raw = (constant ? constant.raw : values[name])?.[index];
    const { type } = constant ?? model.tensors[name];
    return raw === undefined ? [] : [{ name, index, raw, value: toDecimal(raw, type) }];
  };
  return placesOf(model, layer, output, element, values).flatMap(([name, index]) => look(name, index));
}

type Place = readonly [name: string, index: number];

function placesOf(model: Model, layer: Layer, output: number, element: number, values: Values): Place[] {
  const x = layer.inputs[0];
  const raws = values[x] ?? [];
  const shape = model.tensors[x].shape;
  const outShape = model.tensors[layer.outputs[output]].shape;
  const channels = outShape.at(-1)!;
  const channel = element % channels;
  switch (layer.kind) {
    case 'relu':
    case 'sparse-relu':
    case 'sigmoid':
    case 'flatten':
    case 'reshape':
    case 'table-function':
    case 'elu':
    case 'parametric-relu':
    case 'thresholded-relu':
    case 'hard-sigmoid':
    case 'sign':
    case 'scale-shift':
    case 'quantize':
    case 'lookup':
      return [[x, element]];
    case 'merge':
      return layer.inputs.map((name): Place => [name, element]);
    case 'softmax':
      return raws.map((_, index): Place => [x, index]);
    case 'dense': {
      const products = raws.flatMap((raw, i): Place[] => {
        return raw === 0n
          ? []
          : [
              [x, i],
              [layer.weights, i * channels + element],
            ];
      });
      return [[layer.bias, element], ...products];
    }
    case 'conv2d':
    case 'average-pool2d':
    case 'max-pool2d':
      return windowPlaces(layer, element, imageShape(shape), imageShape(outShape), raws);
    case 'zero-pad2d': {
      const [row, column] = position(element, imageShape(outShape));
      const [y, from] = [row - layer.padding.top, column - layer.padding.left];
      const [height, width] = imageShape(shape);
      const inside = y >= 0 && y < height && from >= 0 && from < width;
      return inside ? [[x, (y * width + from) * channels + channel]] : [];
    }
    case 'sparse-input-reduce': {
      const slot = Math.floor(element / channels);
      const places = values[layer.outputs[1]] ?? [];
      const index = (Number(places[2 * slot]) - 1) * shape[1] + Number(places[2 * slot + 1]) - 1;
      return [[x, index * shape[2] + (output === 0 ? channel : 0)]];
    }
    case 'sparse-conv2d':
      return sparseConvPlaces(model, layer, element, values);
    case 'sparse-average-pool2d':
    case 'sparse-max-pool2d': {
      const coordinates = layer.inputs[1];
      if (output === 1) return [[coordinates, element]];
      const cell = (slot: number) =>
        [0, 1]
          .map((axis) => Math.floor((Number(values[coordinates]?.[2 * slot + axis]) - 1) / layer.pool))
          .join();
      const slot = Math.floor(element / channels);
      return Array.from({ length: shape[0] }, (_, other) => other)
        .filter((other) => cell(other) === cell(slot))
        .map((other): Place => [x, other * channels + channel]);
    }
    case 'sparse-flatten': {
      const coordinates = values[layer.inputs[1]] ?? [];
      const size = shape[1];
      const [row, column] = [
        Math.floor(element / size / layer.width) + 1,
        (Math.floor(element / size) % layer.width) + 1,
      ];
      return Array.from({ length: shape[0] }, (_, slot) => slot)
        .filter(
          (slot) => Number(coordinates[2 * slot]) === row && Number(coordinates[2 * slot + 1]) === column,
        )
        .map((slot): Place => [x, slot * size + (element % size)]);
    }
    default:
      // Kinds whose operands are not told apart depend on their whole inputs.
      return layer.inputs.flatMap((name) => (values[name] ?? []).map((_, index): Place => [name, index]));
  }
}

/** [row, column] of a flat index into an image. */
function position(element: number, [, width, channels]: readonly number[]): readonly [number, number] {
  const pixel = Math.floor(element / channels);
  return [Math.floor(pixel / width), pixel % width];
}

function windowPlaces(
  layer: LayerOf<'conv2d' | 'average-pool2d' | 'max-pool2d'>,
  element: number,
  [height, width, channels]: readonly number[],
  outShape: readonly number[],
  raws: readonly bigint[],
): Place[] {
  const [y, x] = position(element, outShape);
  const out = element % outShape[2];
  const places: Place[] = layer.kind === 'conv2d' ? [[layer.bias, out]] : [];
  for (let row = 0; row < layer.window[0]; row++) {
    for (let column = 0; column < layer.window[1]; column++) {
      const imageRow = y * layer.stride[0] - layer.padding.top + row;
      const imageColumn = x * layer.stride[1] - layer.padding.left + column;
      if (imageRow < 0 || imageRow >= height || imageColumn < 0 || imageColumn >= width) continue;
      const pixel = (imageRow * width + imageColumn) * channels;
      if (layer.kind !== 'conv2d') {
        places.push([layer.inputs[0], pixel + out]);
        continue;
      }
      for (let channel = 0; channel < channels; channel++) {
        if (raws[pixel + channel] === 0n) continue;
        const tap = (row * layer.window[1] + column) * channels + channel;
        places.push([layer.inputs[0], pixel + channel], [layer.weights, tap * outShape[2] + out]);
      }
    }
  }
  return places;
}

function sparseConvPlaces(
  model: Model,
  layer: LayerOf<'sparse-conv2d'>,
  element: number,
  values: Values,
): Place[] {
  const [x, coordinates] = layer.inputs as [string, string];
  const [slots, channels] = model.tensors[x].shape as [number, number];
  const [kernel, , , filters] = model.constants[layer.weights].shape as [number, number, number, number];
  const radius = Math.floor((kernel - 1) / 2);
  const at = (slot: number, axis: number) => Number(values[coordinates]?.[2 * slot + axis]);
  const slot = Math.floor(element / filters);
  const filter = element % filters;
  const places: Place[] = [];
  for (let other = 0; other < slots; other++) {
    const row = radius - (at(slot, 0) - at(other, 0));
    const column = radius - (at(slot, 1) - at(other, 1));
    // Slots without a pixel stand at (0, 0) and take no part.
    if (at(other, 0) === 0 || row < 0 || row >= kernel || column < 0 || column >= kernel) continue;
    for (let channel = 0; channel < channels; channel++) {
      if (values[x]?.[other * channels + channel] === 0n) continue;
      const tap = (row * kernel + column) * channels + channel;
      places.push([x, other * channels + channel], [layer.weights, tap * filters + filter]);
    }
  }
  return [...places, [layer.bias, filter]];
}
