"""The default session.

## What it does
Finds `tf.get_default_session`.

## Why
TensorFlow 2 runs without sessions.

## Example
```python
import tensorflow as tf

sess = tf.get_default_session()
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


class DefaultSession(SymbolRule):
    """Reports each reference."""

    code = "TFM106"
    symbols = frozenset(
        {
            "tf.get_default_session",
        }
    )
    message = "`{name}` has nothing to return in TensorFlow 2; `tf2migrate fix` removes it with the runs that it serves"
