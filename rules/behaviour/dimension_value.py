"""Dimensions as objects.

## What it does
Finds `.value` of an element of a shape.

## Why
A shape of TensorFlow 1 holds `Dimension` objects. One of TensorFlow 2 holds integers and `None`, which have no `value`.

## Example
```python
import tensorflow as tf


def ones_like_columns(x):
    return tf.ones([x.get_shape()[1].value])
```

## Use instead
```python
import tensorflow as tf


def ones_like_columns(x):
    return tf.ones([x.shape[1]])
```

## Fix safety
No fix within one expression: `tf2migrate fix` does it for the whole program.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tf2migrate.lint import LintedFile, Rule
from tf2migrate.model.diagnostics import Diagnostic

_MENTION = re.compile(r"\.\s*value\b(?!\s*\()")  # most files need no look at their nodes
_MESSAGE = "`{name}`: dimensions are integers in TensorFlow 2, without `value`"


class DimensionValue(Rule):
    """Reports the attribute."""

    code = "TFM902"
    every_file = True

    def on_file(self, file: LintedFile) -> Iterator[Diagnostic]:
        """Yield the findings; a call of `value` is something else."""
        if not file.uses or not _MENTION.search(file.text):
            return
        called = {call.func for call in file.calls}
        for node in file.nodes_of(ast.Attribute):
            if node not in called and _is_value_of_dimension(node):
                span = file.lines.node_span(node)
                yield self.report(file, span, _MESSAGE.format(name=file.source(span)))


def _is_value_of_dimension(node: ast.Attribute) -> bool:
    match node:
        case ast.Attribute(
            attr="value",
            value=ast.Subscript(value=ast.Call(func=ast.Attribute(attr="get_shape"), args=[], keywords=[])),
        ):
            return True
        case ast.Attribute(attr="value", value=ast.Subscript(value=ast.Attribute(attr="shape"))):
            return True
        case _:
            return False
