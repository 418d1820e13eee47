import { expect, test } from 'vitest';
import { sparseDocument } from '../../model/example-documents.ts';
import { InputError, readModel } from '../../model/index.ts';
import { hardwareChoices, lowerSparse } from './index.ts';

const NEWER = 'sparsepixels-0.3.2';

type Document = ReturnType<typeof sparseDocument>;

/** The code and the layer of the refusal of a Model changed in one layer, or null if it is lowered. */
function refusalOf(
  change: (layer: Document['layers'][number]) => object,
  document = sparseDocument(),
): string | null {
  const layers = document.layers.map((layer) => ({ ...layer, ...change(layer) }));
  const constants = Object.fromEntries(
    Object.entries(document.constants).map(([name, constant]) => {
      const size = constant.shape.reduce((a, b) => a * b, 1);
      return [name, { ...constant, raw: Array.from({ length: size }, (_, index) => index % 3) }];
    }),
  );
  const model = readModel({ ...document, layers, constants });
  try {
    lowerSparse(model, hardwareChoices(model, 'fast'));
    return null;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const { code, layer } = error.problem;
    return `${code} ${layer}`;
  }
}

test('layers of the published kernels, and maximum pooling, have hardware', () => {
  expect(refusalOf(() => ({}))).toBeNull();
});

test.each(['reduce', 'conv', 'relu', 'average', 'maximum', 'flatten'])(
  'the layer %s of the newer dialect, whose empty slots are at no place, is refused',
  (name) => {
    expect(refusalOf((layer) => (layer.name === name ? { dialect: NEWER } : {}))).toBe(`HWD002 ${name}`);
  },
);

test('cells that limit a pooling of the newer dialect are refused', () => {
  const limited = { dialect: NEWER, cells: [3, 3] };
  expect(refusalOf((layer) => (layer.name === 'average' ? limited : {}))).toBe('HWD002 average');
});

test('a quantiser of the newer dialect is refused', () => {
  const document = sparseDocument();
  const [reduce, conv, ...others] = document.layers;
  const quantise: Document['layers'][number] = {
    name: 'quantise',
    kind: 'sparse-quantize',
    dialect: NEWER,
    inputs: ['kept', 'places'],
    outputs: ['quantised'],
    height: 6,
    width: 6,
    types: ['fixed<6,4>'],
    assignment: new Array<number>(72).fill(0),
  };
  const layers = [reduce, quantise, { ...conv, inputs: ['quantised', 'places'] }, ...others];
  const tensors = { ...document.tensors, quantised: document.tensors.kept };
  expect(refusalOf(() => ({}), { ...document, layers, tensors })).toBe('HWD002 quantise');
});
