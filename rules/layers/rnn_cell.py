"""Recurrent cells and their loops.

## What it does
Finds `tf.nn.rnn_cell.*`, `tf.nn.dynamic_rnn`, `tf.nn.static_rnn` and their kin.

## Why
TensorFlow 2 has neither; the layers of Keras order their gates and draw their weights in another way.

## Example
```python
import tensorflow as tf

cell = tf.nn.rnn_cell.GRUCell(8)
```

## Use instead
```python
import tensorflow as tf

cell = tf.keras.layers.GRUCell(8, reset_after=False)
```

## Fix safety
No fix within one expression: `tf2migrate fix` does it for the whole program.
"""

from __future__ import annotations

from tf2migrate.lint import SymbolRule


class RnnCell(SymbolRule):
    """Reports each reference."""

    code = "TFM503"
    symbols = frozenset(
        {
            "tf.nn.bidirectional_dynamic_rnn",
            "tf.nn.dynamic_rnn",
            "tf.nn.raw_rnn",
            "tf.nn.static_bidirectional_rnn",
            "tf.nn.static_rnn",
            "tf.nn.static_state_saving_rnn",
        }
    )
    prefixes = ("tf.nn.rnn_cell.",)
    message = "`{name}` is gone: `tf2migrate fix` writes the cell as TensorFlow 1 computes it, or says why it cannot"
