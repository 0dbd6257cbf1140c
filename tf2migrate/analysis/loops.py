"""Loops: unrolled where their elements are known, else evaluated twice with what one pass leaves for the next."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

from tf2migrate.analysis.iteration import iterate
from tf2migrate.analysis.joins import join_values, options, union
from tf2migrate.analysis.machine import NEXT, Completion, Exit, Machine
from tf2migrate.analysis.nodes import graph_values
from tf2migrate.analysis.operators import truth
from tf2migrate.analysis.patterns import loop_index
from tf2migrate.analysis.targets import assign
from tf2migrate.analysis.values import Host, Items, Known, Range, V
from tf2migrate.model.facts import Grade, Kind

ALWAYS_UNROLLED = 16
ALWAYS_NESTED = 64
MOST_UNROLLED = 200
MOST_NESTED = 2000
PASSES = 2


def execute_for(machine: Machine, node: ast.For) -> Completion:
    """Execute a `for` loop."""
    source = machine.evaluate(machine, node.iter)
    start = len(machine.here.exits)
    if isinstance(source, Range):
        completion = _over_range(machine, node, source.values)
    else:
        completion = _over_items(machine, node, iterate(machine, source, node.iter))
    return _leave(machine, completion, start, node.orelse)


def _leave(machine: Machine, completion: Completion, start: int, orelse: list[ast.stmt]) -> Completion:
    if orelse and completion is NEXT:
        completion = machine.execute(machine, orelse)
    settled, _ = machine.settle(completion, "break", start)
    return settled


def _over_range(machine: Machine, node: ast.For, values: range) -> Completion:
    def known() -> Completion:
        return _unrolled(machine, node, [Known(value) for value in values])

    if len(values) <= ALWAYS_UNROLLED and machine.unrolled * len(values) <= ALWAYS_NESTED:
        return known()

    def unknown() -> Completion:
        return _unknown(machine, lambda _: _pass(machine, node, _index(machine)), True)

    if len(values) > MOST_UNROLLED or machine.unrolled * len(values) > MOST_NESTED:
        return unknown()
    return try_unknown(machine, unknown, known, needs_run=len(values) <= ALWAYS_UNROLLED)


def _over_items(machine: Machine, node: ast.For, contents: Items) -> Completion:
    if contents.rest == Host("element") and _counts(node.iter):
        return _unknown(machine, lambda _: _pass(machine, node, _index(machine)), False)
    completion = _over_known(machine, node, contents.items)
    if completion is not NEXT or contents.rest is None:
        return completion
    alternatives = options(contents.rest)
    return _unknown(
        machine,
        lambda number: _pass(machine, node, alternatives[number % len(alternatives)]),
        False,
        max(PASSES, len(alternatives)),
    )


def _over_known(machine: Machine, node: ast.For, items: tuple[V, ...]) -> Completion:
    def known() -> Completion:
        return _unrolled(machine, node, items)

    def unknown() -> Completion:
        joined = union(items)
        return _unknown(machine, lambda _: _pass(machine, node, joined), True)

    if machine.unrolled * len(items) > MOST_NESTED:
        return unknown()
    if len(items) <= ALWAYS_UNROLLED or not all(isinstance(item, Known | Host) for item in items):
        return known()
    return try_unknown(machine, unknown, known)


def _counts(iterable: ast.expr) -> bool:
    return (
        isinstance(iterable, ast.Call)
        and isinstance(iterable.func, ast.Name)
        and iterable.func.id in ("range", "xrange")
    )


def _index(machine: Machine) -> V:
    return loop_index(machine.trace.tick())


def _pass(machine: Machine, node: ast.For, item: V) -> Completion:
    machine.here.statement = node
    assign(machine, node.target, item)
    return machine.execute(machine, node.body)


def _unrolled(machine: Machine, node: ast.For, items: Sequence[V]) -> Completion:
    outer = machine.unrolled
    machine.unrolled = outer * max(1, len(items))
    try:
        for item in items:
            machine.step()
            start = len(machine.here.exits)
            completion = _pass(machine, node, item)
            settled, _ = machine.settle(completion, "continue", start)
            if settled is not NEXT:
                return settled
        return NEXT
    finally:
        machine.unrolled = outer


def _unknown(
    machine: Machine, one_pass: Callable[[int], Completion], entered: bool, passes: int = PASSES
) -> Completion:
    """Execute a loop body of unknown count; `entered` says that it happens at least once."""
    for number in range(passes):
        start = len(machine.here.exits)
        mark = machine.heap.mark()
        with machine.in_unknown_loop():
            completion, _ = machine.settle(one_pass(number), "continue", start)
        if entered and number == 0:
            if completion is not NEXT:
                return completion
        else:
            completion = _join_skipped(machine, mark, completion)
        _forget_counts(machine, mark)
    return NEXT


def _forget_counts(machine: Machine, mark: int) -> None:
    """Make the numbers unknown that a pass changed: they change on in passes which are not evaluated.

    Lists of the host, too, hold more by then than what one pass has put into them.
    """
    for cell, old in machine.heap.old_since(mark).items():
        now = machine.heap.get(*cell)
        if isinstance(old, Items) and isinstance(now, Items) and now != old and not graph_values(machine, now):
            machine.heap.set(*cell, join_values(old, now))
        if _is_number(old) and now != old:
            alternatives = [one for one in options(now) if one != old] if now is not None else []
            if alternatives and all(_is_number(one) for one in alternatives):
                machine.heap.set(*cell, Host("int") if isinstance(old.value, int) else Host("value"))  # type: ignore[union-attr]


def _is_number(value: V | None) -> bool:
    return isinstance(value, Known) and isinstance(value.value, (int, float)) and not isinstance(value.value, bool)


def _join_skipped(machine: Machine, mark: int, completion: Completion) -> Completion:
    delta = machine.rewind(mark)
    if completion is NEXT:
        machine.heap.join_deltas([delta, {}])
    else:
        machine.here.exits.append(Exit(completion, mark, delta))
    return NEXT


def try_unknown(
    machine: Machine, unknown: Callable[[], Completion], known: Callable[[], Completion], needs_run: bool = False
) -> Completion:
    """Execute a loop as one of unknown count, or with its known elements if it builds a part of the graph.

    With `needs_run` also if it does not run the session, or runs what only the elements tell.
    """
    heap_mark, trace_mark = machine.heap.mark(), machine.trace.mark()
    exits, evaluated = list(machine.here.exits), set(machine.evaluated)
    first_node, first_visit = len(machine.trace.nodes), len(machine.trace.visits)
    completion = unknown()
    builds = any(node.kind not in (Kind.OBJECT, Kind.SESSION) for node in machine.trace.nodes[first_node:])
    visits = machine.trace.visits[first_visit:]
    runs = bool(visits) and all(visit.grade is Grade.EXACT for visit in visits)
    if not builds and (runs or not needs_run):
        return completion
    machine.rewind(heap_mark)
    machine.trace.cut(trace_mark)
    machine.here.exits[:] = exits
    machine.evaluated = evaluated
    return known()


def execute_while(machine: Machine, node: ast.While) -> Completion:
    """Execute a `while` loop."""
    start = len(machine.here.exits)
    known = _test(machine, node)
    if known is False:
        return machine.execute(machine, node.orelse)
    endless = isinstance(node.test, ast.Constant) and bool(node.test.value)

    def unknown() -> Completion:
        return _unknown(machine, lambda _: _while_pass(machine, node), known is True)

    if endless or known is None:
        completion = unknown()
    else:
        completion = try_unknown(machine, unknown, lambda: _counted(machine, node, unknown))
    if endless and completion is NEXT:
        completion = Completion("raise", Host("exception"))
    return _leave(machine, completion, start, node.orelse)


def _test(machine: Machine, node: ast.While) -> bool | None:
    machine.here.statement = node
    return truth(machine, machine.evaluate(machine, node.test), node.test)


def _while_pass(machine: Machine, node: ast.While) -> Completion:
    completion = machine.execute(machine, node.body)
    if completion is NEXT:
        _test(machine, node)
    return completion


def _counted(machine: Machine, node: ast.While, unknown: Callable[[], Completion]) -> Completion:
    for _ in range(MOST_UNROLLED):
        start = len(machine.here.exits)
        settled, _ = machine.settle(machine.execute(machine, node.body), "continue", start)
        if settled is not NEXT:
            return settled
        known = _test(machine, node)
        if known is False:
            return NEXT
        if known is None:
            break
    return unknown()
