"""Loops that make variables.

## What it does
Finds calls in loops of TensorFlow 1 programs that make variables by name or layers, and `tf.Variable` in loops that run
sessions.

## Why
In TensorFlow 1 such a loop builds a graph. A `tf.function` may make variables when it is traced first and never again,
and `tf.get_variable` does not find them again under eager execution.

## Example
```python
import tensorflow as tf

layers = []
for size in sizes:
    layers.append(tf.get_variable("weights_%d" % size, [size]))
```

## Use instead
```python
import tensorflow as tf

layers = [tf.Variable(tf.zeros([size]), name="weights_%d" % size) for size in sizes]
```

## Fix safety
No fix: make the variables once, in a list or in the constructor of a class, and go over that in the step.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tf2migrate.knowledge import lookup
from tf2migrate.lint import LintedFile, Rule
from tf2migrate.lint.tensors import VARIABLE_MAKERS, spans_loop
from tf2migrate.model.api import Effect
from tf2migrate.model.diagnostics import Diagnostic

_MESSAGE = (
    "`{text}` makes a variable in each turn of a loop; a step of TensorFlow 2 makes none: make them once, in a list"
)
_LAYERS = ("tf.layers.", "tf.contrib.layers.", "tf.contrib.slim.")


class VariableInLoop(Rule):
    """Reports the callee."""

    code = "TFM909"
    every_file = True

    def on_file(self, file: LintedFile) -> Iterator[Diagnostic]:
        """Yield the findings in a program of TensorFlow 1, each once however deep the loops are."""
        if not file.builds_graphs or not any(_makes_variable(use.path) for use in file.uses):
            return
        seen: set[ast.AST] = set()
        for loop in (*file.nodes_of(ast.For), *file.nodes_of(ast.While)):
            for call in _making(file, loop):
                if call not in seen:
                    seen.add(call)
                    span = file.span(call.func)
                    yield self.report(file, span, _MESSAGE.format(text=file.source(span)))


def _making(file: LintedFile, loop: ast.stmt) -> list[ast.Call]:
    """Return the calls in a loop that make variables; a list that only collects new ones is as good in TensorFlow 2."""
    calls = [node for node in spans_loop(loop) if isinstance(node, ast.Call)]
    runs = any(isinstance(call.func, ast.Attribute) and call.func.attr in ("run", "eval") for call in calls)
    made = [(call, file.path_of(call.func)) for call in calls]
    return [call for call, symbol in made if _makes_variable(symbol) and (runs or symbol != "tf.Variable")]


def _makes_variable(symbol: str | None) -> bool:
    if symbol in VARIABLE_MAKERS:
        return True
    entry = None if symbol is None or not symbol.startswith(_LAYERS) else lookup(symbol)
    return entry is not None and entry.kind == "function" and entry.effect is Effect.STATE
