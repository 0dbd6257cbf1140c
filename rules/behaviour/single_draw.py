"""Draws that are made once.

## What it does
Finds random tensors that programs of TensorFlow 1 keep at module level or in attributes, other than to start variables
with.

## Why
In TensorFlow 1 each run draws such a tensor anew. In TensorFlow 2 the line draws once, where it stands.

## Example
```python
import tensorflow as tf

x = tf.placeholder(tf.float32, [None, 2])
noise = tf.random.normal([2], seed=1)
noisy = x + noise
```

## Use instead
```python
import tensorflow as tf


@tf.function
def add_noise(x):
    return x + tf.random.normal([2], seed=1)
```

## Fix safety
No fix within one expression: `tf2migrate fix` moves draws into the step functions that need them.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tf2migrate.knowledge import lookup
from tf2migrate.lint import LintedFile, Rule
from tf2migrate.lint.tensors import VARIABLE_MAKERS
from tf2migrate.model.api import Effect
from tf2migrate.model.diagnostics import Diagnostic

_MESSAGE = "`{text}` draws anew in each run of TensorFlow 1, and once where TensorFlow 2 comes by this line"
_DRAWS = ("tf.random", "tf.truncated_normal", "tf.multinomial")


class SingleDraw(Rule):
    """Reports the call that draws."""

    code = "TFM907"
    every_file = True

    def on_file(self, file: LintedFile) -> Iterator[Diagnostic]:
        """Yield the findings in a program of TensorFlow 1."""
        if not file.builds_graphs or not any(use.path.startswith(_DRAWS) for use in file.uses):
            return
        starting: frozenset[str] | None = None
        for statement in _at_module_level(file.tree.body):
            found = list(self._draws(file, statement))
            target = statement.targets[0]
            if found and isinstance(target, ast.Name):
                starting = _names_for_variables(file) if starting is None else starting
                found = [] if target.id in starting else found
            yield from found
        for assignment in _of_attributes_in_functions(file):
            yield from self._draws(file, assignment)

    def _draws(self, file: LintedFile, statement: ast.Assign) -> Iterator[Diagnostic]:
        for call in _calls_outside_of_variables(file, statement.value):
            if _is_draw(file.path_of(call.func)):
                span = file.span(call)
                yield self.report(file, span, _MESSAGE.format(text=file.source(file.span(call.func))))


def _at_module_level(body: list[ast.stmt]) -> Iterator[ast.Assign]:
    for statement in body:
        if isinstance(statement, ast.Assign):
            yield statement
        elif isinstance(statement, ast.With | ast.If):
            yield from _at_module_level(statement.body)


def _of_attributes_in_functions(file: LintedFile) -> Iterator[ast.Assign]:
    functions = [file.lines.node_span(function) for function in file.nodes_of(ast.FunctionDef)]
    for assignment in file.nodes_of(ast.Assign):
        if isinstance(assignment.targets[0], ast.Attribute):
            place = file.lines.node_span(assignment)
            if any(function.contains(place) for function in functions):
                yield assignment


def _calls_outside_of_variables(file: LintedFile, node: ast.expr) -> Iterator[ast.Call]:
    """Yield the calls in an expression whose value is not what a variable starts with, nor made by a function in it."""
    pending: list[ast.AST] = [node]
    while pending:
        part = pending.pop()
        if isinstance(part, ast.Lambda):
            continue
        if isinstance(part, ast.Call):
            if _starts_variable(file, part):
                continue
            yield part
        pending.extend(ast.iter_child_nodes(part))


def _names_for_variables(file: LintedFile) -> frozenset[str]:
    """Return the names that are read in calls only that make variables or are no symbols of TensorFlow."""
    inside: dict[str, int] = {}
    for call in file.calls:
        if _starts_variable(file, call):
            for part in ast.walk(call):
                if isinstance(part, ast.Name):
                    inside[part.id] = inside.get(part.id, 0) + 1
    read: dict[str, int] = {}
    for name in file.names.loaded():
        read[name.id] = read.get(name.id, 0) + 1
    return frozenset(name for name, count in inside.items() if read.get(name) == count)


def _starts_variable(file: LintedFile, call: ast.Call) -> bool:
    """Say whether a call makes a variable, or hands its arguments to a function that may."""
    symbol = file.path_of(call.func)
    return symbol in VARIABLE_MAKERS or symbol is None


def _is_draw(symbol: str | None) -> bool:
    entry = None if symbol is None or not symbol.startswith(_DRAWS) else lookup(symbol)
    return entry is not None and entry.kind == "function" and entry.effect is Effect.RANDOM
