"""Imports of `tensorflow.compat.v1`.

## What it does
Finds imports that make TensorFlow 2 look like TensorFlow 1.

## Why
A native program imports `tensorflow`.

## Example
```python
import tensorflow.compat.v1 as tf
```

## Use instead
```python
import tensorflow as tf
```

## Fix safety
Shown only: right once the program is native.
"""

from __future__ import annotations

from collections.abc import Iterator

from tf2migrate.lint import ImportedName, LintedFile, Rule
from tf2migrate.model.diagnostics import Applicability, Diagnostic, Fix
from tf2migrate.model.source import Edit, Span

_COMPAT = "tensorflow.compat.v1"


class CompatImport(Rule):
    """Imports `tensorflow`."""

    code = "TFM013"
    every_file = True

    def on_file(self, file: LintedFile) -> Iterator[Diagnostic]:
        """Yield the findings; `v1` that is imported along with others has no fix."""
        for name in file.imported:
            if not (name.dotted == _COMPAT or name.dotted.startswith(f"{_COMPAT}.")):
                continue
            edit = _native(name, file)
            fix = Fix("Import `tensorflow`", (edit,), Applicability.DISPLAY) if edit else None
            message = f"`{name.dotted}` makes TensorFlow 2 look like 1; a native program imports `tensorflow`"
            yield self.report(file, name.span, message, fix)


def _native(name: ImportedName, file: LintedFile) -> Edit | None:
    bound = "tensorflow" if name.bound == "tensorflow" else f"tensorflow as {name.bound}"
    if name.module is None:
        return Edit(name.span, bound)
    if name.module.startswith(_COMPAT):
        start = file.text.index(_COMPAT, name.statement.start)
        return Edit(Span(start, start + len(_COMPAT)), "tensorflow")
    return Edit(name.statement, f"import {bound}") if name.alone else None
