"""Modules that are no public interface.

## What it does
Finds imports below `tensorflow.python`.

## Why
They change without notice; much of what TensorFlow 1 had there has moved.

## Example
```python
from tensorflow.python.keras.layers import Dense
```

## Use instead
```python
from tensorflow.keras.layers import Dense
```

## Fix safety
Safe for names below `tensorflow.python.keras` that are public below `tensorflow.keras`. No fix for others: the public
name has to be chosen for each use.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from tf2migrate.knowledge import resolves_in_tf2
from tf2migrate.lint import ImportedName, LintedFile, Rule
from tf2migrate.model.diagnostics import Diagnostic, Fix
from tf2migrate.model.source import Edit, Span

_INTERNAL = "tensorflow.python"
_KERAS, _PUBLIC = "tensorflow.python.keras", "tensorflow.keras"


class InternalModule(Rule):
    """Reports the import."""

    code = "TFM015"
    every_file = True

    def on_file(self, file: LintedFile) -> Iterator[Diagnostic]:
        """Yield the findings."""
        statements: dict[Span, list[ImportedName]] = defaultdict(list)
        for name in file.imported:
            if name.dotted.startswith(_INTERNAL):
                statements[name.statement].append(name)
        for names in statements.values():
            fix = _fix(names, file)
            for name in names:
                message = f"`{name.dotted}` is internal to TensorFlow; use the public name below `tf`"
                yield self.report(file, name.span, message, fix)


def _fix(names: Sequence[ImportedName], file: LintedFile) -> Fix | None:
    """Return the fix that imports the same names from Keras's public modules, where they all are public."""
    module = names[0].module or ""
    if not f"{module}.".startswith(f"{_KERAS}."):
        return None
    if not all(resolves_in_tf2("tf" + name.dotted.removeprefix(_INTERNAL)) for name in names):
        return None
    start = file.text.index(module, names[0].statement.start)
    return Fix(f"Import from `{_PUBLIC}`", (Edit(Span(start, start + len(_KERAS)), _PUBLIC),))
