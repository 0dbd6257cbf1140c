"""Initializers whose defaults changed.

## What it does
Finds random initializers that leave their scale to the default.

## Why
TensorFlow 1 draws with a deviation of 1, or from 0 to 1; TensorFlow 2 with 0.05, or from -0.05 to 0.05.

## Example
```python
import tensorflow as tf

initializer = tf.compat.v1.random_normal_initializer(seed=1)
```

## Use instead
```python
import tensorflow as tf

initializer = tf.random_normal_initializer(seed=1, stddev=1.0)
```

## Fix safety
Safe where the file keeps the name: TensorFlow 1's own default is written out. Another name is shown only: it is
right once the program is native.
"""

from __future__ import annotations

from collections.abc import Iterator

from tf2migrate.lint import LintedFile, Reference, Rule
from tf2migrate.lint.changes import append_argument, remove_arguments
from tf2migrate.model.diagnostics import Applicability, Diagnostic, Fix
from tf2migrate.model.source import Edit

_NORMAL = (("mean", None), ("stddev", "1.0"))
_UNIFORM = (("minval", "0.0"), ("maxval", "1.0"))
_TRUNCATED = "tf.keras.initializers.TruncatedNormal"
_LAWS: dict[str, tuple[str, tuple[tuple[str, str | None], ...]]] = {
    "tf.random_normal_initializer": ("tf.random_normal_initializer", _NORMAL),
    "tf.initializers.random_normal": ("tf.random_normal_initializer", _NORMAL),
    "tf.random_uniform_initializer": ("tf.random_uniform_initializer", _UNIFORM),
    "tf.initializers.random_uniform": ("tf.random_uniform_initializer", _UNIFORM),
    "tf.truncated_normal_initializer": (_TRUNCATED, _NORMAL),
    "tf.initializers.truncated_normal": (_TRUNCATED, _NORMAL),
}
_PARAMETERS = 2  # before the seed


class InitializerDefault(Rule):
    """Writes TensorFlow 1's default out, under the native name."""

    code = "TFM307"
    survives = True
    symbols = frozenset(_LAWS)

    def on_reference(self, reference: Reference, file: LintedFile) -> Iterator[Diagnostic]:
        """Yield the finding where a default would change or the name is gone."""
        target, defaults = _LAWS[reference.path]
        call = reference.call
        missing = [
            f"{name}={default}"
            for position, (name, default) in enumerate(defaults)
            if default is not None and (call is None or call.argument(name, position) is None)
        ]
        renamed = file.source(reference.span).split(".")[1:] != target.split(".")[1:]
        if not file.means_tf1(reference) or not (missing or renamed):
            return
        message = f"`{file.source(reference.span)}` draws on another scale by default in TensorFlow 2"
        yield self.report(file, reference.span, message, _fix(file, reference, target, missing, renamed))


def _fix(file: LintedFile, reference: Reference, target: str, missing: list[str], renamed: bool) -> Fix | None:
    call, edit = reference.call, file.rename(reference, target)
    if call is None and edit is not None and _is_initializer_argument(file, reference):
        made = Edit(edit.span, f"{edit.text}({', '.join(missing)})")
        return Fix("Write the default of TensorFlow 1 out", (made,), Applicability.DISPLAY)
    if call is None or call.starred or edit is None or len(call.positional) > _PARAMETERS + 1:
        return None
    edits: list[Edit] = [edit] if renamed else []
    dtype = call.keyword("dtype")
    if dtype is not None and not renamed:
        return None
    removed = [dtype] if dtype else []
    edits += remove_arguments(call, removed)
    if missing:
        edits += append_argument(file, call, ", ".join(missing), alone=len(call.arguments) == len(removed))
    applicability = Applicability.DISPLAY if renamed else Applicability.SAFE
    return Fix("Write the default of TensorFlow 1 out", tuple(edits), applicability)


def _is_initializer_argument(file: LintedFile, reference: Reference) -> bool:
    """Say whether the class is handed over to be instantiated as an initializer."""
    return (file.keyword_of(reference.node) or "").endswith("initializer")
