"""Expressions that name variables in the home body."""

from __future__ import annotations

import re
from itertools import takewhile

from tf2migrate.migrate.home import Home
from tf2migrate.migrate.refusal import UNNAMED_VALUE, Refused
from tf2migrate.migrate.view import ProgramView, nodes_in
from tf2migrate.model.facts import Cell, GraphValue, Known, Record, Sequence, Value
from tf2migrate.model.source import NodeRef

_STEPS = 3  # from a name to a variable: into a list, to an attribute of its element, into a list there


def list_text(
    view: ProgramView,
    home: Home,
    variables: list[int],
    at: NodeRef,
    time: int | None = None,
    any_order: bool = False,
) -> str:
    """Return a list display of the variables; all values of one dict are written as `*name.values()`.

    With `time`, only names count that have their last value by then. `any_order` says that each variable goes with a
    gradient of its own.
    """
    parts = _parts(view, home, variables, at, time, any_order)
    if len(parts) == 1 and parts[0].startswith("*") and parts[0].endswith((".trainable_variables", ".weights")):
        return parts[0][1:]
    return f"[{', '.join(parts)}]"


def _parts(
    view: ProgramView, home: Home, variables: list[int], at: NodeRef, time: int | None, any_order: bool
) -> list[str]:
    parts: list[str] = []
    position = 0
    while position < len(variables):
        known = variables[position] in home.lifted
        whole = None if known else _whole_dict(view, home, variables[position:], time)
        if whole is not None:
            text, count = whole
            parts.append(f"*{text}")
            position += count
            continue
        group = _group(home, variables[position:], any_order)
        if group is not None:
            text, count = group
            parts.append(f"*{text}")
            position += count
            continue
        of_object = _of_object(view, home, variables[position:], at, any_order)
        if of_object is not None:
            texts, count = of_object
            parts.extend(texts)
            position += count
            continue
        parts.append(_expression(view, home, variables[position], at, time))
        position += 1
    return parts


def _group(home: Home, variables: list[int], any_order: bool) -> tuple[str, int] | None:
    """Return the largest layer or module whose variables are the next ones, as an expression, and their number."""
    fitting = [
        (text, len(group))
        for text, group in home.state_groups.items()
        if len(group) > 1
        and (group == tuple(first := variables[: len(group)]) or (any_order and set(group) == set(first)))
    ]
    return max(fitting, key=lambda pair: pair[1], default=None)


def _of_object(
    view: ProgramView, home: Home, variables: list[int], at: NodeRef, any_order: bool
) -> tuple[list[str], int] | None:
    """Return the next variables that one object owns which the home has a name for, as parts of a list display."""
    for other in home.objects:
        owner = next((owner for owner, twins in other.twins.items() if variables[0] in twins), None)
        if owner is None or other.members is None:
            continue
        held = [(cell, value) for cell, value in _home_values(view, home) if isinstance(value, Record)]
        cell = next((cell for cell, value in held if value.owner == owner), None)
        if cell is None:
            return None
        mine = list(takewhile(other.twins[owner].__contains__, variables))
        parts = _parts(view, other, [other.twins[owner][node] for node in mine], at, None, any_order)
        own = re.compile(rf"\b{re.escape(other.members.prefix)}")
        return [own.sub(f"{home.text_of(cell)}.", part) for part in parts], len(mine)
    return None


def _home_values(view: ProgramView, home: Home, time: int | None = None) -> list[tuple[Cell, Value]]:
    """Return the last value of each home name that outlives a run, attributes of an object first."""
    last: dict[Cell, Value] = {}
    for write in view.program.writes:
        if home.holds(write.cell) and home.unit_of(write.place) not in home.moving:
            last[write.cell] = write.value
            if time is not None and write.time > time:
                last.pop(write.cell)
    return sorted(last.items(), key=lambda item: home.members is not None and home.members.is_local(item[0]))


def _whole_dict(view: ProgramView, home: Home, variables: list[int], time: int | None = None) -> tuple[str, int] | None:
    for cell, value in _home_values(view, home, time):
        match value:
            case Record("dict", items, open=False) if len(items) > 1:
                held, text = [item for _, item in items], "{}.values()"
            case Sequence("list" | "tuple", items, False) if len(items) > 1:
                held, text = list(items), "{}"
            case _:
                continue
        nodes = [item.node if isinstance(item, GraphValue) else -1 for item in held]
        if nodes == variables[: len(nodes)]:
            return text.format(home.text_of(cell)), len(nodes)
    return None


def _expression(view: ProgramView, home: Home, variable: int, at: NodeRef, time: int | None = None) -> str:
    if variable in home.lifted:
        return home.lifted[variable]
    values = _home_values(view, home, time)
    paths = [(cell, path_to(value, frozenset({variable}))) for cell, value in values]
    found = [(cell, path) for cell, path in paths if path is not None]
    if not found:
        paths = [(cell, _through_objects(view, home, value, variable, time)) for cell, value in values]
        found = [(cell, path) for cell, path in paths if path is not None]
    if found:
        cell, path = min(found, key=lambda item: item[1] != "")
        return home.text_of(cell) + path
    raise Refused(
        UNNAMED_VALUE, at, "a variable that is needed here has no name at this level", "keep the variable under a name"
    )


def holders(view: ProgramView, home: Home, variables: list[int], at: NodeRef) -> list[tuple[str, list[int]]]:
    """Return expressions that hold all of some variables, each with what it holds: a name, or a whole dict or list."""
    wanted = set(variables)
    found: list[tuple[str, list[int]]] = []
    seen: set[int] = set()
    values = _home_values(view, home)
    direct = {value.node: cell for cell, value in values if isinstance(value, GraphValue)}
    whole = {cell: sorted(nodes_in(value)) for cell, value in values if _is_closed(value)}
    for variable in variables:
        if variable in seen:
            continue
        held, named = [variable], direct.get(variable)
        text = home.text_of(named) if named is not None else None
        if text is None:
            cell = next((c for c, nodes in whole.items() if variable in nodes and wanted >= set(nodes)), None)
            held = whole[cell] if cell is not None else held
            text = home.text_of(cell) if cell is not None else _expression(view, home, variable, at)
        seen.update(held)
        found.append((text, held))
    return found


def _is_closed(value: Value) -> bool:
    return isinstance(value, (Record, Sequence)) and not value.open and value.type in ("dict", "list", "tuple")


def path_to(value: Value, wanted: frozenset[int]) -> str | None:
    """Return the subscripts that lead from a value to one of some graph nodes in it, "" for the node itself."""
    match value:
        case GraphValue(node):
            return "" if node in wanted else None
        case Sequence(_, items, False):
            for number, item in enumerate(items):
                inner = path_to(item, wanted)
                if inner is not None:
                    return f"[{number}]{inner}"
        case Record("dict", items):
            for key, item in items:
                inner = path_to(item, wanted)
                if inner is not None and isinstance(key, Known) and isinstance(key.value, (str, int)):
                    return f"[{literal(key.value)}]{inner}"
        case _:
            return None
    return None


def _through_objects(
    view: ProgramView, home: Home, value: Value, variable: int, time: int | None, steps: int = _STEPS
) -> str | None:
    """Return the subscripts and attributes that lead from a list of objects to a variable that one of them holds.

    With `time`, they exist by then; what moves into a step does not count.
    """
    match value:
        case GraphValue(node):
            return "" if node == variable else None
        case Sequence("list", owner=int(owner)):
            written = view.parts_of(owner)
            form = "[{}]" if all(isinstance(key, int) for key in written) else ""
        case Record(type=kind, owner=owner) if kind != "dict":
            written = view.parts_of(owner)
            form = ".{}"
        case _:
            return None
    for key, (write, *others) in written.items():
        early = time is None or write.time <= time
        if not (steps and form and early) or others or key == "*" or home.unit_of(write.place) in home.moving:
            continue
        path = _through_objects(view, home, write.value, variable, time, steps - 1)
        if path is not None:
            return form.format(key) + path
    return None


def literal(value: str | int) -> str:
    """Return a dict key as it is written, with double quotes where they do."""
    if isinstance(value, str) and '"' not in value and "\\" not in value:
        return f'"{value}"'
    return repr(value)
