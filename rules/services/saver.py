"""Savers.

## What it does
Finds `tf.train.Saver`.

## Why
TensorFlow 2 saves objects with `tf.train.Checkpoint`.

## Example
```python
import tensorflow as tf

saver = tf.train.Saver()
```

## Use instead
```python
import tensorflow as tf

checkpoint = tf.train.Checkpoint(w=w)
```

## Fix safety
No fix within one expression: `tf2migrate fix` does it for the whole program.
"""

from __future__ import annotations

from tf2migrate.lint import SymbolRule


class Saver(SymbolRule):
    """Reports each reference."""

    code = "TFM801"
    symbols = frozenset(
        {
            "tf.train.Saver",
            "tf.train.export_meta_graph",
            "tf.train.import_meta_graph",
        }
    )
    message = "`{name}` saves through a session; `tf2migrate fix` writes a `tf.train.Checkpoint`, or says why it cannot"
