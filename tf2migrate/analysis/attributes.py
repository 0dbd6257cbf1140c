"""Attributes of abstract values."""

from __future__ import annotations

import ast

from tf2migrate.analysis.classes import bind, class_attribute, find_method, foreign_base
from tf2migrate.analysis.graph.members import read_member, write_member
from tf2migrate.analysis.graph.paths import symbol_member
from tf2migrate.analysis.heap import CONTENTS
from tf2migrate.analysis.joins import union
from tf2migrate.analysis.machine import Machine
from tf2migrate.analysis.names import STAR
from tf2migrate.analysis.nodes import graph_values
from tf2migrate.analysis.values import (
    NONE,
    Bound,
    ClassMethod,
    Entries,
    Entry,
    Function,
    Generator,
    GraphValue,
    Host,
    Known,
    Method,
    NamedTuple,
    Property,
    Range,
    Ref,
    Scope,
    ShapeOf,
    StaticMethod,
    Super,
    Symbol,
    Tuple,
    Union,
    Unknown,
    V,
    plain,
)


def read_attribute(machine: Machine, value: V, name: str, node: ast.expr) -> V:
    """Return `value.name`."""
    match value:
        case Ref(owner):
            return _object_attribute(machine, owner, name, node)
        case GraphValue() | Scope() | ShapeOf():
            return read_member(machine, value, name, node)
        case Symbol(path):
            return symbol_member(path, name)
        case Union():
            return _choice_attribute(machine, value, name, node)
        case Tuple(items, _, _, fields) if name in fields:
            return items[fields.index(name)]
        case Super(owner, receiver):
            return _super_attribute(machine, value, owner, receiver, name, node)
        case Unknown():
            return Method(value, name) if name in ("run", "eval") else value
        case Host(what):
            return Method(Host(what), name)
        case Function() | Bound() if name in ("__name__", "__doc__", "__class__", "__self__", "__dict__"):
            return Known(value.name) if isinstance(value, Function) and name == "__name__" else Host("attribute")
        case Property() if name in ("setter", "deleter", "getter"):
            return Method(value, name)
        case Tuple() | Range() | Known() | Generator() | NamedTuple() | Function() | Bound():
            return (
                _known_part(value, name)
                if name in ("real", "value") and isinstance(value, Known)
                else Method(value, name)
            )
    return Method(value, name)


def _known_part(value: Known, name: str) -> V:
    """Return the real part of a number, or the value of a dimension, which is modelled as its number."""
    if name == "value" and isinstance(value.value, int):
        return value
    return Known(value.value.real) if isinstance(value.value, int | float) else Host("value")


def _choice_attribute(machine: Machine, value: Union, name: str, node: ast.expr) -> V:
    present = [option for option in value.options if option != NONE]
    with machine.under_condition():
        return union([read_attribute(machine, option, name, node) for option in present])


def _object_attribute(machine: Machine, owner: int, name: str, node: ast.expr) -> V:
    header = machine.heap.header(owner)
    if header.kind in ("list", "dict", "set"):
        return Method(Ref(owner), name)
    found = machine.read(owner, name, node)
    if found is not None and not (header.kind == "class" and isinstance(found, StaticMethod | ClassMethod)):
        return found
    match header.kind:
        case "module":
            return _module_attribute(machine, owner, name, node)
        case "class":
            return _class_member(machine, owner, name, node)
    return _instance_attribute(machine, owner, name, node)


def _module_attribute(machine: Machine, owner: int, name: str, node: ast.expr) -> V:
    from tf2migrate.analysis.imports import import_submodule

    submodule = import_submodule(machine, owner, name, node)
    if submodule is not None:
        return submodule
    if name in ("__name__", "__file__", "__dict__"):
        return Known(machine.heap.header(owner).name) if name == "__name__" else Host(name)
    if machine.heap.get(owner, STAR) is None:
        machine.find("undefined", node, f"{machine.heap.header(owner).name}.{name}")
    return machine.unknown(f"the module has no {name!r}", node)


def _class_member(machine: Machine, owner: int, name: str, node: ast.expr) -> V:
    found = class_attribute(machine, owner, name, node)
    match found:
        case StaticMethod(function):
            return function
        case ClassMethod(function):
            return Bound(function, Ref(owner))
        case None:
            return _absent(machine, owner, name, node)
    return found


def _instance_attribute(machine: Machine, owner: int, name: str, node: ast.expr) -> V:
    cls = machine.heap.header(owner).cls
    if cls is None:
        return machine.unknown(f"attribute {name!r}", node)
    if name == "__class__":
        return Ref(cls)
    if name == "__dict__":
        return attributes_as_dict(machine, owner, node)
    found = class_attribute(machine, cls, name, node)
    if found is not None:
        return bind(machine, found, Ref(owner), cls, node)
    getter = find_method(machine, Ref(owner), "__getattr__")
    if getter is not None:
        return machine.call(machine, getter, plain(Known(name)), node)
    return _absent(machine, cls, name, node)


def _absent(machine: Machine, cls: int, name: str, node: ast.expr) -> V:
    base = foreign_base(machine, cls)
    if base is not None:
        return Method(Symbol(f"{base.path}.{name}") if isinstance(base, Symbol) else Host("base"), name)
    return machine.unknown(f"no attribute {name!r} was ever set", node)


def _super_attribute(machine: Machine, value: Super, owner: int, receiver: V, name: str, node: ast.expr) -> V:
    cls = machine.heap.header(receiver.id).cls if isinstance(receiver, Ref) else None
    if isinstance(receiver, Ref) and machine.heap.header(receiver.id).kind == "class":
        cls = receiver.id
    found = None if cls is None else class_attribute(machine, cls, name, node, after=owner)
    if found is None:
        return Method(value, name)
    return bind(machine, found, receiver, cls or owner, node)


def attributes_as_dict(machine: Machine, owner: int, node: ast.expr) -> V:
    """Return the attributes of an instance as a new dict (what is written to it does not come back)."""
    entries = [
        Entry(Known(key), value)
        for key, value in machine.heap.cells(owner).items()
        if isinstance(key, str) and key != CONTENTS
    ]
    return machine.new_dict(Entries(tuple(entries)), node)


def write_attribute(machine: Machine, value: V, name: str, new: V | None, node: ast.expr) -> None:
    """Set `value.name`, or delete it with None."""
    match value:
        case Ref(owner):
            _write_object(machine, owner, name, new, node)
        case GraphValue():
            write_member(machine, value, name, new, node)
        case Union(options):
            present = [option for option in options if option != NONE]
            with machine.under_condition():
                for option in present:
                    _write_weakly(machine, option, name, new, node)
        case Function() if machine.here.definition is not None:
            machine.find("unsupported", node, f"attribute {name} of a function")
        case _:
            for tensor in [] if new is None else graph_values(machine, new):
                machine.escape(tensor, f"attribute {name}", node)


def _write_weakly(machine: Machine, value: V, name: str, new: V | None, node: ast.expr) -> None:
    old = machine.heap.get(value.id, name) if isinstance(value, Ref) else None
    write_attribute(machine, value, name, new if old is None or new is None else union([old, new]), node)


def _write_object(machine: Machine, owner: int, name: str, new: V | None, node: ast.expr) -> None:
    cls = machine.heap.header(owner).cls
    if cls is not None and new is not None:
        found = class_attribute(machine, cls, name, node)
        if isinstance(found, Property) and found.setter is not None:
            machine.call(machine, found.setter, plain(Ref(owner), new), node)
            return
        hook = find_method(machine, Ref(owner), "__setattr__")
        if hook is not None:
            machine.find("unsupported", node, "__setattr__")
    machine.write(owner, name, new, node)
