"""Gradients of graph values.

## What it does
Finds `tf.gradients` and `tf.hessians` in TensorFlow 1 programs.

## Why
They work on graphs: TensorFlow 2 accepts them inside a `tf.function` only, and has `tf.GradientTape` elsewhere.

## Example
```python
import tensorflow as tf

grads = tf.compat.v1.gradients(loss, weights)
```

## Use instead
```python
import tensorflow as tf

grads = tf.gradients(loss, weights)
```

## Fix safety
Shown only: leaves `compat.v1` out, which is right inside a `tf.function`; outside of one TensorFlow 2 raises an error.
"""

from __future__ import annotations

from collections.abc import Iterator

from tf2migrate.lint import LintedFile, Reference, Rule
from tf2migrate.model.diagnostics import Applicability, Diagnostic, Fix


class SymbolicGradients(Rule):
    """Reports each reference in a program that speaks TensorFlow 1."""

    code = "TFM403"
    symbols = frozenset({"tf.gradients", "tf.hessians"})

    def on_reference(self, reference: Reference, file: LintedFile) -> Iterator[Diagnostic]:
        """Yield the finding."""
        if not file.legacy:
            return
        edits = file.without_compat(reference)
        fix = Fix("Leave `compat.v1` out", edits, Applicability.DISPLAY) if edits else None
        written = file.source(reference.span)
        message = f"`{written}` works on graphs; `tf2migrate fix` moves it into a step function or writes a tape"
        yield self.report(file, reference.span, message, fix)
