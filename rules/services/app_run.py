"""Start by `tf.app.run`.

## What it does
Finds `tf.app.run`.

## Why
It was `absl.app.run`, from a package that is installed with TensorFlow.

## Example
```python
import tensorflow as tf

tf.app.run()
```

## Use instead
```python
from absl import app

app.run(main)
```

## Fix safety
No fix within one expression: `tf2migrate fix` does it for the whole program.
"""

from __future__ import annotations

from tf2migrate.lint import SymbolRule


class AppRun(SymbolRule):
    """Reports each reference."""

    code = "TFM805"
    symbols = frozenset(
        {
            "tf.app",
            "tf.app.run",
        }
    )
    message = "`{name}` is `absl.app.run`; `tf2migrate fix` writes it so"
