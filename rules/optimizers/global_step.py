"""The global step.

## What it does
Finds `tf.train.get_or_create_global_step` and its kin.

## Why
TensorFlow 2 counts steps in `optimizer.iterations`, or in a variable of the program.

## Example
```python
import tensorflow as tf

step = tf.train.get_or_create_global_step()
```

## Use instead
```python
import tensorflow as tf

step = tf.Variable(0, trainable=False, dtype=tf.int64)
```

## Fix safety
No fix within one expression: `tf2migrate fix` does it for the whole program.
"""

from __future__ import annotations

from tf2migrate.lint import SymbolRule


class GlobalStep(SymbolRule):
    """Reports each reference."""

    code = "TFM406"
    symbols = frozenset(
        {
            "tf.train.assert_global_step",
            "tf.train.create_global_step",
            "tf.train.get_global_step",
            "tf.train.get_or_create_global_step",
            "tf.train.global_step",
        }
    )
    message = "`{name}` keeps the step in the graph; `tf2migrate fix` makes it a variable of the program"
