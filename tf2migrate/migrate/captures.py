"""Host values that a step captures: a graph keeps what it was built with, a step sees what its tracing finds."""

from __future__ import annotations

import ast

from tf2migrate.migrate.home import Home
from tf2migrate.migrate.refusal import REBOUND_NAME, Refused
from tf2migrate.migrate.same_data import origins
from tf2migrate.migrate.steps import Need, Step
from tf2migrate.model.facts import ITERATOR, Cell, Code, Host, Known, Read, Sequence, Symbol, Value
from tf2migrate.model.source import NodeRef
from tf2migrate.source import node_ref


def changed_captures(home: Home, step: Step) -> list[Need]:
    """Return the host names of which a step would see another value than the graph was built with (law 13)."""
    return [
        need
        for need in step.captured
        if any(
            need.read.time < write.time < step.settled_time and home.unit_of(write.place) not in step.units
            for write in home.view.writes_to[need.read.cell]
        )
        or _changes_elsewhere(home, need)
    ]


def _changes_elsewhere(home: Home, need: Need) -> bool:
    """Say whether another object of the class gets another value for an attribute after it was built."""
    members = home.members
    if members is None or members.is_local(need.read.cell):
        return False
    return any(
        write.cell.key == need.read.cell.key
        and write.cell.owner in members.siblings - {members.instance}
        and home.unit_in_text(write.place) is None
        for write in home.view.program.writes
    )


def check_outer_captures(home: Home, step: Step) -> None:
    """Refuse a step that reads names of enclosing bodies which change between building and running (law 13)."""
    outer: set[int] = set()
    frame = home.view.frames[home.frame].parent
    while frame is not None:
        outer.add(frame)
        frame = home.view.frames[frame].parent
    for unit in step.units:
        for read in home.events[unit].reads:
            if read.cell.owner not in outer:
                continue
            for write in home.view.writes_to.get(read.cell, ()):
                again = home.members is not None and len(home.members.siblings) > 1
                if read.time < write.time and (again or write.time < step.settled_time):
                    raise Refused(
                        REBOUND_NAME,
                        write.place.statement,
                        f"`{read.cell.key}` changes after the graph was built with it and before it is run",
                        "use another name for the later value",
                    )


def check_captured_iterators(home: Home, step: Step) -> None:
    """Refuse a step that goes over what can be gone over once: building the graph did so, each tracing does again."""
    for unit in step.units:
        advanced = _advanced(home.path, unit.node)
        for read in home.events[unit].reads:
            if not isinstance(read.value, Sequence) or read.value.type != ITERATOR:
                continue
            if read.place.expression in advanced:
                continue  # a draw of the host, which stays where the graph was built
            definition = home.view.definition_of(read)
            if definition is None or home.unit_of(definition.place) not in step.units:
                raise Refused(
                    REBOUND_NAME,
                    read.place.expression,
                    f"`{read.cell.key}` can be gone over once, and each function that is traced goes over it",
                    "make it a list: `list(..)`",
                )


def _advanced(path: str, statement: ast.stmt) -> set[NodeRef]:
    """Return what a statement hands to `next`."""
    calls = [node for node in ast.walk(statement) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
    return {node_ref(path, call.args[0]) for call in calls if call.func.id == "next" and call.args}  # type: ignore[attr-defined]


def check_captured_contents(home: Home, step: Step) -> None:
    """Refuse a step that reads a container or array which changes between building and running (law 13)."""
    containers = {(getattr(need.read.value, "owner", None), need.read.time) for need in step.captured}
    arrays: dict[Cell, Read] = {}  # in other objects, as they are read first
    for unit in step.units:
        for read in home.events[unit].reads:
            if read.cell.owner in home.view.containers and not home.holds(read.cell):
                containers.add((read.cell.owner, read.time))
                if _is_array(read.value):
                    arrays.setdefault(read.cell, read)
    for read in arrays.values():
        _check_array(home, step, read, set())
    inside = set(step.units)
    for write in home.view.program.writes:
        for owner, time in containers:
            if write.cell.owner == owner and time < write.time < step.settled_time:
                if home.unit_of(write.place) in inside:
                    continue
                raise _changed_in_place(write.place.statement)
    for need in step.captured:
        if not isinstance(need.read.value, (Known, Symbol, Code)):
            _check_array(home, step, need.read, _paths_of_same_data(home, need.name))


def _check_array(home: Home, step: Step, captured: Read, paths: set[str]) -> None:
    """Refuse an array (or another object that the evaluator does not look into) that a statement changes.

    `paths` are the names and attributes of the body that may hold it.
    """
    shared = [(home.cell(path.partition(".")[0]), path) for path in paths]
    shared += [(cell, str(cell.key)) for cell in (captured.cell, *origins(home, captured))]
    for path, read in ((path, read) for cell, path in dict.fromkeys(shared) for read in home.view.reads_of[cell]):
        if not captured.time < read.time < step.settled_time:
            continue
        unit = home.unit_of(read.place)
        if unit in step.units:
            continue
        here = unit is not None and changes_in_place(unit.node, path, read.place.expression)
        if here or _changes_read(home, read, path) or (_is_array(read.value) and _adds_to(home, read)):
            raise _changed_in_place(read.place.statement)


def _is_array(value: Value) -> bool:
    return isinstance(value, Host) and value.what.startswith("numpy.")


def _adds_to(home: Home, read: Read) -> bool:
    """Say whether an array is changed by an operator where its name is read (`mask *= 2`)."""
    node = home.syntax.nodes.get(read.place.expression)
    parent = home.syntax.parents.get(node) if node is not None else None
    return isinstance(parent, ast.AugAssign) and parent.target is node


def _changes_read(home: Home, read: Read, path: str) -> bool:
    """Say whether what a path denotes is changed where its name is read, or by a function that gets it."""
    syntax = home.syntax
    node = syntax.nodes.get(read.place.expression)
    if not isinstance(node, ast.expr):
        return False
    top: ast.AST = node
    while isinstance(parent := syntax.parents[top], (ast.Attribute, ast.Subscript)) and parent.value is top:
        top = parent
        if not isinstance(parent.ctx, ast.Load):
            return "." not in path or _is_within(parent, path)
    if isinstance(parent, ast.Call) and parent.func is top:
        mutates = isinstance(top, ast.Attribute) and top is not node and top.attr in _MUTATORS
        return mutates and ("." not in path or _denotes(top.value, path))  # type: ignore[attr-defined]
    if not isinstance(parent, ast.Call) or top is not node:
        return False
    if isinstance(parent.func, ast.Attribute) and parent.func.attr in _ARGUMENT_MUTATORS:
        return True
    return node in parent.args and _changed_by_callee(home, parent, parent.args.index(node))


def _changed_by_callee(home: Home, call: ast.Call, position: int) -> bool:
    """Say whether a function of this file changes what a call gives it."""
    at = node_ref(home.path, call)
    for callee in {one.callee for one in home.view.program.calls if one.place.expression == at}:
        function = home.syntax.nodes.get(callee)
        if not isinstance(function, ast.FunctionDef):
            continue
        bound = isinstance(home.syntax.parents[function], ast.ClassDef) and not function.decorator_list
        names = [parameter.arg for parameter in function.args.args][bound:]
        if position < len(names) and any(_changes_name(part, names[position]) for part in function.body):
            return True
    return False


def _paths_of_same_data(home: Home, name: str) -> set[str]:
    """Return the names and attributes (`self.data`) that may hold the same array as `name`, or a view of it."""
    pairs = [
        {target.id, source}
        for unit in home.body.units
        for node in ast.walk(unit.node)
        if isinstance(node, ast.Assign) and (source := _source(node.value)) is not None
        for target in node.targets
        if isinstance(target, ast.Name)
    ]
    found = {name}
    while True:
        more = {other for pair in pairs if found & pair for other in pair} - found
        if not more:
            return found
        found |= more


def _source(node: ast.expr) -> str | None:
    """Return what an expression takes its value from: a name, or an attribute of the object itself."""
    root = _root(node)
    while root == "self" and isinstance(node, ast.Subscript):
        node = node.value
    return ast.unparse(node) if root == "self" and isinstance(node, ast.Attribute) else root


_MUTATORS = frozenset(
    "append extend insert pop remove clear sort reverse update add discard setdefault fill put resize partition "
    "itemset shuffle copyto fill_diagonal place putmask".split()
)
_ARGUMENT_MUTATORS = frozenset("put shuffle copyto fill_diagonal place putmask heapify heappush heappop".split())


def changes_in_place(statement: ast.stmt, name: str, at: NodeRef) -> bool:
    """Say whether a read of a name is part of changing what it holds."""
    return _changes_name(statement, name, at.line)


def _changes_name(statement: ast.stmt, name: str, line: int | None = None) -> bool:
    for node in ast.walk(statement):
        if line is not None and getattr(node, "lineno", line) != line and not isinstance(node, ast.stmt):
            continue
        match node:
            case ast.Subscript(ctx=ast.Store() | ast.Del()) | ast.Attribute(ctx=ast.Store()):
                if _is_within(node, name):
                    return True
            case ast.AugAssign(target=target) if _denotes(target, name):
                return True
            case ast.Call(func=ast.Attribute(value=value, attr=attr), args=args):
                if attr in _MUTATORS and _denotes(value, name):
                    return True
                if attr in _ARGUMENT_MUTATORS and any(_denotes(arg, name) for arg in args):
                    return True
            case _:
                pass
    return False


def _is_within(node: ast.expr, path: str) -> bool:
    """Say whether an expression denotes a part of what a path denotes."""
    return _root(node) == path.partition(".")[0] and ast.unparse(node).startswith((f"{path}.", f"{path}["))


def _denotes(node: ast.expr, path: str) -> bool:
    """Say whether an expression denotes what a path does, a part of it, or what holds it."""
    if _root(node) != path.partition(".")[0]:
        return False
    text = ast.unparse(node)
    return text == path or text.startswith((f"{path}.", f"{path}[")) or path.startswith(f"{text}.")


def _root(node: ast.expr) -> str | None:
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


def _changed_in_place(at: NodeRef) -> Refused:
    return Refused(
        REBOUND_NAME,
        at,
        "what the graph was built with is changed in place before the graph is run",
        "change a copy",
    )
