"""Where a symbol of TensorFlow 1 runs today, as TensorFlow 1: below `tf.compat.v1`, in TF-Slim, or nowhere."""

from __future__ import annotations

from typing import Any

from tf2migrate.knowledge.overlay.compat_targets import FAILING, MODULES, TARGETS

Symbol = dict[str, Any]
_CALLABLE = ("function", "class")


class CompatPaths:
    """Finds the path by which each symbol of TensorFlow 1 can be had in TensorFlow 2.16 and later.

    `compat` and `legacy` are `compat.v1` without and with the Keras of TensorFlow 1, `slim` is TF-Slim, `tf1` a real
    1.15; `core_paths` has the path outside contrib of each object of 1.15.
    """

    def __init__(
        self,
        compat: dict[str, Symbol],
        legacy: dict[str, Symbol],
        slim: dict[str, Symbol],
        tf1: dict[str, Symbol],
        core_paths: dict[int, str],
    ) -> None:
        self._compat = compat
        self._legacy = legacy
        self._slim = slim
        self._tf1 = tf1
        self._core_paths = core_paths

    def find(self, path: str) -> tuple[str | None, bool]:
        """Return the path (None where there is none), and whether it needs the Keras of TensorFlow 1."""
        target = self._target(path)
        if target is None or target.startswith("tf_slim"):
            return target, False
        return target, target not in self._compat

    def _target(self, path: str) -> str | None:
        if self._has(path):
            return path
        if path in TARGETS:
            return TARGETS[path]
        row = self._tf1.get(path)
        if row is None:
            return None
        if row["kind"] == "module":
            return MODULES.get(path)
        core = self._core_paths.get(row["id"]) if row["kind"] in _CALLABLE else None
        if core is not None and self._has(core):
            return core
        module, _, name = path.rpartition(".")
        candidate = f"{MODULES.get(module, '')}.{name}"
        if name in FAILING and candidate.startswith("tf_slim."):
            return None
        other = self._slim.get(candidate) or self._legacy.get(candidate)
        return candidate if other is not None and _takes_the_same(row, other) else None

    def _has(self, path: str) -> bool:
        return path in self._compat or path in self._legacy


def _takes_the_same(row: Symbol, other: Symbol) -> bool:
    """Say whether two callables have the same parameters; constants do not count, their values may differ."""
    if row["kind"] != other["kind"] or row["kind"] not in _CALLABLE:
        return False
    return _names(row) == _names(other)


def _names(row: Symbol) -> list[str] | None:
    listed = row.get("parameters")
    return None if listed is None else [name for name, _ in listed]
