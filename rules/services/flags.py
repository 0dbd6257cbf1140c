"""Command line flags.

## What it does
Finds `tf.app.flags` and `tf.flags`.

## Why
They were the package `absl`, which is installed with TensorFlow.

## Example
```python
import tensorflow as tf

flags = tf.app.flags
```

## Use instead
```python
from absl import flags
```

## Fix safety
No fix within one expression: `tf2migrate fix` does it for the whole program.
"""

from __future__ import annotations

from collections.abc import Iterator

from tf2migrate.lint import LintedFile, Reference, Rule
from tf2migrate.model.diagnostics import Diagnostic

_MODULES = ("tf.app.flags", "tf.flags")


class Flags(Rule):
    """Reports the module and what is called of it, but no reading of a flag."""

    code = "TFM804"
    symbols = frozenset(_MODULES)
    prefixes = tuple(f"{module}." for module in _MODULES)

    def on_reference(self, reference: Reference, file: LintedFile) -> Iterator[Diagnostic]:
        """Yield the finding."""
        if ".FLAGS." in reference.path:
            return
        written = file.source(reference.span)
        yield self.report(file, reference.span, f"`{written}` is of `absl.flags`; `tf2migrate fix` writes it so")
