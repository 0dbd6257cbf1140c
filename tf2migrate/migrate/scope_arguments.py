"""What a variable scope gives to the variables in it beside their names: an initializer, a getter, a dtype."""

from __future__ import annotations

from tf2migrate.migrate.home import covers
from tf2migrate.migrate.refusal import NO_NATIVE_FORM, Refused
from tf2migrate.migrate.view import ProgramView
from tf2migrate.model.facts import GraphNode, Kind, Known

_ALWAYS = ("constraint", "partitioner", "dtype")


def check_scope_arguments(view: ProgramView) -> None:
    """Refuse variables that take from their scope what no statement of theirs says."""
    for scope in view.nodes:
        if scope.op not in ("tf.variable_scope", "tf.variable_op_scope"):
            continue
        given = {name for name, value in scope.arguments.items() if value != Known(None)}
        if "custom_getter" in given:  # also decides what variables that were made before are taken for
            raise _refused(scope, "custom_getter")
        for node in view.nodes:
            if node.kind is not Kind.VARIABLE or node.op == "tf.Variable" or not _is_within(view, scope, node):
                continue
            own = {"initializer", "kernel_initializer", "weights_initializer", "scope_initializer"} & set(
                node.arguments
            )
            taken = next((name for name in _ALWAYS if name in given), None)
            taken = taken or ("initializer" if "initializer" in given and not own else None)
            if taken is not None:
                raise _refused(scope, taken)


def _refused(scope: GraphNode, taken: str) -> Refused:
    reason = f"variables in this scope take its `{taken}`"
    return Refused(NO_NATIVE_FORM, scope.place.expression, reason, "give each variable its own")


def _is_within(view: ProgramView, scope: GraphNode, node: GraphNode) -> bool:
    return any(
        step.frame == scope.place.frame and covers(scope.place.statement, step.expression)
        for step in view.trail(node.place)
    )
