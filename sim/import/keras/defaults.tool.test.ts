/** Layers as Keras itself saves them: every field that it writes is known. */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { importModel } from '../index.ts';
import { missingModules, runPython } from '../python.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const SCRIPT = `
import os, sys
os.environ.setdefault('KERAS_BACKEND', 'jax')
import keras
layers, vector, rows, image = keras.layers, (6,), (8, 3), (8, 8, 3)
SINGLE = {
    vector: ['Dense(3)', 'Reshape((2, 3))', 'ReLU()', 'LeakyReLU()', 'ELU()', 'PReLU()', 'Softmax()', 'Activation("relu")', 'Dropout(0.1)',
        'GaussianDropout(0.1)', 'AlphaDropout(0.1)'],
    (4,): ['Embedding(9, 3)'],
    rows: ['Permute((2, 1))', 'SpatialDropout1D(0.1)', 'Conv1D(2, 3)', 'DepthwiseConv1D(3)', 'SeparableConv1D(2, 3)', 'MaxPooling1D()',
        'AveragePooling1D(2)', 'GlobalMaxPooling1D()', 'GlobalAveragePooling1D()', 'ZeroPadding1D()', 'Cropping1D()', 'UpSampling1D()',
        'LayerNormalization(axis=2)', 'LSTM(2)', 'GRU(2)', 'SimpleRNN(2)', 'Bidirectional(layers.GRU(2))',
        'EinsumDense("btc,cd->btd", output_shape=(8, 4), bias_axes="d")'],
    image: ['Flatten()', 'SpatialDropout2D(0.1)', 'Conv2D(2, 3)', 'DepthwiseConv2D(3)', 'SeparableConv2D(2, 3)', 'MaxPooling2D()',
        'AveragePooling2D(2)', 'GlobalMaxPooling2D()', 'GlobalAveragePooling2D()', 'ZeroPadding2D()', 'Cropping2D()', 'UpSampling2D()',
        'BatchNormalization()'],
}
PAIRS = ['Add()', 'Subtract()', 'Multiply()', 'Average()', 'Maximum()', 'Minimum()', 'Concatenate()', 'Dot(axes=1)']
def save(model, call):
    for ending in ('keras', 'h5'):
        model.save(f'{sys.argv[1]}/{call.split("(")[0]}.{ending}')
for shape, calls in SINGLE.items():
    for call in calls:
        save(keras.Sequential([layers.Input(shape), eval('layers.' + call)]), call)
for call in PAIRS:
    a, b = layers.Input(vector), layers.Input(vector)
    save(keras.Model([a, b], eval('layers.' + call)([a, b])), call)
`;

const reason = missingModules('keras', 'jax');

describe.skipIf(reason !== undefined)('Keras 3', () => {
  test('writes no field of a supported layer that is refused, in either format', () => {
    const folder = temporaryFolder().path;
    const script = join(temporaryFolder().path, 'make.py');
    writeFileSync(script, SCRIPT);
    runPython([script, folder], { timeoutS: 300 });
    const files = readdirSync(folder);
    expect(files).toHaveLength(2 * 51);
    for (const file of files) expect(importModel(join(folder, file)).model.outputs, file).toHaveLength(1);
  });
});
