"""Symbols that TensorFlow 2 no longer has.

## What it does
Finds symbols of TensorFlow 1 that TensorFlow 2 has under `tf.compat.v1` only, or not at all, and that no other rule is
about.

## Why
A native program cannot use them.

## Example
```python
import tensorflow as tf

noise = tf.distributions.Normal(0.0, 1.0)
```

## Use instead
```python
import tensorflow_probability as tfp

noise = tfp.distributions.Normal(0.0, 1.0)
```

## Fix safety
No fix: what to write depends on the symbol.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from tf2migrate.knowledge import lookup
from tf2migrate.lint import LintedFile, Reference, Rule, is_removed, rules
from tf2migrate.model.diagnostics import Diagnostic


class RemovedSymbol(Rule):
    """Reports what is left over by the other rules."""

    code = "TFM018"

    @cached_property
    def _others(self) -> tuple[Rule, ...]:
        return tuple(rule for rule in rules() if rule is not self)

    def wants(self, path: str) -> bool:
        """Say whether the symbol is gone and no other rule reports it."""
        return is_removed(path) and not any(rule.wants(path) for rule in self._others)

    def on_reference(self, reference: Reference, file: LintedFile) -> Iterator[Diagnostic]:
        """Yield the finding with what the tables know."""
        entry = lookup(reference.path)
        reason = entry.reason if entry is not None and entry.reason else "TensorFlow 2 does not have it"
        yield self.report(file, reference.span, f"`{file.source(reference.span)}`: {reason}")
