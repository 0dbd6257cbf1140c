"""Feeds.

## What it does
Finds arguments called `feed_dict`.

## Why
A feed gives a placeholder its value for one run. TensorFlow 2 passes arguments.

## Example
```python
import tensorflow as tf

train(feed_dict={x: 1.0})
```

## Use instead
```python
import tensorflow as tf

train(1.0)
```

## Fix safety
No fix within one expression: `tf2migrate fix` does it for the whole program.
"""

from __future__ import annotations

from collections.abc import Iterator

from tf2migrate.lint import LintedFile, Rule
from tf2migrate.model.diagnostics import Diagnostic


class FeedDict(Rule):
    """Reports the keyword."""

    code = "TFM204"
    every_file = True

    def on_file(self, file: LintedFile) -> Iterator[Diagnostic]:
        """Yield a finding for each feed that is written as an argument."""
        if "feed_dict" not in file.text or not file.knows_tensorflow:
            return
        feeding = (call for call in file.calls if any(one.arg == "feed_dict" for one in call.keywords))
        for call in map(file.call_site, feeding):
            argument = call.keyword("feed_dict")
            if argument is not None and argument.keyword is not None:
                message = "`feed_dict` feeds placeholders; `tf2migrate fix` passes its values to the step function"
                yield self.report(file, argument.keyword, message)
