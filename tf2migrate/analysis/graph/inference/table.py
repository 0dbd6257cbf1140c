"""The law of each operation's static shape."""

from __future__ import annotations

from functools import lru_cache

from tf2migrate.analysis.graph.inference import (
    creation,
    elementwise,
    images,
    indexing,
    layers,
    linear,
    recurrent,
    reductions,
    structure,
    windows,
)
from tf2migrate.analysis.graph.inference.dims import UNSURE, Dim, Shape
from tf2migrate.analysis.graph.inference.operands import Law, Name, Operands, Tensor
from tf2migrate.analysis.graph.inference.values import value_of
from tf2migrate.analysis.graph.laws import CLASSES

LAWS: dict[str, Law] = {
    **elementwise.LAWS,
    **creation.LAWS,
    **reductions.LAWS,
    **structure.LAWS,
    **indexing.LAWS,
    **linear.LAWS,
    **windows.LAWS,
    **layers.LAWS,
    **images.LAWS,
    **recurrent.LAWS,
}
_PREFIXES = (
    ("tf.math.", "tf."),
    ("tf.math.", "tf.nn."),
    ("tf.linalg.matmul", "tf.matmul"),
    ("tf.linalg.norm", "tf.norm"),
    ("tf.linalg.eye", "tf.eye"),
    ("tf.linalg.tensordot", "tf.tensordot"),
    ("tf.linalg.l2_normalize", "tf.nn.l2_normalize"),
    ("tf.random.", "tf.random_"),
    ("tf.random.", "tf."),
    ("tf.contrib.slim.", "tf.contrib.layers."),
    ("tf.keras.layers.", "tf.layers."),
    ("tf.manip.", "tf."),
    ("tf.compat.v1.", "tf."),
)
_ACTIVATIONS = ("activation", "activation_fn", "normalizer_fn")
_SHAPELESS = "linear relu relu6 elu selu sigmoid tanh softplus softsign softmax exponential hard_sigmoid".split()


@lru_cache(maxsize=4096)
def law_of(path: str) -> Law | None:
    """Return the law of an operation under any of its names."""
    path = path.removesuffix(".__call__")
    head, _, last = path.rpartition(".")
    names = [path, f"{head}.{CLASSES.get(last, last)}"]
    names += [new + name[len(old) :] for name in names for old, new in _PREFIXES if name.startswith(old)]
    return next((LAWS[name] for name in names if name in LAWS), None)


def inferred(path: str, op: Operands) -> Tensor:
    """Return what follows statically of an operation's result."""
    law = law_of(path)
    if law is None:
        return NOTHING
    shape = law(op)
    if path.startswith(_LAYERS) and not all(_keeps_shape(op.first(name)) for name in _ACTIVATIONS):
        return NOTHING
    value: Dim | tuple[Dim, ...] = UNSURE
    if shape is None or len(shape) < 2:
        value = value_of(path, op)
    return Tensor(shape, value)


def _keeps_shape(activation: object) -> bool:
    if activation is None or (isinstance(activation, str) and activation.lower() in _SHAPELESS):
        return True
    return isinstance(activation, Name) and law_of(activation.path) in _KEEPING


NOTHING = Tensor(None)
_LAYERS = ("tf.layers.", "tf.keras.layers.", "tf.contrib.layers.", "tf.contrib.slim.")
_KEEPING = frozenset(
    LAWS[name] for name in "tf.nn.relu tf.nn.softmax tf.tanh tf.identity tf.contrib.layers.batch_norm".split()
)
__all__ = ["LAWS", "Shape", "inferred", "law_of"]
