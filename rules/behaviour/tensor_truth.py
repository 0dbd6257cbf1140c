"""Tensors as conditions.

## What it does
Finds tensors and variables in the conditions of `if`, `while` and `assert`, and under `and`, `or` and `not`, in
programs of TensorFlow 1 that build graphs.

## Why
A variable of TensorFlow 1 is true whatever it holds, and a tensor of a graph raises there. In TensorFlow 2 the value
counts.

## Example
```python
import tensorflow as tf

flag = tf.get_variable("flag", initializer=False)
if flag:
    print("always printed")
```

## Use instead
```python
import tensorflow as tf

flag = tf.Variable(False, name="flag")
print("always printed")
```

## Fix safety
No fix: `is not None` where that is meant, `tf.cond` and `tf.logical_and` where the value shall decide.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tf2migrate.lint import LintedFile, Rule
from tf2migrate.lint.tensors import holds_tensor, may_run_eagerly
from tf2migrate.model.diagnostics import Diagnostic

_MESSAGE = (
    "`{text}` as a condition: a variable of TensorFlow 1 is always true and a tensor raises; in TensorFlow 2 its value "
    "counts"
)


_KINDS = (ast.If, ast.While, ast.IfExp, ast.Assert, ast.BoolOp, ast.UnaryOp, ast.comprehension)


class TensorTruth(Rule):
    """Reports the condition."""

    code = "TFM905"
    every_file = True

    def on_file(self, file: LintedFile) -> Iterator[Diagnostic]:
        """Yield the findings in a program of TensorFlow 1 that has graphs only."""
        if not file.builds_graphs or may_run_eagerly(file):
            return
        for node in (node for kind in _KINDS for node in file.nodes_of(kind)):
            for condition in _conditions(node):
                if holds_tensor(file, condition):
                    span = file.span(condition)
                    yield self.report(file, span, _MESSAGE.format(text=file.source(span).partition("\n")[0]))


def _conditions(node: ast.AST) -> list[ast.expr]:
    """Return the expressions whose truth a node asks for; those of `and` and `or` are nodes of their own."""
    match node:
        case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test) | ast.Assert(test=test):
            return [test]
        case ast.BoolOp(values=values):
            return values
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return [operand]
        case ast.comprehension(ifs=tests):
            return tests
        case _:
            return []
