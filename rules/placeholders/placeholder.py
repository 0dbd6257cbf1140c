"""Placeholders.

## What it does
Finds `tf.placeholder`.

## Why
TensorFlow 2 passes values as arguments of functions; `tf.TensorSpec` says their type and shape.

## Example
```python
import tensorflow as tf

x = tf.placeholder(tf.float32, [None, 2])
```

## Use instead
```python
import tensorflow as tf

x = tf.TensorSpec([None, 2], tf.float32)
```

## Fix safety
No fix within one expression: `tf2migrate fix` does it for the whole program.
"""

from __future__ import annotations

from tf2migrate.lint import SymbolRule


class Placeholder(SymbolRule):
    """Reports each reference."""

    code = "TFM201"
    symbols = frozenset(
        {
            "tf.placeholder",
        }
    )
    message = "`{name}` is gone: `tf2migrate fix` makes it a parameter of the step functions, with a `tf.TensorSpec`"
