/** The profile hls4ml-1.3.0, io_parallel and io_stream. */
import { lowerDenseStream } from '../dense.ts';
import { lowerReluStream, lowerSigmoidStream, lowerSoftmaxStream } from '../element-wise.ts';
import { sliceWise } from '../pipewright/element-wise.ts';
import {
  batchedDense,
  batchedProduct,
  dot,
  embedding,
  layerNormalization,
  pick,
  recurrent,
  unrolled,
} from '../pipewright/whole-tensor.ts';
import { conv2d, depthwiseConv2d, zeroPad2d } from '../pipewright/windows.ts';
import type { Profile } from '../profile.ts';
import { lowerZeroPad2d } from '../zero-pad2d.ts';
import {
  lowerConvBeats,
  lowerElementBeats,
  lowerMoveBeats,
  lowerPoolBeats,
  lowerTableSoftmaxBeats,
} from './beats.ts';
import { borrowed } from './borrowed.ts';
import { lowerDenseParallel } from './dense.ts';
import {
  lowerArgmaxWhole,
  lowerElementsWhole,
  lowerMovesWhole,
  lowerPoolWhole,
  lowerReluWhole,
  softmaxWhole,
} from './whole.ts';

/** Kinds that are loops of their own in either form. */
const loops: Profile['kinds'] = {
  'depthwise-conv2d': borrowed<'depthwise-conv2d'>(depthwiseConv2d),
  'batched-dense': borrowed<'batched-dense'>(batchedDense),
  'batched-product': borrowed<'batched-product'>(batchedProduct),
  'layer-normalization': borrowed<'layer-normalization'>(layerNormalization),
  crop2d: borrowed<'crop2d'>(pick),
  resize2d: borrowed<'resize2d'>(pick),
  dot: borrowed<'dot'>(dot),
  embedding: borrowed<'embedding'>(embedding),
  recurrent: borrowed<'recurrent'>(recurrent),
};

export const hls4mlParallel: Profile = {
  name: 'hls4ml-1.3.0',
  summary: 'hls4ml layers, io_parallel; dense layers and softmax as Vitis HLS 2021.1 and 2023.1 make them',
  io: 'parallel',
  fansOut: true,
  kinds: {
    ...loops,
    dense: lowerDenseParallel,
    relu: lowerReluWhole,
    softmax: softmaxWhole,
    'table-softmax': softmaxWhole,
    'legacy-softmax': softmaxWhole,
    argmax: lowerArgmaxWhole,
    merge: lowerMovesWhole,
    concatenate: lowerMovesWhole,
    reshape: lowerMovesWhole,
    transpose: lowerMovesWhole,
    'average-pool2d': lowerPoolWhole,
    'max-pool2d': lowerPoolWhole,
    conv2d: borrowed<'conv2d'>(conv2d),
    'zero-pad2d': borrowed<'zero-pad2d'>(zeroPad2d),
    sigmoid: lowerElementsWhole,
    'table-function': lowerElementsWhole,
    'thresholded-relu': lowerElementsWhole,
    'parametric-relu': lowerElementsWhole,
    'hard-sigmoid': lowerElementsWhole,
    'scale-shift': lowerElementsWhole,
    elu: lowerElementsWhole,
    lookup: lowerElementsWhole,
    quantize: lowerElementsWhole,
    sign: lowerElementsWhole,
  },
};

export const hls4mlStream: Profile = {
  name: 'hls4ml-1.3.0',
  summary:
    'hls4ml layers, io_stream; dense, convolution, pooling, strategy latency, as Vivado HLS 2020.1 makes them',
  io: 'stream',
  fansOut: true,
  kinds: {
    ...loops,
    'zero-pad2d': lowerZeroPad2d,
    conv2d: lowerConvBeats,
    'average-pool2d': lowerPoolBeats,
    'max-pool2d': lowerPoolBeats,
    dense: lowerDenseStream,
    relu: lowerReluStream,
    sigmoid: lowerSigmoidStream,
    softmax: lowerSoftmaxStream,
    'table-softmax': lowerTableSoftmaxBeats,
    'legacy-softmax': borrowed<'legacy-softmax'>(sliceWise),
    argmax: borrowed<'argmax'>(sliceWise),
    merge: lowerMoveBeats,
    concatenate: lowerMoveBeats,
    reshape: borrowed<'reshape'>(unrolled),
    transpose: borrowed<'transpose'>(unrolled),
    'table-function': lowerElementBeats,
    'thresholded-relu': lowerElementBeats,
    'parametric-relu': lowerElementBeats,
    'hard-sigmoid': lowerElementBeats,
    'scale-shift': lowerElementBeats,
    elu: lowerElementBeats,
    lookup: lowerElementBeats,
    quantize: lowerElementBeats,
    sign: lowerElementBeats,
  },
};
