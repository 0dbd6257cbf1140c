"""Log messages.

## What it does
Finds `tf.logging`.

## Why
It is `absl.logging`, or `tf.get_logger()`.

## Example
```python
import tensorflow as tf

tf.logging.set_verbosity(tf.logging.ERROR)
```

## Use instead
```python
import tensorflow as tf

tf.get_logger().setLevel('ERROR')
```

## Fix safety
No fix within one expression: `tf2migrate fix` does it for the whole program.
"""

from __future__ import annotations

from tf2migrate.lint import SymbolRule


class Logging(SymbolRule):
    """Reports each reference."""

    code = "TFM806"
    symbols = frozenset(
        {
            "tf.logging",
        }
    )
    prefixes = ("tf.logging.",)
    message = "`{name}` is gone: use `absl.logging` or `tf.get_logger()`"
