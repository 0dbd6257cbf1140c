"""Session options.

## What it does
Finds `tf.ConfigProto`, `tf.GPUOptions` and the options of single runs.

## Why
They configure sessions, which are gone; the settings that outlive them are in `tf.config`.

## Example
```python
import tensorflow as tf

config = tf.ConfigProto(allow_soft_placement=True)
```

## Use instead
```python
import tensorflow as tf

tf.config.set_soft_device_placement(True)
```

## Fix safety
No fix within one expression: `tf2migrate fix` takes the options out with the session and names them.
"""

from __future__ import annotations

from collections.abc import Iterator

from tf2migrate.lint import LintedFile, Reference, SymbolRule
from tf2migrate.model.diagnostics import Diagnostic

_SERVERS = "tf.distribute.Server"  # TensorFlow 2's takes the same options, and has them under tf.compat.v1 alone


class SessionConfiguration(SymbolRule):
    """Reports each reference."""

    code = "TFM105"
    symbols = frozenset(
        {
            "tf.ConfigProto",
            "tf.GPUOptions",
            "tf.GraphOptions",
            "tf.OptimizerOptions",
            "tf.RunMetadata",
            "tf.RunOptions",
        }
    )
    message = "`{name}` configures a session; `tf2migrate fix` takes it out and names it: use `tf.config`"

    def on_reference(self, reference: Reference, file: LintedFile) -> Iterator[Diagnostic]:
        """Yield the finding, unless the file starts servers and no session."""
        servers = reference.dotted.startswith("tensorflow.compat.v1.") and any(u.path == _SERVERS for u in file.uses)
        if not servers or any(use.path.endswith("Session") for use in file.uses):
            yield from super().on_reference(reference, file)
