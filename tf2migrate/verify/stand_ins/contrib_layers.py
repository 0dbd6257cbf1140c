# mypy: ignore-errors
"""Stands in for `tensorflow.contrib.layers`: the layers, initializers and regularizers that tf-slim took over.

TF-Slim 1.1 takes names from TensorFlow's own modules that later versions keep elsewhere; they are put back here.
"""

import importlib
import sys

MOVED = {
    ("tensorflow.python.framework.ops", "Tensor"): "tensorflow.python.framework.tensor",
    ("tensorflow.python.ops.control_flow_ops", "cond"): "tensorflow.python.ops.cond",
}


def put_back():
    """Put names back that TF-Slim looks for; what is there already stays."""
    for (module, name), now in MOVED.items():
        holder = importlib.import_module(module)
        if not hasattr(holder, name):
            setattr(holder, name, getattr(importlib.import_module(now), name))
    if "tf_keras" in sys.modules and "tf_keras.legacy_tf_layers" not in sys.modules:
        package = importlib.import_module("tf_keras.src.legacy_tf_layers")
        sys.modules["tf_keras.legacy_tf_layers"] = package
        for name in ("base", "convolutional", "core", "normalization", "pooling"):
            part = importlib.import_module("tf_keras.src.legacy_tf_layers." + name)
            sys.modules["tf_keras.legacy_tf_layers." + name] = part


put_back()

from tf_slim.layers import *  # noqa: E402, F403
