"""Variable scopes.

## What it does
Finds `tf.variable_scope`, `tf.get_variable_scope` and `tf.AUTO_REUSE`.

## Why
TensorFlow 2 has no store of variables by name, so scopes and reuse have nothing to act on.

## Example
```python
import tensorflow as tf

with tf.variable_scope("net"):
    pass
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


class VariableScope(SymbolRule):
    """Reports each reference."""

    code = "TFM302"
    symbols = frozenset(
        {
            "tf.AUTO_REUSE",
            "tf.VariableScope",
            "tf.get_variable_scope",
            "tf.no_regularizer",
            "tf.variable_op_scope",
            "tf.variable_scope",
        }
    )
    message = "`{name}` names variables for reuse, which TensorFlow 2 does not; `tf2migrate fix` makes sharing explicit"
