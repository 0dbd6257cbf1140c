"""The learning rate of Keras by its old name.

## What it does
Finds `lr` in histories, in the logs of an epoch and as an attribute of a model's optimizer.

## Why
Keras 3 calls it `learning_rate` everywhere: callbacks that change the rate log it under that name, and optimizers have
no attribute `lr`.

## Example
```python
import tensorflow as tf

history = model.fit(x, y, callbacks=[tf.keras.callbacks.ReduceLROnPlateau()])
print(history.history["lr"], model.optimizer.lr)
```

## Use instead
```python
import tensorflow as tf

history = model.fit(x, y, callbacks=[tf.keras.callbacks.ReduceLROnPlateau()])
print(history.history["learning_rate"], model.optimizer.learning_rate)
```

## Fix safety
Unsafe: TensorFlow 1 knows the old name only.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tf2migrate.lint import LintedFile, Rule
from tf2migrate.model.diagnostics import Applicability, Diagnostic, Fix
from tf2migrate.model.source import Edit, Span

_OLD, _NEW = "lr", "learning_rate"
_HISTORY, _LOGS = "history", "logs"
_OPTIMIZER = "optimizer"
_KERAS = "tf.keras"


class KerasRateName(Rule):
    """Writes the new name."""

    code = "TFM408"
    every_file = True

    def on_file(self, file: LintedFile) -> Iterator[Diagnostic]:
        """Yield a finding for each read of the rate, in files that use Keras."""
        paths = [*(use.path for use in file.uses), *(name.path for name in file.imported)]
        if not any(path.startswith(_KERAS) for path in paths):
            return
        for node in ast.walk(file.tree):
            span = _old_name(node, file)
            if span is not None:
                fix = Fix(f"Write `{_NEW}`", (Edit(span, _NEW),), Applicability.UNSAFE)
                yield self.report(file, span, f"`{_OLD}` is `{_NEW}` in Keras 3", fix)


def _old_name(node: ast.AST, file: LintedFile) -> Span | None:
    """Return where a read of the rate under its old name has that name."""
    match node:
        case ast.Attribute(attr="lr", value=ast.Attribute(attr=name)) if name == _OPTIMIZER:
            end = file.span(node).end
            return Span(end - len(_OLD), end)
        case ast.Subscript(value=value, slice=ast.Constant(value="lr") as key) if _is_history(value, file):
            return _inside(file.span(key))
        case ast.Call(func=ast.Attribute(attr="get", value=value), args=[ast.Constant(value="lr") as key, *_]):
            return _inside(file.span(key)) if _is_history(value, file) else None
        case _:
            return None


def _is_history(node: ast.expr, file: LintedFile) -> bool:
    """Say whether an expression is what Keras logs: of all epochs, or of the one that a callback is told of."""
    if isinstance(node, ast.Name):
        values = file.names.assigned(node)
        return node.id == _LOGS or (bool(values) and all(_is_attribute(value) for value in values or ()))
    return _is_attribute(node)


def _is_attribute(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == _HISTORY


def _inside(text: Span) -> Span:
    """Return what stands between the quotes of a short text."""
    end = text.end - 1
    return Span(end - len(_OLD), end)
