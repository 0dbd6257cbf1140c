"""Operations that call Python.

## What it does
Finds `tf.py_func`.

## Why
TensorFlow 2 has `tf.numpy_function`, which does the same.

## Example
```python
import tensorflow as tf

y = tf.py_func(f, [x], tf.float32)
```

## Use instead
```python
import tensorflow as tf

y = tf.numpy_function(f, [x], tf.float32)
```

## Fix safety
Safe, and given only where `stateful` is not passed: TensorFlow 1.15 has no such argument.
"""

from __future__ import annotations

from collections.abc import Iterator

from tf2migrate.lint import LintedFile, Reference, Rule
from tf2migrate.model.diagnostics import Diagnostic, Fix

_COMMON = 3  # arguments that both functions take in the same order


class PythonFunction(Rule):
    """Calls `tf.numpy_function`."""

    code = "TFM011"
    symbols = frozenset({"tf.py_func"})

    def on_reference(self, reference: Reference, file: LintedFile) -> Iterator[Diagnostic]:
        """Yield the finding."""
        edit, call = file.rename(reference, "tf.numpy_function"), reference.call
        plain = call is not None and len(call.positional) <= _COMMON and not (call.starred or call.keyword("stateful"))
        message = f"`{file.source(reference.span)}` is `tf.numpy_function` in TensorFlow 2"
        fix = Fix("Write `tf.numpy_function`", (edit,)) if edit and plain else None
        yield self.report(file, reference.span, message, fix)
