"""Networks of SparsePixels' Keras layers with random weights, and what the package computes for random events.

    KERAS_BACKEND=jax python make.py FOLDER SEED [NAME ...]

Needs the PyPI packages sparsepixels 0.3.2 and hgq2 0.2.0 with Keras 3 on one of its backends. Writes NAME.keras and
NAME.json: events `x` in units of 1/16, outputs `y` as the package's own forward pass gives them.
"""

import json
import os
import sys
import zipfile

os.environ.setdefault("KERAS_BACKEND", "jax")

import keras
import numpy as np
from hgq.config import LayerConfigScope, QuantizerConfigScope
from hgq.layers import QDense
from hgq.quantizer.config import QuantizerConfig
from sparsepixels.layers import AveragePooling2DSparse, InputReduce, MaxPooling2DSparse, QConv2DSparse

# image, channels, (filters, kernel, activation, pool, size) of each stage, budget, learned, widths of every pixel its own
NETWORKS = {
    "one_channel": dict(image=(12, 12), channels=1, budget=9, stages=[(3, 3, "relu", "average", 2), (2, 5, "relu", "average", 2)]),
    "mixed_pools": dict(image=(10, 12), channels=2, budget=12, stages=[(3, 3, "relu", "average", 4), (2, 3, None, "max", 2)]),
    "pool_of_three": dict(image=(9, 9), channels=3, budget=20, stages=[(2, 3, "relu", "average", 3), (4, 3, None, "max", 2)]),
    "learned": dict(image=(12, 12), channels=2, budget=10, learned=True, stages=[(3, 3, None, "max", 2), (2, 3, "relu", "average", 2)]),
    "partial_cells": dict(image=(7, 11), channels=2, budget=40, stages=[(4, 3, None, "max", 2)]),
    "own_widths": dict(image=(8, 8), channels=2, budget=14, own_widths=True, stages=[(3, 3, "relu", "average", 2), (2, 3, "relu", "max", 2)]),
    "even_kernel": dict(image=(8, 6), channels=2, budget=14, stages=[(3, 4, "relu", "max", 2), (2, 2, None, "average", 2)]),
}


def build(rng, image, channels, budget, stages, learned=False, own_widths=False):
    iq_conf = QuantizerConfig(place="datalane", q_type="kif", i0=4, f0=4, overflow_mode="WRAP")
    with (
        QuantizerConfigScope(place="all", default_q_type="kbi", overflow_mode="SAT_SYM"),
        QuantizerConfigScope(place="datalane", default_q_type="kif", overflow_mode="WRAP"),
        LayerConfigScope(enable_ebops=True, enable_iq=True, beta0=1e-5),
    ):
        x_in = keras.Input(shape=(*image, channels), name="x_in")
        x, mask = InputReduce(n=budget, threshold=0.2, learn_n=learned, learn_threshold=learned, name="reduce")(x_in)
        for at, (filters, kernel, activation, pool, size) in enumerate(stages):
            x = QConv2DSparse(filters=filters, kernel_size=kernel, name=f"conv{at}", padding="same", activation=activation, iq_conf=iq_conf)([x, mask])
            pooling = AveragePooling2DSparse if pool == "average" else MaxPooling2DSparse
            x, mask = pooling(size, name=f"pool{at}")([x, mask])
        x = keras.layers.Flatten(name="flatten")(x)
        x = QDense(5, name="dense0", iq_conf=iq_conf)(x)
        x = QDense(3, name="dense1", iq_conf=iq_conf)(x)
    model = keras.Model(x_in, x, name="sparse")
    for layer in model.layers:
        if isinstance(layer, (QConv2DSparse, QDense)):
            kernel = (layer.conv if isinstance(layer, QConv2DSparse) else layer)._kernel
            kernel.assign(rng.normal(0, 0.7, kernel.shape))
        if isinstance(layer, QConv2DSparse):
            layer.sparse_bias.assign(rng.normal(0, 0.5, layer.sparse_bias.shape))
        if isinstance(layer, QDense):
            layer.bias.assign(rng.normal(0, 0.5, layer.bias.shape))
        if isinstance(layer, InputReduce) and learned:
            layer.threshold_w.assign(0.3)
            layer.n_frac.assign(0.8)
        if own_widths and isinstance(layer, QConv2DSparse):
            quantizer = layer.conv.iq.quantizer
            quantizer._f.assign(rng.integers(0, 5, quantizer._f.shape).astype("float32"))
            quantizer._i.assign(rng.integers(1, 5, quantizer._i.shape).astype("float32"))
    return model


def events(rng, image, channels, count=16):
    """Images of few, some and many hits, and one empty one."""
    x = rng.integers(0, 64, (count, *image, channels))
    share = rng.choice([0.05, 0.1, 0.3, 1], (count, 1, 1, 1))
    x = x * (rng.random((count, *image, 1)) < share)
    x[0] = 0
    return x


def save(model, path):
    """As Keras saves it, but compressed."""
    plain = path + ".tmp.keras"
    model.save(plain)
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(zipfile.ZipInfo(name), source.read(name), zipfile.ZIP_DEFLATED)
    os.remove(plain)


def main(folder, seed, names):
    os.makedirs(folder, exist_ok=True)
    for name in names or NETWORKS:
        rng = np.random.default_rng([int(seed), *name.encode()])
        keras.utils.set_random_seed(int(rng.integers(1 << 31)))
        model = build(rng, **NETWORKS[name])
        x = events(rng, NETWORKS[name]["image"], NETWORKS[name]["channels"])
        y = np.asarray(model((x / 16).astype("float32"), training=False))
        save(model, f"{folder}/{name}.keras")
        with open(f"{folder}/{name}.json", "w") as file:
            json.dump({"x": x.reshape(len(x), -1).tolist(), "y": y.reshape(len(x), -1).tolist()}, file, separators=(",", ":"))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
