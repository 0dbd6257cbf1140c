"""Decay of Keras optimizers.

## What it does
Finds `decay=` of the optimizers in `tf.keras.optimizers`.

## Why
Keras 3 refuses the argument. It divided the rate by `1 + decay * step`, which a schedule does.

## Example
```python
import tensorflow as tf

optimizer = tf.keras.optimizers.SGD(0.1, decay=0.01)
```

## Use instead
```python
import tensorflow as tf

rate = tf.keras.optimizers.schedules.InverseTimeDecay(0.1, decay_steps=1, decay_rate=0.01)
optimizer = tf.keras.optimizers.SGD(rate)
```

## Fix safety
No fix: the schedule takes the place of the rate.
"""

from __future__ import annotations

from collections.abc import Iterator

from tf2migrate.knowledge.keras import OPTIMIZERS
from tf2migrate.lint import LintedFile, Reference, Rule
from tf2migrate.model.diagnostics import Diagnostic

_MESSAGE = "`decay` of `{name}` is gone from Keras: give the rate as an `InverseTimeDecay` with steps of one"


class KerasDecay(Rule):
    """Reports the argument."""

    code = "TFM407"
    symbols = OPTIMIZERS

    def on_reference(self, reference: Reference, file: LintedFile) -> Iterator[Diagnostic]:
        """Yield the finding at the keyword."""
        given = reference.call.keyword("decay") if reference.call is not None else None
        if given is not None and given.keyword is not None:
            yield self.report(file, given.keyword, _MESSAGE.format(name=file.source(reference.span)))
