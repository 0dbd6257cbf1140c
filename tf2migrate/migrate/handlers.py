"""Runs inside `try`: what TensorFlow 1 raised there and TensorFlow 2 does not, or raises as another exception."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable

from tf2migrate.migrate.refusal import UNCERTAIN_RUN, Refused
from tf2migrate.migrate.sites import InitSite, Site, fetched, needed_by
from tf2migrate.migrate.syntax import Syntax
from tf2migrate.migrate.view import ProgramView, is_slot
from tf2migrate.model.facts import Kind, Visit

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def check_handlers(view: ProgramView, syntaxes: Iterable[Syntax], sites: list[Site]) -> None:
    """Refuse a caught run of which the native form does not raise what the program waits for."""
    parsed = {syntax.path: syntax for syntax in syntaxes}
    started: dict[int | None, set[int]] = defaultdict(set)
    visits = [(visit, site) for site in sites for visit in site.visits]
    for visit, site in sorted(visits, key=lambda pair: pair[0].time):
        if isinstance(site, InitSite):
            started[visit.session] |= site.variables
            continue
        caught = _caught(parsed[visit.place.expression.path], visit)
        if caught and _reads(view, visit) - started[visit.session]:
            raise Refused(
                UNCERTAIN_RUN,
                visit.place.expression,
                "this run uses a variable before its initializer is run, and the program catches the error",
                "initialize the variables first",
            )
        if visit.feeds and "ValueError" in caught and not caught & {"TypeError", "Exception", "BaseException", ""}:
            raise Refused(
                UNCERTAIN_RUN,
                visit.place.expression,
                "the program catches the ValueError of a feed that does not fit, which TensorFlow 2 raises otherwise",
                "check what is fed before the run",
            )
        started[visit.session] |= _assigned(view, visit)


def _caught(syntax: Syntax, visit: Visit) -> set[str]:
    """Return the names of the exceptions that are caught round a run; "" for a handler of all."""
    caught: set[str] = set()
    node: ast.AST = syntax.nodes[visit.place.expression]
    while node in syntax.parents and not isinstance(node, _FUNCTIONS):
        inner, node = node, syntax.parents[node]
        if isinstance(node, ast.Try) and inner in node.body:
            for handler in node.handlers:
                caught |= _names(handler.type)
    return caught


def _names(node: ast.expr | None) -> set[str]:
    match node:
        case None:
            return {""}
        case ast.Tuple(elts=elements):
            return set().union(*(_names(element) for element in elements))
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return {name}
        case _:
            return {"?"}


def _reads(view: ProgramView, visit: Visit) -> set[int]:
    """Return the variables whose values a run needs."""
    roots = fetched(visit)
    found = {node for node in roots if view.nodes[node].kind is Kind.VARIABLE}
    for number in view.closure(roots):
        node = view.nodes[number]
        read = set(node.inputs) - (set(node.targets) if node.op == "tf.assign" else set())
        if node.kind is not Kind.VARIABLE:
            found |= {i for i in read if view.nodes[i].kind is Kind.VARIABLE}
    return {node for node in found if not is_slot(view.nodes[node])}


def _assigned(view: ProgramView, visit: Visit) -> set[int]:
    return {target for n in needed_by(view, visit) for target in view.nodes[n].targets}
