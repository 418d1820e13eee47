/** Layers of two inputs. */
import { InputError } from '../../../model/index.ts';
import type { MergeOperation } from '../../hls4ml/node.ts';
import type { LayerHandler, LayerReader } from '../layer-reader.ts';

function two(reader: LayerReader): readonly [readonly number[], readonly number[]] {
  const [a, b, ...more] = reader.inputShapes;
  if (a && b && more.length === 0) return [a, b];
  throw new InputError({
    code: 'KER003',
    layer: reader.layer.name,
    field: 'inputs',
    what: `merges ${reader.inputShapes.length} tensors; only two are supported`,
    mend: 'merge them two by two',
  });
}

export const merge =
  (operation: MergeOperation): LayerHandler =>
  (reader) => {
    const [a, b] = two(reader);
    if (a.join() !== b.join()) {
      throw reader.fields.unsupported(
        'inputs',
        `have shapes [${a.join(', ')}] and [${b.join(', ')}]: broadcasting is not supported`,
        'give both the same shape',
      );
    }
    return [reader.source('Merge', { kind: 'merge', operation }, a)];
  };

export const concatenate: LayerHandler = (reader) => {
  const [a, b] = two(reader);
  const given = reader.fields.number('axis', -1);
  const axis = given < 0 ? a.length + given : given - 1;
  if (axis < 0 || axis >= a.length || a.length !== b.length || a.length > 3)
    throw reader.fields.wrong('axis', 'an axis of both inputs, of at most 3 axes');
  const shape = a.map((size, at) => (at === axis ? size + b[at] : size));
  return [reader.source('Concatenate', { kind: 'concatenate', axis }, shape)];
};

export const dot: LayerHandler = (reader) => {
  const [a, b] = two(reader);
  if (a.length !== 1 || a[0] !== b[0])
    throw reader.fields.unsupported('axes', 'only the dot product of two vectors of one length is supported');
  reader.fields.only('axes', [1, -1, [1, 1], [-1, -1]]);
  reader.fields.only('normalize', [false]);
  return [reader.source('Dot', { kind: 'dot' }, [1])];
};
