"""The last gate: what is written must be native TensorFlow 2 and whole."""

from __future__ import annotations

import ast
import builtins
import symtable

from tf2migrate.lint import lint_text, unfixed_changes
from tf2migrate.migrate.op_forms import DECIDED_BY_FACTS
from tf2migrate.migrate.refusal import GRAPH_VALUE_ESCAPES, NO_NATIVE_FORM
from tf2migrate.migrate.render import Rendered
from tf2migrate.model.plan import Refusal

_ADVICE = "rewrite this by hand, then run fix again"
_PREDEFINED = frozenset(dir(builtins)) | {
    "__file__",
    "__name__",
    "__doc__",
    "__path__",
    "__package__",
    "__spec__",
    "__builtins__",
}


def native_refusals(path: str, text: Rendered) -> tuple[Refusal, ...]:
    """Return why a migrated text cannot be delivered; rows are those of the original."""
    try:
        compile(text.text, path, "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        row = text.lines[min((getattr(error, "lineno", None) or 1), len(text.lines)) - 1]
        return (Refusal(path, row or 1, NO_NATIVE_FORM, f"the migrated text does not compile: {error}", _ADVICE),)
    found = [
        Refusal(path, _row(text, d.start.row), NO_NATIVE_FORM, f"{d.code}: {d.message}", _ADVICE)
        for d in lint_text(text.text, path)
        if not d.code.startswith("TFM9")
    ]
    found.extend(
        Refusal(
            path,
            _row(text, row),
            GRAPH_VALUE_ESCAPES,
            f"`{name}` would no longer exist where it is used",
            "fetch it with a run first, or remove the use",
        )
        for name, row in missing_names(text.text)
    )
    return tuple(dict.fromkeys(found))


def changed_meanings(path: str, original: str) -> tuple[Refusal, ...]:
    """Return the calls of the original that TensorFlow 2 would take with another meaning, and that nothing rewrites."""
    return tuple(
        Refusal(path, d.start.row, NO_NATIVE_FORM, f"{d.code}: {d.message}", _ADVICE)
        for d in unfixed_changes(original, path)
        if d.code not in DECIDED_BY_FACTS
    )


def _row(text: Rendered, row: int) -> int:
    """Return the original row of a row of the new text, or the nearest one above it."""
    for line in reversed(text.lines[:row]):
        if line:
            return line
    return 1


def missing_names(text: str) -> list[tuple[str, int]]:
    """Return the module-level names that are read somewhere and bound nowhere, with the row of a use."""
    table = symtable.symtable(text, "<migrated>", "exec")
    bound = {symbol.get_name() for symbol in table.get_symbols() if symbol.is_assigned() or symbol.is_imported()}
    read: set[str] = set()
    pending = [table]
    while pending:
        scope = pending.pop()
        pending.extend(scope.get_children())
        for symbol in scope.get_symbols():
            is_module = scope is table
            if symbol.is_referenced() and (is_module or symbol.is_global()):
                read.add(symbol.get_name())
            if symbol.is_global() and symbol.is_assigned():
                bound.add(symbol.get_name())
    if any(isinstance(n, ast.ImportFrom) and any(a.name == "*" for a in n.names) for n in ast.walk(ast.parse(text))):
        return []
    missing = read - bound - _PREDEFINED
    rows: dict[str, int] = {}
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in missing:
            rows.setdefault(node.id, node.lineno)
    return sorted(rows.items(), key=lambda item: item[1])
