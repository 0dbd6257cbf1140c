"""Canonical paths of library symbols: every way to reach a TF1 symbol gives `tf.` and its public name."""

from __future__ import annotations

import math

from tf2migrate.analysis.values import NONE, Host, Known, Symbol, V

ROOTS = frozenset({"tensorflow", "tensorflow_core"})
COMPAT = ("tf.compat.v1", "tf.compat.v2")
PRIVATE = {
    "tf.python.ops.rnn_cell": "tf.nn.rnn_cell",
    "tf.python.ops.rnn_cell_impl": "tf.nn.rnn_cell",
    "tf.python.ops.rnn": "tf.nn",
    "tf.python.ops.nn": "tf.nn",
    "tf.python.ops.nn_ops": "tf.nn",
    "tf.python.ops.losses": "tf.losses",
    "tf.python.ops.seq2seq": "tf.contrib.legacy_seq2seq",
    "tf.python.ops.init_ops": "tf",
    "tf.python.layers": "tf.layers",
    "tf.python.layers.layers": "tf.layers",
    "tf.python.layers.core": "tf.layers",
    "tf.python.training": "tf.train",
    "tf.python.platform.gfile": "tf.gfile",
    "tf.python.platform.flags": "tf.flags",
    "tf.python.platform.app": "tf.app",
    "tf.python.summary": "tf.summary",
    "tf.python.keras": "tf.keras",
    "tf.python.client.session": "tf",
}
GENERAL = ("tf.python.framework.", "tf.python.ops.", "tf.python.training.", "tf.python.util.")
FLAGS = frozenset({"tf.flags.FLAGS", "tf.app.flags.FLAGS", "absl.flags.FLAGS"})
CONSTANTS: dict[str, V] = {
    "numpy.pi": Known(math.pi),
    "numpy.e": Known(math.e),
    "numpy.newaxis": NONE,
    "math.pi": Known(math.pi),
    "math.e": Known(math.e),
    "tf.newaxis": NONE,
    "tf.__version__": Host("str"),
    "tf.VERSION": Host("str"),
    "sys.argv": Host("argv"),
    "sys.version_info": Known((3, 11, 0, "final", 0)),
    "sys.version": Host("str"),
}


def library_symbol(module: str) -> Symbol:
    """Return the symbol of an imported library module."""
    first, _, rest = module.partition(".")
    if first in ROOTS:
        return Symbol(canonical(f"tf.{rest}" if rest else "tf"))
    if first == "tf_slim":
        return Symbol(f"tf.contrib.slim.{rest}" if rest else "tf.contrib.slim")
    return Symbol(module)


def canonical(path: str) -> str:
    """Return the public TF1 path of a TensorFlow path."""
    for prefix in COMPAT:
        if path == prefix or path.startswith(f"{prefix}."):
            return canonical("tf" + path[len(prefix) :])
    if path in PRIVATE:
        return path
    parent, _, name = path.rpartition(".")
    if parent in PRIVATE:
        return f"{PRIVATE[parent]}.{name}"
    if parent.startswith(GENERAL) and parent.count(".") >= 3:
        return f"tf.{name}"
    return path


def symbol_member(path: str, name: str) -> V:
    """Return `path.name`: a constant where it is known, else the symbol."""
    if path in FLAGS:
        return Host("flag")
    full = canonical(f"{path}.{name}") if path.startswith("tf") else f"{path}.{name}"
    return CONSTANTS.get(full, Symbol(full))
