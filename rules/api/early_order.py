"""Arguments in the order from before TensorFlow 1.0.

## What it does
Finds `tf.concat` and `tf.split` calls that begin with the axis, and `.._with_logits` losses called by position.

## Why
TensorFlow 1.0 turned them round.

## Example
```python
import tensorflow as tf

y = tf.concat(1, [a, b])
```

## Use instead
```python
import tensorflow as tf

y = tf.concat(axis=1, values=[a, b])
```

## Fix safety
Safe: TensorFlow 1.15 rejects the old order.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tf2migrate.lint import CallSite, LintedFile, Reference, Rule
from tf2migrate.lint.changes import name_argument
from tf2migrate.model.diagnostics import Diagnostic, Fix

_AXIS_FIRST = {"tf.concat": ("axis", "values"), "tf.split": ("axis", "num_or_size_splits", "value")}
_LOSSES = ("sigmoid", "softmax", "sparse_softmax")
_LOGITS_FIRST = {f"tf.nn.{name}_cross_entropy_with_logits": ("logits", "labels") for name in _LOSSES}


class EarlyOrder(Rule):
    """Names the arguments."""

    code = "TFM016"
    symbols = frozenset({*_AXIS_FIRST, *_LOGITS_FIRST})

    def on_reference(self, reference: Reference, file: LintedFile) -> Iterator[Diagnostic]:
        """Yield the finding."""
        call = reference.call
        if call is None or call.starred:
            return
        old = _AXIS_FIRST.get(reference.path) or _LOGITS_FIRST[reference.path]
        if len(call.positional) != len(old) or not (reference.path in _LOGITS_FIRST or _begins_with_axis(call)):
            return
        if reference.path in _LOGITS_FIRST and not file.means_tf1(reference):
            return
        edits = [
            edit for argument, name in zip(call.positional, old, strict=True) for edit in name_argument(argument, name)
        ]
        message = f"`{file.source(reference.span)}` has taken its arguments in another order since TensorFlow 1.0"
        yield self.report(file, reference.span, message, Fix("Pass them by keyword", tuple(edits)))


def _begins_with_axis(call: CallSite) -> bool:
    first, last = call.positional[0], call.positional[-1]
    negative = isinstance(first.node, ast.UnaryOp) and isinstance(first.node.operand, ast.Constant)
    return (first.is_integer or negative) and not last.is_integer
