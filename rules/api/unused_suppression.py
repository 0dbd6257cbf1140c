"""Suppressions that suppress nothing.

## What it does
Finds `# tf2migrate: ignore[..]` comments, and `# noqa: TFM..` ones, on lines where nothing is found.

## Why
A forgotten one hides the next finding on its line.

## Example
```python
import tensorflow as tf  # tf2migrate: ignore[TFM101] -- for the session
```

## Use instead
```python
import tensorflow as tf
```

## Fix safety
Safe: a comment goes. One that other tools read too is left.
"""

from __future__ import annotations

from collections.abc import Iterator

from tf2migrate.lint import LintedFile, Rule, Suppression
from tf2migrate.model.diagnostics import Diagnostic, Fix
from tf2migrate.model.source import Edit, Span


class UnusedSuppression(Rule):
    """Removes the comment."""

    code = "TFM001"

    def on_unused(self, suppression: Suppression, file: LintedFile) -> Iterator[Diagnostic]:
        """Yield the finding; fixed where the comment is of this tool alone."""
        written = file.source(suppression.span)
        foreign = not suppression.own and any(not code.startswith("TFM") for code in suppression.codes)
        start = suppression.span.start
        while start and file.text[start - 1] in " \t":
            start -= 1
        fix = None if foreign else Fix("Remove the comment", (Edit(Span(start, suppression.span.end), ""),))
        yield self.report(file, suppression.span, f"`{written}` suppresses nothing", fix)
