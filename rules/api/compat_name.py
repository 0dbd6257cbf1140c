"""Names below `tf.compat.v1` that TensorFlow 2 has itself.

## What it does
Finds `tf.compat.v1.x` where `tf.x` is the same.

## Why
A native program does without `tf.compat.v1`.

## Example
```python
import tensorflow as tf

y = tf.compat.v1.matmul(a, b)
```

## Use instead
```python
import tensorflow as tf

y = tf.matmul(a, b)
```

## Fix safety
Shown only: right once the program is native. In TensorFlow 1.15 both names denote the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from tf2migrate.knowledge import lookup, resolves_in_tf2
from tf2migrate.lint import LintedFile, Reference, Rule, SymbolRule, rules
from tf2migrate.model.api import ApiStatus
from tf2migrate.model.diagnostics import Applicability, Diagnostic, Fix


class CompatName(Rule):
    """Leaves `compat.v1` out."""

    code = "TFM014"

    def wants(self, path: str) -> bool:
        """Say whether TensorFlow 2 has the symbol under the same path, and a native form is no matter of the tables."""
        entry = lookup(path)
        same = entry is not None and entry.status is ApiStatus.SAME
        return same or path == "tf.Variable" or (resolves_in_tf2(path) and bool(_others(path)))

    def on_reference(self, reference: Reference, file: LintedFile) -> Iterator[Diagnostic]:
        """Yield the finding where `compat.v1` is written in the expression and no other rule replaces it."""
        edits = file.without_compat(reference)
        if not edits or _is_replaced(reference, file):
            return
        written = file.source(reference.span)
        fix = Fix(f"Write `{reference.path}`", edits, Applicability.DISPLAY)
        yield self.report(file, reference.span, f"`{written}` is `{reference.path}` in TensorFlow 2", fix)


@cache
def _others(path: str) -> tuple[Rule, ...]:
    return tuple(rule for rule in rules() if not isinstance(rule, CompatName | SymbolRule) and rule.wants(path))


def _is_replaced(reference: Reference, file: LintedFile) -> bool:
    found = (finding for rule in _others(reference.path) for finding in rule.on_reference(reference, file))
    return any(reference.span.contains(edit.span) for one in found if one.fix is not None for edit in one.fix.edits)
