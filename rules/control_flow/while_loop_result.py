"""Loops over one variable.

## What it does
Finds `tf.while_loop` over a list of one variable.

## Why
TensorFlow 1 returns the variable, TensorFlow 2 a list that holds it.

## Example
```python
import tensorflow as tf

y = tf.compat.v1.while_loop(test, body, [x])
```

## Use instead
```python
import tensorflow as tf

y = tf.while_loop(test, body, [x])[0]
```

## Fix safety
Shown only: right once the program is native.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from tf2migrate.lint import LintedFile, Reference, Rule
from tf2migrate.model.diagnostics import Applicability, Diagnostic, Fix
from tf2migrate.model.source import Edit, Span

_VARIABLES_AT = 2


class WhileLoopResult(Rule):
    """Takes the only result."""

    code = "TFM601"
    symbols = frozenset({"tf.while_loop"})

    def on_reference(self, reference: Reference, file: LintedFile) -> Iterator[Diagnostic]:
        """Yield the finding where the list is written out."""
        call = reference.call
        if not file.legacy or call is None or call.keyword("return_same_structure") is not None:
            return
        variables = call.argument("loop_vars", _VARIABLES_AT)
        if variables is None or not isinstance(variables.node.value, cst.List | cst.Tuple):
            return
        elements = variables.node.value.elements
        if len(elements) != 1 or isinstance(elements[0], cst.StarredElement) or _is_indexed(file, call.node):
            return
        edits = [Edit(Span(call.span.end, call.span.end), "[0]")]
        edit = file.rename(reference, "tf.while_loop")
        edits += [edit] if edit and edit.text != file.source(edit.span) else []
        message = f"`{file.source(reference.span)}` over one variable returns a list of it in TensorFlow 2"
        yield self.report(file, reference.span, message, Fix("Take its element", tuple(edits), Applicability.DISPLAY))


def _is_indexed(file: LintedFile, node: cst.CSTNode) -> bool:
    return isinstance(file.concrete.parents.get(node), cst.Subscript)
