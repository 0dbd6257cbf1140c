"""What a symbol of TensorFlow 1 is called where it runs today as TensorFlow 1."""

from __future__ import annotations

from dataclasses import dataclass

from tf2migrate.knowledge import is_tf_module, lookup
from tf2migrate.model.api import ApiEntry, ApiStatus

SLIM = "tf_slim"
_REMOVED = ("tf.contrib", "tf.estimator", "tf.examples")
_INTERNAL = "tf.python"
_KERAS = ("tf.keras.", "tf.layers.", "tf.nn.rnn_cell.")


@dataclass(frozen=True, slots=True)
class CompatTarget:
    """The path of a symbol below `tf.compat.v1` (written `tf`) or in TF-Slim; None where it is gone, with the reason.

    `internal` says that the symbol lies in TensorFlow's own modules, of which nothing is known.
    """

    path: str | None
    legacy_keras: bool = False
    reason: str = ""
    internal: bool = False


def compat_target(path: str) -> CompatTarget:
    """Return where a canonical path runs; a path below a known object goes with that object."""
    parts = path.split(".")
    for length in range(len(parts), 0, -1):
        known = ".".join(parts[:length])
        entry = lookup(known)
        if entry is None:
            continue
        if entry.kind == "module" and length < len(parts):
            break
        if entry.compat is None:
            return CompatTarget(None, reason=_why_gone(entry))
        rest = "".join(f".{part}" for part in parts[length:])
        return CompatTarget(entry.compat + rest, entry.legacy_keras)
    return _unknown(path)


def _why_gone(entry: ApiEntry) -> str:
    if entry.status is ApiStatus.GONE or entry.target is None:
        return entry.reason or "TensorFlow 2 does not have it"
    return f"at level native `{entry.target}` takes its place"


def _unknown(path: str) -> CompatTarget:
    """Return the target of a path that the tables do not have: what the program itself adds to a module, mostly."""
    if _is_below(path, _INTERNAL):
        return CompatTarget(path, internal=True)
    if any(_is_below(path, removed) for removed in _REMOVED):
        return CompatTarget(None, reason=f"{'.'.join(path.split('.')[:2])} was removed")
    return CompatTarget(path, path.startswith(_KERAS))


def is_internal(path: str, dotted: str) -> bool:
    """Say whether a symbol, as imported, is TensorFlow's or TF-Slim's own without a public name: it stays as it is."""
    own = dotted.startswith(("tensorflow.python.", f"{SLIM}."))
    return own and lookup(path) is None and not is_tf_module(path)


def _is_below(path: str, module: str) -> bool:
    return path == module or path.startswith(f"{module}.")


def accepted_keywords(path: str) -> frozenset[str] | None:
    """Return the keywords that the callable at a path takes; None where it takes any or that is not known."""
    entry = lookup(path)
    if entry is None or not entry.bound or any(name.startswith("**") for name, _ in entry.parameters):
        return None
    return frozenset(name for name, _ in entry.parameters if not name.startswith("*"))
