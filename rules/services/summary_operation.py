"""Summaries as operations.

## What it does
Finds `tf.summary.scalar` and its kin in TensorFlow 1 programs, and `tf.summary.merge_all`.

## Why
They return operations that a session runs. TensorFlow 2 records a summary when it is computed.

## Example
```python
import tensorflow as tf

merged = tf.summary.merge_all()
```

## Use instead
```python
import tensorflow as tf

with writer.as_default(step=1):
    tf.summary.scalar(name, value)
```

## Fix safety
No fix within one expression: `tf2migrate fix` does it for the whole program.
"""

from __future__ import annotations

from tf2migrate.lint import SymbolRule


class SummaryOperation(SymbolRule):
    """Reports each reference."""

    code = "TFM802"
    symbols = frozenset(
        {
            "tf.histogram_summary",
            "tf.image_summary",
            "tf.merge_all_summaries",
            "tf.merge_summary",
            "tf.scalar_summary",
            "tf.summary.audio",
            "tf.summary.histogram",
            "tf.summary.image",
            "tf.summary.merge",
            "tf.summary.merge_all",
            "tf.summary.scalar",
            "tf.summary.tensor_summary",
            "tf.summary.text",
        }
    )
    legacy_only = True
    message = "`{name}` makes an operation; `tf2migrate fix` records the value in the step, or says why it cannot"
