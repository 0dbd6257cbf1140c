"""Collections.

## What it does
Finds `tf.get_collection`, `tf.trainable_variables` and their kin.

## Why
Collections belong to a graph. TensorFlow 2 has none; under eager execution `tf.compat.v1` returns empty
lists in silence.

## Example
```python
import tensorflow as tf

weights = tf.trainable_variables()
```

## Use instead
```python
import tensorflow as tf
```

## Fix safety
No fix within one expression: `tf2migrate fix` does it for the whole program.
"""

from __future__ import annotations

from tf2migrate.lint import SymbolRule


class Collection(SymbolRule):
    """Reports each reference."""

    code = "TFM306"
    symbols = frozenset(
        {
            "tf.GraphKeys",
            "tf.add_to_collection",
            "tf.add_to_collections",
            "tf.all_variables",
            "tf.get_collection",
            "tf.get_collection_ref",
            "tf.global_variables",
            "tf.local_variables",
            "tf.losses.add_loss",
            "tf.losses.get_losses",
            "tf.losses.get_regularization_loss",
            "tf.losses.get_regularization_losses",
            "tf.losses.get_total_loss",
            "tf.model_variables",
            "tf.moving_average_variables",
            "tf.trainable_variables",
        }
    )
    prefixes = ("tf.GraphKeys.",)
    message = (
        "`{name}` reads a collection of the graph, and there is none; `tf2migrate fix` writes the values that it holds"
    )
