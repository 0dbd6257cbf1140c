"""Computed values that some runs feed: parameters of their steps, and what the others compute."""

from __future__ import annotations

from tf2migrate.migrate.members import wrapping_place
from tf2migrate.migrate.refusal import FEED_FORM, Refused
from tf2migrate.migrate.render import Rendered
from tf2migrate.migrate.results import plan_returns
from tf2migrate.migrate.sites import needed_by
from tf2migrate.migrate.state_plan import HomePlan
from tf2migrate.migrate.steps import Step
from tf2migrate.migrate.units import walk
from tf2migrate.migrate.view import ProgramView, nodes_in, value_nodes
from tf2migrate.migrate.workbench import Workbench
from tf2migrate.migrate.zero_states import zero_state_spec
from tf2migrate.model.facts import FetchLeaf, GraphNode, Kind, Known


def check_fed_values(plan: HomePlan, step: Step) -> None:
    """Refuse a step that is given a computed value and computes it, too, or trains what that is computed from."""
    view = plan.home.view
    given = _given(plan, step)
    for unit in step.units if given else ():
        if any(
            given & value_nodes(write.value) for write in plan.home.events[unit].writes if plan.home.holds(write.cell)
        ):
            raise Refused(
                FEED_FORM,
                step.visit.place.expression,
                "a value that is computed is fed, and the run needs another part of the statement that computes it",
                "make the two in statements of their own",
            )
    behind = view.closure(given) - given
    for number in needed_by(view, step.visit) if given else ():
        if _differentiated(view, view.nodes[number]) & behind:
            raise Refused(
                FEED_FORM,
                view.nodes[number].place.expression,
                "gradients go through a computed value in the place of which a run feeds another one",
                "stop the gradient at the fed value",
            )


def _given(plan: HomePlan, step: Step) -> frozenset[int]:
    return frozenset(node for node in plan.units.structures.given(step.parameters) if plan.units.moves(node))


def _differentiated(view: ProgramView, node: GraphNode) -> set[int] | frozenset[int]:
    """Return the values with respect to which a node differentiates."""
    if node.kind is Kind.TRAIN:
        return set(node.targets)
    return nodes_in(node.arguments.get("xs", Known(None))) if node.op == "tf.gradients" else frozenset()


def givers(bench: Workbench, plan: HomePlan) -> dict[int, Step]:
    """Return, for each computed value that runs feed, the step that gives it: what it gives says how it is fed."""
    found: dict[int, Step] = {}
    for step in plan.steps:
        for node in sorted(_behind_steps(bench, plan, step) - set(found)):
            giver = next((other for other in plan.steps if _gives(bench, other, node)), None)
            if giver is None:
                raise Refused(
                    FEED_FORM,
                    step.visit.place.expression,
                    "a computed value is fed that no run fetches alone, so that its size is not known",
                    "make the fed value a placeholder",
                )
            found[node] = giver
    return found


def _behind_steps(bench: Workbench, plan: HomePlan, step: Step) -> set[int]:
    """Return the computed values that a step is fed whose sizes only a run tells."""
    moving = {node for node in step.parameters if plan.units.moves(node)}
    return {node for node in moving if zero_state_spec(bench, plan.home, plan.units, node) is None}


def _gives(bench: Workbench, step: Step, node: int) -> bool:
    """Say whether a step gives a value and nothing else."""
    alone = isinstance(step.visit.fetch, FetchLeaf) and step.visit.fetch.node == node and node not in step.parameters
    return alone and not step.rebuilt and bool(step.units) and plan_returns(bench, step).paths == ((),)


def spec_behind(bench: Workbench, plan: HomePlan, step: Step, node: int) -> Rendered:
    """Return the statements that name the spec of what a step gives, for feeding it."""
    spec = plan.spec_names[node]
    concrete = bench.names.local().fresh(f"concrete_{plan.parameter_names[node]}")
    traced = f"{concrete} = {plan.prefix}{step.name}.get_concrete_function()"
    shape = f"{concrete}.output_shapes, {concrete}.output_dtypes"
    return Rendered.new(f"{traced}\n{spec} = {bench.tf}.TensorSpec({shape})")


def check_wrapped_in_turn(plan: HomePlan, given: dict[int, Step]) -> None:
    """Refuse an object in which a step would be wrapped before the one that says how a value is fed to it."""
    for step in plan.steps:
        for giver in (given[node] for node in step.parameters if node in given):
            first = max(unit.index for unit in walk((wrapping_place(plan, giver),)))
            if first > max(unit.index for unit in walk((wrapping_place(plan, step),))):
                raise Refused(
                    FEED_FORM,
                    step.visit.place.expression,
                    "a computed value is fed before all is made that computes it",
                    "make the fed value a placeholder",
                )
