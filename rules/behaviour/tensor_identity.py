"""Comparisons of tensors by identity.

## What it does
Finds `==`, `!=`, `in`, `hash`, sets, and `index`, `count` and `remove` of lists, of tensors and variables in programs
of TensorFlow 1.

## Why
Tensors of TensorFlow 1 are equal where they are the same object, and can be hashed. Those of TensorFlow 2 are compared
by value, element by element, and cannot be hashed.

## Example
```python
import tensorflow as tf

x = tf.placeholder(tf.float32)
y = tf.placeholder(tf.float32)
same = x == y
```

## Use instead
```python
import tensorflow as tf


def is_same(x, y):
    return x is y
```

## Fix safety
No fix: `is` where the same object is meant, `tf.equal` where the values are, `.ref()` for a key.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tf2migrate.lint import LintedFile, Rule
from tf2migrate.lint.tensors import holds_tensor
from tf2migrate.model.diagnostics import Diagnostic

_MESSAGE = "`{text}` tells tensors apart as objects in TensorFlow 1, and by their values, if at all, in TensorFlow 2"
_BY_EQUALITY = frozenset({"index", "count", "remove"})


class TensorIdentity(Rule):
    """Reports the whole expression."""

    code = "TFM904"
    every_file = True

    def on_file(self, file: LintedFile) -> Iterator[Diagnostic]:
        """Yield the findings in a program of TensorFlow 1."""
        if not file.builds_graphs:
            return
        calls = (call for call in file.calls if len(call.args) == 1 and not call.keywords)
        for node in (*file.nodes_of(ast.Compare), *calls, *file.nodes_of(ast.Set)):
            if _compares(file, node):
                span = file.span(node)
                yield self.report(file, span, _MESSAGE.format(text=file.source(span).partition("\n")[0]))


def _compares(file: LintedFile, node: ast.expr) -> bool:
    match node:
        case ast.Compare(left=left, ops=[ast.Eq() | ast.NotEq()], comparators=[right]):
            return not (_is_none(left) or _is_none(right)) and (holds_tensor(file, left) or holds_tensor(file, right))
        case ast.Compare(left=left, ops=[ast.In() | ast.NotIn()]):
            return holds_tensor(file, left)
        case ast.Call(func=ast.Name(id="hash"), args=[value]):
            return holds_tensor(file, value)
        case ast.Call(func=ast.Attribute(attr=method), args=[value]) if method in _BY_EQUALITY:
            return file.path_of(node.func) is None and holds_tensor(file, value)
        case ast.Set(elts=elements):
            return any(holds_tensor(file, element) for element in elements)
        case _:
            return False


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None
