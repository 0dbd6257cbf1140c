"""Placeholders that have a default.

## What it does
Finds `tf.placeholder_with_default`.

## Why
TensorFlow 2 passes values as arguments of functions, which can have defaults.

## Example
```python
import tensorflow as tf

rate = tf.placeholder_with_default(0.5, [])
```

## Use instead
```python
import tensorflow as tf


def step(rate=0.5):
    return rate
```

## Fix safety
No fix within one expression: `tf2migrate fix` does it for the whole program.
"""

from __future__ import annotations

from tf2migrate.lint import SymbolRule


class PlaceholderWithDefault(SymbolRule):
    """Reports each reference."""

    code = "TFM202"
    symbols = frozenset(
        {
            "tf.placeholder_with_default",
        }
    )
    message = "`{name}` is gone: `tf2migrate fix` makes it a parameter of the step functions, with its default"
