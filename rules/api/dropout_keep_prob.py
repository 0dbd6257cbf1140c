"""Dropout that says what to keep.

## What it does
Finds `tf.nn.dropout` with a `keep_prob`.

## Why
The second argument of TensorFlow 2 is the rate of what is dropped. Positional code runs on, with the opposite meaning.

## Example
```python
import tensorflow as tf

y = tf.nn.dropout(x, keep_prob=0.8)
```

## Use instead
```python
import tensorflow as tf

y = tf.nn.dropout(x, rate=1 - 0.8)
```

## Fix safety
Safe: TensorFlow 1.15 and `tf.compat.v1` accept `rate`, and compute it so themselves.
"""

from __future__ import annotations

from collections.abc import Iterator

from tf2migrate.lint import Argument, CallSite, LintedFile, Reference, Rule
from tf2migrate.lint.changes import name_argument, wrap
from tf2migrate.model.diagnostics import Diagnostic, Fix
from tf2migrate.model.source import Edit, Span

_FOLLOWING = ("noise_shape", "seed", "name")


class DropoutKeepProb(Rule):
    """Passes the rate."""

    code = "TFM008"
    symbols = frozenset({"tf.nn.dropout"})

    def on_reference(self, reference: Reference, file: LintedFile) -> Iterator[Diagnostic]:
        """Yield the finding; a second positional argument counts in a file that speaks TensorFlow 1."""
        call = reference.call
        if call is None:
            return
        argument = call.keyword("keep_prob")
        if argument is None and not call.starred and len(call.positional) > 1:
            second = call.positional[1]
            argument = second if file.means_tf1(reference) or "keep" in file.source(second.span) else None
        if argument is None:
            return
        message = f"`keep_prob` of `{file.source(reference.span)}` is `rate`, its complement, in TensorFlow 2"
        yield self.report(file, argument.span, message, Fix("Pass `rate`", _edits(file, call, argument)))


def _edits(file: LintedFile, call: CallSite, argument: Argument) -> tuple[Edit, ...]:
    """Return the edits that pass one minus the argument as `rate`, and name what stood behind it by position."""
    edits: list[Edit] = []
    if argument.keyword is not None:
        edits.append(Edit(argument.keyword, "rate"))
        before = "1 - "
    else:
        before = "rate=1 - "
        for follower, name in zip(call.positional[2:], _FOLLOWING, strict=False):
            edits += name_argument(follower, name)
    if file.binds_as_operand(argument):
        return (*edits, Edit(Span(argument.outer.start, argument.outer.start), before))
    return (*edits, *wrap(argument.outer, f"{before}(", ")"))
