"""Assignment targets: names, attributes, elements, and unpacking."""

from __future__ import annotations

import ast

from tf2migrate.analysis.attributes import write_attribute
from tf2migrate.analysis.elements import write_element
from tf2migrate.analysis.iteration import iterate
from tf2migrate.analysis.machine import Machine
from tf2migrate.analysis.names import forget_name, write_name
from tf2migrate.analysis.values import Host, Items, Slice, Unknown, V
from tf2migrate.model.source import NodeRef


def assign(machine: Machine, target: ast.expr, value: V, value_at: NodeRef | None = None) -> None:
    """Bind `target` to `value`; `value_at` is the source expression of the value where there is one."""
    match target:
        case ast.Name(id=name):
            write_name(machine, name, value, target)
        case ast.Attribute(value=owner, attr=name):
            write_attribute(machine, machine.evaluate(machine, owner), name, value, target)
        case ast.Subscript(value=owner, slice=index):
            container = machine.evaluate(machine, owner)
            key = machine.evaluate(machine, index)
            write_element(machine, container, key, value, target, (machine.ref(index), value_at))
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            for element, part in zip(elements, unpack(machine, elements, value, target), strict=True):
                assign(machine, element, part)
        case ast.Starred(value=inner):
            assign(machine, inner, value)


def unpack(machine: Machine, elements: list[ast.expr], value: V, node: ast.expr) -> list[V]:
    """Return one value for each target, a list for a starred one."""
    contents = iterate(machine, value, node, len(elements))
    star = next((i for i, element in enumerate(elements) if isinstance(element, ast.Starred)), None)
    if star is not None:
        return _unpack_star(machine, contents, star, len(elements), node)
    if contents.rest is None and len(contents.items) != len(elements):
        return [machine.unknown("a sequence of another length is unpacked", node) for _ in elements]
    rest = contents.rest if contents.rest is not None else Host("value")
    return [contents.items[i] if i < len(contents.items) else rest for i in range(len(elements))]


def _unpack_star(machine: Machine, contents: Items, star: int, count: int, node: ast.expr) -> list[V]:
    after = count - star - 1
    items = list(contents.items)
    if contents.rest is not None:
        head = [items[i] if i < len(items) else contents.rest for i in range(star)]
        tail: list[V] = [Unknown("an unpacked sequence of unknown length", machine.ref(node))] * after
        return [*head, machine.new_list(tuple(items[star:]), node, contents.rest), *tail]
    if len(items) < count - 1:
        return [machine.unknown("a sequence of another length is unpacked", node)] * count
    stop = len(items) - after
    return [*items[:star], machine.new_list(tuple(items[star:stop]), node), *items[stop:]]


def delete(machine: Machine, target: ast.expr) -> None:
    """Unbind `target`."""
    match target:
        case ast.Name(id=name):
            forget_name(machine, name, target)
        case ast.Attribute(value=owner, attr=name):
            write_attribute(machine, machine.evaluate(machine, owner), name, None, target)
        case ast.Subscript(value=owner, slice=index):
            container = machine.evaluate(machine, owner)
            key = machine.evaluate(machine, index)
            if not isinstance(key, Slice):
                write_element(machine, container, key, None, target, (None, None))
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            for element in elements:
                delete(machine, element)
