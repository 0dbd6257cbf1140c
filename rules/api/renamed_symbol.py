"""Functions that TensorFlow 2 has under another name.

## What it does
Finds functions and constants that TensorFlow 2 keeps, unchanged, under another path.

## Why
The old path is gone from TensorFlow 2.

## Example
```python
import tensorflow as tf

y = tf.log(tf.random_normal([2]))
```

## Use instead
```python
import tensorflow as tf

y = tf.math.log(tf.random.normal([2]))
```

## Fix safety
Safe where TensorFlow 1.15 has the new name too, as it has nearly all of them; else shown only.
"""

from __future__ import annotations

from collections.abc import Iterator

from tf2migrate.knowledge import lookup, tables
from tf2migrate.lint import LintedFile, Reference, Rule
from tf2migrate.model.api import ApiStatus
from tf2migrate.model.diagnostics import Applicability, Diagnostic, Fix


class RenamedSymbol(Rule):
    """Puts the new path in place of the old one."""

    code = "TFM002"

    def wants(self, path: str) -> bool:
        """Say whether the tables know another path for the symbol."""
        entry = lookup(path)
        return entry is not None and entry.status is ApiStatus.RENAMED

    def on_reference(self, reference: Reference, file: LintedFile) -> Iterator[Diagnostic]:
        """Yield the finding with the renaming."""
        entry = lookup(reference.path)
        if entry is None or entry.target is None:
            return
        edit = file.rename(reference, entry.target)
        message = f"`{file.source(reference.span)}` is `{entry.target}` in TensorFlow 2"
        known = Applicability.SAFE if tables.entry(entry.target) else Applicability.DISPLAY
        yield self.report(
            file, reference.span, message, Fix(f"Write `{entry.target}`", (edit,), known) if edit else None
        )
