"""Gradients of graph values.

## What it does
Finds `tf.gradients` and `tf.hessians` in TensorFlow 1 programs.

## Why
They work on graphs: TensorFlow 2 accepts them inside a `tf.function` only, and has `tf.GradientTape` elsewhere.

## Example
```python
import tensorflow as tf

grads = tf.compat.v1.gradients(loss, weights)
```

## Use instead
```python
import tensorflow as tf

with tf.GradientTape() as tape:
    loss = compute_loss()
grads = tape.gradient(loss, weights)
```

## Fix safety
No fix within one expression: `tf2migrate fix` does it for the whole program.
"""

from __future__ import annotations

from tf2migrate.lint import SymbolRule


class SymbolicGradients(SymbolRule):
    """Reports each reference."""

    code = "TFM403"
    symbols = frozenset(
        {
            "tf.gradients",
            "tf.hessians",
        }
    )
    legacy_only = True
    message = "`{name}` works on graphs; `tf2migrate fix` moves it into a step function or writes a `tf.GradientTape`"
