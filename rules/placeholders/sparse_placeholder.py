"""Sparse placeholders.

## What it does
Finds `tf.sparse_placeholder`.

## Why
TensorFlow 2 passes values as arguments of functions; `tf.SparseTensorSpec` says their type and shape.

## Example
```python
import tensorflow as tf

x = tf.sparse_placeholder(tf.float32)
```

## Use instead
```python
import tensorflow as tf

x = tf.SparseTensorSpec(None, tf.float32)
```

## Fix safety
No fix within one expression: `tf2migrate fix` does it for the whole program.
"""

from __future__ import annotations

from tf2migrate.lint import SymbolRule


class SparsePlaceholder(SymbolRule):
    """Reports each reference."""

    code = "TFM203"
    symbols = frozenset(
        {
            "tf.sparse_placeholder",
        }
    )
    message = "`{name}` is gone: `tf2migrate fix` makes it a parameter of the step functions, or says why it cannot"
