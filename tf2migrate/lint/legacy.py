"""Whether a file speaks TensorFlow 1."""

from __future__ import annotations

from collections.abc import Iterable

from tf2migrate.knowledge import lookup, resolves_in_tf2
from tf2migrate.names import Use

_MODULES = ("tensorflow.compat.v1.", "tensorflow.contrib.", "tensorflow.python.", "tensorflow.examples.")


def is_legacy(uses: Iterable[Use]) -> bool:
    """Say whether a symbol is used that only TensorFlow 1 has, or any through its own modules."""
    return any(use.dotted.startswith(_MODULES) or is_removed(use.path) for use in uses)


def is_removed(path: str) -> bool:
    """Say whether TensorFlow 1 had the symbol and TensorFlow 2 has nothing under the same path."""
    return path.startswith("tf.contrib.") or (lookup(path) is not None and not resolves_in_tf2(path))
