"""Division by `tf.div`.

## What it does
Finds `tf.div`.

## Why
It divides as Python 2 did: integers are rounded down, floats are not. TensorFlow 2 has `tf.divide` and
`tf.math.floordiv`.

## Example
```python
import tensorflow as tf

y = tf.div(x, 2.0)
```

## Use instead
```python
import tensorflow as tf

y = tf.divide(x, 2.0)
```

## Fix safety
Safe, and given only where an operand is certainly a float.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from tf2migrate.lint import LintedFile, Reference, Rule
from tf2migrate.model.diagnostics import Diagnostic, Fix

_FLOAT_RESULTS = frozenset(
    {
        *(f"tf.{name}" for name in ("exp", "log", "sqrt", "sigmoid", "tanh", "to_float", "random_normal", "norm")),
        *(f"tf.math.{name}" for name in ("exp", "log", "sqrt", "sigmoid", "tanh")),
        *(f"tf.nn.{name}" for name in ("l2_loss", "softmax", "sigmoid")),
    }
)


class Division(Rule):
    """Calls `tf.divide` where that is the same."""

    code = "TFM006"
    symbols = frozenset({"tf.div"})

    def on_reference(self, reference: Reference, file: LintedFile) -> Iterator[Diagnostic]:
        """Yield the finding; fixed where an operand is a float."""
        edit = file.rename(reference, "tf.divide")
        arguments = reference.call.arguments if reference.call else ()
        certain = edit is not None and any(_is_float(file, argument.node.value) for argument in arguments)
        message = (
            f"`{file.source(reference.span)}` rounds integers down and divides floats; "
            "write `tf.divide` or `tf.math.floordiv`"
        )
        yield self.report(
            file, reference.span, message, Fix("Write `tf.divide`", (edit,)) if edit and certain else None
        )


def _is_float(file: LintedFile, node: cst.BaseExpression) -> bool:
    return isinstance(node, cst.Float) or file.made_by(node) in _FLOAT_RESULTS
