"""What a run changes by operations that its own call makes: `sess.run([tf.assign(a, b), ..])`."""

from __future__ import annotations

from collections.abc import Callable, Container

from tf2migrate.migrate.refusal import UNNAMED_VALUE, UNORDERED_EFFECTS, Refused
from tf2migrate.migrate.results import part_key
from tf2migrate.migrate.sites import leaves, whole_expression
from tf2migrate.migrate.view import ProgramView
from tf2migrate.model.facts import Fetch, FetchLeaf, FetchNest, Kind
from tf2migrate.model.plan import Path
from tf2migrate.model.source import NodeRef

Made = Callable[[int], bool]


def effects_at_site(
    view: ProgramView, fetch: Fetch, made: Made, returned: Container[Path], path: Path = ()
) -> list[NodeRef]:
    """Return the expressions in a run call that change something, in the order of the fetches.

    `made` says which nodes the call itself makes. What is at the `returned` paths happens where it is returned. A list
    whose elements are not written one by one is one expression.
    """
    match fetch:
        case FetchLeaf(node, at):
            if path in returned or not _has_effect(view, node, made):
                return []
            if at is None:
                where = view.nodes[node].place.expression
                raise Refused(UNNAMED_VALUE, where, "an operation that is run has no name", "give it a name")
            return [at]
        case FetchNest(_, items):
            whole = whole_expression(fetch)
            if whole is not None and any(_has_effect(view, leaf.node, made) for leaf in leaves(fetch)):
                return [] if (*path, 0) in returned else [whole]
            parts = [(item, (*path, part_key(fetch, n))) for n, item in enumerate(items)]
            return [at for item, inner in parts for at in effects_at_site(view, item, made, returned, inner)]
        case _:
            return []


def _has_effect(view: ProgramView, node: int, made: Made) -> bool:
    """Say whether a fetched value is an operation that the run call makes, or needs such a one; updates are written."""
    needed = [view.nodes[n] for n in view.closure(frozenset({node})) if made(n)]
    trains = any(n.kind is Kind.TRAIN for n in needed)
    others = [n for n in needed if n.kind is Kind.ASSIGN or (n.stateful and not n.random and n.kind is not Kind.TRAIN)]
    if trains and others:
        reason = "one expression in a run makes a train op and another effect"
        raise Refused(UNORDERED_EFFECTS, others[0].place.expression, reason, "fetch the two one by one")
    return not trains and (bool(others) or any(n.kind is Kind.OPERATION for n in needed))
