"""Colocation.

## What it does
Finds `colocate_with`.

## Why
It places operations of a graph beside others. TensorFlow 2 computes where the values are, unless `tf.device` says
otherwise, and ignores the call under eager execution.

## Example
```python
import tensorflow as tf

with tf.colocate_with(v):
    y = v + 1.0
```

## Use instead
```python
import tensorflow as tf

with tf.device(v.device):
    y = v + 1.0
```

## Fix safety
No fix: most often it can go; `tf.device(v.device)` places a value where that matters.
"""

from __future__ import annotations

from collections.abc import Iterator

from tf2migrate.lint import CallSite, LintedFile, Reference, Rule
from tf2migrate.model.diagnostics import Diagnostic

_MESSAGE = (
    "`{text}` places operations of a graph; TensorFlow 2 computes where the values are: use `tf.device` if at all"
)


class Colocation(Rule):
    """Reports the callee."""

    code = "TFM911"
    symbols = frozenset({"tf.colocate_with"})
    methods = frozenset({"colocate_with"})

    def on_reference(self, reference: Reference, file: LintedFile) -> Iterator[Diagnostic]:
        """Yield the finding."""
        yield self.report(file, reference.span, _MESSAGE.format(text=file.source(reference.span)))

    def on_method(self, call: CallSite, file: LintedFile) -> Iterator[Diagnostic]:
        """Yield the finding at a graph's method."""
        if file.uses:
            yield self.report(file, call.callee, _MESSAGE.format(text=file.source(call.callee)))
