"""Keras 2 and QKeras networks, and what the firmware that hls4ml compiles of them gives, layer by layer.

    python make.py [FOLDER [SEED]]

Needs g++ and the PyPI packages hls4ml 1.3.0, tensorflow-cpu 2.15.1 (Keras 2.15.0), tf_keras 2.15.1 and qkeras 0.9.0.
"""

import os
import pathlib
import sys
import tempfile

os.environ["TF_USE_LEGACY_KERAS"] = "1"

import hls4ml
import numpy as np
from qkeras import QActivation, QConv2D, QDense, binary, quantized_bits, ternary
from tensorflow import keras

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "imports"))
from record import CONVERT, record  # noqa: E402

layers = keras.layers


def separable():
    a = layers.Input((8, 8, 3), name="a")
    x = layers.SeparableConv2D(4, (3, 2), strides=2, padding="same", activation="relu", name="split")(a)
    x = layers.ThresholdedReLU(theta=0.3, name="above")(x)
    x = layers.PReLU(name="slopes")(x)
    return keras.Model(a, layers.GlobalMaxPooling2D(name="most")(x))


def separable_stream():
    a = layers.Input((9, 3), name="a")
    x = layers.SeparableConv1D(4, 3, padding="same", name="first")(a)
    x = layers.ELU(alpha=0.5, name="curve")(x)
    return keras.Model(a, layers.SeparableConv1D(2, 2, name="second")(x))


def both_ways():
    a = layers.Input((4, 3), name="a")
    x = layers.Bidirectional(layers.GRU(2, return_sequences=True), name="forward_gates")(a)
    x = layers.Bidirectional(layers.LSTM(2), name="memory")(x)
    return keras.Model(a, layers.Dense(2, name="last")(x))


def few_levels():
    bits = lambda width, integer=0: quantized_bits(width, integer, alpha=1)
    a = layers.Input((9,), name="a")
    x = QDense(8, kernel_quantizer=binary(alpha=1), bias_quantizer=bits(4), name="two")(a)
    x = QActivation("binary(alpha=1)", name="signs")(x)
    x = QDense(6, kernel_quantizer=binary(alpha=1), use_bias=False, name="both")(x)
    x = QActivation("quantized_bits(8,2,alpha=1)", name="narrow")(x)
    x = QDense(5, kernel_quantizer=ternary(alpha=1), bias_quantizer=bits(5, 1), name="three")(x)
    return keras.Model(a, QDense(3, kernel_quantizer=ternary(alpha=1, threshold=0.2), bias_quantizer=binary(alpha=1), name="last")(x))


def few_levels_image():
    a = layers.Input((6, 6, 2), name="a")
    x = QConv2D(3, 3, kernel_quantizer=ternary(alpha=1), bias_quantizer=quantized_bits(4, 0, alpha=1), name="three")(a)
    x = QActivation("quantized_relu(6,3)", name="positive")(x)
    return keras.Model(a, QConv2D(2, 2, kernel_quantizer=binary(alpha=1), use_bias=False, name="two")(x))


NETWORKS = {separable: "io_parallel", separable_stream: "io_stream", both_ways: "io_parallel", few_levels: "io_parallel",
    few_levels_image: "io_parallel"}


def spread(weight, rng):
    """Random values, some of them far enough from zero for a quantiser to tell them apart."""
    kind = weight.name.split("/")[-1].split(":")[0]
    if kind in ("bias", "alpha"):
        return rng.normal(0, 0.5, weight.shape)
    return rng.normal(0, 1.2 / np.sqrt(max(1, np.prod(weight.shape[:-1]))), weight.shape)


def main(folder=HERE, seed=1, *names):
    for build, io in NETWORKS.items():
        if names and build.__name__ not in names:
            continue
        rng = np.random.default_rng([int(seed), *build.__name__.encode()])
        model = build()
        for weight in model.weights:
            weight.assign(spread(weight, rng))
        to = pathlib.Path(folder) / build.__name__
        to.mkdir(parents=True, exist_ok=True)
        model.save(to / "model.h5")
        convert = dict(CONVERT, io_type=io)
        config = hls4ml.utils.config_from_keras_model(model, granularity="name", default_precision="fixed<16,6>", backend="Vitis")
        inputs = np.round(rng.normal(0, 1, (10, *model.input_shape[1:])) * 512) / 512
        with tempfile.TemporaryDirectory() as project:
            firmware = hls4ml.converters.convert_from_keras_model(model, hls_config=config, output_dir=project, **convert)
            record(firmware, config, to, [inputs], convert, trace=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
