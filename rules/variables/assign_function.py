"""Assignments by function.

## What it does
Finds `tf.assign`, `tf.assign_add` and `tf.assign_sub`.

## Why
TensorFlow 2 assigns with the methods of the variable.

## Example
```python
import tensorflow as tf

update = tf.assign_add(step, 1)
```

## Use instead
```python
import tensorflow as tf

update = step.assign_add(1)
```

## Fix safety
Shown only: in TensorFlow 1 some variables lack the method, and what it returns differs.
"""

from __future__ import annotations

from collections.abc import Iterator

from tf2migrate.lint import CallSite, LintedFile, Reference, Rule
from tf2migrate.lint.changes import remove_arguments
from tf2migrate.lint.file import is_simple
from tf2migrate.model.diagnostics import Applicability, Diagnostic, Fix
from tf2migrate.model.source import Edit, Span

_PARAMETERS = ("ref", "value", "validate_shape", "use_locking", "name")


class AssignFunction(Rule):
    """Calls the method."""

    code = "TFM303"
    symbols = frozenset({"tf.assign", "tf.assign_add", "tf.assign_sub"})

    def on_reference(self, reference: Reference, file: LintedFile) -> Iterator[Diagnostic]:
        """Yield the finding; fixed where the call begins with the variable and keeps its shape."""
        method = reference.path.removeprefix("tf.")
        message = f"`{file.source(reference.span)}(v, value)` is `v.{method}(value)` in TensorFlow 2"
        yield self.report(file, reference.span, message, _fix(reference, file, method))


def _fix(reference: Reference, file: LintedFile, method: str) -> Fix | None:
    call = reference.call
    if call is None or call.starred or len(call.arguments) < 2 or not _begins_with_operands(call):
        return None
    variable, value = call.arguments[:2]
    if not is_simple(variable.node):
        return None
    edits = [
        Edit(Span(reference.span.start, variable.outer.start), ""),
        Edit(Span(variable.outer.end, value.outer.start), f".{method}("),
    ]
    further = call.arguments[2:]
    if any(argument.name not in ("name", "use_locking") for argument in further):
        return None
    edits += remove_arguments(call, [argument for argument in further if argument.name == "use_locking"])
    return Fix(f"Call the variable's `{method}`", tuple(edits), Applicability.DISPLAY)


def _begins_with_operands(call: CallSite) -> bool:
    return all(
        argument.name in (None, parameter) for argument, parameter in zip(call.arguments[:2], _PARAMETERS, strict=False)
    )
