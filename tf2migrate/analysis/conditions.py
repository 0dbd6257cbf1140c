"""Statements that choose: `if`, `try`, `match`."""

from __future__ import annotations

import ast
from collections.abc import Callable

from tf2migrate.analysis.joins import union
from tf2migrate.analysis.machine import NEXT, Completion, Exit, Machine
from tf2migrate.analysis.names import find_name, write_name
from tf2migrate.analysis.operators import truth
from tf2migrate.analysis.untaken import evaluate_untaken
from tf2migrate.analysis.values import NONE, Host, Known, Union, V


def execute_if(machine: Machine, node: ast.If) -> Completion:
    """Execute the branch that is taken, both where that is not known."""
    known = truth(machine, machine.evaluate(machine, node.test), node.test)
    if known is not None:
        taken, untaken = (node.body, node.orelse) if known else (node.orelse, node.body)
        evaluate_untaken(machine, untaken, taken)
        return machine.execute(machine, taken)
    return machine.fork(
        [
            lambda: _branch(machine, node.test, True, node.body),
            lambda: _branch(machine, node.test, False, node.orelse),
        ]
    )


def _branch(machine: Machine, test: ast.expr, taken: bool, body: list[ast.stmt]) -> Completion:
    _narrow(machine, test, taken)
    return machine.execute(machine, body)


def _narrow(machine: Machine, test: ast.expr, taken: bool) -> None:
    """Drop alternatives of a name that the test excludes: `x`, `not x`, `x is None`, `x is not None`."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            _narrow(machine, operand, not taken)
        case ast.Name(id=name) if taken:
            _keep(machine, name, lambda option: option != NONE)
        case ast.Compare(
            left=ast.Name(id=name), ops=[ast.Is() | ast.IsNot() as kind], comparators=[ast.Constant(value=None)]
        ):
            is_none = taken is isinstance(kind, ast.Is)
            _keep(machine, name, lambda option: (option == NONE) is is_none)


def _keep(machine: Machine, name: str, wanted: Callable[[V], bool]) -> None:
    found = find_name(machine, name)
    if found is None or not isinstance(found[1], Union):
        return
    kept = [option for option in found[1].options if wanted(option)]
    if kept:
        machine.heap.set(found[0], name, union(kept))


def execute_try(machine: Machine, node: ast.Try) -> Completion:
    """Execute the body, its handlers where it may raise, and what follows in any case."""
    start, before = len(machine.here.exits), machine.heap.mark()
    machine.tries += len(node.handlers) > 0
    completion = machine.execute(machine, node.body)
    machine.tries -= len(node.handlers) > 0
    caught = _take_caught(machine, node.handlers, start)
    if completion.kind == "raise":
        settled = _handle(machine, node, completion, caught)
    elif node.handlers and (caught or not _cannot_raise(node.body)):
        settled = _may_handle(machine, node, completion, caught, before)
    elif completion is NEXT:
        settled = machine.execute(machine, node.orelse)
    else:
        settled = completion
    if not node.finalbody:
        return settled
    machine.extend_exits(start, lambda: machine.execute(machine, node.finalbody))
    final = machine.execute(machine, node.finalbody)
    return settled if final is NEXT else final


def _take_caught(machine: Machine, handlers: list[ast.ExceptHandler], start: int) -> list[Exit]:
    """Return the paths out of the body that a handler catches; they leave no further."""
    exits = machine.here.exits
    raised = [one for one in exits[start:] if one.completion.kind == "raise"]
    caught = [one for one in raised if any(_matches(handler, _raised(one.completion)) for handler in handlers)]
    exits[:] = [one for one in exits if one not in caught]
    return caught


def _raised(completion: Completion) -> object:
    return completion.value.value if isinstance(completion.value, Known) else None


def _cannot_raise(body: list[ast.stmt]) -> bool:
    return all(isinstance(statement, ast.Import | ast.ImportFrom | ast.Pass) for statement in body)


def _handle(machine: Machine, node: ast.Try, completion: Completion, caught: list[Exit]) -> Completion:
    raised = _raised(completion)
    matching = [handler for handler in node.handlers if _matches(handler, raised)]
    exact = [handler for handler in matching if _names(handler) and raised in _names(handler)]
    if exact:
        matching = exact[:1]
    if not matching:
        return completion
    if len(matching) == 1 and not caught:
        return _execute_handler(machine, matching[0])
    others = [handler for handler in node.handlers if handler not in matching and _catches(handler, caught)]
    return machine.fork([_handling(machine, handler, caught) for handler in (*matching, *others)])


def _catches(handler: ast.ExceptHandler, caught: list[Exit]) -> bool:
    return any(_matches(handler, _raised(one.completion)) for one in caught)


def _matches(handler: ast.ExceptHandler, raised: object) -> bool:
    names = _names(handler)
    return not names or raised is None or raised in names or bool({"Exception", "BaseException"} & set(names))


def _names(handler: ast.ExceptHandler) -> list[str]:
    if handler.type is None:
        return []
    types = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return [ast.unparse(one).split(".")[-1] for one in types]


def _handling(machine: Machine, handler: ast.ExceptHandler, caught: list[Exit]) -> Callable[[], Completion]:
    def execute() -> Completion:
        for one in caught:
            if _matches(handler, _raised(one.completion)):
                machine.join_exit(one)
        return _execute_handler(machine, handler)

    return execute


def _execute_handler(machine: Machine, handler: ast.ExceptHandler) -> Completion:
    if handler.type is not None:
        machine.evaluate(machine, handler.type)
    if handler.name is not None:
        write_name(machine, handler.name, Host("exception"), handler)
    return machine.execute(machine, handler.body)


def _may_handle(machine: Machine, node: ast.Try, completion: Completion, caught: list[Exit], before: int) -> Completion:
    """Execute what follows the body, and each handler from what the body left, finished or not."""

    def finish() -> Completion:
        return completion if completion is not NEXT else machine.execute(machine, node.orelse)

    def interrupted(handler: ast.ExceptHandler) -> Callable[[], Completion]:
        handling = _handling(machine, handler, caught)

        def execute() -> Completion:
            machine.join_exit(Exit(NEXT, before, {}))
            return handling()

        return execute

    conditions = machine.conditions
    branches: list[Callable[[], Completion]] = [lambda: _unconditional(machine, conditions, finish)]
    branches += [interrupted(handler) for handler in node.handlers]
    return machine.fork(branches)


def _unconditional(machine: Machine, conditions: int, branch: Callable[[], Completion]) -> Completion:
    present = machine.conditions
    machine.conditions = conditions
    try:
        return branch()
    finally:
        machine.conditions = present


def execute_match(machine: Machine, node: ast.Match) -> Completion:
    """Execute every case as an alternative; names that patterns bind are host values of unknown kind."""
    machine.evaluate(machine, node.subject)
    branches = [_choosing(machine, case) for case in node.cases]
    return machine.fork([*branches, lambda: NEXT])


def _choosing(machine: Machine, case: ast.match_case) -> Callable[[], Completion]:
    return lambda: _execute_case(machine, case)


def _execute_case(machine: Machine, case: ast.match_case) -> Completion:
    for part in ast.walk(case.pattern):
        name = getattr(part, "name", None)
        if isinstance(name, str):
            write_name(machine, name, machine.unknown("a name bound by a pattern", case.pattern), part)
    if case.guard is not None:
        machine.evaluate(machine, case.guard)
    return machine.execute(machine, case.body)
