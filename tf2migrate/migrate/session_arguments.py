"""Sessions that are handed to functions and objects: the parameters go, and the arguments at all calls."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from tf2migrate.migrate.refusal import NOT_EVALUATED, SEVERAL_GRAPH_OWNERS, Refused
from tf2migrate.migrate.syntax import Syntax
from tf2migrate.migrate.view import ProgramView, nodes_in
from tf2migrate.migrate.workbench import Workbench
from tf2migrate.model.facts import Cell, Choice, Code, Kind, Known, Read, Unknown
from tf2migrate.model.source import NodeRef, Span
from tf2migrate.source import node_ref

_ADVICE = "make the session where it is run"


@dataclass
class SessionArguments:
    """The parameters that hold sessions, and the expressions that were given for them."""

    cells: set[Cell] = field(default_factory=set)
    given: list[NodeRef] = field(default_factory=list)

    def check(self, view: ProgramView, is_gone: Callable[[Read], bool]) -> None:
        """Refuse a program in which code that stays reads such a parameter."""
        for read in view.program.reads:
            if read.cell in self.cells and not is_gone(read):
                raise Refused(
                    SEVERAL_GRAPH_OWNERS,
                    read.place.expression,
                    f"the session `{read.cell.key}` is used for something else than to run the graph",
                    _ADVICE,
                )


def drop_session_arguments(bench: Workbench) -> SessionArguments:
    """Register the removal of parameters that hold sessions alone."""
    dropped = SessionArguments()
    for (definition, name), cells in _session_parameters(bench).items():
        function = bench.syntax.nodes[definition]
        assert isinstance(function, ast.FunctionDef)
        calls = {call.place.expression for call in bench.view.program.calls if call.callee == definition}
        calls_others = {read.place.expression for read in bench.view.program.reads if _is_another(read, definition)}
        runs = {visit.place.expression for visit in bench.view.program.visits}  # of sessions, though named as it is
        for file in bench.program():
            _check_calls(file.syntax, bench.syntax.parents[function], function, calls | runs, calls_others)
        arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
        position = next(number for number, one in enumerate(arguments) if one.arg == name)
        for ref in sorted(calls):
            given = _given(bench, function, ref, name, position)
            if given is not None:
                dropped.given.append(node_ref(ref.path, given.value if isinstance(given, ast.keyword) else given))
        dropped.cells |= cells
        _remove_parameter(bench, function, position)
    _remove_arguments(bench, dropped)
    return dropped


def _session_parameters(bench: Workbench) -> dict[tuple[NodeRef, str], set[Cell]]:
    """Return the parameters that hold sessions in every call, with their cells."""
    view = bench.view
    held: dict[tuple[NodeRef, str], set[bool]] = defaultdict(set)
    cells: dict[tuple[NodeRef, str], set[Cell]] = defaultdict(set)
    for write in view.program.writes:
        frame = view.frames.get(write.cell.owner)
        if frame is None or frame.definition is None or write.place.expression.kind != "arg":
            continue
        if not isinstance(bench.syntax.nodes.get(frame.definition), ast.FunctionDef):
            continue
        key = (frame.definition, str(write.cell.key))
        cells[key].add(write.cell)
        nodes = nodes_in(write.value)
        if write.value != Known(None):
            held[key].add(bool(nodes) and all(view.nodes[n].kind is Kind.SESSION for n in nodes))
    return {key: cells[key] for key, kinds in held.items() if kinds == {True}}


def _is_another(read: Read, definition: NodeRef) -> bool:
    """Say whether a name was seen to denote something, but not a function of this definition."""
    if isinstance(read.value, Code):
        return read.value.definition != definition
    return not isinstance(read.value, (Choice, Unknown))


def _check_calls(
    syntax: Syntax, owner: ast.AST, function: ast.FunctionDef, calls: set[NodeRef], others: set[NodeRef]
) -> None:
    """Refuse a function that may be called in ways that were not seen; `others` are names of other functions."""
    names = {function.name} if function.name != "__init__" else {getattr(owner, "name", ""), "__init__"}
    for node in ast.walk(syntax.tree):
        if not isinstance(node, (ast.Name, ast.Attribute)) or not isinstance(node.ctx, ast.Load):
            continue
        if (node.id if isinstance(node, ast.Name) else node.attr) not in names:
            continue
        parent = syntax.parents[node]
        called = isinstance(parent, ast.Call) and parent.func is node
        seen = called and node_ref(syntax.path, parent) in calls
        seen = seen or (function.name != "__init__" and node_ref(syntax.path, node) in others)
        if not seen and not isinstance(parent, (ast.Attribute, ast.ClassDef)) and not _is_super(node):
            raise Refused(
                NOT_EVALUATED,
                node_ref(syntax.path, node),
                f"`{function.name}` takes a session, and this use of it was not evaluated",
                _ADVICE,
            )


def _is_super(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Call)


def _given(
    bench: Workbench, function: ast.FunctionDef, ref: NodeRef, name: str, position: int
) -> ast.expr | ast.keyword | None:
    """Return the argument that a call gives for a parameter."""
    call = bench.of(ref).syntax.call(ref)
    if call is None or any(isinstance(a, ast.Starred) for a in call.args) or any(k.arg is None for k in call.keywords):
        raise Refused(SEVERAL_GRAPH_OWNERS, ref, "a session is handed over in an unusual call", _ADVICE)
    named = next((item for item in call.keywords if item.arg == name), None)
    if named is not None:
        return named
    explicit = isinstance(call.func, ast.Attribute) and call.func.attr == "__init__" and not _is_super(call.func)
    is_method = isinstance(bench.syntax.parents[function], ast.ClassDef)
    bound = is_method and not explicit and not function.decorator_list
    index = position - bound
    return call.args[index] if index < len(call.args) else None


def _remove_parameter(bench: Workbench, function: ast.FunctionDef, position: int) -> None:
    arguments = [*function.args.posonlyargs, *function.args.args]
    if position >= len(arguments):
        at = node_ref(bench.syntax.path, function)
        raise Refused(SEVERAL_GRAPH_OWNERS, at, "a session is a keyword-only parameter", "make it a plain one")
    index = bench.syntax.index
    defaults = [None] * (len(arguments) - len(function.args.defaults)) + list(function.args.defaults)
    ends = [default or argument for argument, default in zip(arguments, defaults, strict=True)]
    pairs = [
        (index.offset(a.lineno, a.col_offset), index.offset(e.end_lineno or 0, e.end_col_offset or 0))
        for a, e in zip(arguments, ends, strict=True)
    ]
    bench.renderer.add(_with_comma(pairs, position), "")


def _remove_arguments(bench: Workbench, dropped: SessionArguments) -> None:
    """Register the removal of the given arguments, several of one call together."""
    for ref in dropped.given:
        caller = bench.of(ref)
        value = caller.syntax.nodes[ref]
        parent = caller.syntax.parents[value]
        call = caller.syntax.parents[parent] if isinstance(parent, ast.keyword) else parent
        assert isinstance(call, ast.Call)
        parts: list[ast.expr | ast.keyword] = [*call.args, *call.keywords]
        pairs = [(span.start, span.end) for span in (caller.syntax.span(part) for part in parts)]
        number = next(n for n, part in enumerate(parts) if part is value or part is parent)
        caller.renderer.add(_with_comma(pairs, number), "")


def _with_comma(pairs: list[tuple[int, int]], number: int) -> Span:
    """Return the span of an element of a list with the comma that goes with it."""
    if number + 1 < len(pairs):
        return Span(pairs[number][0], pairs[number + 1][0])
    return Span(pairs[number - 1][1] if number else pairs[number][0], pairs[number][1])
