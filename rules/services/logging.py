"""TensorFlow's log.

## What it does
Finds `tf.logging`.

## Why
TensorFlow 2 has the logger itself: `tf.get_logger()`.

## Example
```python
import tensorflow as tf

tf.logging.set_verbosity(tf.logging.ERROR)
tf.logging.info("step %d", step)
```

## Use instead
```python
import tensorflow as tf

tf.get_logger().setLevel("ERROR")
tf.get_logger().info("step %d", step)
```

## Fix safety
Shown only: right once the program is native. It is the logger that `tf.logging` writes to, with the levels of Python's
`logging`.
"""

from __future__ import annotations

from collections.abc import Iterator

from tf2migrate.lint import LintedFile, Reference, Rule
from tf2migrate.model.diagnostics import Applicability, Diagnostic, Fix
from tf2migrate.model.source import Edit

_MESSAGE = "`{name}` is gone: use `absl.logging` or `tf.get_logger()`"
_METHODS = {f"tf.logging.{name}": name for name in "debug error fatal info log warn warning".split()} | {
    "tf.logging.set_verbosity": "setLevel",
    "tf.logging.get_verbosity": "getEffectiveLevel",
}
_METHODS["tf.logging.warn"] = "warning"
_LEVELS = {f"tf.logging.{name}": name for name in ("DEBUG", "INFO", "ERROR", "FATAL")} | {"tf.logging.WARN": "WARNING"}


class Logging(Rule):
    """Calls the logger's methods."""

    code = "TFM806"
    symbols = frozenset({"tf.logging"})
    prefixes = ("tf.logging.",)

    def on_reference(self, reference: Reference, file: LintedFile) -> Iterator[Diagnostic]:
        """Yield the finding; fixed at calls of functions that the logger has as methods."""
        edits = _edits(reference, file)
        fix = Fix("Call TensorFlow's logger", tuple(edits), Applicability.DISPLAY) if edits else None
        yield self.report(file, reference.span, _MESSAGE.format(name=file.source(reference.span)), fix)


def _edits(reference: Reference, file: LintedFile) -> list[Edit]:
    """Return the renaming of a function, and of the level that it is given."""
    method, call = _METHODS.get(reference.path), reference.call
    rename = None if method is None else file.rename(reference, f"tf.get_logger().{method}")
    if rename is None or call is None or (method == "setLevel" and call.keyword("v") is not None):
        return []
    edits = [rename]
    for argument in call.positional[:1]:
        level = _LEVELS.get(file.path_of(argument.node) or "")
        if level is not None and method == "setLevel":
            edits.append(Edit(argument.value, f'"{level}"'))
    return edits
