"""Makes simple_rnn.keras and simple_rnn.json: what Keras itself computes, in numbers that float32 and fixed point both hold exactly.

Run with any Python that has Keras 3: python make.py
"""

import json
import os
import pathlib

os.environ.setdefault("KERAS_BACKEND", "numpy")

import keras
import numpy as np

FOLDER = pathlib.Path(__file__).parent
random = np.random.default_rng(6)


def quarters(shape, largest=2):
    return random.integers(-largest, largest + 1, shape) / 4


model = keras.Sequential(
    [
        keras.layers.Input((4, 3), name="x"),
        keras.layers.SimpleRNN(3, activation="relu", return_sequences=True, name="every"),
        keras.layers.Bidirectional(keras.layers.SimpleRNN(2, activation="relu"), name="both"),
        keras.layers.Dense(2, name="last"),
    ]
)
model.set_weights([quarters(weight.shape) for weight in model.get_weights()])
model.save(FOLDER / "simple_rnn.keras")
x = quarters((8, 4, 3), 4)
y = model.predict(x, verbose=0)
record = {"keras": keras.__version__, "x": x.reshape(8, -1).tolist(), "y": y.tolist()}
(FOLDER / "simple_rnn.json").write_text(json.dumps(record) + "\n")
