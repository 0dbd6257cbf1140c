"""Layers have weights from their first call on: what needs them earlier gets them by tracing a step that calls them."""

from __future__ import annotations

from dataclasses import dataclass

from tf2migrate.migrate.layer_forms import LAYER_FORMS
from tf2migrate.migrate.refusal import MIXED_STATE, Refused
from tf2migrate.migrate.render import Rendered
from tf2migrate.migrate.sites import EagerSite, Site, needed_by
from tf2migrate.migrate.steps import Step
from tf2migrate.migrate.view import ProgramView
from tf2migrate.model.facts import GraphNode, Kind


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


def traced_steps(view: ProgramView, steps: list[Step], sites: list[Site], builds: list[Build]) -> list[Step]:
    """Return the steps to trace so that all weights exist that something needs before a run makes them."""
    wanted = _early(view, steps, sites) | frozenset().union(*(build.variables for build in builds))
    wanted = frozenset(n for n in wanted if is_weight_of_layer(view.nodes[n]))
    chosen: list[Step] = []
    for step in sorted(steps, key=lambda step: _trains(view, step)):
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
    needed = needed_by(view, step.visit)
    called = [view.nodes[n] for n in needed if view.nodes[n].kind is Kind.TENSOR]
    layers = [node for node in called if node.op.removesuffix(".__call__") in LAYER_FORMS]
    return frozenset(target for node in layers for target in node.targets)


def _trains(view: ProgramView, step: Step) -> bool:
    return any(view.nodes[n].kind is Kind.TRAIN for n in needed_by(view, step.visit))


def _early(view: ProgramView, steps: list[Step], sites: list[Site]) -> frozenset[int]:
    """Return the weights that a run reads or changes without calling their layer."""
    early: set[int] = set()
    for step in steps:
        early |= _used(view, needed_by(view, step.visit)) - called_weights(view, step)
    for site in sites:
        if isinstance(site, EagerSite):
            for visit in site.visits:
                early |= _used(view, needed_by(view, visit))
    return frozenset(early)


def _used(view: ProgramView, needed: frozenset[int]) -> frozenset[int]:
    changed = {t for n in needed if view.nodes[n].kind is Kind.ASSIGN for t in view.nodes[n].targets}
    return frozenset(n for n in needed | changed if is_weight_of_layer(view.nodes[n]))
