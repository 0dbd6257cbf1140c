"""Data of the tutorials.

## What it does
Finds imports of `tensorflow.examples`.

## Why
TensorFlow 2 does not have the package.

## Example
```python
from tensorflow.examples.tutorials.mnist import input_data
```

## Use instead
```python
import tensorflow as tf

(x_train, y_train), (x_test, y_test) = tf.keras.datasets.mnist.load_data()
```

## Fix safety
No fix: the module's reader shuffles and scales in its own way.
"""

from __future__ import annotations

from collections.abc import Iterator

from tf2migrate.lint import ImportedName, LintedFile, Rule
from tf2migrate.model.diagnostics import Diagnostic


class TutorialData(Rule):
    """Reports the import."""

    code = "TFM807"
    prefixes = ("tf.examples.",)

    def on_import(self, name: ImportedName, file: LintedFile) -> Iterator[Diagnostic]:
        """Yield the finding."""
        message = f"`{name.dotted}` is gone; read the data with `tf.keras.datasets` or from files"
        yield self.report(file, name.span, message)
