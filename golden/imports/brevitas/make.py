"""Brevitas networks with random weights as its QONNX export writes them, and what qonnx' executor gives in numbers that are exact.

    python make.py [FOLDER [SEED]]

Needs the PyPI packages brevitas 0.13.4, torch 2.15.0, onnx 1.23.2, onnxscript 0.7.2, onnxoptimizer 0.4.2, qonnx 1.0.0. Scales are powers of
two and biases multiples of 1/64, so that 32-bit floats lose nothing. `<name>.json` holds inputs x and outputs y, an array an event.
"""

import json
import pathlib
import sys

import brevitas.nn as qnn
import numpy as np
import onnx
import qonnx.core.onnx_exec as executor
import torch
from brevitas.export import export_onnx_qcdq, export_qonnx
from brevitas.inject.enum import ScalingPerOutputType
from brevitas.quant import Int8ActPerTensorFixedPoint, Int8WeightPerTensorFixedPoint, SignedBinaryWeightPerTensorConst, Uint8ActPerTensorFixedPoint
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.transformation.infer_shapes import InferShapes
from torch import nn

HERE = pathlib.Path(__file__).parent


class PerChannel(Int8WeightPerTensorFixedPoint):
    scaling_per_output_type = ScalingPerOutputType.CHANNEL


def first():
    return qnn.QuantIdentity(act_quant=Int8ActPerTensorFixedPoint)


def relu(bits):
    return qnn.QuantReLU(act_quant=Uint8ActPerTensorFixedPoint, bit_width=bits)


def binary():
    return dict(bias=False, weight_quant=SignedBinaryWeightPerTensorConst, weight_scaling_const=0.25)


def mlp():
    """Weights of 8, 4 and 1 bits."""
    fixed = dict(weight_quant=Int8WeightPerTensorFixedPoint)
    return nn.Sequential(first(), qnn.QuantLinear(10, 8, True, **fixed), relu(6), qnn.QuantLinear(8, 8, True, weight_bit_width=4, **fixed), relu(5),
        qnn.QuantLinear(8, 6, **binary()), relu(6), qnn.QuantLinear(6, 3, True, **fixed)), (10,)


def conv():
    """A scale for each filter; a binary convolution."""
    return nn.Sequential(first(), qnn.QuantConv2d(2, 4, 3, padding=1, bias=True, weight_quant=PerChannel, weight_bit_width=4), relu(5), nn.MaxPool2d(
        2), qnn.QuantConv2d(4, 3, 2, stride=2, **binary()), relu(6), nn.Flatten(), qnn.QuantLinear(12, 3, True, weight_quant=PerChannel)), (2, 8, 8)


def qcdq():
    """Eight bits throughout, written as quantise and dequantise."""
    fixed = dict(weight_quant=PerChannel)
    return nn.Sequential(first(), qnn.QuantLinear(8, 6, True, **fixed), relu(8), qnn.QuantLinear(6, 3, True, **fixed), qnn.QuantIdentity(
        act_quant=Int8ActPerTensorFixedPoint)), (8,)


# which exporter of torch is under Brevitas': torch.export, or tracing
NETWORKS = {"mlp": (mlp, True), "mlp_traced": (mlp, False), "conv": (conv, True), "qcdq": (qcdq, False)}


def strip(file):
    """Takes out where each node stood in the source, which torch notes with the names of files."""
    model = onnx.load(file)
    for entry in (model, model.graph, *model.graph.node, *model.graph.value_info, *model.graph.input, *model.graph.output, *model.graph.initializer):
        del entry.metadata_props[:]
        entry.doc_string = ""
    file.write_bytes(model.SerializeToString(deterministic=True))
    file.with_suffix(".onnx.data").unlink(missing_ok=True)


def make(name, folder, seed):
    torch.manual_seed(seed)
    build, through_export = NETWORKS[name]
    rng = np.random.default_rng([seed, *name.encode()])
    model, shape = build()
    with torch.no_grad():
        for layer in model:
            if getattr(layer, "bias", None) is not None:
                layer.bias.copy_(torch.tensor(rng.integers(-32, 33, layer.bias.shape) / 64))
            if isinstance(layer, (qnn.QuantConv2d, qnn.QuantLinear)):
                spread = np.exp2(rng.integers(-2, 2, (layer.weight.shape[0], *[1] * (layer.weight.dim() - 1))))
                layer.weight.mul_(torch.tensor(spread, dtype=torch.float32))
    model(torch.randn(200, *shape))
    model.eval()
    file = folder / f"{name}.onnx"
    export = export_onnx_qcdq if name == "qcdq" else export_qonnx
    export(model, args=(torch.randn(1, *shape),), export_path=str(file), dynamo=through_export, opset_version=18)
    strip(file)
    x = rng.integers(-512, 513, (12, *shape)) / 128
    run = ModelWrapper(str(file)).transform(InferShapes())
    given, wanted = run.graph.input[0].name, run.graph.output[0].name
    y = [executor.execute_onnx(run, {given: event[None].astype(np.float32)})[wanted].ravel().tolist() for event in x]
    (folder / f"{name}.json").write_text(json.dumps({"x": x.reshape(12, -1).tolist(), "y": y}) + "\n")


def main(folder=HERE, seed=1):
    pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
    for name in NETWORKS:
        make(name, pathlib.Path(folder), int(seed))


if __name__ == "__main__":
    main(*sys.argv[1:])
