"""Initializer operations.

## What it does
Finds `tf.global_variables_initializer` and its kin.

## Why
TensorFlow 2 initializes a variable when it is created.

## Example
```python
import tensorflow as tf

init = tf.global_variables_initializer()
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


class InitializerOperation(SymbolRule):
    """Reports each reference."""

    code = "TFM304"
    symbols = frozenset(
        {
            "tf.assert_variables_initialized",
            "tf.global_variables_initializer",
            "tf.initialize_all_tables",
            "tf.initialize_all_variables",
            "tf.initialize_local_variables",
            "tf.initialize_variables",
            "tf.is_variable_initialized",
            "tf.local_variables_initializer",
            "tf.report_uninitialized_variables",
            "tf.tables_initializer",
            "tf.variables_initializer",
        }
    )
    message = (
        "`{name}`: TensorFlow 2 initializes variables when it creates them; `tf2migrate fix` removes the first run"
    )
