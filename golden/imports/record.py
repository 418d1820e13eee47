"""What hls4ml makes of a network, in the form of ../hls4ml: hls_config.json, graph.json.gz (its types), vectors.json.gz (what its
compiled firmware gives). Needs g++ and the PyPI packages of the script that calls it."""

import gzip
import json
import os

import numpy as np
from hls4ml.model.types import IntegerPrecisionType, XnorPrecisionType

CONVERT = dict(backend="Vitis", io_type="io_parallel", part="xcvu13p-flga2577-2-e", clock_period=5)


def zipped(path, value):
    with open(path, "wb") as raw, gzip.GzipFile(filename="", fileobj=raw, mode="wb", mtime=0) as file:
        file.write(json.dumps(value, separators=(",", ":")).encode())


def type_of(t):
    mode = lambda name: str(getattr(t, name, None) or "")
    return dict(kind="int" if isinstance(t, (IntegerPrecisionType, XnorPrecisionType)) else "fixed", width=int(t.width), integer=int(t.integer), signed=bool(t.signed),
        round=mode("rounding_mode") or "TRN", sat=mode("saturation_mode") or "WRAP", sat_bits=getattr(t, "saturation_bits", 0) or 0)


def plain(value):
    """A configuration as JSON has it: types as texts."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value if isinstance(value, (bool, int, float, str, type(None))) else str(value)


def write_types(firmware, folder):
    """Layers of hls4ml's graph with a precision, with every type they have."""
    layers = [dict(name=layer.name, class_name=layer.class_name, types={key: type_of(value.precision) for key, value in
        layer.attributes.items() if hasattr(value, "precision") and hasattr(value.precision, "width")}) for layer in firmware.get_layers()]
    zipped(f"{folder}/graph.json.gz", {"layers": layers})


def raw_of(variable, values):
    t = variable.type.precision
    values = np.asarray(values, dtype=np.float64).reshape(len(values), -1)
    raw = values * 2.0 ** int(t.width - t.integer)
    assert np.all(raw == np.round(raw)), f"{variable.name} lost bits"
    return [[int(v) for v in event] for event in raw]


def record(firmware, config, folder, inputs, convert=CONVERT, trace=False):
    """inputs: an array a tensor, events first. With trace: also what every layer gives."""
    os.makedirs(folder, exist_ok=True)
    with open(f"{folder}/hls_config.json", "w") as file:
        json.dump(plain({"convert": convert, "hls_config": config}), file, indent=1)
        file.write("\n")
    if trace:
        firmware.config.trace_output = True
        for layer in firmware.get_layers():
            layer.set_attr("trace", layer.class_name != "Input")
    firmware.compile()
    given = [np.ascontiguousarray(values, dtype=np.float64) for values in inputs]
    given = given if len(given) > 1 else given[0]
    outputs, traced = firmware.trace(given) if trace else (firmware.predict(given), {})
    outputs = outputs if isinstance(outputs, list) else [outputs]
    write_types(firmware, folder)
    count = len(inputs[0])
    vectors = dict(n=count, inputs=[], outputs=[], trace={})
    about = lambda variable, values: dict(name=variable.name, shape=list(values.shape[1:]), type=type_of(variable.type.precision))
    for variable, values in zip(firmware.get_input_variables(), inputs):
        events = [[repr(float(v)) for v in event.ravel()] for event in values]
        vectors["inputs"].append(dict(about(variable, values), raw=[], value=events))
    for variable, values in zip(firmware.get_output_variables(), outputs):
        values = np.asarray(values).reshape(count, -1)
        raw = raw_of(variable, values)
        assert np.any(np.array(raw) != raw[0][0]), "outputs are all alike"
        vectors["outputs"].append(dict(about(variable, values), raw=raw))
    for name, values in traced.items():
        variable = firmware.graph[name].get_output_variable()
        values = np.asarray(values).reshape(count, -1)
        vectors["trace"][name] = dict(about(variable, values), raw=raw_of(variable, values))
    zipped(f"{folder}/vectors.json.gz", vectors)
