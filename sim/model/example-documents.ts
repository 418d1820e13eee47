/** Two small sound documents, with the kinds of the published designs between them, for tests that spoil one thing at a time. */
import type { ModelDocument } from './document.ts';

type Tensors = ModelDocument['tensors'];
const dialect = 'sparsepixels-0.2.1';
const hls4ml = 'hls4ml-1.0.0';

/** 6 x 6 image of 2 channels, 4 slots -> convolution to 3 filters -> both poolings -> 1 x 2 pixels -> 2 scores -> softmax. */
export function sparseDocument(): ModelDocument {
  const [features, places] = ['fixed<8,4>', 'uint<10>'];
  const tensors: Tensors = {
    x: { shape: [6, 6, 2], type: features },
    kept: { shape: [4, 2], type: features },
    places: { shape: [4, 2], type: places },
    convolved: { shape: [4, 3], type: 'ufixed<8,4,RND_CONV,SAT>' },
    positive: { shape: [4, 3], type: 'ufixed<6,4,RND_CONV,SAT>' },
    averages: { shape: [4, 3], type: 'ufixed<6,4,RND_CONV,SAT>' },
    cells: { shape: [4, 2], type: places },
    largest: { shape: [4, 3], type: 'ufixed<6,4,RND_CONV,SAT>' },
    areas: { shape: [4, 2], type: places },
    flat: { shape: [6], type: 'ufixed<6,4,RND_CONV,SAT>' },
    scores: { shape: [2], type: 'fixed<6,6>' },
    shares: { shape: [2], type: 'fixed<8,4>' },
  };
  return {
    schema: 'pipewright/model@1',
    name: 'sparse example',
    inputs: ['x'],
    outputs: ['shares'],
    tensors,
    layers: [
      {
        name: 'reduce',
        kind: 'sparse-input-reduce',
        dialect,
        inputs: ['x'],
        outputs: ['kept', 'places'],
        threshold: 3,
        indexBits: 12,
      },
      {
        name: 'conv',
        kind: 'sparse-conv2d',
        dialect,
        inputs: ['kept', 'places'],
        outputs: ['convolved'],
        accumulator: 'ufixed<8,4,RND_CONV,SAT>',
        weights: 'conv.weights',
        bias: 'conv.bias',
      },
      { name: 'relu', kind: 'sparse-relu', dialect, inputs: ['convolved'], outputs: ['positive'] },
      {
        name: 'average',
        kind: 'sparse-average-pool2d',
        dialect,
        inputs: ['positive', 'places'],
        outputs: ['averages', 'cells'],
        pool: 2,
        accumulator: 'ufixed<6,4,RND_CONV,SAT>',
        reciprocal: { type: 'fixed<10,0>', raw: -512 },
      },
      {
        name: 'maximum',
        kind: 'sparse-max-pool2d',
        dialect: 'pipewright-1',
        inputs: ['averages', 'cells'],
        outputs: ['largest', 'areas'],
        pool: 3,
      },
      {
        name: 'flatten',
        kind: 'sparse-flatten',
        dialect,
        inputs: ['largest', 'areas'],
        outputs: ['flat'],
        height: 1,
        width: 2,
      },
      {
        name: 'dense',
        kind: 'dense',
        dialect: hls4ml,
        inputs: ['flat'],
        outputs: ['scores'],
        accumulator: 'fixed<16,10>',
        weights: 'dense.weights',
        bias: 'dense.bias',
      },
      {
        name: 'softmax',
        kind: 'softmax',
        dialect: hls4ml,
        inputs: ['scores'],
        outputs: ['shares'],
        difference: 'fixed<6,6,RND,SAT>',
        expTable: 'softmax.exp',
        inverseTable: 'softmax.inverse',
      },
    ],
    constants: {
      'conv.weights': constant([3, 3, 2, 3], 'fixed<6,2>', -20),
      'conv.bias': constant([3], 'fixed<6,2>', -1),
      'dense.weights': constant([6, 2], 'fixed<6,2>', -6),
      'dense.bias': constant([2], 'fixed<6,2>', 3),
      'softmax.exp': constant([8], 'ufixed<8,4>', 1),
      'softmax.inverse': constant([16], 'ufixed<8,4>', 1),
    },
  };
}

/** 4 x 5 image of 1 channel -> padding -> convolution to 2 filters -> both poolings -> flatten -> ReLU -> sigmoid. */
export function denseDocument(): ModelDocument {
  const none = { top: 0, bottom: 0, left: 0, right: 0 };
  return {
    schema: 'pipewright/model@1',
    name: 'dense example',
    inputs: ['x'],
    outputs: ['score'],
    tensors: {
      x: { shape: [4, 5, 1], type: 'fixed<8,4>' },
      padded: { shape: [6, 7, 1], type: 'fixed<8,4>' },
      convolved: { shape: [4, 5, 2], type: 'fixed<16,8>' },
      averages: { shape: [2, 2, 2], type: 'fixed<8,6>' },
      largest: { shape: [1, 1, 2], type: 'fixed<8,6>' },
      flat: { shape: [2], type: 'fixed<8,6>' },
      positive: { shape: [2], type: 'ufixed<8,6,RND,SAT>' },
      score: { shape: [2], type: 'fixed<8,6>' },
    },
    layers: [
      {
        name: 'pad',
        kind: 'zero-pad2d',
        dialect: hls4ml,
        inputs: ['x'],
        outputs: ['padded'],
        padding: { top: 1, bottom: 1, left: 1, right: 1 },
      },
      {
        name: 'conv',
        kind: 'conv2d',
        dialect: hls4ml,
        inputs: ['padded'],
        outputs: ['convolved'],
        window: [3, 3],
        stride: [1, 1],
        padding: none,
        accumulator: 'fixed<20,12>',
        weights: 'conv.weights',
        bias: 'conv.bias',
      },
      {
        name: 'average',
        kind: 'average-pool2d',
        dialect: hls4ml,
        inputs: ['convolved'],
        outputs: ['averages'],
        window: [2, 2],
        stride: [2, 2],
        padding: none,
        accumulator: 'fixed<18,10>',
      },
      {
        name: 'maximum',
        kind: 'max-pool2d',
        dialect: hls4ml,
        inputs: ['averages'],
        outputs: ['largest'],
        window: [2, 2],
        stride: [2, 2],
        padding: none,
      },
      { name: 'flatten', kind: 'flatten', dialect: hls4ml, inputs: ['largest'], outputs: ['flat'] },
      { name: 'relu', kind: 'relu', dialect: hls4ml, inputs: ['flat'], outputs: ['positive'] },
      {
        name: 'sigmoid',
        kind: 'sigmoid',
        dialect: hls4ml,
        inputs: ['positive'],
        outputs: ['score'],
        table: 'sigmoid.table',
        range: 8,
      },
    ],
    constants: {
      'conv.weights': constant([3, 3, 1, 2], 'fixed<6,2>', -9),
      'conv.bias': constant([2], 'fixed<6,2>', 5),
      'sigmoid.table': constant([32], 'fixed<8,6>', 0),
    },
  };
}

/** Counts up from `first`. */
function constant(shape: readonly number[], type: string, first: number): ModelDocument['constants'][string] {
  const size = shape.reduce((product, extent) => product * extent, 1);
  return {
    shape: [...shape],
    type,
    raw: Array.from({ length: size }, (_, index) => ((first + index + 32) % 64) - 32),
  };
}
