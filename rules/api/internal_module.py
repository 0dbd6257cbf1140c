"""Modules that are no public interface.

## What it does
Finds imports below `tensorflow.python`.

## Why
They change without notice; much of what TensorFlow 1 had there has moved.

## Example
```python
from tensorflow.python.framework import ops
```

## Use instead
```python
import tensorflow as tf
```

## Fix safety
No fix: the public name has to be chosen for each use.
"""

from __future__ import annotations

from collections.abc import Iterator

from tf2migrate.lint import LintedFile, Rule
from tf2migrate.model.diagnostics import Diagnostic


class InternalModule(Rule):
    """Reports the import."""

    code = "TFM015"
    every_file = True

    def on_file(self, file: LintedFile) -> Iterator[Diagnostic]:
        """Yield the findings."""
        for name in file.imported:
            if name.dotted.startswith("tensorflow.python"):
                message = f"`{name.dotted}` is internal to TensorFlow; use the public name below `tf`"
                yield self.report(file, name.span, message)
