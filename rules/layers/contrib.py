"""The contributed modules.

## What it does
Finds `tf.contrib`.

## Why
TensorFlow 2 does not have it.

## Example
```python
import tensorflow as tf

y = tf.contrib.layers.layer_norm(x)
```

## Use instead
```python
import tensorflow as tf

y = tf.keras.layers.LayerNormalization(epsilon=1e-12)(x)
```

## Fix safety
No fix within one expression: `tf2migrate fix` does it for the whole program.
"""

from __future__ import annotations

from collections.abc import Iterator

from tf2migrate.knowledge import lookup
from tf2migrate.lint import ImportedName, LintedFile, ModuleRule, Reference
from tf2migrate.lint.forms import has_native_form
from tf2migrate.model.api import ApiStatus
from tf2migrate.model.diagnostics import Diagnostic

_INTERNAL = "tensorflow.python."
_WRITTEN = "`tf2migrate fix` writes the native form, or says why it cannot"


class Contrib(ModuleRule):
    """Reports each reference, with what to use where no native form is known."""

    code = "TFM502"
    message = "`{name}`: TensorFlow 2 has no contrib; {advice}"

    def wants(self, path: str) -> bool:
        """Say whether the symbol is of contrib, has no native form in the tables, and is no part of slim."""
        mine = path == "tf.contrib" or path.startswith("tf.contrib.")
        return mine and not path.startswith("tf.contrib.slim") and not has_native_form(path)

    def on_reference(self, reference: Reference, file: LintedFile) -> Iterator[Diagnostic]:
        """Yield the finding, unless the file took the symbol from inside TensorFlow: its import is reported."""
        if not reference.dotted.startswith(_INTERNAL):
            message = self.message.format(name=file.source(reference.span), advice=_advice(reference.path))
            yield self.report(file, reference.span, message)

    def on_import(self, name: ImportedName, file: LintedFile) -> Iterator[Diagnostic]:
        """Yield the finding, unless the import is reported as one from inside TensorFlow."""
        if not name.dotted.startswith(_INTERNAL):
            message = self.message.format(name=name.dotted, advice=_advice(name.path))
            yield self.report(file, name.span, message)


def _advice(path: str) -> str:
    """Return what to use in place of a symbol."""
    entry = lookup(path)
    gone = entry is not None and entry.status is ApiStatus.GONE
    return entry.reason.partition(": ")[2] or _WRITTEN if entry is not None and gone else _WRITTEN
