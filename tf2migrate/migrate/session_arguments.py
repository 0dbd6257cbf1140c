"""Sessions, and what they run, handed to functions and objects: the parameters go, and the arguments at all calls."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from tf2migrate.migrate.home import covers
from tf2migrate.migrate.refusal import NOT_EVALUATED, SEVERAL_GRAPH_OWNERS, Refused
from tf2migrate.migrate.syntax import Syntax, with_commas
from tf2migrate.migrate.view import ProgramView, nodes_in
from tf2migrate.migrate.workbench import Workbench
from tf2migrate.model.facts import Cell, Choice, Code, GraphValue, Kind, Known, Read, Unknown, Value, Write
from tf2migrate.model.source import NodeRef, Span
from tf2migrate.source import node_ref

_ADVICE = "make the session where it is run"
_Parameter = tuple[NodeRef, str]  # of a function, by its name


@dataclass
class SessionArguments:
    """The parameters that hold what goes, and the expressions that were given for them."""

    bench: Workbench
    cells: set[Cell] = field(default_factory=set)
    given: list[NodeRef] = field(default_factory=list)
    positions: dict[NodeRef, set[int]] = field(default_factory=lambda: defaultdict(set))  # of functions' parameters
    _given_at: dict[tuple[NodeRef, int], list[NodeRef]] = field(default_factory=lambda: defaultdict(list))

    def add(self, definition: NodeRef, position: int, given: NodeRef) -> None:
        """Note an argument that a call gives for a parameter which goes."""
        self.given.append(given)
        self._given_at[definition, position].append(given)

    def write(self, handed: Mapping[NodeRef, Sequence[str]]) -> None:
        """Register the removal; functions in `handed` get these names in the place of one that goes."""
        instead: dict[NodeRef, Sequence[str]] = {}
        for definition, gone in self.positions.items():
            place = self._certain_place(definition, gone) if definition in handed else None
            names = handed[definition] if place is not None else ()
            _remove_parameters(self.bench, definition, gone, place, names)
            if place is not None:
                instead.update(dict.fromkeys(self._given_at[definition, place], names))
        _remove_arguments(self.bench, self.given, instead)

    def _certain_place(self, definition: NodeRef, gone: set[int]) -> int | None:
        """Return the first parameter that goes which all calls give, and which stands before all defaults."""
        function = self.bench.syntax.nodes[definition]
        assert isinstance(function, ast.FunctionDef)
        plain = len(function.args.posonlyargs) + len(function.args.args) - len(function.args.defaults)
        calls = _calls_of(self.bench.view, definition)
        return next((n for n in sorted(gone) if n <= plain and len(self._given_at[definition, n]) == len(calls)), None)

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


def kept_sessions(view: ProgramView) -> list[Write]:
    """Return where attributes of objects are set to sessions."""
    return [write for write in view.program.writes if keeps_session(view, write)]


def keeps_session(view: ProgramView, write: Write) -> bool:
    """Say whether an attribute of an object is set to a session."""
    held = isinstance(write.value, GraphValue) and view.nodes[write.value.node].kind is Kind.SESSION
    return held and write.cell.owner not in view.frames and write.place.expression.kind == "Attribute"


def check_unseen_sessions(bench: Workbench, checked: set[int]) -> None:
    """Refuse code that was not evaluated and uses the session that an object keeps; `checked` are done elsewhere."""
    view = bench.view
    seen = {read.place.expression for read in view.program.reads}
    for write in kept_sessions(view):
        parent = view.frames[write.place.frame].parent
        definition = view.frames[parent].definition if parent is not None and parent in view.frames else None
        if write.cell.owner in checked:
            continue
        owner = bench.syntax.nodes.get(definition) if definition is not None else None
        for node in ast.walk(owner) if isinstance(owner, ast.ClassDef) else ():
            if not isinstance(node, ast.Attribute) or node.attr != write.cell.key or not isinstance(node.ctx, ast.Load):
                continue
            at = node_ref(bench.syntax.path, node)
            if at not in seen and isinstance(node.value, ast.Name):
                raise Refused(
                    NOT_EVALUATED,
                    at,
                    f"`{node.attr}` of the object would no longer exist, and this code was not evaluated",
                    "call the code that holds it, or remove it",
                )


def drop_session_arguments(bench: Workbench) -> SessionArguments:
    """Find the parameters that hold sessions alone, or values that are nothing but run or fed."""
    dropped = SessionArguments(bench, {write.cell for write in kept_sessions(bench.view)})
    for (definition, name), cells in _session_parameters(bench).items():
        function = bench.syntax.nodes[definition]
        assert isinstance(function, ast.FunctionDef)
        calls = _calls_of(bench.view, definition)
        calls_others = {read.place.expression for read in bench.view.program.reads if _is_another(read, definition)}
        runs = {visit.place.expression for visit in bench.view.program.visits}  # of sessions, though named as it is
        for file in bench.program():
            _check_calls(file.syntax, bench.syntax.parents[function], function, calls | runs, calls_others)
        position = [one.arg for one in _parameters(function)].index(name)
        for ref in sorted(calls):
            given = _given(bench, function, ref, name, position)
            if given is not None:
                value = given.value if isinstance(given, ast.keyword) else given
                dropped.add(definition, position, node_ref(ref.path, value))
        dropped.cells |= cells
        dropped.positions[definition].add(position)
    return dropped


def _session_parameters(bench: Workbench) -> dict[_Parameter, set[Cell]]:
    """Return the parameters that hold sessions, or what is only run, in every call, with their cells."""
    view = bench.view
    sessions: dict[_Parameter, set[bool]] = defaultdict(set)
    values: dict[_Parameter, set[Value | None]] = defaultdict(set)
    cells: dict[_Parameter, set[Cell]] = defaultdict(set)
    for write in view.program.writes:
        frame = view.frames.get(write.cell.owner)
        if frame is None or frame.definition is None or write.place.expression.kind != "arg":
            continue
        function = bench.syntax.nodes.get(frame.definition)
        if not isinstance(function, ast.FunctionDef) or write.cell.key not in {p.arg for p in _parameters(function)}:
            continue
        key = (frame.definition, str(write.cell.key))
        cells[key].add(write.cell)
        nodes = nodes_in(write.value)
        if write.value != Known(None):
            sessions[key].add(bool(nodes) and all(view.nodes[n].kind is Kind.SESSION for n in nodes))
            values[key].add(write.value if _is_run_value(view, write.value) else None)
    # A parameter that holds one value here and another there decides what is run.
    run_only = {key: cells[key] for key, held in values.items() if len(held) == 1 and None not in held}
    return {key: cells[key] for key, kinds in sessions.items() if kinds == {True}} | _run_only(bench, run_only)


def _calls_of(view: ProgramView, definition: NodeRef) -> set[NodeRef]:
    """Return the calls of a function that the program holds; one that it never calls was entered all the same."""
    called = [call for call in view.program.calls if call.callee == definition]
    return {call.place.expression for call in called if view.frames[call.frame].kind != "synthetic"}


def _is_run_value(view: ProgramView, value: Value) -> bool:
    node = view.nodes[value.node] if isinstance(value, GraphValue) else None
    return node is not None and (node.kind is Kind.PLACEHOLDER or view.is_compute(node.id))


def _run_only(bench: Workbench, candidates: dict[_Parameter, set[Cell]]) -> dict[_Parameter, set[Cell]]:
    """Return the parameters that are read for nothing but runs, feeds and calls which take them for these alone."""
    reads = _RunReads(bench.view)
    kept = {key: held for key, held in candidates.items() if any(reads.may_run(cell) for cell in held)}
    while True:
        handed_on = {at for definition, name in kept for at in _given_for(bench, definition, name)}
        fewer = {key: held for key, held in kept.items() if all(reads.are_run(cell, handed_on) for cell in held)}
        if len(fewer) == len(kept):
            return kept
        kept = fewer


def _given_for(bench: Workbench, definition: NodeRef, name: str) -> set[NodeRef]:
    """Return the expressions that the calls of a function give for a parameter."""
    function = bench.syntax.nodes[definition]
    assert isinstance(function, ast.FunctionDef)
    position = [one.arg for one in _parameters(function)].index(name)
    found = set()
    for call in bench.view.program.calls:
        ref = call.place.expression
        if call.callee == definition and bench.of(ref).syntax.call(ref) is not None:
            given = _given(bench, function, ref, name, position)
            found |= {node_ref(ref.path, getattr(given, "value", given))} if given is not None else set()
    return found


def _parameters(function: ast.FunctionDef) -> list[ast.arg]:
    return [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]


class _RunReads:
    """Tells values of the graph that a function only fetches from a run, or names in a feed dict."""

    def __init__(self, view: ProgramView) -> None:
        self._view = view
        feeds = [feed for visit in view.program.visits for feed in visit.feeds]
        self._keys = {feed.key_at for feed in feeds}
        self._runs = {visit.place.expression for visit in view.program.visits}
        self._running = {frame for visit in view.program.visits for frame in view.frames_on_trail(visit.place)}
        self._fed = {feed.value_at for feed in feeds if feed.value_at is not None}

    def may_run(self, cell: Cell) -> bool:
        """Say whether a parameter is read at all, or is one of a function that runs something."""
        return bool(self._view.reads_of[cell]) or cell.owner in self._running

    def are_run(self, cell: Cell, others: set[NodeRef]) -> bool:
        """Say whether all reads of a parameter are of this kind, or among `others`."""
        places = [read.place.expression for read in self._view.reads_of[cell]]
        return all(at in others or self._is_run(at) for at in places)

    def _is_run(self, at: NodeRef) -> bool:
        if at in self._keys:
            return True
        return any(covers(run, at) for run in self._runs) and not any(covers(value, at) for value in self._fed)


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
        if not seen and not isinstance(parent, (ast.Attribute, ast.ClassDef)) and not _is_of_super(node, parent):
            raise Refused(
                NOT_EVALUATED,
                node_ref(syntax.path, node),
                f"`{function.name}` takes a session or what it runs, and this use of it was not evaluated",
                _ADVICE,
            )


def _is_super(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Call)


def _is_of_super(node: ast.expr, parent: ast.AST) -> bool:
    """Say whether a name is a method of `super()`, or the class or object that this is told: it makes no object."""
    told = isinstance(parent, ast.Call) and isinstance(parent.func, ast.Name) and parent.func.id == "super"
    return told or _is_super(node)


def _given(
    bench: Workbench, function: ast.FunctionDef, ref: NodeRef, name: str, position: int
) -> ast.expr | ast.keyword | None:
    """Return the argument that a call gives for a parameter."""
    call = bench.of(ref).syntax.call(ref)
    if call is None or any(isinstance(a, ast.Starred) for a in call.args) or any(k.arg is None for k in call.keywords):
        raise Refused(
            SEVERAL_GRAPH_OWNERS, ref, "a session, or what it runs, is handed over in an unusual call", _ADVICE
        )
    named = next((item for item in call.keywords if item.arg == name), None)
    if named is not None:
        return named
    explicit = isinstance(call.func, ast.Attribute) and call.func.attr == "__init__" and not _is_super(call.func)
    is_method = isinstance(bench.syntax.parents[function], ast.ClassDef)
    bound = is_method and not explicit and not function.decorator_list
    index = position - bound
    return call.args[index] if index < len(call.args) else None


def _remove_parameters(
    bench: Workbench, definition: NodeRef, positions: set[int], place: int | None, names: Sequence[str]
) -> None:
    """Register the removal of parameters, with `names` in the place of one of them."""
    function = bench.syntax.nodes[definition]
    assert isinstance(function, ast.FunctionDef)
    arguments = [*function.args.posonlyargs, *function.args.args]
    if max(positions) >= len(arguments):
        reason = "a session, or what it runs, is a keyword-only parameter"
        raise Refused(SEVERAL_GRAPH_OWNERS, definition, reason, "make it a plain one")
    index = bench.syntax.index
    defaults = [None] * (len(arguments) - len(function.args.defaults)) + list(function.args.defaults)
    ends = [default or argument for argument, default in zip(arguments, defaults, strict=True)]
    pairs = [
        (index.offset(a.lineno, a.col_offset), index.offset(e.end_lineno or 0, e.end_col_offset or 0))
        for a, e in zip(arguments, ends, strict=True)
    ]
    if place is not None:
        bench.renderer.add(Span(*pairs[place]), ", ".join(names))
        positions = positions - {place}
    for span in with_commas(pairs, positions):
        bench.renderer.add(span, "")


def _remove_arguments(bench: Workbench, given: Sequence[NodeRef], instead: Mapping[NodeRef, Sequence[str]]) -> None:
    """Register the removal of the given arguments, several of one call together, or the names in their place."""
    numbers: dict[NodeRef, set[int]] = defaultdict(set)
    for ref in given:
        syntax = bench.of(ref).syntax
        value = syntax.nodes[ref]
        parent = syntax.parents[value]
        call = syntax.parents[parent] if isinstance(parent, ast.keyword) else parent
        assert isinstance(call, ast.Call)
        parts: list[ast.expr | ast.keyword] = [*call.args, *call.keywords]
        if ref in instead:
            named = isinstance(parent, ast.keyword)
            text = ", ".join(f"{name}={name}" if named else name for name in instead[ref])
            part = parent if isinstance(parent, ast.keyword) else value
            bench.of(ref).renderer.add(syntax.span(part), text)  # type: ignore[arg-type]
            continue
        numbers[node_ref(ref.path, call)].add(next(n for n, p in enumerate(parts) if p is value or p is parent))
    for ref, gone in numbers.items():
        caller = bench.of(ref)
        call = caller.syntax.nodes[ref]
        assert isinstance(call, ast.Call)
        listed: list[ast.expr | ast.keyword] = [*call.args, *call.keywords]
        spans = [caller.syntax.span(part) for part in listed]
        for span in with_commas([(span.start, span.end) for span in spans], gone):
            caller.renderer.add(span, "")
