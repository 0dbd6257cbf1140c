"""Comprehensions and generator expressions."""

from __future__ import annotations

import ast
from collections.abc import Callable

from tf2migrate.analysis.elements import set_entry
from tf2migrate.analysis.iteration import iterate
from tf2migrate.analysis.joins import join
from tf2migrate.analysis.machine import Activation, Machine
from tf2migrate.analysis.operators import truth
from tf2migrate.analysis.targets import assign
from tf2migrate.analysis.values import Entries, Items, Tuple, V
from tf2migrate.model.facts import ITERATOR

Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
Emit = Callable[[bool], None]


def comprehend(machine: Machine, node: Comprehension) -> V:
    """Return what a comprehension builds; a generator expression counts as a list made at once."""
    source = iterate(machine, machine.evaluate(machine, node.generators[0].iter), node.generators[0].iter)
    here = machine.here
    frame = machine.open_frame("comprehension", type(node).__name__, node, here.module, here.context, here.frame)
    activation = Activation(frame, here.module, here.context, here.statement, node, here.owner, here.first)
    collected = Items(())
    entries = Entries(())

    def emit(certain: bool) -> None:
        nonlocal collected, entries
        if isinstance(node, ast.DictComp):
            entries = _emit_entry(machine, node, entries, certain)
        else:
            value = machine.evaluate(machine, node.elt)
            collected = _add(collected, value, certain)

    with machine.activation(activation):
        activation.exits = here.exits
        _run(machine, node.generators, 0, source, emit, True)
    if isinstance(node, ast.DictComp):
        return machine.new_dict(entries, node)
    if isinstance(node, ast.GeneratorExp):
        return Tuple(collected.items, collected.rest, ITERATOR)
    kind = "set" if isinstance(node, ast.SetComp) else "list"
    return machine.new_list(collected.items, node, collected.rest, kind)


def _add(collected: Items, value: V, certain: bool) -> Items:
    if certain and collected.rest is None:
        return Items((*collected.items, value))
    return Items(collected.items, join(collected.rest, value))


def _emit_entry(machine: Machine, node: ast.DictComp, entries: Entries, certain: bool) -> Entries:
    key = machine.evaluate(machine, node.key)
    value = machine.evaluate(machine, node.value)
    if certain:
        return set_entry(entries, key, value, (machine.ref(node.key), machine.ref(node.value)))
    changed = set_entry(entries, key, value, (machine.ref(node.key), machine.ref(node.value)))
    return Entries(changed.items, join(changed.rest, value) if changed.items else value)


def _run(
    machine: Machine, generators: list[ast.comprehension], index: int, source: Items, emit: Emit, certain: bool
) -> None:
    for item in source.items:
        _one(machine, generators, index, item, emit, certain)
    if source.rest is not None:
        with machine.in_unknown_loop():
            _one(machine, generators, index, source.rest, emit, False)


def _one(machine: Machine, generators: list[ast.comprehension], index: int, item: V, emit: Emit, certain: bool) -> None:
    machine.step()
    generator = generators[index]
    assign(machine, generator.target, item)
    for condition in generator.ifs:
        known = truth(machine, machine.evaluate(machine, condition), condition)
        if known is False:
            return
        certain = certain and known is True
    if index + 1 == len(generators):
        if certain or machine.loops:
            emit(certain)
        else:
            with machine.under_condition():
                emit(certain)
        return
    following = generators[index + 1]
    source = iterate(machine, machine.evaluate(machine, following.iter), following.iter)
    _run(machine, generators, index + 1, source, emit, certain)
