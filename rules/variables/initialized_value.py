"""Initial values of variables.

## What it does
Finds `variable.initialized_value()`.

## Why
A variable of TensorFlow 2 is initialized when it is created; its value is the variable itself.

## Example
```python
import tensorflow as tf

v = tf.Variable(w.initialized_value())
```

## Use instead
```python
import tensorflow as tf

v = tf.Variable(w)
```

## Fix safety
Shown only: right once the program is native.
"""

from __future__ import annotations

from collections.abc import Iterator

from tf2migrate.lint import CallSite, LintedFile, Rule
from tf2migrate.model.diagnostics import Applicability, Diagnostic, Fix
from tf2migrate.model.source import Edit, Span


class InitializedValue(Rule):
    """Reads the variable."""

    code = "TFM305"
    methods = frozenset({"initialized_value"})

    def on_method(self, call: CallSite, file: LintedFile) -> Iterator[Diagnostic]:
        """Yield the finding with its fix."""
        if call.arguments or call.receiver is None:
            return
        span = Span(file.text.rindex(".", 0, call.callee.end), call.span.end)
        fix = Fix("Read the variable", (Edit(span, ""),), Applicability.DISPLAY)
        message = f"`{file.source(call.callee)}()` is the variable itself in TensorFlow 2"
        yield self.report(file, call.callee, message, fix)
