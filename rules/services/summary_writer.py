"""Writers of summaries.

## What it does
Finds `tf.summary.FileWriter`.

## Why
TensorFlow 2 has `tf.summary.create_file_writer`, under which summaries are recorded when they are computed.

## Example
```python
import tensorflow as tf

writer = tf.summary.FileWriter('logs')
```

## Use instead
```python
import tensorflow as tf

writer = tf.summary.create_file_writer('logs')
```

## Fix safety
No fix within one expression: `tf2migrate fix` does it for the whole program.
"""

from __future__ import annotations

from tf2migrate.lint import SymbolRule


class SummaryWriter(SymbolRule):
    """Reports each reference."""

    code = "TFM803"
    symbols = frozenset(
        {
            "tf.summary.FileWriter",
            "tf.summary.FileWriterCache",
            "tf.train.SummaryWriter",
        }
    )
    message = "`{name}` writes what a session computed; `tf2migrate fix` records it in the step, or says why not"
