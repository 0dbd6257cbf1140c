"""The seed of the graph.

## What it does
Finds `tf.set_random_seed`.

## Why
TensorFlow 2 sets the seed of the program, with `tf.random.set_seed`.

## Example
```python
import tensorflow as tf

tf.set_random_seed(1)
```

## Use instead
```python
import tensorflow as tf

tf.random.set_seed(1)
```

## Fix safety
Shown only: TensorFlow 1.15 has `tf.random.set_seed` under no name that both accept, and the numbers drawn differ.
"""

from __future__ import annotations

from collections.abc import Iterator

from tf2migrate.lint import LintedFile, Reference, Rule
from tf2migrate.model.diagnostics import Applicability, Diagnostic, Fix


class GlobalSeed(Rule):
    """Seeds the program."""

    code = "TFM007"
    symbols = frozenset({"tf.set_random_seed", "tf.random.set_random_seed"})

    def on_reference(self, reference: Reference, file: LintedFile) -> Iterator[Diagnostic]:
        """Yield the finding with the renaming."""
        edit = file.rename(reference, "tf.random.set_seed")
        message = f"`{file.source(reference.span)}` is `tf.random.set_seed` in TensorFlow 2, which draws other numbers"
        fix = Fix("Write `tf.random.set_seed`", (edit,), Applicability.DISPLAY) if edit else None
        yield self.report(file, reference.span, message, fix)
