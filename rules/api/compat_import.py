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
from tf2migrate.model.source import Edit

_COMPAT = "tensorflow.compat.v1"


class CompatImport(Rule):
    """Imports `tensorflow`."""

    code = "TFM013"
    every_file = True

    def on_file(self, file: LintedFile) -> Iterator[Diagnostic]:
        """Yield the findings; fixed where the statement imports nothing else."""
        for name in file.imported:
            if not (name.dotted == _COMPAT or name.dotted.startswith(f"{_COMPAT}.")):
                continue
            statement = file.source(name.statement)
            edit = Edit(name.statement, _native(name, statement)) if name.alone else None
            fix = edit and Fix("Import `tensorflow`", (edit,), Applicability.DISPLAY)
            message = f"`{' '.join(statement.split())}`: a native program imports `tensorflow`"
            yield self.report(file, name.span, message, fix)


def _native(name: ImportedName, statement: str) -> str:
    if name.dotted != _COMPAT:
        return statement.replace(_COMPAT, "tensorflow", 1)
    return "import tensorflow" if name.bound == "tensorflow" else f"import tensorflow as {name.bound}"
