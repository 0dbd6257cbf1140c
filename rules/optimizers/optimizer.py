"""TensorFlow 1 optimizers.

## What it does
Finds the optimizers of `tf.train`.

## Why
TensorFlow 2 has the optimizers of Keras, whose defaults differ: Adam's epsilon is 1e-07,
not 1e-08; RMSProp starts its average at zero, not at one.

## Example
```python
import tensorflow as tf

optimizer = tf.train.AdamOptimizer(0.01)
```

## Use instead
```python
import tensorflow as tf

optimizer = tf.keras.optimizers.Adam(0.01, epsilon=1e-08)
```

## Fix safety
No fix within one expression: `tf2migrate fix` does it for the whole program.
"""

from __future__ import annotations

from tf2migrate.lint import SymbolRule


class Optimizer(SymbolRule):
    """Reports each reference."""

    code = "TFM401"
    symbols = frozenset(
        {
            "tf.train.AdadeltaOptimizer",
            "tf.train.AdagradDAOptimizer",
            "tf.train.AdagradOptimizer",
            "tf.train.AdamOptimizer",
            "tf.train.FtrlOptimizer",
            "tf.train.GradientDescentOptimizer",
            "tf.train.MomentumOptimizer",
            "tf.train.Optimizer",
            "tf.train.ProximalAdagradOptimizer",
            "tf.train.ProximalGradientDescentOptimizer",
            "tf.train.RMSPropOptimizer",
            "tf.train.SyncReplicasOptimizer",
        }
    )
    message = "`{name}` is gone: `tf2migrate fix` writes the optimizer of Keras with the defaults of TensorFlow 1"
