"""Operations that a function makes anew in each call from what the module holds: they are made once, above it.

`def predict(batch): best = tf.argmax(logits, 1); return sess.run(best, {x: batch})` adds an operation to the graph with
each call, and each does the same. It is text before planning, as inlining is.
"""

from __future__ import annotations

import ast

from tf2migrate.migrate.inlining import Inlined
from tf2migrate.migrate.leftovers import tf_alias
from tf2migrate.migrate.render import Rendered, edited
from tf2migrate.migrate.syntax import Syntax
from tf2migrate.migrate.text_edits import removal
from tf2migrate.migrate.view import ProgramView
from tf2migrate.model.facts import GraphNode, GraphValue, Kind, Known, Program
from tf2migrate.model.source import Edit, NodeRef, Span
from tf2migrate.source import node_ref


def lift_operation(program: Program, path: str, text: str) -> Inlined | None:
    """Return the text with one operation made above the function that made it; None where there is none."""
    view, syntax = ProgramView(program), Syntax.parse(path, text)
    made: dict[NodeRef, list[GraphNode]] = {}
    for node in program.nodes:
        for step in view.trail(node.place):
            made.setdefault(step.statement, []).append(node)
    known, fixed = _names_of_module(syntax), _fixed(program, path)
    for function in syntax.tree.body:
        if not isinstance(function, ast.FunctionDef):
            continue
        for statement in function.body:
            nodes = made.get(node_ref(path, statement), [])
            if not nodes or not all(_computes(node) for node in nodes):
                continue
            if _is_free(syntax, function, statement, known) and _reads(path, statement) <= fixed:
                return _lifted(syntax, function, statement)
    return None


def _fixed(program: Program, path: str) -> set[NodeRef]:
    """Return where a file reads values that no one changes in place: those of the graph, and numbers."""
    held: dict[NodeRef, set[bool]] = {}
    for read in program.reads:
        plain = isinstance(read.value, GraphValue) or (
            isinstance(read.value, Known) and isinstance(read.value.value, (int, float, str, bytes, type(None)))
        )
        held.setdefault(read.place.expression, set()).add(plain)
    return {at for at, found in held.items() if found == {True} and at.path == path}


def _reads(path: str, statement: ast.stmt) -> set[NodeRef]:
    """Return the names that a statement reads, but for those that its calls begin with."""
    called = {_root(node.func) for node in ast.walk(statement) if isinstance(node, ast.Call)}
    return {
        node_ref(path, node)
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id not in called
    }


def _computes(node: GraphNode) -> bool:
    return node.kind is Kind.TENSOR and not node.random and not node.stateful


def _names_of_module(syntax: Syntax) -> dict[str, int]:
    """Return the names that one statement of the module binds, and nothing else anywhere, with its last row."""
    imported: dict[str, int] = {}
    rows: dict[str, list[int]] = {}
    for node in ast.walk(syntax.tree):
        match node:
            case ast.Import(names=names) | ast.ImportFrom(names=names) if node in syntax.tree.body:
                imported |= {alias.asname or alias.name.partition(".")[0]: node.lineno for alias in names}
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()) | ast.arg(arg=name):
                top = _is_at_top(syntax, node)
                rows.setdefault(name, []).extend([syntax.statement_of(node).end_lineno or 0] if top else [0, 0])
            case ast.Global(names=changed) | ast.Nonlocal(names=changed):
                for name in changed:
                    rows.setdefault(name, []).extend([0, 0])
            case _:
                pass
    once = {name: found[0] for name, found in rows.items() if len(found) == 1}
    return once | {name: row for name, row in imported.items() if name not in rows}


def _is_at_top(syntax: Syntax, node: ast.AST) -> bool:
    """Say whether an assignment is a statement of the module, or of a `with` of its."""
    around = syntax.parents[syntax.statement_of(node)]
    while isinstance(around, ast.With):
        around = syntax.parents[around]
    return isinstance(around, ast.Module) and not isinstance(node, ast.arg)


def _is_free(syntax: Syntax, function: ast.FunctionDef, statement: ast.stmt, known: dict[str, int]) -> bool:
    """Say whether a statement gives a name of its own to what depends on the module above the function alone."""
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            names = {node.id for node in ast.walk(value) if isinstance(node, ast.Name)}
            calls = [node.func for node in ast.walk(value) if isinstance(node, ast.Call)]
        case _:
            return False
    inner = any(isinstance(node, (ast.Lambda, ast.comprehension, ast.NamedExpr, ast.Await)) for node in ast.walk(value))
    above = all(known.get(one, function.lineno) < _first_row(function) for one in names)
    own = _binds(syntax.tree, name) == 1
    return above and own and not inner and all(_root(call) == tf_alias(syntax.tree) for call in calls)


def _first_row(function: ast.FunctionDef) -> int:
    return min([function.lineno, *(one.lineno for one in function.decorator_list)])


def _binds(tree: ast.Module, name: str) -> int:
    """Return how often a file binds a name, in whatever scope."""
    stores = [n for n in ast.walk(tree) if isinstance(n, ast.Name) and n.id == name and not isinstance(n.ctx, ast.Load)]
    others = [n for n in ast.walk(tree) if name in (getattr(n, "arg", None), *_named(n))]
    return len(stores) + len(others)


def _named(node: ast.AST) -> list[str]:
    """Return the names that a definition, an import or a declaration binds."""
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return [name]
        case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
            return [alias.asname or alias.name.partition(".")[0] for alias in aliases]
        case ast.Global(names=names) | ast.Nonlocal(names=names):
            return names
        case _:
            return []


def _root(expression: ast.expr) -> str | None:
    """Return the name at the beginning of a dotted one."""
    while isinstance(expression, ast.Attribute):
        expression = expression.value
    return expression.id if isinstance(expression, ast.Name) else None


def _lifted(syntax: Syntax, function: ast.FunctionDef, statement: ast.stmt) -> Inlined | None:
    start = syntax.index.start(_first_row(function))
    edits = [Edit(Span(start, start), f"{syntax.source(statement)}\n"), removal(syntax, statement)]
    rendered = edited(Rendered(syntax.text, tuple(range(1, syntax.text.count("\n") + 2))), edits)
    try:
        ast.parse(rendered.text)
    except SyntaxError:
        return None  # a form of layout that this does not foresee
    return Inlined(rendered.text, rendered.lines)
