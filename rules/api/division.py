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
Safe, and given only where an operand is certainly a float, or both are written as integers.
"""

from __future__ import annotations

from collections.abc import Iterator

from tf2migrate.lint import LintedFile, Reference, Rule
from tf2migrate.lint.evidence import is_floating
from tf2migrate.model.diagnostics import Diagnostic, Fix


class Division(Rule):
    """Calls `tf.divide` where that is the same."""

    code = "TFM006"
    symbols = frozenset({"tf.div"})

    def on_reference(self, reference: Reference, file: LintedFile) -> Iterator[Diagnostic]:
        """Yield the finding; fixed where the type of the operands is certain."""
        target = _target(file, reference)
        edit = file.rename(reference, target) if target else None
        message = (
            f"`{file.source(reference.span)}` rounds integers down and divides floats; "
            "write `tf.divide` or `tf.math.floordiv`"
        )
        yield self.report(file, reference.span, message, Fix(f"Write `{target}`", (edit,)) if edit else None)


def _target(file: LintedFile, reference: Reference) -> str | None:
    arguments = reference.call.arguments if reference.call else ()
    if any(is_floating(file, argument) for argument in arguments):
        return "tf.divide"
    if arguments and all(argument.is_integer for argument in arguments):
        return "tf.math.floordiv"
    return None
