"""Moving averages: the class is native; its first `apply` makes the variables, so it stands outside of every step."""

from __future__ import annotations

import ast

from tf2migrate.migrate.refusal import MIXED_STATE, NO_NATIVE_FORM, Refused
from tf2migrate.migrate.render import Rendered, concat
from tf2migrate.migrate.state_plan import HomePlan
from tf2migrate.migrate.variables import list_text
from tf2migrate.migrate.view import MOVING_AVERAGE
from tf2migrate.migrate.workbench import Workbench
from tf2migrate.model.facts import GraphNode, Kind


def write_averages(bench: Workbench, plan: HomePlan) -> None:
    """Put a first `apply` to where each operation that averages was made.

    It leaves the averages at the variables' initial values, where TF1 starts them.
    """
    done: set[object] = set()
    for node in bench.view.nodes:
        unit = plan.home.unit_of(node.place)
        at = node.place.expression
        if unit is None or at in done or not _applies(bench, node):
            continue
        done.add(at)
        call = bench.syntax.call(at)
        assert call is not None and isinstance(call.func, ast.Attribute)
        _check(bench, plan, node)
        if not call.args and not call.keywords:
            averaged = [i for i in node.inputs[1:] if bench.view.nodes[i].kind is Kind.VARIABLE]
            text = list_text(bench.view, plan.home, averaged, at, node.time)
            bench.renderer.add(
                bench.syntax.span(call),
                lambda call=call, text=text: _with_list(bench, call, text),  # type: ignore[misc]
            )
        first = concat([bench.render(call), "  # makes the averages, which begin at the initial values"])
        plan.layout.residue[unit].append(first)


def _applies(bench: Workbench, node: GraphNode) -> bool:
    made_by = bench.view.nodes[node.inputs[0]] if node.op == "method.apply" and node.inputs else None
    return made_by is not None and made_by.op == MOVING_AVERAGE and node.kind is Kind.OPERATION


def _with_list(bench: Workbench, call: ast.Call, text: str) -> Rendered:
    return concat([bench.render(call.func), f"({text})"])


def _check(bench: Workbench, plan: HomePlan, node: GraphNode) -> None:
    if any(bench.view.nodes[i].kind is not Kind.VARIABLE for i in node.inputs[1:]):
        raise Refused(
            NO_NATIVE_FORM,
            node.place.expression,
            "the moving average of a computed value, or one that counts by a computed value, has no native form yet",
            "keep the value in a variable",
        )
    call = bench.syntax.call(node.place.expression)
    owner = call.func.value if call is not None and isinstance(call.func, ast.Attribute) else None
    if not isinstance(owner, (ast.Name, ast.Attribute)):
        raise Refused(
            NO_NATIVE_FORM,
            node.place.expression,
            "an ExponentialMovingAverage is made and applied in one expression",
            "give it a name",
        )
    if node.place.frame not in plan.home.frames:
        raise Refused(
            MIXED_STATE, node.place.expression, "averages are made in a function", "make them where the graph is built"
        )
    if any(visit.time < node.time for site in plan.sites for visit in site.visits):
        raise Refused(
            MIXED_STATE,
            node.place.expression,
            "averages are made after the first run, and begin at the variables' initial values",
            "make them before the first run",
        )
