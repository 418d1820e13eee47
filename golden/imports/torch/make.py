"""PyTorch networks with random weights as torch.onnx.export(..., dynamo=True) writes them, and what hls4ml's compiled firmware gives.

    python make.py [FOLDER [SEED [NAME ...]]]

Needs g++ and the PyPI packages torch 2.15.0, onnx 1.23.2, onnxscript 0.7.2, qonnx 1.0.0, hls4ml 1.3.0. Writes for each network
a folder in the form of ../../hls4ml. hls4ml is given the same file after what its users run: qonnx' cleaning, Gemm as
MatMul, channels last. What its ONNX front end cannot read (1D and average pooling, dense layers with a bias on a sequence)
goes through its PyTorch front end, from the module that the file was exported from.
"""

import json
import pathlib
import sys
import tempfile

import hls4ml
import numpy as np
import onnx
import torch
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.transformation.channels_last import ConvertToChannelsLastAndClean
from qonnx.transformation.gemm_to_matmul import GemmToMatMul
from qonnx.util.cleanup import cleanup_model
from torch import nn

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent))
from record import CONVERT, record  # noqa: E402


def mlp():
    return nn.Sequential(nn.Linear(16, 12), nn.ReLU(), nn.Dropout(), nn.Linear(12, 8), nn.BatchNorm1d(8), nn.Tanh(), nn.Linear(8, 5),
        nn.Softmax(dim=1)), (16,)


def conv1d():
    return nn.Sequential(nn.Conv1d(3, 4, 3, padding=1), nn.ReLU(), nn.MaxPool1d(2), nn.Conv1d(4, 3, 3, stride=2),
        nn.LeakyReLU(0.25), nn.Flatten(), nn.Linear(6, 3)), (3, 10)


def conv2d():
    return nn.Sequential(nn.Conv2d(2, 4, 3, padding=1, bias=False), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(4, 3, 3),
        nn.ReLU(), nn.Conv2d(3, 3, 2, groups=3), nn.BatchNorm2d(3), nn.Flatten(), nn.Linear(12, 4), nn.Sigmoid()), (2, 10, 10)


class Average(nn.Module):
    """Average pooling and a residual."""

    def __init__(self):
        super().__init__()
        self.first, self.deep = nn.Conv2d(3, 4, 3, padding=1), nn.Conv2d(4, 4, 3, padding=1)
        self.pool, self.mean, self.last = nn.AvgPool2d(2), nn.AvgPool2d(4), nn.Linear(4, 3)

    def forward(self, x):
        x = self.pool(torch.relu(self.first(x)))
        x = x + torch.relu(self.deep(x))
        return self.last(torch.flatten(self.mean(x), 1))


def average():
    return Average(), (3, 8, 8)


class Sequence(nn.Module):
    """A convolution over a sequence, dense layers on each of its steps, and on the steps of each of its features."""

    def __init__(self):
        super().__init__()
        self.conv, self.dense, self.across, self.last = nn.Conv1d(3, 4, 3, padding=1), nn.Linear(4, 5), nn.Linear(8, 2), nn.Linear(10, 3)

    def forward(self, x):
        x = torch.relu(self.conv(x)).permute(0, 2, 1)
        x = torch.relu(self.dense(x))
        return self.last(self.across(x.transpose(1, 2)).flatten(1))


class Image(nn.Module):
    """A depthwise convolution with a stride, a residual, an image as an output of its own, and a mean over all pixels."""

    def __init__(self):
        super().__init__()
        self.first, self.deep, self.last = nn.Conv2d(3, 4, 3, padding=1, stride=2), nn.Conv2d(4, 4, 3, padding=1, groups=4), nn.Linear(4, 3)
        self.mean, self.pool = nn.AdaptiveAvgPool2d(1), nn.MaxPool2d(2)

    def forward(self, x):
        x = torch.relu(self.first(x))
        x = x + torch.relu(self.deep(x))
        return self.last(torch.flatten(self.mean(x), 1)), self.pool(x) * 0.5


class Square(nn.Module):
    """A dense layer over the last axis of a square, which is no image, then one over all of it in another shape."""

    def __init__(self):
        super().__init__()
        self.rows, self.all = nn.Linear(4, 4), nn.Linear(8, 3)

    def forward(self, x):
        x = torch.relu(self.rows(x)) - x
        return self.all(x.reshape(-1, 2, 8)).flatten(1)


NETWORKS = {f.__name__: f for f in (mlp, conv1d, conv2d, average)}
# of weights and inputs in quarters and of ReLU alone, so that torch itself loses nothing in 32-bit floats
EXACT = {"sequence": (Sequence, (3, 8)), "image": (Image, (3, 8, 8)), "square": (Square, (4, 4))}
# what hls4ml reads from the module, not from the file
FROM_MODULE = ("conv1d", "average")
# types of layers in front of a softmax, narrow enough for its table
TYPES = {"mlp": {"MatMul_2": "fixed<14,4>", "Add_2": "fixed<14,4>"}}
# the values of the others stand in model.onnx.data, which is how torch writes them unless told otherwise
INSIDE = ("conv1d",)
# exported with a batch of any size
ANY_BATCH = ("conv2d",)


def randomise(model):
    for module in model.modules():
        if isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d)):
            nn.init.uniform_(module.weight, 0.5, 2)
            nn.init.normal_(module.bias, 0, 0.3)
            nn.init.normal_(module.running_mean, 0, 0.3)
            nn.init.uniform_(module.running_var, 0.5, 2)
    return model.eval()


def make(name, folder, seed):
    torch.manual_seed(seed)
    rng = np.random.default_rng([seed, *name.encode()])
    model, shape = NETWORKS[name]()
    randomise(model)
    folder.mkdir(parents=True, exist_ok=True)
    sample = torch.randn((2, *shape) if name in ANY_BATCH else (1, *shape))
    sizes = {"dynamic_shapes": ({0: torch.export.Dim("batch")},)} if name in ANY_BATCH else {}
    file = folder / "model.onnx"
    torch.onnx.export(model, (sample,), str(file), dynamo=True, verbose=False, external_data=name not in INSIDE, **sizes)
    strip(file)
    inputs = np.round(rng.normal(0, 1.5, (16, *shape)) * 512) / 512
    with tempfile.TemporaryDirectory() as project:
        config, firmware = (module_firmware if name in FROM_MODULE else file_firmware)(name, model, shape, file, project)
        record(firmware, config, folder, [inputs])


def make_exact(name, folder, seed):
    """model.onnx, and vectors.json with inputs x and the outputs y that torch gives, an array an event."""
    rng = np.random.default_rng([seed, *name.encode()])
    quarters = lambda shape, largest: torch.tensor(rng.integers(-largest, largest + 1, shape) / 4, dtype=torch.float32)
    kind, shape = EXACT[name]
    model = kind().eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(quarters(parameter.shape, 2))
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "model.onnx"
    torch.onnx.export(model, (torch.randn((1, *shape)),), str(file), dynamo=True, verbose=False)
    strip(file)
    x = quarters((8, *shape), 8)
    with torch.no_grad():
        y = model(x)
        exact = model.double()(x.double())
    y, exact = (list(out) if isinstance(out, tuple) else [out] for out in (y, exact))
    assert all(np.array_equal(a.numpy(), b.numpy()) for a, b in zip(y, exact)), "32-bit floats lose bits"
    record = {"torch": torch.__version__.split("+")[0], "x": x.reshape(8, -1).tolist(), "y": [out.reshape(8, -1).tolist() for out in y]}
    (folder / "vectors.json").write_text(json.dumps(record) + "\n")


def strip(file):
    """Takes out where each node stood in the source, which torch notes with the names of files."""
    loaded = onnx.load(file, load_external_data=False)
    graph = loaded.graph
    for entry in (loaded, graph, *graph.node, *graph.value_info, *graph.input, *graph.output, *graph.initializer):
        del entry.metadata_props[:]
    file.write_bytes(loaded.SerializeToString(deterministic=True))


def file_firmware(name, _, shape, file, project):
    loaded = onnx.load(file)
    loaded.graph.input[0].type.tensor_type.shape.dim[0].dim_value = 1
    cleaned = cleanup_model(ModelWrapper(loaded))
    cleaned = cleanup_model(cleaned.transform(GemmToMatMul()))
    if len(shape) > 1:
        cleaned = cleanup_model(cleaned.transform(ConvertToChannelsLastAndClean()))
    config = hls4ml.utils.config_from_onnx_model(cleaned, granularity="name", default_precision="fixed<12,4>", backend="Vitis")
    for layer, result in TYPES.get(name, {}).items():
        config["LayerName"][layer]["Precision"]["result"] = result
    return config, hls4ml.converters.convert_from_onnx_model(cleaned, hls_config=config, output_dir=project, **CONVERT)


def module_firmware(_, model, shape, __, project):
    config = {"Model": {"Precision": {"default": "fixed<18,8>"}, "ReuseFactor": 1, "Strategy": "Latency"}}
    own = dict(config, InputShape=[[*shape]], PytorchModel=model)
    own["Model"] = dict(config["Model"], ChannelsLastConversion="full", TransposeOutputs=False)
    return config, hls4ml.converters.convert_from_pytorch_model(model, hls_config=own, output_dir=project, **CONVERT)


def main(folder=HERE, seed=1, *names):
    for name in names or (*NETWORKS, *EXACT):
        (make_exact if name in EXACT else make)(name, pathlib.Path(folder) / name, int(seed))


if __name__ == "__main__":
    main(*sys.argv[1:])
