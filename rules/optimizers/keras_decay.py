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

optimizer = tf.keras.optimizers.SGD(tf.keras.optimizers.schedules.InverseTimeDecay(0.1, decay_steps=1, decay_rate=0.01))
```

## Fix safety
Safe where the rate is written at the call: the schedule takes its place, and follows the steps of the optimizer. No
fix where the file sets the rate while it trains.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tf2migrate.knowledge.keras import OPTIMIZERS
from tf2migrate.lint import Argument, CallSite, LintedFile, Reference, Rule
from tf2migrate.lint.changes import remove_arguments, wrap
from tf2migrate.model.diagnostics import Diagnostic, Fix

_MESSAGE = "`decay` of `{name}` is gone from Keras: give the rate as an `InverseTimeDecay` with steps of one"
_SCHEDULE = "keras.optimizers.schedules.InverseTimeDecay"
_RATES = ("lr", "learning_rate")
_SET_THE_RATE = frozenset(  # which they cannot where it is a schedule
    f"tf.keras.{name}"
    for name in ("backend.set_value", "callbacks.LearningRateScheduler", "callbacks.ReduceLROnPlateau")
)


class KerasDecay(Rule):
    """Writes the schedule."""

    code = "TFM407"
    symbols = OPTIMIZERS

    def on_reference(self, reference: Reference, file: LintedFile) -> Iterator[Diagnostic]:
        """Yield the finding at the keyword."""
        given = reference.call.keyword("decay") if reference.call is not None else None
        if reference.call is not None and given is not None and given.keyword is not None:
            fix = _fix(reference.call, given, file, file.tensorflow_name(reference))
            yield self.report(file, given.keyword, _MESSAGE.format(name=file.source(reference.span)), fix)


def _fix(call: CallSite, decay: Argument, file: LintedFile, module: str | None) -> Fix | None:
    gone = remove_arguments(call, [decay])
    if isinstance(decay.node, ast.Constant) and decay.node.value == 0:
        return Fix("Leave it out", gone)
    rate = next((one for one in map(call.keyword, _RATES) if one is not None), next(iter(call.positional), None))
    if rate is None or call.starred or module is None or any(use.path in _SET_THE_RATE for use in file.uses):
        return None
    given = f", decay_steps=1, decay_rate={file.source(decay.outer)})"
    schedule = wrap(rate.outer, f"{module}.{_SCHEDULE}(", given)
    return Fix("Write the schedule", (*schedule, *gone))
