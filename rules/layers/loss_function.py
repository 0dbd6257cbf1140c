"""Losses that join a collection.

## What it does
Finds `tf.losses.*` of TensorFlow 1.

## Why
They average over nonzero weights and add their result to a collection; the losses of Keras do neither.

## Example
```python
import tensorflow as tf

loss = tf.compat.v1.losses.mean_pairwise_squared_error(labels, predictions)
```

## Use instead
```python
import tensorflow as tf

loss = tf.reduce_mean(tf.square(predictions - labels))
```

## Fix safety
No fix within one expression: `tf2migrate fix` does it for the whole program.
"""

from __future__ import annotations

from tf2migrate.lint import SymbolRule
from tf2migrate.lint.forms import has_native_form


class LossFunction(SymbolRule):
    """Reports each reference."""

    code = "TFM505"
    symbols = frozenset(
        {
            "tf.losses.Reduction",
            "tf.losses.absolute_difference",
            "tf.losses.compute_weighted_loss",
            "tf.losses.cosine_distance",
            "tf.losses.hinge_loss",
            "tf.losses.huber_loss",
            "tf.losses.log_loss",
            "tf.losses.mean_pairwise_squared_error",
            "tf.losses.mean_squared_error",
            "tf.losses.sigmoid_cross_entropy",
            "tf.losses.softmax_cross_entropy",
            "tf.losses.sparse_softmax_cross_entropy",
        }
    )
    legacy_only = True
    message = "`{name}` joins the collection of losses; `tf2migrate fix` writes the formula, or says why it cannot"

    def wants(self, path: str) -> bool:
        """Say whether the symbol is a loss that has no native form in the tables."""
        return path in self.symbols and not has_native_form(path)
