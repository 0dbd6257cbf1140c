"""Estimators.

## What it does
Finds `tf.estimator`.

## Why
TensorFlow 2.16 and later no longer have it.

## Example
```python
import tensorflow as tf

model = tf.estimator.Estimator(model_fn)
```

## Use instead
```python
import tensorflow as tf

model = tf.keras.Model(inputs, outputs)
```

## Fix safety
No fix within one expression: `tf2migrate fix` does it for the whole program.
"""

from __future__ import annotations

from tf2migrate.lint import SymbolRule


class Estimator(SymbolRule):
    """Reports each reference."""

    code = "TFM808"
    prefixes = ("tf.estimator.",)
    message = "`{name}` is gone from TensorFlow 2.16; rewrite the model by hand; `tf2migrate fix` does not do it"
