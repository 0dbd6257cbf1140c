"""The contributed modules.

## What it does
Finds `tf.contrib`.

## Why
TensorFlow 2 does not have it.

## Example
```python
import tensorflow as tf

y = tf.contrib.layers.fully_connected(x, 10)
```

## Use instead
```python
import tensorflow as tf

y = tf.keras.layers.Dense(10, activation=\"relu\")(x)
```

## Fix safety
No fix within one expression: `tf2migrate fix` does it for the whole program.
"""

from __future__ import annotations

from tf2migrate.lint import ModuleRule


class Contrib(ModuleRule):
    """Reports each reference."""

    code = "TFM502"
    message = "`{name}`: TensorFlow 2 has no contrib; `tf2migrate fix` writes the native form, or says why it cannot"

    def wants(self, path: str) -> bool:
        """Say whether the symbol is of contrib, and no part of slim, which has a rule of its own."""
        return path == "tf.contrib" or (path.startswith("tf.contrib.") and not path.startswith("tf.contrib.slim"))
