"""Names from before TensorFlow 1.0.

## What it does
Finds names that TensorFlow 1.0 renamed: `tf.mul`, `tf.pack`, `tf.initialize_all_variables`, ..

## Why
TensorFlow 1.15 has some of them as deprecated names, TensorFlow 2 none.

## Example
```python
import tensorflow as tf

y = tf.mul(a, b)
```

## Use instead
```python
import tensorflow as tf

y = tf.multiply(a, b)
```

## Fix safety
Safe: TensorFlow 1.0 only renamed them.
"""

from __future__ import annotations

from collections.abc import Iterator

from tf2migrate.lint import LintedFile, Reference, Rule
from tf2migrate.model.diagnostics import Diagnostic, Fix

_RENAMES = {
    "tf.batch_cholesky": "tf.linalg.cholesky",
    "tf.batch_matmul": "tf.matmul",
    "tf.batch_matrix_inverse": "tf.linalg.inv",
    "tf.complex_abs": "tf.abs",
    "tf.inv": "tf.math.reciprocal",
    "tf.mul": "tf.multiply",
    "tf.neg": "tf.negative",
    "tf.nn.rnn": "tf.nn.static_rnn",
    "tf.pack": "tf.stack",
    "tf.select": "tf.where",
    "tf.sub": "tf.subtract",
    "tf.unpack": "tf.unstack",
}


class EarlyName(Rule):
    """Puts the name of TensorFlow 1.0 in place."""

    code = "TFM005"
    symbols = frozenset(_RENAMES)

    def on_reference(self, reference: Reference, file: LintedFile) -> Iterator[Diagnostic]:
        """Yield the finding with the renaming."""
        target = _RENAMES[reference.path]
        edit = file.rename(reference, target)
        message = f"`{file.source(reference.span)}` is `{target}` since TensorFlow 1.0"
        yield self.report(file, reference.span, message, edit and Fix(f"Write `{target}`", (edit,)))
