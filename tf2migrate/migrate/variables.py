"""Expressions that name variables in the home body."""

from __future__ import annotations

from tf2migrate.migrate.home import Home
from tf2migrate.migrate.refusal import UNNAMED_VALUE, Refused
from tf2migrate.migrate.view import ProgramView, nodes_in
from tf2migrate.model.facts import GraphValue, Known, Record, Sequence, Value
from tf2migrate.model.source import NodeRef


def list_text(view: ProgramView, home: Home, variables: list[int], at: NodeRef) -> str:
    """Return a list display of the variables; all values of one dict are written as `*name.values()`."""
    parts: list[str] = []
    position = 0
    while position < len(variables):
        whole = _whole_dict(view, home, variables[position:])
        if whole is not None:
            name, count = whole
            parts.append(f"*{name}.values()")
            position += count
            continue
        parts.append(_expression(view, home, variables[position], at))
        position += 1
    return f"[{', '.join(parts)}]"


def _home_values(view: ProgramView, home: Home) -> list[tuple[str, Value]]:
    """Return the last value of each home name."""
    last: dict[str, Value] = {}
    for write in view.program.writes:
        if home.holds(write.cell):
            last[home.text_of(write.cell)] = write.value
    return list(last.items())


def _whole_dict(view: ProgramView, home: Home, variables: list[int]) -> tuple[str, int] | None:
    for name, value in _home_values(view, home):
        if isinstance(value, Record) and value.type == "dict" and not value.open and len(value.items) > 1:
            held = [item.node if isinstance(item, GraphValue) else -1 for _, item in value.items]
            if held == variables[: len(held)]:
                return name, len(held)
    return None


def _expression(view: ProgramView, home: Home, variable: int, at: NodeRef) -> str:
    for name, value in _home_values(view, home):
        found = path_to(value, frozenset({variable}))
        if found is not None:
            return name + found
    raise Refused(
        UNNAMED_VALUE, at, "a variable that is needed here has no name at this level", "keep the variable under a name"
    )


def holders(view: ProgramView, home: Home, variables: list[int], at: NodeRef) -> list[tuple[str, list[int]]]:
    """Return expressions that hold all of some variables, each with what it holds: a name, or a whole dict or list."""
    wanted = set(variables)
    found: list[tuple[str, list[int]]] = []
    seen: set[int] = set()
    values = _home_values(view, home)
    direct = {value.node: name for name, value in values if isinstance(value, GraphValue)}
    whole = {name: sorted(nodes_in(value)) for name, value in values if _is_closed(value)}
    for variable in variables:
        if variable in seen:
            continue
        held, text = [variable], direct.get(variable)
        if text is None:
            name = next((n for n, nodes in whole.items() if variable in nodes and wanted >= set(nodes)), None)
            held, text = (whole[name], name) if name is not None else (held, _expression(view, home, variable, at))
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


def literal(value: str | int) -> str:
    """Return a dict key as it is written, with double quotes where they do."""
    if isinstance(value, str) and '"' not in value and "\\" not in value:
        return f'"{value}"'
    return repr(value)
