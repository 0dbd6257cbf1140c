"""Draws from a categorical distribution.

## What it does
Finds `tf.multinomial`.

## Why
TensorFlow 2 has `tf.random.categorical`, whose third argument is the type.

## Example
```python
import tensorflow as tf

y = tf.multinomial(logits, 1, 42)
```

## Use instead
```python
import tensorflow as tf

y = tf.random.categorical(logits, 1, seed=42)
```

## Fix safety
Safe: TensorFlow 1.15 and `tf.compat.v1` have `tf.random.categorical` with the same law.
"""

from __future__ import annotations

from collections.abc import Iterator

from tf2migrate.lint import LintedFile, Reference, Rule
from tf2migrate.lint.changes import name_argument
from tf2migrate.model.diagnostics import Diagnostic, Fix

_FOLLOWING = ("seed", "name", "dtype")


class Multinomial(Rule):
    """Calls `tf.random.categorical`."""

    code = "TFM010"
    symbols = frozenset({"tf.multinomial", "tf.random.multinomial"})

    def on_reference(self, reference: Reference, file: LintedFile) -> Iterator[Diagnostic]:
        """Yield the finding; fixed where the arguments are written out."""
        message = f"`{file.source(reference.span)}` is `tf.random.categorical` in TensorFlow 2"
        edit, call = file.rename(reference, "tf.random.categorical"), reference.call
        if edit is None or call is None or call.starred:
            yield self.report(file, reference.span, message)
            return
        edits = [edit]
        for argument, name in zip(call.positional[2:], _FOLLOWING, strict=False):
            edits += name_argument(argument, name)
        typed = call.keyword("output_dtype")
        edits += name_argument(typed, "dtype") if typed else ()
        yield self.report(file, reference.span, message, Fix("Write `tf.random.categorical`", tuple(edits)))
