"""Functions that run what another function builds: they are handed the steps, which are local to that one."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Mapping

from tf2migrate.migrate.home import covers
from tf2migrate.migrate.state_plan import HomePlan
from tf2migrate.migrate.steps import Step
from tf2migrate.migrate.view import ProgramView
from tf2migrate.migrate.workbench import Workbench
from tf2migrate.model.source import NodeRef


def handed_steps(
    view: ProgramView, benches: Mapping[str, Workbench], plans: Iterable[HomePlan]
) -> dict[NodeRef, tuple[str, ...]]:
    """Return the names of the steps that functions need which stand outside of the function that has them."""
    names: dict[NodeRef, dict[str, None]] = defaultdict(dict)
    owners: dict[NodeRef, set[NodeRef]] = defaultdict(set)
    for plan in plans:
        if plan.home.definition is None or plan.home.members is not None:
            continue
        for step in plan.steps:
            for definition in _runners(view, plan, step):
                names[definition][step.name] = None
                owners[definition].add(plan.home.definition)
    return {
        definition: tuple(needed)
        for definition, needed in names.items()
        if len(owners[definition]) == 1 and not _taken(benches[definition.path], definition) & needed.keys()
    }


def _runners(view: ProgramView, plan: HomePlan, step: Step) -> Iterable[NodeRef]:
    """Yield the functions on the way from a home's body to a step's run sites that cannot see the body's names."""
    assert plan.home.definition is not None
    for site in step.sites:
        for visit in site.visits:
            for place in view.trail(visit.place):
                if place.frame in plan.home.frames:
                    break
                definition = view.frames[place.frame].definition
                if definition is not None and not covers(plan.home.definition, definition):
                    yield definition


def _taken(bench: Workbench, definition: NodeRef) -> set[str]:
    inside = list(ast.walk(bench.syntax.nodes[definition]))
    return {n.id for n in inside if isinstance(n, ast.Name)} | {n.arg for n in inside if isinstance(n, ast.arg)}
