"""Reference variables.

## What it does
Finds `use_resource=False`, `tf.disable_resource_variables` and `validate_shape=False`.

## Why
A reference variable of TensorFlow 1 may be read before or after what the same run assigns, and may change its shape. A
variable of TensorFlow 2 is a resource: reads and writes keep the order of the program, and the shape is fixed.

## Example
```python
import tensorflow as tf

total = tf.Variable(0.0, use_resource=False)
```

## Use instead
```python
import tensorflow as tf

total = tf.Variable(0.0)
```

## Fix safety
No fix: `shape=tf.TensorShape(None)` lets a variable change its shape; what counts on an order of reads is to be
written out.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tf2migrate.lint import LintedFile, Reference, Rule
from tf2migrate.model.diagnostics import Diagnostic

_REASONS = {
    "use_resource": "`{text}`: TensorFlow 2 has no reference variables; reads and writes keep the order of the program",
    "validate_shape": "`{text}`: a variable of TensorFlow 2 keeps its shape; make it with `shape=tf.TensorShape(None)`",
}
_SWITCH = "tf.disable_resource_variables"


class ReferenceVariable(Rule):
    """Reports the argument, or the call that turns resources off."""

    code = "TFM906"
    symbols = frozenset(
        {
            "tf.Variable",
            "tf.get_variable",
            "tf.variable_scope",
            "tf.assign",
            "tf.get_local_variable",
            "tf.VariableScope",
            _SWITCH,
        }
    )

    def on_reference(self, reference: Reference, file: LintedFile) -> Iterator[Diagnostic]:
        """Yield the finding."""
        if reference.path == _SWITCH:
            message = _REASONS["use_resource"].format(text=file.source(reference.span))
            yield self.report(file, reference.span, message)
        elif reference.call is not None:
            for name, reason in _REASONS.items():
                argument = reference.call.keyword(name)
                if argument is not None and isinstance(argument.node, ast.Constant) and argument.node.value is False:
                    yield self.report(file, argument.span, reason.format(text=file.source(argument.span)))
