/** Counts of one layer, by its kind. */
import type { Layer } from '../../model/index.ts';
import { type Counting, type LayerCounts, NO_COUNTS } from './counts.ts';
import { countDense } from './dense.ts';
import { countRelu, countSigmoid, countSoftmax, countTableSoftmax } from './element-wise.ts';
import { countExpected } from './expected.ts';
import { countSparseConv2d } from './sparse-conv2d.ts';
import { countSparseFlatten } from './sparse-flatten.ts';
import { countSparseInputReduce } from './sparse-input-reduce.ts';
import { countSparsePool2d } from './sparse-pool2d.ts';
import { countSparseRelu } from './sparse-relu.ts';
import { countConv2d, countPool2d, countZeroPad2d } from './window-stream.ts';

export function countLayer(layer: Layer, counting: Counting): LayerCounts {
  switch (layer.kind) {
    case 'sparse-input-reduce':
      return countSparseInputReduce(layer, counting);
    case 'sparse-conv2d':
      return countSparseConv2d(layer, counting);
    case 'sparse-relu':
      return countSparseRelu(layer, counting);
    case 'sparse-average-pool2d':
    case 'sparse-max-pool2d':
      return countSparsePool2d(layer, counting);
    case 'sparse-flatten':
      return countSparseFlatten(layer, counting);
    case 'zero-pad2d':
      return countZeroPad2d(layer, counting);
    case 'conv2d':
      return countConv2d(layer, counting);
    case 'average-pool2d':
    case 'max-pool2d':
      return countPool2d(layer, counting);
    case 'dense':
      return countDense(layer, counting);
    case 'relu':
      return countRelu(layer, counting);
    case 'sigmoid':
      return countSigmoid(layer, counting);
    case 'softmax':
      return countSoftmax(layer, counting);
    case 'table-softmax':
      return countTableSoftmax(layer, counting);
    case 'flatten':
      return NO_COUNTS;
    default:
      return countExpected(layer, counting);
  }
}
