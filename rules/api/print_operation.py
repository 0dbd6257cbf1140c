"""Operations that print.

## What it does
Finds `tf.Print`.

## Why
It prints when its result is computed. TensorFlow 2 has `tf.print`, which prints when it is executed.

## Example
```python
import tensorflow as tf

y = tf.Print(x, [x], "x is ")
```

## Use instead
```python
import tensorflow as tf

y = tf.raw_ops.Print(input=x, data=[x], message="x is ")
```

## Fix safety
Shown only: the operation that TensorFlow 1 calls, which prints to the standard error stream in the same format. In a
function of your own, `tf.print` as a statement reads better.
"""

from __future__ import annotations

from collections.abc import Iterator

from tf2migrate.knowledge import lookup
from tf2migrate.lint import LintedFile, Reference, Rule
from tf2migrate.lint.forms import native_edits
from tf2migrate.model.diagnostics import Applicability, Diagnostic, Fix

_MESSAGE = "`{name}` prints when its result is computed; write `tf.print` as a statement of the step function"


class PrintOperation(Rule):
    """Calls the operation of TensorFlow 1."""

    code = "TFM017"
    symbols = frozenset({"tf.Print"})

    def on_reference(self, reference: Reference, file: LintedFile) -> Iterator[Diagnostic]:
        """Yield the finding; fixed where the arguments are written out."""
        entry = lookup(reference.path)
        edits = None if entry is None or reference.call is None else native_edits(file, reference, entry)
        fix = Fix("Call `tf.raw_ops.Print`", edits, Applicability.DISPLAY) if edits else None
        yield self.report(file, reference.span, _MESSAGE.format(name=file.source(reference.span)), fix)
