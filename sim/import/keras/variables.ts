/**
 * Where Keras files keep the variables of a layer.
 *
 * Keras 3 (`model.weights.h5`): `layers/<class name in snake case, numbered>/.../vars/<index>`, the layer's name as an
 * attribute where the version writes it. `.h5` of either: `<layer>/.../<variable>`, with `:0` behind it from Keras 2, under
 * `model_weights` in a whole model.
 */
import { InputError } from '../../model/index.ts';
import type { Hdf5Object, NumberArray } from '../hdf5/index.ts';
import type { KerasLayer } from './topology.ts';

/** The variable of a layer, by its name in Keras 2 and its index in Keras 3, below a path of sub-layers; undefined if absent. */
export type Variables = (
  layer: KerasLayer,
  variable: { readonly name: string; readonly index: number; readonly path?: readonly string[] },
) => NumberArray | undefined;

const CONTAINERS = ['layers', '_layer_checkpoint_dependencies'];

/** @param layers  all layers, in the order of the configuration */
export function readVariables(root: Hdf5Object, layers: readonly KerasLayer[]): Variables {
  const container = CONTAINERS.map((name) => root.at(name)).find((group) => group !== undefined);
  return container ? keras3(container, layers) : byNames(root.at('model_weights') ?? root);
}

function keras3(container: Hdf5Object, layers: readonly KerasLayer[]): Variables {
  const named = new Map<string, Hdf5Object>();
  for (const key of container.children) {
    const group = container.at(key);
    const name = group?.at('vars')?.text('name');
    if (group && name !== undefined) named.set(name, group);
  }
  const counts = new Map<string, number>();
  const numbered = new Map<string, Hdf5Object | undefined>();
  for (const { name, className } of layers) {
    const key = snakeCase(className.replace(/^.*>/, ''));
    const count = counts.get(key) ?? 0;
    counts.set(key, count + 1);
    numbered.set(name, container.at(count === 0 ? key : `${key}_${count}`));
  }
  return ({ name }, { index, path = [] }) =>
    (named.get(name) ?? numbered.get(name))?.at(...path, 'vars', String(index))?.numbers();
}

function byNames(root: Hdf5Object): Variables {
  const datasets = (group: Hdf5Object, path: string): [string, Hdf5Object][] =>
    group.children.flatMap((key) => {
      const child = group.at(key)!;
      return child.numbers() ? [[`${path}/${key}`, child]] : datasets(child, `${path}/${key}`);
    });
  return ({ name }, { name: variable, path = [] }) => {
    const group = root.at(name);
    if (!group) return undefined;
    const all = datasets(group, '').map(([at, dataset]) => {
      const segments = at.slice(1).split('/');
      // the layer's own name stands there once more, and may look like one of a sub-layer
      return { below: segments[0] === name ? segments.slice(1, -1) : segments.slice(0, -1), at, dataset };
    });
    // before Keras 2.4 a recurrent layer's cell had no scope of its own
    const paths = [path, path.filter((part) => part !== 'cell')];
    const inside = paths
      .map((own) => all.filter(({ below }) => own.every((part) => below.some(isPart(part)))))
      .find((found) => found.length > 0);
    // Keras 3 calls the kernel of a depthwise convolution no other
    const names = variable === 'depthwise_kernel' ? [variable, 'kernel'] : [variable];
    const found = names
      .map((own) => inside?.find(({ at }) => at.endsWith(`/${own}:0`) || at.endsWith(`/${own}`)))
      .find((dataset) => dataset !== undefined);
    return found?.dataset.numbers();
  };
}

/** Sub-layers have names of their own there: `forward_lstm` for the forward layer, `lstm_cell_1` for the cell. */
function isPart(part: string): (segment: string) => boolean {
  if (part === 'cell') return (segment) => /(^|_)cell(_\d+)?$/.test(segment);
  const start = part.replace(/_layer$/, '_');
  return (segment) => segment.startsWith(start);
}

/** As Keras does it: `QConv2D` -> `q_conv2d`. Source: keras.src.utils.naming.to_snake_case. */
export function snakeCase(name: string): string {
  return name
    .replace(/\W+/g, '')
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
}

/** @throws InputError `KER004` */
export function missing(layer: string, variable: string): InputError {
  return new InputError({
    code: 'KER004',
    layer,
    field: variable,
    what: 'the file holds no such weights for this layer',
    mend: 'save the whole model, weights included, from Keras',
  });
}
