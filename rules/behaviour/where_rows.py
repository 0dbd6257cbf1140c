"""Choices by `tf.where`.

## What it does
Finds `tf.where` with three arguments in TensorFlow 1 programs, where the condition is not made of the values.

## Why
A vector as condition selects rows in TensorFlow 1. In TensorFlow 2 it is broadcast along the last dimension.

## Example
```python
import tensorflow as tf

y = tf.compat.v1.where(mask, a, b)
```

## Use instead
```python
import tensorflow as tf

y = tf.raw_ops.Select(condition=mask, x=a, y=b)
```

## Fix safety
Shown only. `tf.raw_ops.Select` is the operation that TensorFlow 1 calls; where all three have one shape, `tf.where`
does the same.
"""

from __future__ import annotations

from collections.abc import Iterator

from tf2migrate.lint import LintedFile, Reference, Rule
from tf2migrate.lint.changes import name_argument
from tf2migrate.lint.evidence import compares_operand
from tf2migrate.model.diagnostics import Applicability, Diagnostic, Fix

_PARAMETERS = ("condition", "x", "y", "name")


class WhereRows(Rule):
    """Calls the operation of TensorFlow 1."""

    code = "TFM901"
    survives = True
    symbols = frozenset({"tf.where"})

    def on_reference(self, reference: Reference, file: LintedFile) -> Iterator[Diagnostic]:
        """Yield the finding."""
        call = reference.call
        if not file.means_tf1(reference) or call is None or call.starred:
            return
        condition, x, y = (call.argument(name, position) for position, name in enumerate(_PARAMETERS[:3]))
        if condition is None or x is None or y is None or compares_operand(file, condition, [x, y]):
            return
        edit = file.rename(reference, "tf.raw_ops.Select")
        edits = [] if edit is None else [edit]
        for argument, name in zip(call.positional, _PARAMETERS, strict=False):
            edits += name_argument(argument, name)
        fix = None if edit is None else Fix("Call `tf.raw_ops.Select`", tuple(edits), Applicability.DISPLAY)
        message = f"`{file.source(reference.span)}` selects rows by a vector in TensorFlow 1, and broadcasts it in 2"
        yield self.report(file, reference.span, message, fix)
