"""TF-Slim.

## What it does
Finds `tf.contrib.slim` and `tf_slim`.

## Why
Its layers create variables by name whenever they are called.

## Example
```python
from tensorflow.contrib.slim import conv2d
```

## Use instead
```python
import tensorflow as tf

conv2d = tf.keras.layers.Conv2D
```

## Fix safety
No fix within one expression: `tf2migrate fix` does it for the whole program.
"""

from __future__ import annotations

from tf2migrate.lint import ModuleRule


class Slim(ModuleRule):
    """Reports each reference."""

    code = "TFM504"
    prefixes = ("tf.contrib.slim",)
    message = (
        "`{name}` creates variables where it is called; `tf2migrate fix` writes layers of Keras, or says why it cannot"
    )
