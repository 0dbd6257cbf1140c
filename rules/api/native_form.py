"""Calls that are written in another way.

## What it does
Finds calls whose function has another name and other arguments in TensorFlow 2.

## Why
TensorFlow 2 has no such function, or gives its arguments another meaning.

## Example
```python
import tensorflow as tf

y = tf.count_nonzero(x, reduction_indices=[0])
```

## Use instead
```python
import tensorflow as tf

y = tf.math.count_nonzero(x, axis=[0])
```

## Fix safety
Shown only: right once the program is native. Given only where the tables have a form for the arguments.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from tf2migrate.knowledge import lookup
from tf2migrate.lint import LintedFile, Reference, Rule, is_removed, rules
from tf2migrate.lint.forms import has_native_form, native_edits
from tf2migrate.model.diagnostics import Applicability, Diagnostic, Fix

_LEFTOVERS = frozenset({"removed_symbol", "compat_name"})


class NativeForm(Rule):
    """Applies the forms of the tables that no other rule is about."""

    code = "TFM019"
    survives = True

    def wants(self, path: str) -> bool:
        """Say whether the tables have forms for the symbol and no other rule is about it."""
        return has_native_form(path) and not _claimed(path)

    def on_reference(self, reference: Reference, file: LintedFile) -> Iterator[Diagnostic]:
        """Yield the finding where the call has to change."""
        entry = lookup(reference.path)
        if entry is None or not (file.means_tf1(reference) or is_removed(reference.path)):
            return
        edits = native_edits(file, reference, entry)
        if edits == ():
            return
        written = file.source(reference.span)
        known = f"is `{entry.target}` in TensorFlow 2" if edits else "has no certain form in TensorFlow 2"
        fix = Fix(f"Write `{entry.target}`", edits, Applicability.DISPLAY) if edits else None
        yield self.report(file, reference.span, f"`{written}` {known}: {entry.reason}", fix)


@cache
def _claimed(path: str) -> bool:
    others = (rule for rule in rules() if rule.name not in _LEFTOVERS and not isinstance(rule, NativeForm))
    return any(rule.wants(path) for rule in others)
