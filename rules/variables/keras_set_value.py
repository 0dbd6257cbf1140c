"""Values that Keras's backend sets.

## What it does
Finds calls of `tf.keras.backend.set_value`.

## Why
Keras 3 raises an `AttributeError` there for variables of its own, such as the learning rate of an optimizer.

## Example
```python
import tensorflow as tf

tf.keras.backend.set_value(model.optimizer.learning_rate, 0.1)
```

## Use instead
```python
import tensorflow as tf

model.optimizer.learning_rate.assign(0.1)
```

## Fix safety
Unsafe: in graphs of TensorFlow 1 `assign` only makes an operation.
"""

from __future__ import annotations

from collections.abc import Iterator

from tf2migrate.lint import LintedFile, Reference, Rule
from tf2migrate.lint.file import is_simple
from tf2migrate.model.diagnostics import Applicability, Diagnostic, Fix
from tf2migrate.model.source import Edit, Span

_ARGUMENTS = 2


class KerasSetValue(Rule):
    """Assigns the value."""

    code = "TFM312"
    symbols = frozenset({"tf.keras.backend.set_value"})

    def on_reference(self, reference: Reference, file: LintedFile) -> Iterator[Diagnostic]:
        """Yield the finding."""
        call, fix = reference.call, None
        if call is not None and len(call.positional) == len(call.arguments) == _ARGUMENTS and not call.starred:
            variable, value = call.positional
            if is_simple(variable.node) and "#" not in file.text[variable.outer.end : value.outer.start]:
                edits = (
                    Edit(Span(call.span.start, variable.outer.start), ""),
                    Edit(Span(variable.outer.end, value.outer.start), ".assign("),
                )
                fix = Fix("Assign it", edits, Applicability.UNSAFE)
        yield self.report(file, reference.span, f"`{file.source(reference.span)}` fails in Keras 3: use `assign`", fix)
