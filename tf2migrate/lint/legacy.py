"""Whether a file speaks TensorFlow 1."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from tf2migrate.knowledge import lookup, parameters_of_tf2, resolves_in_tf2
from tf2migrate.names import Use

_COMPAT = "tensorflow.compat.v1."
_MODULES = ("tensorflow.contrib.", "tensorflow.examples.")
_INTERNAL = "tensorflow.python."
_NEED_GRAPHS = (
    *("tf.Session", "tf.InteractiveSession", "tf.placeholder", "tf.sparse_placeholder", "tf.disable_v2_behavior"),
    *("tf.disable_eager_execution", "tf.Graph", "tf.reset_default_graph", "tf.train.Monitored", "tf.train.Supervisor"),
)
_OF_GRAPHS = (
    *("tf.get_variable", "tf.variable_scope", "tf.layers.", "tf.train.", "tf.summary.", "tf.metrics.", "tf.estimator"),
    *("tf.global_variables", "tf.trainable_variables", "tf.get_collection", "tf.get_default_", "tf.gradients"),
    *(
        "tf.nn.rnn_cell.",
        "tf.nn.dynamic_rnn",
        "tf.nn.static_",
        "tf.losses.",
        "tf.local_variables",
        "tf.assign",
        "tf.scatter_",
    ),
)
_EAGER = frozenset({"tf.GradientTape", "tf.function"})


def is_legacy(uses: Iterable[Use]) -> bool:
    """Say whether a symbol is used that only TensorFlow 1 has, or any through its own modules."""
    return any(use.dotted.startswith(_COMPAT) or _is_plain(use) for use in uses)


def builds_graphs(uses: Collection[Use]) -> bool:
    """Say whether what is used needs the graphs of TensorFlow 1.

    A program of TensorFlow 2 may take a logger or a seed from `tf.compat.v1`, and keeps the behaviour of TensorFlow 2.
    """
    if is_plainly_legacy(uses) or any(is_of_compat(use.dotted) and use.path.startswith(_NEED_GRAPHS) for use in uses):
        return True
    eager = any(use.path in _EAGER for use in uses)
    return not eager and any(is_of_compat(use.dotted) and use.path.startswith(_OF_GRAPHS) for use in uses)


def is_plainly_legacy(uses: Iterable[Use]) -> bool:
    """Say whether the module `tensorflow` itself is used as TensorFlow 1.

    Half-migrated programs reach what is gone through `tf.compat.v1`; their other names mean what TensorFlow 2 means.
    """
    return any(_is_plain(use) for use in uses)


def _is_plain(use: Use) -> bool:
    if use.dotted.startswith(_COMPAT):
        return False
    if use.dotted.startswith(_INTERNAL) and not use.path.startswith((*_NEED_GRAPHS, *_OF_GRAPHS)):
        return False  # TensorFlow 2 has most of its internal modules, too
    return use.dotted.startswith(_MODULES) or is_removed(use.path)


def is_of_compat(dotted: str) -> bool:
    """Say whether a name is reached through `tensorflow.compat.v1`."""
    return dotted.startswith(_COMPAT)


def takes_only_in_tf1(path: str, keywords: Iterable[str | None]) -> bool:
    """Say whether a call of a symbol that both versions have names an argument that only TensorFlow 1 takes."""
    entry, second = lookup(path), parameters_of_tf2(path)
    if entry is None or second is None or any(name.startswith("*") for name, _ in second):
        return False
    first, known = {name for name, _ in entry.parameters}, {name for name, _ in second}
    return any(name in first - known for name in keywords)


def is_removed(path: str) -> bool:
    """Say whether TensorFlow 1 had the symbol and TensorFlow 2 has nothing under the same path."""
    return path.startswith("tf.contrib.") or (lookup(path) is not None and not resolves_in_tf2(path))
