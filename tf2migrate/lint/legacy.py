"""Whether a file speaks TensorFlow 1."""

from __future__ import annotations

from collections.abc import Iterable

from tf2migrate.knowledge import lookup, resolves_in_tf2
from tf2migrate.names import Use

_COMPAT = "tensorflow.compat.v1."
_MODULES = ("tensorflow.contrib.", "tensorflow.python.", "tensorflow.examples.")


def is_legacy(uses: Iterable[Use]) -> bool:
    """Say whether a symbol is used that only TensorFlow 1 has, or any through its own modules."""
    return any(use.dotted.startswith((_COMPAT, *_MODULES)) or is_removed(use.path) for use in uses)


def is_plainly_legacy(uses: Iterable[Use]) -> bool:
    """Say whether the module `tensorflow` itself is used as TensorFlow 1.

    Half-migrated programs reach what is gone through `tf.compat.v1`; their other names mean what TensorFlow 2 means.
    """
    return any(
        use.dotted.startswith(_MODULES) or (is_removed(use.path) and not use.dotted.startswith(_COMPAT)) for use in uses
    )


def is_of_compat(dotted: str) -> bool:
    """Say whether a name is reached through `tensorflow.compat.v1`."""
    return dotted.startswith(_COMPAT)


def is_removed(path: str) -> bool:
    """Say whether TensorFlow 1 had the symbol and TensorFlow 2 has nothing under the same path."""
    return path.startswith("tf.contrib.") or (lookup(path) is not None and not resolves_in_tf2(path))
