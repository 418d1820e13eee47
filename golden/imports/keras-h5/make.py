"""Whole Keras models in one HDF5 file (model.h5), and what hls4ml's compiled firmware gives.

    python make.py [FOLDER [SEED]]

Needs g++ and the PyPI package hls4ml 1.3.0, with Keras 3.15.0 on jax 0.4.38 for the networks whose names begin with keras3, or with
tensorflow-cpu 2.15.1 (Keras 2.15.0) for those that begin with keras2; those of the other version are left alone.
"""

import os
import pathlib
import sys
import tempfile

os.environ.setdefault("KERAS_BACKEND", "jax")

import hls4ml
import keras
import numpy as np

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent))
from record import CONVERT, record  # noqa: E402

layers = keras.layers


def dense():
    return keras.Sequential([layers.Input((10,), name="x"), layers.Dense(8, activation="relu", name="first"), layers.BatchNormalization(
        name="norm"), layers.Dense(6, use_bias=False, name="middle"), layers.Activation("tanh", name="curve"), layers.Dropout(0.2, name="drop"),
        layers.Dense(3, activation="sigmoid", name="last")])


def image():
    a = layers.Input((9, 8, 2), name="a")
    x = layers.Conv2D(4, 3, strides=2, padding="same", activation="relu", name="conv")(a)
    y = layers.DepthwiseConv2D(3, padding="same", name="deep")(x)
    x = layers.Add(name="sum")([x, y])
    x = layers.MaxPooling2D(2, name="pool")(x)
    return keras.Model(a, layers.Dense(3, name="dense")(layers.Flatten(name="flat")(x)))


def steps():
    return keras.Sequential([layers.Input((6, 3), name="x"), layers.LSTM(4, return_sequences=True, name="memory"), layers.GRU(
        3, name="state"), layers.Dense(2, name="last")])


NETWORKS = {"keras2": (dense, image), "keras3": (dense, image, steps)}


def main(folder=HERE, seed=1):
    version = f"keras{keras.__version__[0]}"
    for build in NETWORKS[version]:
        rng = np.random.default_rng([int(seed), *build.__name__.encode()])
        keras.utils.set_random_seed(int(rng.integers(1 << 31)))
        model = build()
        for layer in model.layers:
            if isinstance(layer, layers.BatchNormalization):
                layer.set_weights([rng.uniform(0.5, 2, w.shape) if at in (0, 3) else rng.normal(0, 0.3, w.shape) for at, w in
                    enumerate(layer.get_weights())])
        to = pathlib.Path(folder) / f"{version}_{build.__name__}"
        to.mkdir(parents=True, exist_ok=True)
        model.save(to / "model.h5")
        config = {"Model": {"Precision": "fixed<16,6>", "ReuseFactor": 1, "Strategy": "Latency"}}
        inputs = np.round(rng.normal(0, 1, (12, *model.input_shape[1:])) * 512) / 512
        with tempfile.TemporaryDirectory() as project:
            firmware = hls4ml.converters.convert_from_keras_model(keras.models.load_model(to / "model.h5"), hls_config=config,
                output_dir=project, **CONVERT)
            record(firmware, config, to, [inputs])


if __name__ == "__main__":
    main(*sys.argv[1:])
