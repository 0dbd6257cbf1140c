"""Readers of queues.

## What it does
Finds `tf.TFRecordReader`, `tf.TextLineReader` and their kin.

## Why
They read from queues. TensorFlow 2 has datasets: `tf.data.TFRecordDataset`, `tf.data.TextLineDataset`.

## Example
```python
import tensorflow as tf

reader = tf.TFRecordReader()
```

## Use instead
```python
import tensorflow as tf

records = tf.data.TFRecordDataset(['data.tfrecord'])
```

## Fix safety
No fix within one expression: `tf2migrate fix` does it for the whole program.
"""

from __future__ import annotations

from tf2migrate.lint import SymbolRule


class RecordReader(SymbolRule):
    """Reports each reference."""

    code = "TFM702"
    symbols = frozenset(
        {
            "tf.FixedLengthRecordReader",
            "tf.IdentityReader",
            "tf.LMDBReader",
            "tf.ReaderBase",
            "tf.TFRecordReader",
            "tf.TextLineReader",
            "tf.WholeFileReader",
        }
    )
    message = "`{name}` reads from a queue; read the input with `tf.data` instead; `tf2migrate fix` does not do it"
