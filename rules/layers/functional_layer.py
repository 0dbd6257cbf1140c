"""Functions that make a layer.

## What it does
Finds `tf.layers.*`.

## Why
They create variables by name whenever they are called. TensorFlow 2 has layer objects in `tf.keras.layers`, which
are called.

## Example
```python
import tensorflow as tf

y = tf.layers.dense(x, 10)
```

## Use instead
```python
import tensorflow as tf

dense = tf.keras.layers.Dense(10)
y = dense(x)
```

## Fix safety
No fix within one expression: `tf2migrate fix` does it for the whole program.
"""

from __future__ import annotations

from tf2migrate.lint import SymbolRule
from tf2migrate.lint.forms import has_native_form


class FunctionalLayer(SymbolRule):
    """Reports each reference."""

    code = "TFM501"
    message = (
        "`{name}` creates variables where it is called; `tf2migrate fix` writes a layer of Keras, or says why it cannot"
    )

    def wants(self, path: str) -> bool:
        """Say whether the symbol is a layer that has no native form in the tables."""
        return path.startswith("tf.layers.") and not has_native_form(path)
