/** Layers that leave shape and order of their input as they are. */
import type { Source } from '../hls4ml/node.ts';
import type { OnnxReader, TensorValue } from './onnx-reader.ts';
import type { OnnxNode } from './proto.ts';

type Part = Pick<Source, 'className' | 'operation'> &
  Partial<Pick<Source, 'name' | 'weights' | 'types' | 'quantiser'>>;

export function elementWise(reader: OnnxReader, node: OnnxNode, x: TensorValue, source: Part): void {
  const name = source.name ?? reader.nextName(node.operator);
  reader.push(node, { weights: {}, ...source, name, inputs: [x.node], shape: x.shape }, x);
}
