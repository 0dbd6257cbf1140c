"""Branches that return a list of one tensor.

## What it does
Finds `tf.cond` whose branches return a list of one tensor, and its `strict` argument.

## Why
TensorFlow 1 returns the tensor unless `strict` is given, TensorFlow 2 always the list. It has no `strict`.

## Example
```python
import tensorflow as tf

y = tf.cond(test, lambda: [a], lambda: [b], strict=False)
```

## Use instead
```python
import tensorflow as tf

y = tf.cond(test, lambda: [a], lambda: [b])[0]
```

## Fix safety
Shown only: right once the program is native.
"""

from __future__ import annotations

from collections.abc import Iterator

from tf2migrate.lint import CallSite, LintedFile, Reference, Rule
from tf2migrate.lint.changes import remove_arguments
from tf2migrate.lint.evidence import returns_singleton
from tf2migrate.model.diagnostics import Applicability, Diagnostic, Fix
from tf2migrate.model.source import Edit, Span

_BRANCHES = (("true_fn", "fn1", 1), ("false_fn", "fn2", 2))


class CondSingleton(Rule):
    """Takes the only result."""

    code = "TFM602"
    symbols = frozenset({"tf.cond"})
    survives = True

    def on_reference(self, reference: Reference, file: LintedFile) -> Iterator[Diagnostic]:
        """Yield the finding where a branch certainly returns such a list, or `strict` is passed."""
        call = reference.call
        strict = call.keyword("strict") if call else None
        if call is None or call.starred or not (file.means_tf1(reference) or strict):
            return
        singletons = [_is_singleton(file, call, *branch) for branch in _BRANCHES]
        kept = strict is not None and file.source(strict.value) == "True"
        if not any(singletons) and strict is None:
            return
        edits = list(remove_arguments(call, [strict])) if strict else []
        if any(singletons) and not kept:
            edits.append(Edit(Span(call.span.end, call.span.end), "[0]"))
        certain = kept or all(singletons) or not any(singletons)
        fix = Fix("Write what TensorFlow 2 returns", tuple(edits), Applicability.DISPLAY) if certain else None
        message = f"`{file.source(reference.span)}` returns lists of one tensor as lists in TensorFlow 2"
        yield self.report(file, reference.span, message, fix)


def _is_singleton(file: LintedFile, call: CallSite, name: str, old: str, position: int) -> bool:
    argument = call.argument(name, position) or call.keyword(old)
    return argument is not None and returns_singleton(file, argument)
