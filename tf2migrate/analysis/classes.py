"""Classes and instances of the program: method resolution, binding, construction."""

from __future__ import annotations

import ast

from tf2migrate.analysis.heap import Header
from tf2migrate.analysis.machine import Activation, Machine
from tf2migrate.analysis.values import (
    Arguments,
    Bound,
    ClassMethod,
    Function,
    Internal,
    Property,
    Ref,
    StaticMethod,
    V,
)

BASES = "*bases"  # the cell of a class that holds its base values


def define_class(machine: Machine, node: ast.ClassDef) -> V:
    """Evaluate a class statement and return the class."""
    bases = tuple(machine.evaluate(machine, base) for base in node.bases)
    for keyword in node.keywords:
        machine.evaluate(machine, keyword.value)
    here = machine.here
    owner = machine.open_frame("class", node.name, node, here.module, here.context, here.frame)
    machine.made[owner] = machine.place(node)
    machine.heap.set(owner, BASES, Internal(bases))
    activation = Activation(owner, here.module, here.context, node, node)
    with machine.activation(activation):
        machine.execute(machine, node.body)
    value: V = Ref(owner)
    for decorator in reversed(node.decorator_list):
        machine.evaluate(machine, decorator)
    return value


def bases_of(machine: Machine, owner: int) -> tuple[V, ...]:
    """Return the bases of a class as they were evaluated."""
    state = machine.heap.get(owner, BASES)
    return state.value if isinstance(state, Internal) and isinstance(state.value, tuple) else ()


def resolution_order(machine: Machine, owner: int) -> list[int]:
    """Return the class and its bases of the program, depth first, each once at its last place."""
    order = [owner]
    for base in bases_of(machine, owner):
        if isinstance(base, Ref):
            order += resolution_order(machine, base.id)
    return [one for index, one in enumerate(order) if one not in order[index + 1 :]]


def foreign_base(machine: Machine, owner: int) -> V | None:
    """Return the first base that is no class of the program, if it is not `object`."""
    for one in resolution_order(machine, owner):
        for base in bases_of(machine, one):
            if not isinstance(base, Ref) and getattr(base, "name", "") not in ("object", "Exception"):
                return base
    return None


def class_attribute(machine: Machine, owner: int, name: str, node: ast.AST, after: int | None = None) -> V | None:
    """Return what the class or its bases hold under `name`; with `after`, only what stands behind that class."""
    order = resolution_order(machine, owner)
    if after is not None and after in order:
        order = order[order.index(after) + 1 :]
    for one in order:
        value = machine.read(one, name, node)
        if value is not None:
            return value
    return None


def bind(machine: Machine, value: V, receiver: V, owner: int, node: ast.expr) -> V:
    """Return a class attribute as an instance sees it."""
    match value:
        case Function():
            return Bound(value, receiver)
        case StaticMethod(function):
            return function
        case ClassMethod(function):
            return Bound(function, Ref(owner))
        case Property(getter, _):
            return machine.call(machine, getter, Arguments().preceded_by(receiver), node)
    return value


def find_method(machine: Machine, value: V, name: str) -> V | None:
    """Return a method of an instance of the program, bound, without an event."""
    if not isinstance(value, Ref):
        return None
    cls = machine.heap.header(value.id).cls
    if cls is None:
        return None
    for one in resolution_order(machine, cls):
        found = machine.heap.get(one, name)
        if isinstance(found, Function):
            return Bound(found, value)
    return None


def new_instance(machine: Machine, owner: int, node: ast.AST) -> Ref:
    """Return a new instance without attributes."""
    name = machine.heap.header(owner).name
    instance = machine.allocate(Header("instance", name, owner, machine.ref(node)), node)
    machine.instances.setdefault(owner, []).append(instance)
    return Ref(instance)


def construct(machine: Machine, owner: int, arguments: Arguments, node: ast.expr) -> V:
    """Return a new instance, its constructor run."""
    instance = new_instance(machine, owner, node)
    initializer = find_method(machine, instance, "__init__")
    if initializer is not None:
        machine.call(machine, initializer, arguments, node)
    return instance
