"""Explicit graphs.

## What it does
Finds `tf.Graph` and `tf.get_default_graph` in TensorFlow 1 programs.

## Why
TensorFlow 2 builds a graph from each `tf.function`; a program has no graph of its own to fill.

## Example
```python
import tensorflow as tf

graph = tf.compat.v1.get_default_graph()
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


class Graph(SymbolRule):
    """Reports each reference."""

    code = "TFM107"
    symbols = frozenset(
        {
            "tf.Graph",
            "tf.get_default_graph",
        }
    )
    legacy_only = True
    message = "`{name}`: TensorFlow 2 has no graph to build by hand; `tf2migrate fix` removes it, or says why it cannot"
