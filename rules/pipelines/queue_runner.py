"""Queues and their runners.

## What it does
Finds queue runners, coordinators of them, and the functions that make queues.

## Why
TensorFlow 2 reads input with `tf.data`.

## Example
```python
import tensorflow as tf

threads = tf.train.start_queue_runners()
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


class QueueRunner(SymbolRule):
    """Reports each reference."""

    code = "TFM701"
    symbols = frozenset(
        {
            "tf.train.QueueRunner",
            "tf.train.add_queue_runner",
            "tf.train.batch",
            "tf.train.batch_join",
            "tf.train.input_producer",
            "tf.train.limit_epochs",
            "tf.train.maybe_batch",
            "tf.train.maybe_shuffle_batch",
            "tf.train.queue_runner",
            "tf.train.range_input_producer",
            "tf.train.shuffle_batch",
            "tf.train.shuffle_batch_join",
            "tf.train.slice_input_producer",
            "tf.train.start_queue_runners",
            "tf.train.string_input_producer",
        }
    )
    message = "`{name}` feeds a queue; read the input with `tf.data` instead; `tf2migrate fix` does not do it"
