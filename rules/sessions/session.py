"""Sessions.

## What it does
Finds `tf.Session` and `tf.InteractiveSession`.

## Why
TensorFlow 2 executes operations at once; there is no session.

## Example
```python
import tensorflow as tf

sess = tf.Session()
```

## Use instead
```python
import tensorflow as tf
```

## Fix safety
No fix within one expression: `tf2migrate fix` does it for the whole program.
"""

from __future__ import annotations

from tf2migrate.lint import SymbolRule


class Session(SymbolRule):
    """Reports each reference."""

    code = "TFM101"
    symbols = frozenset(
        {
            "tf.InteractiveSession",
            "tf.Session",
        }
    )
    message = (
        "`{name}` is gone: TensorFlow 2 runs without sessions; `tf2migrate fix` removes it with the runs that it serves"
    )
