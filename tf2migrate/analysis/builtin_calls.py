"""Python's builtin functions."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable

from tf2migrate.analysis.attributes import attributes_as_dict, read_attribute, write_attribute
from tf2migrate.analysis.builtin_types import TYPES, call_callable, call_isinstance, call_type
from tf2migrate.analysis.classes import find_method, resolution_order
from tf2migrate.analysis.containers import merge_into
from tf2migrate.analysis.functions import NEVER
from tf2migrate.analysis.graph.shapes import rank
from tf2migrate.analysis.heap import CONTENTS
from tf2migrate.analysis.iteration import iterate
from tf2migrate.analysis.joins import join, union
from tf2migrate.analysis.libraries import hand_over
from tf2migrate.analysis.machine import Machine
from tf2migrate.analysis.names import module_frame
from tf2migrate.analysis.nodes import graph_values
from tf2migrate.analysis.operators import binary, python_value, truth
from tf2migrate.analysis.values import (
    NONE,
    Arguments,
    ClassMethod,
    Entries,
    Entry,
    Generator,
    GraphValue,
    Host,
    Items,
    Known,
    Property,
    Range,
    Ref,
    ShapeOf,
    Slice,
    StaticMethod,
    Super,
    Tuple,
    V,
    plain,
)
from tf2migrate.model.facts import ITERATOR, PRINTED

Model = Callable[[Machine, Arguments, ast.expr], V]
SIMPLE = frozenset("abs round int float bool str repr min max sum divmod pow chr ord hex bin len hash complex".split())


def call_builtin(machine: Machine, name: str, arguments: Arguments, node: ast.expr) -> V:
    """Return what a builtin function gives."""
    model = MODELS.get(name)
    if model is not None and arguments.open is None:
        return model(machine, arguments, node)
    if name in ("exit", "quit"):
        return NEVER
    if name in SIMPLE and arguments.open is None:
        return _simple(machine, name, arguments, node)
    if isinstance(getattr(builtins, name, None), type) and issubclass(getattr(builtins, name), BaseException):
        hand_over(machine, arguments, name, node)
        return Host("exception")
    return hand_over(machine, arguments, name, node)


def _simple(machine: Machine, name: str, arguments: Arguments, node: ast.expr) -> V:
    values = arguments.values()
    tensors = [tensor for value in values for tensor in graph_values(machine, value)]
    if tensors:
        return _on_tensors(machine, name, tensors, arguments, node)
    known = [_python(machine, value) for value in values]
    if all(one is not None for one in known) and not arguments.keywords:
        try:
            return Known(getattr(builtins, name)(*[one[0] for one in known if one is not None]))
        except (TypeError, ValueError, ArithmeticError):
            return machine.unknown("an operation that fails", node)
    return Host(name)


def _on_tensors(machine: Machine, name: str, tensors: list[int], arguments: Arguments, node: ast.expr) -> V:
    if name == "abs":
        from tf2migrate.analysis.graph.operators import graph_unary

        return graph_unary(machine, "abs", arguments.values()[0], node)
    for tensor in tensors:
        machine.escape(tensor, "format" if name in ("str", "repr") else name, node)
    return Host(name) if name in TYPES or name == "repr" else machine.unknown(f"{name} of graph values", node)


def _python(machine: Machine, value: V) -> tuple[object] | None:
    if isinstance(value, Ref):
        contents = machine.heap.get(value.id, CONTENTS)
        if isinstance(contents, Items) and contents.rest is None:
            machine.note_read(value.id, CONTENTS, contents, machine.here.statement)
            return python_value(Tuple(contents.items))
        return None
    if isinstance(value, Range):
        return (value.values,)
    return python_value(value)


def _len(machine: Machine, arguments: Arguments, node: ast.expr) -> V:
    value = arguments.values()[0]
    if isinstance(value, GraphValue | ShapeOf):
        machine.static_read(value.node, "shape", node)
        return rank(machine, value) if isinstance(value, ShapeOf) else Host("int")
    if isinstance(value, Known):
        return _simple(machine, "len", arguments, node)
    if isinstance(value, Range):
        return Known(len(value.values))
    if isinstance(value, Ref) and machine.heap.get(value.id, CONTENTS) is None:
        method = find_method(machine, value, "__len__")
        return Host("int") if method is None else machine.call(machine, method, plain(), node)
    if isinstance(value, Ref | Tuple):
        contents = iterate(machine, value, node)
        open_entries = isinstance(value, Ref) and any(entry.maybe for entry in _entries(machine, value))
        return Host("int") if contents.rest is not None or open_entries else Known(len(contents.items))
    return Host("int")


def _entries(machine: Machine, value: Ref) -> tuple[Entry, ...]:
    contents = machine.heap.get(value.id, CONTENTS)
    return contents.items if isinstance(contents, Entries) else ()


def _range(machine: Machine, arguments: Arguments, node: ast.expr) -> V:
    values = [argument.value for argument in arguments.positional]
    bounds = [value.value for value in values if isinstance(value, Known) and isinstance(value.value, int)]
    for tensor in [one for value in values for one in graph_values(machine, value)]:
        machine.escape(tensor, "range", node)
    if len(bounds) != len(values) or not bounds or bounds[2:3] == [0]:
        return Host("range")
    return Range(range(*bounds))


def _listing(kind: str) -> Model:
    def make(machine: Machine, arguments: Arguments, node: ast.expr) -> V:
        values = arguments.values()
        contents = iterate(machine, values[0], node) if values else Items(())
        if kind in ("tuple", ITERATOR):
            return Tuple(contents.items, contents.rest, kind)
        return machine.new_list(contents.items, node, contents.rest, kind)

    return make


def _dict(machine: Machine, arguments: Arguments, node: ast.expr) -> V:
    contents = Entries(())
    for argument in arguments.positional:
        contents = merge_into(machine, contents, argument.value, node)
    named = tuple(Entry(Known(key), one.value, None, one.at) for key, one in arguments.keywords)
    kept = tuple(entry for entry in contents.items if entry.key not in {one.key for one in named})
    return machine.new_dict(Entries((*kept, *named), contents.rest), node)


def _zip(machine: Machine, arguments: Arguments, node: ast.expr) -> V:
    parts = [iterate(machine, value, node) for value in arguments.values()]
    known = [len(part.items) for part in parts if part.rest is None]
    if not parts:
        return machine.new_list((), node)
    count = min(known) if known else min(len(part.items) for part in parts)
    items = [Tuple(tuple(_at(part, index) for part in parts)) for index in range(count)]
    if known:
        return Tuple(tuple(items), None, ITERATOR)
    rest = Tuple(tuple(union([*part.items, *([part.rest] if part.rest is not None else [])]) for part in parts))
    return Tuple(tuple(items), rest, ITERATOR)


def _at(part: Items, index: int) -> V:
    if index < len(part.items):
        return part.items[index]
    return part.rest if part.rest is not None else NONE


def _enumerate(machine: Machine, arguments: Arguments, node: ast.expr) -> V:
    values = arguments.values()
    contents = iterate(machine, values[0], node)
    start = values[1].value if len(values) > 1 and isinstance(values[1], Known) else 0
    first = start if isinstance(start, int) else 0
    items = tuple(Tuple((Known(first + index), item)) for index, item in enumerate(contents.items))
    return Tuple(items, None if contents.rest is None else Tuple((Host("int"), contents.rest)), ITERATOR)


def _reversed(machine: Machine, arguments: Arguments, node: ast.expr) -> V:
    contents = iterate(machine, arguments.values()[0], node)
    return Tuple(tuple(reversed(contents.items)), contents.rest, ITERATOR)


def _sorted(machine: Machine, arguments: Arguments, node: ast.expr) -> V:
    given = arguments.positional[0].value
    contents = iterate(machine, given, node)
    if isinstance(given, Ref) and machine.heap.header(given.id).kind == "set":
        contents = machine.items(given.id)  # their order among themselves does not matter
    keywords = dict(arguments.keywords)
    key = keywords["key"].value if "key" in keywords else None
    keys = [item if key is None else machine.call(machine, key, plain(item), node) for item in contents.items]
    pythons = [python_value(one) for one in keys]
    if contents.rest is None and all(one is not None for one in pythons):
        try:
            order = sorted(range(len(keys)), key=lambda index: pythons[index][0])  # type: ignore[index,arg-type,return-value]
        except TypeError:
            return machine.unknown("an operation that fails", node)
        if "reverse" in keywords and truth(machine, keywords["reverse"].value, node):
            order.reverse()
        return machine.new_list(tuple(contents.items[index] for index in order), node)
    values = contents.items if contents.rest is None else (*contents.items, contents.rest)
    if not values:
        return machine.new_list((), node, Host("element") if contents.rest is not None else None)
    return machine.new_list((), node, union(values))


def _map(machine: Machine, arguments: Arguments, node: ast.expr) -> V:
    function, *sources = arguments.values()
    parts = [iterate(machine, source, node) for source in sources]
    known = [len(part.items) for part in parts if part.rest is None]
    count = min(known) if known else 0
    items = tuple(
        machine.call(machine, function, plain(*[_at(part, index) for part in parts]), node) for index in range(count)
    )
    if known:
        return Tuple(items, None, ITERATOR)
    with machine.in_unknown_loop():
        rest = machine.call(machine, function, plain(*[part.rest or Host("element") for part in parts]), node)
    return Tuple((), rest, ITERATOR)


def _filter(machine: Machine, arguments: Arguments, node: ast.expr) -> V:
    function, source = arguments.values()[:2]
    contents = iterate(machine, source, node)
    kept: list[V] = []
    rest = contents.rest
    for item in contents.items:
        verdict = item if function == NONE else machine.call(machine, function, plain(item), node)
        known = truth(machine, verdict, node)
        if known and rest is None:
            kept.append(item)
        elif known is not False:
            rest = join(rest, item)
    return Tuple(tuple(kept), rest, ITERATOR)


def _sum(machine: Machine, arguments: Arguments, node: ast.expr) -> V:
    values = arguments.values()
    contents = iterate(machine, values[0], node)
    if not any(graph_values(machine, item) for item in (*contents.items, *([contents.rest] if contents.rest else []))):
        return _simple(machine, "sum", arguments, node)
    total: V = values[1] if len(values) > 1 else Known(0)
    for item in contents.items:
        total = binary(machine, ast.Add, total, item, node)
    if contents.rest is not None:
        with machine.in_unknown_loop():
            total = binary(machine, ast.Add, total, contents.rest, node)
    return total


def _next(machine: Machine, arguments: Arguments, node: ast.expr) -> V:
    value = arguments.values()[0]
    method = find_method(machine, value, "__next__")
    if method is not None:
        return machine.call(machine, method, plain(), node)
    if isinstance(value, Generator | Tuple | Ref):
        contents = iterate(machine, value, node)
        values = contents.items if contents.rest is None else (*contents.items, contents.rest)
        return union(values) if values else Host("element")
    return value if not isinstance(value, Known) else Host("element")


def _super(machine: Machine, arguments: Arguments, node: ast.expr) -> V:
    values = arguments.values()
    if len(values) >= 2 and isinstance(values[0], Ref):
        return Super(values[0].id, values[1])
    here = machine.here
    if here.owner is not None and here.first is not None:
        return Super(here.owner, here.first)
    return machine.unknown("super() outside a method", node)


def _getattr(machine: Machine, arguments: Arguments, node: ast.expr) -> V:
    values = arguments.values()
    name = machine.known_text(values[1])
    if name is None:
        for tensor in graph_values(machine, values[0]):
            machine.escape(tensor, "getattr", node)
        return machine.unknown("an attribute whose name is not known", node)
    if len(values) > 2 and isinstance(values[0], Ref) and _has(machine, values[0], name) is False:
        return values[2]
    return read_attribute(machine, values[0], name, node)


def _has(machine: Machine, value: V, name: str) -> bool | None:
    if not isinstance(value, Ref):
        return None
    header = machine.heap.header(value.id)
    owners = [value.id, *(resolution_order(machine, header.cls) if header.cls is not None else [])]
    return any(machine.heap.get(owner, name) is not None for owner in owners)


def _hasattr(machine: Machine, arguments: Arguments, node: ast.expr) -> V:
    values = arguments.values()
    name = machine.known_text(values[1])
    known = None if name is None else _has(machine, values[0], name)
    return Host("bool") if known is None else Known(known)


def _setattr(machine: Machine, arguments: Arguments, node: ast.expr) -> V:
    values = arguments.values()
    name = machine.known_text(values[1])
    if name is not None:
        write_attribute(machine, values[0], name, values[2], node)
        return NONE
    for tensor in graph_values(machine, values[2]):
        machine.escape(tensor, "setattr", node)
    if graph_values(machine, values[2]):
        machine.find("unsupported", node, "setattr with a name that is not known")
    return NONE


def _print(machine: Machine, arguments: Arguments, node: ast.expr) -> V:
    for argument in arguments.positional:
        if argument.node is not None and isinstance(argument.value, GraphValue):
            machine.static_read(argument.value.node, PRINTED, argument.node)
        else:
            for tensor in graph_values(machine, argument.value):
                machine.escape(tensor, "print", node)
    return NONE


def _vars(machine: Machine, arguments: Arguments, node: ast.expr) -> V:
    owner = arguments.values()[0] if arguments.values() else Ref(machine.here.frame)
    return attributes_as_dict(machine, owner.id, node) if isinstance(owner, Ref) else Host("dict")


def _globals(machine: Machine, arguments: Arguments, node: ast.expr) -> V:
    return attributes_as_dict(machine, module_frame(machine), node)


def _wrapper(kind: type[Property] | type[StaticMethod] | type[ClassMethod]) -> Model:
    return lambda machine, arguments, node: kind(arguments.values()[0])


def _slice(machine: Machine, arguments: Arguments, node: ast.expr) -> V:
    values = arguments.values()
    bounds = [NONE, *values, NONE] if len(values) == 1 else [*values, NONE]
    return Slice(*bounds[:3])


def _quantified(wanted: bool) -> Model:
    def evaluate(machine: Machine, arguments: Arguments, node: ast.expr) -> V:
        contents = iterate(machine, arguments.values()[0], node)
        truths = [truth(machine, item, node) for item in contents.items]
        if wanted in truths:
            return Known(wanted)
        return Known(not wanted) if contents.rest is None and None not in truths else Host("bool")

    return evaluate


MODELS: dict[str, Model] = {
    "len": _len,
    "range": _range,
    "xrange": _range,
    "list": _listing("list"),
    "tuple": _listing("tuple"),
    "set": _listing("set"),
    "frozenset": _listing("set"),
    "iter": _listing(ITERATOR),
    "dict": _dict,
    "zip": _zip,
    "enumerate": _enumerate,
    "reversed": _reversed,
    "sorted": _sorted,
    "map": _map,
    "filter": _filter,
    "sum": _sum,
    "next": _next,
    "isinstance": call_isinstance,
    "super": _super,
    "getattr": _getattr,
    "hasattr": _hasattr,
    "setattr": _setattr,
    "print": _print,
    "type": call_type,
    "callable": call_callable,
    "vars": _vars,
    "globals": _globals,
    "locals": _vars,
    "property": _wrapper(Property),
    "staticmethod": _wrapper(StaticMethod),
    "classmethod": _wrapper(ClassMethod),
    "slice": _slice,
    "any": _quantified(True),
    "all": _quantified(False),
}
