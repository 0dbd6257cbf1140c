"""Variables by name.

## What it does
Finds `tf.get_variable` and `tf.get_local_variable`.

## Why
TensorFlow 2 has no store of variables by name: sharing a variable means passing the object.

## Example
```python
import tensorflow as tf

w = tf.get_variable("w", [2, 3])
```

## Use instead
```python
import tensorflow as tf

w = tf.Variable(tf.keras.initializers.GlorotUniform()([2, 3]), name="w")
```

## Fix safety
No fix within one expression: `tf2migrate fix` does it for the whole program.
"""

from __future__ import annotations

from tf2migrate.lint import SymbolRule


class GetVariable(SymbolRule):
    """Reports each reference."""

    code = "TFM301"
    symbols = frozenset(
        {
            "tf.get_local_variable",
            "tf.get_variable",
        }
    )
    message = (
        "`{name}` shares variables by name, which TensorFlow 2 does not; `tf2migrate fix` makes each one an object"
    )
