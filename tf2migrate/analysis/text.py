"""Methods of strings."""

from __future__ import annotations

import ast

from tf2migrate.analysis.heap import CONTENTS
from tf2migrate.analysis.held_text import TEXT
from tf2migrate.analysis.host_text import LISTS, PURE, RESULTS
from tf2migrate.analysis.machine import Machine
from tf2migrate.analysis.nodes import graph_values
from tf2migrate.analysis.operators import python_value
from tf2migrate.analysis.patterns import brace_formatted
from tf2migrate.analysis.values import Arguments, Host, Items, Known, Ref, Tuple, V


def call_text(machine: Machine, receiver: Known, name: str, arguments: Arguments, node: ast.expr) -> V:
    """Return what a method of a known string gives."""
    for value in arguments.values():
        for tensor in graph_values(machine, value):
            machine.escape(tensor, "format", node)
    positional = [_python(machine, argument.value) for argument in arguments.positional]
    keywords = {key: _python(machine, argument.value) for key, argument in arguments.keywords}
    known = arguments.open is None and None not in positional and None not in keywords.values()
    if name == "format" and not known and not arguments.keywords and arguments.open is None:
        formatted = brace_formatted(str(receiver.value), tuple(one.value for one in arguments.positional))
        if formatted is not None:
            return formatted
    if not known or name not in PURE:
        return machine.new_list((), node, Host(TEXT)) if name in LISTS else Host(RESULTS.get(name, TEXT))
    try:
        given = [value[0] for value in positional if value is not None]
        result = getattr(receiver.value, name)(*given, **{key: value[0] for key, value in keywords.items() if value})
    except (TypeError, ValueError, IndexError, KeyError, LookupError):
        return machine.unknown("an operation that fails", node)
    if isinstance(result, list):
        return machine.new_list(tuple(Known(part) for part in result), node)
    if isinstance(result, tuple):
        return Tuple(tuple(Known(part) for part in result))
    return Known(result)


def _python(machine: Machine, value: V) -> tuple[object] | None:
    if isinstance(value, Ref):
        contents = machine.heap.get(value.id, CONTENTS)
        if isinstance(contents, Items) and contents.rest is None:
            return python_value(Tuple(contents.items))
        return None
    return python_value(value)
