"""HGQ2 networks with random weights and widths, and what hls4ml's compiled firmware gives for random events.

    KERAS_BACKEND=jax python make.py FOLDER SEED [NAME ...]

Needs g++ and the PyPI packages hgq2 0.2.0 and hls4ml 1.3.0 with Keras 3 on one of its backends. Writes for each network a
folder in the form of ../hls4ml: model.keras, hls_config.json, graph.json.gz (hls4ml's types), vectors.json.gz.
"""

import gzip
import io
import json
import os
import sys
import tempfile
import zipfile

os.environ.setdefault("KERAS_BACKEND", "jax")

import hgq.layers as hgq
import hls4ml
import keras
import numpy as np
from hgq.config import QuantizerConfigScope
from hgq.quantizer import Quantizer
from hgq.quantizer.config import QuantizerConfig

layers = keras.layers


def norms():
    a = keras.Input(shape=(5, 4), name="a")
    x = hgq.QBatchNormalization(name="norm")(a)
    x = hgq.QEinsumDense("btc,cd->btd", output_shape=(5, 3), bias_axes="d", activation="relu", name="einsum")(x)
    x = hgq.QEinsumDenseBatchnorm("btc,cd->btd", output_shape=(5, 4), bias_axes="d", name="einsum_norm")(x)
    x = layers.Flatten(name="flat")(x)
    return keras.Model(a, hgq.QBatchNormDense(3, name="dense_norm")(x))


def merges():
    a, b = keras.Input(shape=(6,), name="a"), keras.Input(shape=(6,), name="b")
    x, y = hgq.QDense(4, activation="relu", name="x")(a), hgq.QDense(4, name="y")(b)
    pairs = [hgq.QAdd(name="sum")([x, y]), hgq.QSubtract(name="difference")([x, y]), hgq.QMultiply(name="product")([x, y])]
    more = [hgq.QMaximum(name="largest")([pairs[0], pairs[1]]), hgq.QMinimum(name="smallest")([pairs[1], pairs[2]])]
    z = hgq.QAveragePow2(name="middle")(more)
    z = layers.Concatenate(name="both")([z, pairs[2]])
    z = hgq.QDense(4, name="z")(z)
    return keras.Model([a, b], hgq.QDot(axes=1, name="inner")([z, x]))


def pools():
    a = keras.Input(shape=(8, 8, 2), name="a")
    x = hgq.QConv2D(3, 3, padding="same", activation="relu", name="conv")(a)
    x = hgq.QMaxPooling2D(2, name="largest")(x)
    x = hgq.QConv2D(4, 2, name="conv1")(x)
    x = hgq.QAveragePooling2D(2, strides=1, name="mean")(x)
    x = layers.Flatten(name="flat")(x)
    return keras.Model(a, hgq.QDense(3, name="dense")(x))


def rows():
    a = keras.Input(shape=(10, 3), name="a")
    x = hgq.QConv1D(4, 3, strides=2, padding="same", name="conv")(a)
    x = hgq.QAveragePooling1D(2, name="mean")(x)
    x = hgq.QGlobalMaxPooling1D(name="all")(x)
    return keras.Model(a, hgq.QDense(3, name="dense")(x))


def attention():
    a = keras.Input(shape=(4, 6), name="a")
    one = {"iq_conf": QuantizerConfig(place="datalane", homogeneous_axis=None, heterogeneous_axis=())}
    q, k, v = (hgq.QEinsumDense("bse,ed->bsd", (4, 3), bias_axes="d", name=name, **one)(a) for name in "qkv")
    s = hgq.QEinsum("bqd,bkd->bqk", name="score")([q, k])
    stable = hgq.QSoftmax(axis=-1, input_scaler=0.5, name="stable")(s)
    c = hgq.QEinsum("bqk,bkd->bqd", name="context")([stable, v])
    c = hgq.QSoftmax(axis=-1, stable=False, enable_iq=True, name="quick", **one)(c)
    return keras.Model(a, c)


def tables():
    a = keras.Input(shape=(6,), name="a")
    x = hgq.QDense(5, name="x")(a)
    one = dict(allow_heterogeneous_table=False, allow_heterogeneous_input=False)
    outs = [hgq.QUnaryFunctionLUT(f, name=f, **one)(x) for f in ("tanh", "sigmoid", "softplus", "exponential")]
    return keras.Model(a, outs)


def modes():
    a = keras.Input(shape=(8,), name="a")
    conf = lambda **more: QuantizerConfig(place="datalane", **more)
    x = Quantizer(conf(q_type="kif", round_mode="TRN", overflow_mode="WRAP"), name="first")(a)
    x = hgq.QDense(6, name="d0", iq_conf=conf(q_type="kbi", round_mode="RND_CONV", overflow_mode="SAT"))(x)
    x = layers.Activation("relu", name="relu")(x)
    x = hgq.QDense(6, name="d1", iq_conf=conf(q_type="kif", round_mode="RND", overflow_mode="SAT_SYM"), enable_oq=True,
        oq_conf=conf(q_type="kif", round_mode="TRN", overflow_mode="SAT"))(x)
    return keras.Model(a, hgq.QDense(3, name="d2", iq_conf=conf(q_type="kif", round_mode="TRN", overflow_mode="WRAP"))(x))


def relu_layers():
    a = keras.Input(shape=(6,), name="a")
    x = hgq.QDense(5, name="d0")(a)
    x = layers.ReLU(name="relu")(x)
    return keras.Model(a, hgq.QDense(4, name="d1")(x))


NETWORKS = {f.__name__: f for f in (norms, merges, pools, rows, attention, tables, modes, relu_layers)}


def randomise(model, rng):
    """Weights of a few tenths, statistics and widths of their own wherever the network allows them."""
    seen = set()

    def visit(layer):
        if id(layer) in seen:
            return
        seen.add(id(layer))
        if type(layer).__name__.startswith("FixedPointQuantizer"):
            for name, low, high in (("_f", 2, 6), ("_i", 1, 4), ("_b", 3, 8)):
                variable = getattr(layer, name, None)
                if variable is not None and hasattr(variable, "assign"):
                    variable.assign(rng.integers(low, high, variable.shape).astype("float32"))
            return
        for sub in layer._flatten_layers(include_self=False, recursive=False):
            visit(sub)
        for variable in layer.weights:
            if variable.name in ("kernel", "bias"):
                variable.assign(rng.normal(0, 0.7, variable.shape))
            if variable.name in ("gamma", "bn_gamma", "moving_variance"):
                variable.assign(rng.uniform(0.5, 2, variable.shape))
            if variable.name in ("beta", "bn_beta", "moving_mean") and len(variable.shape) > 0:
                variable.assign(rng.normal(0, 0.5, variable.shape))

    for layer in model.layers:
        visit(layer)


def zipped(path, value):
    with open(path, "wb") as raw, gzip.GzipFile(filename="", fileobj=raw, mode="wb", mtime=0) as file:
        file.write(json.dumps(value, separators=(",", ":")).encode())


def type_of(t):
    return dict(kind="fixed" if hasattr(t, "rounding_mode") else "int", width=t.width, integer=t.integer, signed=bool(t.signed),
        round=str(getattr(t, "rounding_mode", None) or "TRN"), sat=str(getattr(t, "saturation_mode", None) or "WRAP"),
        sat_bits=getattr(t, "saturation_bits", 0) or 0)


def record(model, folder, rng, count=12):
    os.makedirs(folder, exist_ok=True)
    plain = os.path.join(folder, "plain.keras")
    model.save(plain)
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(f"{folder}/model.keras", "w") as target:
        for name in source.namelist():
            target.writestr(zipfile.ZipInfo(name), source.read(name), zipfile.ZIP_DEFLATED)
    os.remove(plain)
    convert = dict(backend="Vitis", io_type="io_parallel", part="xcvu13p-flga2577-2-e", clock_period=5)
    config = {"Model": {"Precision": "fixed<16,6>", "ReuseFactor": 1, "Strategy": "Latency"}}
    with open(f"{folder}/hls_config.json", "w") as file:
        json.dump({"convert": convert, "hls_config": config}, file)
    with tempfile.TemporaryDirectory() as project:
        firmware = hls4ml.converters.convert_from_keras_model(model, hls_config=config, output_dir=project, **convert)
        firmware.compile()
        inputs = [np.round(rng.normal(0, 2, (count, *i.shape[1:])) * 512) / 512 for i in model.inputs]
        outputs = firmware.predict(inputs if len(inputs) > 1 else inputs[0])
    outputs = outputs if isinstance(outputs, list) else [outputs]
    graph = [dict(name=l.name, class_name=l.class_name, types={k: type_of(v.precision) for k, v in l.attributes.items()
        if hasattr(v, "precision") and hasattr(v.precision, "width")}) for l in firmware.get_layers()]
    zipped(f"{folder}/graph.json.gz", {"layers": graph})

    def tensor(variable, values):
        t = variable.type.precision
        return dict(name=variable.name, shape=list(values.shape[1:]), type=type_of(t)), t.width - t.integer

    vectors = dict(n=count, inputs=[], outputs=[], trace={})
    for variable, values in zip(firmware.get_input_variables(), inputs):
        about, _ = tensor(variable, values)
        vectors["inputs"].append(dict(about, raw=[], value=[[repr(float(v)) for v in event.ravel()] for event in values]))
    for variable, values in zip(firmware.get_output_variables(), outputs):
        values = np.asarray(values, dtype=np.float64).reshape(count, -1)
        about, frac = tensor(variable, values)
        raw = values * 2.0**frac
        assert np.all(raw == np.round(raw)), "outputs lost bits"
        vectors["outputs"].append(dict(about, raw=[[int(v) for v in event] for event in raw]))
    zipped(f"{folder}/vectors.json.gz", vectors)


def main(folder, seed, names):
    for name in names or NETWORKS:
        rng = np.random.default_rng([int(seed), *name.encode()])
        keras.utils.set_random_seed(int(rng.integers(1 << 31)))
        with QuantizerConfigScope(place="all", default_q_type="kbi", overflow_mode="SAT_SYM"), QuantizerConfigScope(
            place="datalane", default_q_type="kif", overflow_mode="WRAP"
        ):
            model = NETWORKS[name]()
        randomise(model, rng)
        record(model, f"{folder}/{name}", rng)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
