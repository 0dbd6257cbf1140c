"""Optimizers of which an unknown condition chooses one (`if args.opt == "adam": ..`): one update serves all of them."""

from __future__ import annotations

from tf2migrate.migrate.optimizers import OptimizerForm, is_sparse, optimizer_target, updates_unknown_weights
from tf2migrate.migrate.refusal import OPTIMIZER_FORM, Refused
from tf2migrate.migrate.savers import saved_optimizers
from tf2migrate.migrate.train_ops import optimizers_of
from tf2migrate.migrate.view import ProgramView, nodes_in
from tf2migrate.model.facts import GraphNode, Kind, Known


def check_choice(view: ProgramView, train: GraphNode) -> None:
    """Refuse a train op whose update would have to be written otherwise for another of its optimizers."""
    chosen = optimizers_of(view, train)
    if len(chosen) == 1:
        return
    mine = {one.id for one in chosen}
    for other in (node for node in view.nodes if node.kind is Kind.TRAIN):
        its = {one.id for one in optimizers_of(view, other)}
        if its & mine and its != mine:
            raise _refused(other, "one of several optimizers, of which a condition chooses one, is used alone, too")
    mixed = len({optimizer_target(view, one).is_keras for one in chosen}) > 1
    if mixed and any(is_sparse(view, one) for one in chosen):
        raise _refused(train, "of the optimizers that a condition chooses from, some take sparse gradients")
    rates = {nodes_in(one.arguments.get("learning_rate", Known(None))) for one in chosen}
    if len(rates) > 1:
        raise _refused(train, "of the optimizers that a condition chooses from, each has a learning rate of its own")
    if mine & saved_optimizers(view) and not all(optimizer_target(view, one).is_keras for one in chosen):
        raise _refused(train, "a saver keeps the slots of an optimizer that a condition chooses")


def starting_at_one(view: ProgramView, train: GraphNode) -> dict[str, str]:
    """Return the slots that TensorFlow 1 starts at one, by the Keras optimizer that a train op has or may have.

    An optimizer that trains what Keras holds has a class of its own that does it.
    """
    forms = [optimizer_target(view, one) for one in optimizers_of(view, train)]
    keras = [form for form in forms if isinstance(form, OptimizerForm)]
    found = {form.keras: form.slots_from_one for form in keras if form.slots_from_one}
    if found and len(keras) < len(forms):
        raise _refused(train, "of the optimizers that a condition chooses from, some have slots that start at one")
    return {} if any(updates_unknown_weights(view, one) for one in optimizers_of(view, train)) else found


def _refused(node: GraphNode, reason: str) -> Refused:
    return Refused(OPTIMIZER_FORM, node.place.expression, reason, "write the choice by hand, one train step for each")
