"""Layers have weights from their first call on: what needs them earlier gets them by tracing a step that calls them."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

from tf2migrate.migrate.home import Home
from tf2migrate.migrate.layer_forms import LAYER_FORMS
from tf2migrate.migrate.refusal import MIXED_STATE, Refused
from tf2migrate.migrate.render import Rendered
from tf2migrate.migrate.sites import SAVER_FORMS, needed_by
from tf2migrate.migrate.steps import Step
from tf2migrate.migrate.units import Unit
from tf2migrate.migrate.view import ProgramView
from tf2migrate.model.facts import GraphNode, Kind, Visit


@dataclass(frozen=True)
class Build:
    """An optimizer that is built before its first step: the statement that builds it, and what follows."""

    variables: frozenset[int]
    trained_by: frozenset[int]  # its train ops
    build: str
    slots: str
    line: int


def is_weight_of_layer(node: GraphNode) -> bool:
    """Say whether a variable is made at the first call of a layer."""
    return node.kind is Kind.VARIABLE and node.op in LAYER_FORMS


def traced_steps(home: Home, steps: list[Step], builds: list[Build]) -> list[Step]:
    """Return the steps to trace so that all weights exist that something needs before a run makes them.

    A step of a branch that is ruled out may need what only that branch binds: it is traced when it is called.
    """
    view = home.view
    possible = [step for step in steps if any(visit.taken for site in step.sites for visit in site.visits)]
    wanted = _early(home) | frozenset().union(*(build.variables for build in builds))
    if _run_in_another_order(home):
        wanted |= frozenset().union(*(called_weights(view, step) for step in possible))
    wanted = frozenset(n for n in wanted if is_weight_of_layer(view.nodes[n]))
    chosen: list[Step] = []
    for step in sorted(possible, key=lambda step: _trains(view, step)):
        made = called_weights(view, step) & wanted
        if made:
            chosen.append(step)
            wanted -= made
    if wanted:
        raise Refused(
            MIXED_STATE,
            view.nodes[min(wanted)].place.expression,
            "the weights of this layer are used although no run calls it",
            "call the layer in a run, or make its variables by hand",
        )
    return chosen


def building_lines(view: ProgramView, prefix: str, chosen: list[Step], builds: list[Build]) -> Rendered | None:
    """Return the statements that trace steps and build optimizers, in this order."""
    lines: list[Rendered] = []
    for step in chosen:
        text = f"{prefix}{step.name}.get_concrete_function()  # makes the weights of its layers"
        lines.append(Rendered.new(text, step.visit.place.expression.line))
    run = frozenset().union(*(needed_by(view, step.visit) for step in chosen)) if chosen else frozenset()
    for build in builds:
        traced = build.trained_by & run
        if not traced:
            lines.append(Rendered.new(build.build, build.line))
        elif len(build.trained_by) > 1:
            raise Refused(
                MIXED_STATE,
                view.nodes[min(traced)].place.expression,
                "an optimizer trains several sets of layers, and only a train step calls them",
                "use an optimizer for each",
            )
        if build.slots:
            lines.append(Rendered.new(build.slots, build.line))
    return (
        Rendered("\n".join(line.text for line in lines), tuple(n for line in lines for n in line.lines))
        if lines
        else None
    )


def called_weights(view: ProgramView, step: Step) -> frozenset[int]:
    """Return the weights of the layers that a step calls."""
    return _called(view, needed_by(view, step.visit))


def _called(view: ProgramView, needed: frozenset[int]) -> frozenset[int]:
    called = [view.nodes[n] for n in needed if _calls_layer(view.nodes[n])]
    return frozenset(target for node in called for target in node.targets)


def _trains(view: ProgramView, step: Step) -> bool:
    return any(view.nodes[n].kind is Kind.TRAIN for n in needed_by(view, step.visit))


def _run_in_another_order(home: Home) -> bool:
    """Say whether the objects of the home's class first call their layers in another order than they are made in.

    Their weights are drawn in the order in which they are made.
    """
    view, first_call = home.view, dict[int, float]()
    for owner, twins in home.twins.items():
        called = {number for number in twins if _calls_layer(view.nodes[number])}
        times = (visit.time for visit in _runs(view) if called & needed_by(view, visit))
        if called:
            first_call[owner] = min(times, default=inf)
    made = sorted(first_call, key=lambda owner: min(home.twins[owner]))
    return made != sorted(made, key=first_call.__getitem__)


def _calls_layer(node: GraphNode) -> bool:
    return node.kind is Kind.TENSOR and node.op.removesuffix(".__call__") in LAYER_FORMS


def early_uses(home: Home) -> list[Unit]:
    """Return the statements of a home that find weights of its layers made: runs that call none, and savers."""
    view = home.view
    places = [visit.place for visit in _runs(view) if _early_in(home, visit)]
    if any(is_weight_of_layer(node) and home.unit_of(node.place) is not None for node in view.nodes):
        places += [node.place for node in view.nodes if node.op == "tf.train.Saver"]
    return [unit for unit in map(home.unit_of, places) if unit is not None]


def _early(home: Home) -> frozenset[int]:
    """Return the weights made in a home that something reads or changes before a run has called their layer."""
    savers = [node for node in home.view.nodes if node.kind is Kind.SAVER]
    early = [_early_in(home, visit) for visit in _runs(home.view)]
    return frozenset().union(*early, *(_own(home, _saved_early(home.view, saver)) for saver in savers))


def _saved_early(view: ProgramView, saver: GraphNode) -> frozenset[int]:
    """Return the weights that a saver names when it is made, and that no run above it has made."""
    runs = [visit for visit in _runs(view) if visit.taken and visit.time < saver.time]
    made = frozenset().union(*(_called(view, needed_by(view, visit)) for visit in runs))
    return frozenset(number for number in saver.targets if is_weight_of_layer(view.nodes[number])) - made


def _early_in(home: Home, visit: Visit) -> frozenset[int]:
    """Return those of one run."""
    view, needed = home.view, needed_by(home.view, visit)
    return _own(home, _used(view, needed) - _called(view, needed))


def _own(home: Home, weights: frozenset[int]) -> frozenset[int]:
    """Return the weights of a home among others; those of other objects of its class are made as its own are."""
    first = {number: mine for twins in home.twins.values() for number, mine in twins.items()}
    own = {first.get(number, number) for number in weights}
    return frozenset(n for n in own if n >= 0 and home.unit_of(home.view.nodes[n].place) is not None)


def _runs(view: ProgramView) -> list[Visit]:
    return [visit for visit in view.program.visits if visit.form not in SAVER_FORMS]


def _used(view: ProgramView, needed: frozenset[int]) -> frozenset[int]:
    changed = {t for n in needed if view.nodes[n].kind is Kind.ASSIGN for t in view.nodes[n].targets}
    return frozenset(n for n in needed | changed if is_weight_of_layer(view.nodes[n]))
