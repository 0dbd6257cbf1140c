"""Operations that print.

## What it does
Finds `tf.Print`.

## Why
It prints when its result is computed. TensorFlow 2 has `tf.print`, which prints when it is executed.

## Example
```python
import tensorflow as tf

y = tf.Print(x, [x])
```

## Use instead
```python
import tensorflow as tf

tf.print(x)
y = x
```

## Fix safety
No fix within one expression.
"""

from __future__ import annotations

from tf2migrate.lint import SymbolRule


class PrintOperation(SymbolRule):
    """Reports each reference."""

    code = "TFM017"
    symbols = frozenset({"tf.Print"})
    message = "`{name}` prints when its result is computed; write `tf.print` as a statement of the step function"
