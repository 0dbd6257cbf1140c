"""Loops over one variable.

## What it does
Finds `tf.while_loop` over a list of one variable.

## Why
TensorFlow 1 returns the variable, TensorFlow 2 a list that holds it. The body has to return a list too.

## Example
```python
import tensorflow as tf

y = tf.compat.v1.while_loop(lambda i: i < 5, lambda i: i + 1, [x])
```

## Use instead
```python
import tensorflow as tf

y = tf.while_loop(lambda i: i < 5, lambda i: [i + 1], [x])[0]
```

## Fix safety
Shown only: right once the program is native.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tf2migrate.lint import CallSite, LintedFile, Reference, Rule
from tf2migrate.lint.changes import wrap
from tf2migrate.lint.evidence import returns_singleton
from tf2migrate.model.diagnostics import Applicability, Diagnostic, Fix
from tf2migrate.model.source import Edit, Span

_BODY_AT = 1
_VARIABLES_AT = 2


class WhileLoopResult(Rule):
    """Takes the only result."""

    code = "TFM601"
    survives = True
    symbols = frozenset({"tf.while_loop"})

    def on_reference(self, reference: Reference, file: LintedFile) -> Iterator[Diagnostic]:
        """Yield the finding where the loop has one variable, or it cannot be seen how many it has."""
        call = reference.call
        if not file.means_tf1(reference) or call is None or call.keyword("return_same_structure") is not None:
            return
        variables = call.argument("loop_vars", _VARIABLES_AT)
        count = None if variables is None else _count(variables.node, file)
        if count not in (None, 1):
            return
        message = f"`{file.source(reference.span)}` over one variable returns a list of it in TensorFlow 2"
        yield self.report(file, reference.span, message, _fix(file, reference, call) if count == 1 else None)


def _fix(file: LintedFile, reference: Reference, call: CallSite) -> Fix | None:
    """Return the fix; the body has to return a list too, so one that is written elsewhere must do it already."""
    edits = [*file.without_compat(reference), Edit(Span(call.span.end, call.span.end), "[0]")]
    body = call.argument("body", _BODY_AT)
    if body is None:
        return None
    if not returns_singleton(file, body):
        if not isinstance(body.node, ast.Lambda) or isinstance(body.node.body, ast.List | ast.Tuple):
            return None
        edits += wrap(file.span(body.node.body), "[", "]")
    return Fix("Take its element", tuple(edits), Applicability.DISPLAY)


def _count(variables: ast.expr | None, file: LintedFile) -> int | None:
    """Return how many variables the loop has; None where that is not written in the file."""
    match variables:
        case ast.List(elts=elements) | ast.Tuple(elts=elements):
            return None if any(isinstance(one, ast.Starred) for one in elements) else len(elements)
        case ast.Name() | ast.Attribute():
            values = file.names.assigned(variables) or ()
            counts = {len(value.elts) if isinstance(value, ast.List | ast.Tuple) else None for value in values}
            return counts.pop() if len(counts) == 1 else None
        case _:
            return None
