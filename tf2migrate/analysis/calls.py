"""What a call does, by what is called."""

from __future__ import annotations

import ast

from tf2migrate.analysis.builtin_calls import call_builtin
from tf2migrate.analysis.classes import construct, find_method, foreign_base
from tf2migrate.analysis.containers import call_container
from tf2migrate.analysis.functions import enter, enter_bound
from tf2migrate.analysis.graph.calls import call_symbol
from tf2migrate.analysis.graph.methods import call_chosen, call_method, call_value, chosen_optimizers
from tf2migrate.analysis.graph.sessions import unknown_run
from tf2migrate.analysis.heap import CONTENTS
from tf2migrate.analysis.host_text import call_unknown_text
from tf2migrate.analysis.libraries import call_library, hand_over
from tf2migrate.analysis.machine import Machine
from tf2migrate.analysis.text import call_text
from tf2migrate.analysis.values import (
    NONE,
    Argument,
    Arguments,
    Bound,
    Builtin,
    ClassMethod,
    Function,
    GraphValue,
    Host,
    Known,
    Method,
    NamedTuple,
    Partial,
    Property,
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
)


def call(machine: Machine, callee: V, arguments: Arguments, node: ast.expr) -> V:
    """Return what calling `callee` gives, its effects applied and recorded."""
    match callee:
        case Function():
            return enter(machine, callee, arguments, node)
        case Bound():
            return enter_bound(machine, callee, arguments, node)
        case Symbol(path) if path == "tf" or path.startswith("tf."):
            return call_symbol(machine, path, arguments, node)
        case Symbol(path):
            return call_library(machine, path, arguments, node)
        case Method():
            return _call_method(machine, callee, arguments, node)
        case Builtin(name):
            return call_builtin(machine, name, arguments, node)
        case Ref(owner):
            return _call_object(machine, owner, arguments, node)
        case Union(options) if chosen := chosen_optimizers(machine, options):
            return call_chosen(machine, chosen, arguments, node)
        case Union(options):
            return _call_choice(machine, options, arguments, node)
    return _call_other(machine, callee, arguments, node)


def _call_other(machine: Machine, callee: V, arguments: Arguments, node: ast.expr) -> V:
    match callee:
        case Partial(function, first):
            joined = Arguments(
                (*first.positional, *arguments.positional),
                (*[one for one in first.keywords if one[0] not in dict(arguments.keywords)], *arguments.keywords),
                arguments.open if first.open is None else first.open,
            )
            return machine.call(machine, function, joined, node)
        case GraphValue():
            return call_value(machine, callee, arguments, node)
        case NamedTuple(name, fields):
            return _make_namedtuple(machine, name, fields, arguments, node)
        case StaticMethod(function) | ClassMethod(function):
            return machine.call(machine, function, arguments, node)
        case Unknown():
            hand_over(machine, arguments, "a call that is not known", node)
            return callee
        case Host(what):
            return hand_over(machine, arguments, what, node)
    hand_over(machine, arguments, "a call that is not known", node)
    return machine.unknown("a call of a value that is no function", node)


def _call_method(machine: Machine, method: Method, arguments: Arguments, node: ast.expr) -> V:
    receiver = method.receiver
    match receiver:
        case GraphValue() | Scope() | ShapeOf():
            return call_method(machine, method, arguments, node)
        case Known(value=str() | bytes()):
            return call_text(machine, receiver, method.name, arguments, node)
        case Ref() | Tuple():
            return call_container(machine, receiver, method.name, arguments, node)
        case Super(_, inner):
            return _call_super(machine, inner, method.name, arguments, node)
        case Host(what):
            handed = hand_over(machine, arguments, f"{what}.{method.name}", node)
            text = call_unknown_text(machine, what, method.name, node) if isinstance(handed, Host) else None
            return text or handed
        case Symbol():
            return machine.call(machine, receiver, arguments, node)
        case Unknown() if method.name in ("run", "eval"):
            return unknown_run(machine, method, arguments, node)
        case Union():
            options = tuple(Method(option, method.name) for option in receiver.options if option != NONE)
            return _call_choice(machine, options, arguments, node)
        case Property():
            return receiver
    hand_over(machine, arguments, method.name, node)
    return receiver if isinstance(receiver, Unknown) else Host("value")


def _call_super(machine: Machine, receiver: V, name: str, arguments: Arguments, node: ast.expr) -> V:
    if name in ("__init__", "__new__", "__setattr__", "__init_subclass__"):
        return NONE
    hand_over(machine, arguments, f"super().{name}", node)
    return machine.unknown(f"method {name!r} of a base class that is not part of the program", node)


def _call_object(machine: Machine, owner: int, arguments: Arguments, node: ast.expr) -> V:
    if machine.heap.header(owner).kind == "class":
        return construct(machine, owner, arguments, node)
    if machine.heap.get(owner, CONTENTS) is None:
        method = find_method(machine, Ref(owner), "__call__")
        if method is not None:
            return machine.call(machine, method, arguments, node)
    method = find_method(machine, Ref(owner), "call")
    cls = machine.heap.header(owner).cls
    if method is not None and cls is not None and isinstance(foreign_base(machine, cls), Symbol):
        return machine.call(machine, method, arguments, node)
    hand_over(machine, arguments, "a call that is not known", node)
    return machine.unknown("a call of an object", node)


def _call_choice(machine: Machine, options: tuple[V, ...], arguments: Arguments, node: ast.expr) -> V:
    from tf2migrate.analysis.expressions import either

    callable_ = [option for option in options if option != NONE]
    return either(machine, [lambda one=option: machine.call(machine, one, arguments, node) for option in callable_])  # type: ignore[misc]


def _make_namedtuple(machine: Machine, name: str, fields: tuple[str, ...], arguments: Arguments, node: ast.expr) -> V:
    given: dict[str, Argument] = dict(zip(fields, arguments.positional, strict=False)) | dict(arguments.keywords)
    items = [
        given[field].value if field in given else arguments.open or machine.unknown(f"no argument for {field!r}", node)
        for field in fields
    ]
    return Tuple(tuple(items), None, name, fields)
