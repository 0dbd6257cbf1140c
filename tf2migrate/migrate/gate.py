"""The last gate: what is written must be native TensorFlow 2 and whole."""

from __future__ import annotations

import ast
import builtins
import symtable

from tf2migrate.lint import lint_text, unfixed_changes
from tf2migrate.lint.file import Follow
from tf2migrate.migrate.leftovers import LOST_MODULES
from tf2migrate.migrate.op_forms import DECIDED_BY_FACTS
from tf2migrate.migrate.refusal import GRAPH_VALUE_ESCAPES, NO_NATIVE_FORM
from tf2migrate.migrate.render import Rendered
from tf2migrate.model.diagnostics import Diagnostic
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


def _is_lossless(text: str) -> bool:
    """Say whether LibCST reads a text, comments and layout included, and gives the same text back."""
    import libcst  # late: a check needs none of it

    try:
        return libcst.parse_module(text).code == text
    except libcst.ParserSyntaxError:
        return False


def tensorflow_1_findings(text: str, path: str, follow: Follow | None = None) -> list[Diagnostic]:
    """Return the findings in a text that keep it from being native: all but those of behaviour."""
    return [d for d in lint_text(text, path, follow=follow) if not d.code.startswith("TFM9")]


def native_refusals(path: str, text: Rendered, original: str) -> tuple[Refusal, ...]:
    """Return why a migrated text cannot be delivered; rows are those of the original."""
    try:
        compile(text.text, path, "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        row = text.lines[min((getattr(error, "lineno", None) or 1), len(text.lines)) - 1]
        return (Refusal(path, row or 1, NO_NATIVE_FORM, f"the migrated text does not compile: {error}", _ADVICE),)
    if not _is_lossless(text.text):
        return (Refusal(path, 1, NO_NATIVE_FORM, "the migrated text cannot be read without loss", _ADVICE),)
    found = [
        Refusal(path, _row(text, d.start.row), NO_NATIVE_FORM, f"{d.code}: {d.message}", _ADVICE)
        for d in tensorflow_1_findings(text.text, path)
    ]
    for module, row in () if found else lost_imports(ast.parse(text.text)):
        reason = f"`{module}` is imported, which TensorFlow 2 does not have"
        found.append(Refusal(path, _row(text, row), NO_NATIVE_FORM, reason, _ADVICE))
    never = {name for name, _ in missing_names(original)}  # such as what Python 2 had: missing before and after
    found.extend(
        Refusal(
            path,
            _row(text, row),
            GRAPH_VALUE_ESCAPES,
            f"`{name}` would no longer exist where it is used",
            "fetch it with a run first, or remove the use",
        )
        for name, row in missing_names(text.text)
        if name not in never
    )
    found.extend(
        Refusal(
            path,
            _row(text, row),
            GRAPH_VALUE_ESCAPES,
            f"`{name}` would be used before it is made",
            "make it further up, where nothing depends on a run",
        )
        for name, row in early_names(ast.parse(text.text))
    )
    return tuple(dict.fromkeys(found))


def changed_meanings(path: str, original: str, unchanged: frozenset[tuple[int, int]]) -> tuple[Refusal, ...]:
    """Return the calls of the original that TensorFlow 2 would take with another meaning, and that nothing rewrites.

    Those that begin at one of the `unchanged` places mean the same, as the facts of the program say.
    """
    return tuple(
        Refusal(path, d.start.row, NO_NATIVE_FORM, f"{d.code}: {d.message}", _ADVICE)
        for d in unfixed_changes(original, path)
        if d.code not in DECIDED_BY_FACTS and (d.start.row, d.start.column) not in unchanged
    )


def _row(text: Rendered, row: int) -> int:
    """Return the original row of a row of the new text, or the nearest one above it."""
    for line in reversed(text.lines[:row]):
        if line:
            return line
    return 1


def lost_imports(tree: ast.Module) -> list[tuple[str, int]]:
    """Return the imports of modules that TensorFlow 2 lacks, with their rows."""
    found: list[tuple[str, int]] = []
    for node in ast.walk(tree):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
        found += [(name, node.lineno) for name in names if f"{name}.".startswith(LOST_MODULES)]  # type: ignore[attr-defined]
    return found


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


_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def early_names(tree: ast.Module) -> list[tuple[str, int]]:
    """Return the names that a body reads in a statement above all those that bind them, with the row of the read."""
    elsewhere = {name for node in ast.walk(tree) if isinstance(node, ast.Global) for name in node.names}
    found: list[tuple[str, int]] = []
    for scope in ast.walk(tree):
        if not isinstance(scope, (ast.Module, ast.FunctionDef)):
            continue
        first: dict[str, int] = dict.fromkeys(_parameters(scope), -1)
        for number, statement in enumerate(scope.body):
            for name in _bound_by(statement):
                first.setdefault(name, number)
        for number, statement in enumerate(scope.body):
            for read in _read_by(statement):
                if first.get(read.id, -1) > number and read.id not in elsewhere | _PREDEFINED:
                    found.append((read.id, read.lineno))
    return found


def _parameters(scope: ast.Module | ast.FunctionDef) -> list[str]:
    arguments = ast.walk(scope.args) if isinstance(scope, ast.FunctionDef) else ()
    return [node.arg for node in arguments if isinstance(node, ast.arg)]


def _bound_by(statement: ast.stmt) -> set[str]:
    """Return all names that a statement may bind; too many do no harm."""
    bound: set[str] = set()
    for node in ast.walk(statement):
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                bound.add(name)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                bound.add(name)
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                bound |= {alias.asname or alias.name.split(".")[0] for alias in names}
            case (
                ast.ExceptHandler(name=str() as name)
                | ast.MatchAs(name=str() as name)
                | ast.MatchStar(name=str() as name)
            ):
                bound.add(name)
            case ast.Nonlocal(names=names):
                bound |= set(names)
            case _:
                pass
    return bound


def _read_by(statement: ast.stmt) -> list[ast.Name]:
    """Return the names that are read when a statement is executed: not those in bodies of functions."""
    found: list[ast.Name] = []
    pending: list[ast.AST] = [statement]
    while pending:
        node = pending.pop()
        if isinstance(node, _SCOPES):
            pending.extend(getattr(node, "decorator_list", []))
            if not isinstance(node, ast.ClassDef):
                pending.extend(default for default in (*node.args.defaults, *node.args.kw_defaults) if default)
            continue
        if isinstance(node, _COMPREHENSIONS):
            pending.append(node.generators[0].iter)
            continue
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            found.append(node)
        pending.extend(ast.iter_child_nodes(node))
    return found
