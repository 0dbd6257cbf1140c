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
from tf2migrate.lint.forms import has_native_form


class Slim(ModuleRule):
    """Reports each reference."""

    code = "TFM504"
    message = (
        "`{name}` creates variables where it is called; `tf2migrate fix` writes layers of Keras, or says why it cannot"
    )

    def wants(self, path: str) -> bool:
        """Say whether the symbol is of slim and has no native form in the tables."""
        return path.startswith("tf.contrib.slim") and not has_native_form(path)
