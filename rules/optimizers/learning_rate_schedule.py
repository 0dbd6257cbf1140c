"""Learning rates that follow a step tensor.

## What it does
Finds `tf.train.exponential_decay` and its kin.

## Why
TensorFlow 2 has schedule objects that read the step of their optimizer.

## Example
```python
import tensorflow as tf

rate = tf.train.exponential_decay(0.1, step, 100, 0.96)
```

## Use instead
```python
import tensorflow as tf

rate = tf.keras.optimizers.schedules.ExponentialDecay(0.1, 100, 0.96)
```

## Fix safety
No fix within one expression: `tf2migrate fix` does it for the whole program.
"""

from __future__ import annotations

from tf2migrate.lint import SymbolRule


class LearningRateSchedule(SymbolRule):
    """Reports each reference."""

    code = "TFM405"
    symbols = frozenset(
        {
            "tf.train.cosine_decay",
            "tf.train.cosine_decay_restarts",
            "tf.train.exponential_decay",
            "tf.train.inverse_time_decay",
            "tf.train.linear_cosine_decay",
            "tf.train.natural_exp_decay",
            "tf.train.noisy_linear_cosine_decay",
            "tf.train.piecewise_constant",
            "tf.train.piecewise_constant_decay",
            "tf.train.polynomial_decay",
        }
    )
    message = "`{name}` follows a step tensor; `tf2migrate fix` writes a schedule, or computes it in the step function"
