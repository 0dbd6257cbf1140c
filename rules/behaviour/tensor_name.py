"""Names of tensors.

## What it does
Finds `name`, `op`, `graph` and `consumers` of tensors in TensorFlow 1 programs.

## Why
A tensor that TensorFlow 2 computed is a value: it has no operation, no graph and no name. Inside a `tf.function` it
has them, but they are not those of TensorFlow 1.

## Example
```python
import tensorflow as tf

x = tf.placeholder(tf.float32, name="x")
print(x.name)
```

## Use instead
```python
import tensorflow as tf

x = tf.TensorSpec([], tf.float32, name="x")
print(x.name)
```

## Fix safety
No fix: write down the name, or return the value from the function that computes it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tf2migrate.lint import LintedFile, Rule
from tf2migrate.lint.tensors import holds_tensor, holds_variable
from tf2migrate.model.diagnostics import Diagnostic

_MESSAGE = "`{text}`: a tensor that TensorFlow 2 computed has no `{attribute}`"
_ATTRIBUTES = frozenset({"name", "op", "graph", "consumers"})
_OF_VARIABLES = frozenset({"name"})


class TensorName(Rule):
    """Reports the attribute."""

    code = "TFM908"
    every_file = True

    def on_file(self, file: LintedFile) -> Iterator[Diagnostic]:
        """Yield the findings in a program of TensorFlow 1."""
        if not file.builds_graphs:
            return
        for node in file.nodes_of(ast.Attribute):
            if _is_missing(file, node):
                span = file.span(node)
                text = file.source(span).partition("\n")[0]
                yield self.report(file, span, _MESSAGE.format(text=text, attribute=node.attr))


def _is_missing(file: LintedFile, node: ast.Attribute) -> bool:
    if node.attr not in _ATTRIBUTES or not isinstance(node.ctx, ast.Load) or not holds_tensor(file, node.value):
        return False
    return not (node.attr in _OF_VARIABLES and holds_variable(file, node.value))
