"""What becomes of each run site: gone, read eagerly, or a call of a step function."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from tf2migrate.migrate.refusal import (
    FEED_FORM,
    NO_NATIVE_FORM,
    NOT_EVALUATED,
    UNCERTAIN_RUN,
    UNORDERED_EFFECTS,
    Refused,
)
from tf2migrate.migrate.view import ProgramView, covers, is_slot
from tf2migrate.model.facts import Fetch, FetchLeaf, FetchNest, Grade, GraphNode, Kind, Visit
from tf2migrate.model.source import NodeRef

SAVE, RESTORE = "saver.save", "saver.restore"
SCIPY = "scipy.minimize"
COUNT = "global_step"  # `tf.train.global_step`: the value of a step count, as an int
SAVER_FORMS = frozenset({SAVE, RESTORE})


STATE_TUPLE = "LSTMStateTuple"  # the named tuple that emitted cells give, too


@dataclass(frozen=True)
class InitSite:
    """Runs initializers alone."""

    site: NodeRef
    visits: tuple[Visit, ...]
    variables: frozenset[int]


@dataclass(frozen=True)
class EagerSite:
    """Fetches only variables, constants, or what is made within the call from them: no step function is needed."""

    site: NodeRef
    visits: tuple[Visit, ...]


@dataclass(frozen=True)
class StepSite:
    """Runs a piece of the graph; `owner` is the object that holds it, of several of one class."""

    site: NodeRef
    visits: tuple[Visit, ...]
    owner: int | None = None


Site = InitSite | EagerSite | StepSite


def leaves(fetch: Fetch) -> list[FetchLeaf]:
    """Return the fetched elements in order; an unknown one is refused before planning."""
    match fetch:
        case FetchLeaf():
            return [fetch]
        case FetchNest(_, items):
            return [leaf for item in items for leaf in leaves(item)]
        case _:
            return []


def nests(fetch: Fetch) -> list[FetchNest]:
    """Return the lists, tuples and dicts of a fetch, outer ones first."""
    if not isinstance(fetch, FetchNest):
        return []
    return [fetch, *(nest for item in fetch.items for nest in nests(item))]


def whole_expression(nest: FetchNest) -> NodeRef | None:
    """Return the expression that makes all elements of a fetched list, where they have none of their own."""
    plain = nest.type in ("list", "tuple") and bool(nest.items)
    return nest.at if plain and all(isinstance(i, FetchLeaf) and i.at is None for i in nest.items) else None


def fetch_shape(view: ProgramView, fetch: Fetch) -> object:
    """Return what tells one fetch from another: its structure and the expressions that make its elements."""
    match fetch:
        case FetchLeaf(node):
            fact = view.nodes[node]
            return (fact.place.expression, fact.place.context, fact.output)
        case FetchNest(kind, items, keys):
            return (kind, tuple(fetch_shape(view, item) for item in items), keys)
        case _:
            return None


def run_shape(view: ProgramView, visit: Visit, bodies: frozenset[NodeRef | None]) -> object:
    """Return what tells one run from another: what it fetches, and which of the instances of that."""
    return (fetch_shape(view, visit.fetch), _later_instances(view, visit, bodies))


def _later_instances(view: ProgramView, visit: Visit, bodies: frozenset[NodeRef | None]) -> tuple[int, ...]:
    """Return for each fetched value how many the same expression had made after it, within one call of the `bodies`.

    A graph that is built anew has the same numbers again; two of the values that one loop makes have not.
    """

    def root(node: int) -> int | None:
        trail = view.frames_on_trail(view.nodes[node].place)
        return next((frame for frame in trail if view.frames[frame].definition in bodies), None)

    def count(node: int) -> int:
        later = (n for n in view.twins(node) if n > node and view.nodes[n].time < visit.time)
        return sum(root(n) == root(node) for n in later)

    return tuple(count(leaf.node) for leaf in leaves(visit.fetch))


def fetched(visit: Visit) -> frozenset[int]:
    return frozenset(leaf.node for leaf in leaves(visit.fetch))


def needed_by(view: ProgramView, visit: Visit) -> frozenset[int]:
    """Return all nodes that a visit needs; what it feeds is not computed."""
    return view.closure(fetched(visit), frozenset(feed.node for feed in visit.feeds))


def made_within(view: ProgramView, node: GraphNode, visit: Visit) -> bool:
    """Say whether a node is made by the run call's own expression (in functions that it calls, too)."""
    return any(
        step.frame == visit.place.frame and covers(visit.place.expression, step.expression)
        for step in view.trail(node.place)
    )


def restored(view: ProgramView) -> list[tuple[Visit, frozenset[int]]]:
    """Return the visits that read a checkpoint, with the variables that each sets."""
    return [(visit, fetched(visit)) for visit in view.program.visits if visit.form == RESTORE]


_MAKES_SPARSE = frozenset(
    "string_split SparseTensor sparse_add sparse_concat sparse_fill_empty_rows sparse_maximum sparse_merge "
    "sparse_minimum sparse_placeholder sparse_reorder sparse_reset_shape sparse_reshape sparse_retain sparse_slice "
    "sparse_softmax sparse_split sparse_transpose sparse_from_dense".split()
)


def _is_sparse(node: GraphNode) -> bool:
    return node.op.removeprefix("tf.").replace("sparse.", "sparse_", 1) in _MAKES_SPARSE


def _is_run(view: ProgramView, visit: Visit) -> bool:
    """Say whether a visit runs what it names: a step count that is read is a variable."""
    if visit.form == COUNT and isinstance(visit.fetch, FetchLeaf):
        return view.nodes[visit.fetch.node].kind is Kind.VARIABLE
    return visit.form in ("run", "eval", "op_run", SCIPY)


def check_visit(view: ProgramView, visit: Visit) -> None:
    """Refuse what is not known exactly."""
    if not _is_run(view, visit):
        raise Refused(
            NO_NATIVE_FORM,
            visit.place.expression,
            f"`{visit.form}` runs the session without `Session.run`",
            "rewrite this part by hand first",
        )
    if any(_is_sparse(view.nodes[leaf.node]) for leaf in leaves(visit.fetch)):
        raise Refused(
            UNCERTAIN_RUN,
            visit.place.expression,
            "this run fetches a sparse tensor, which has no numpy value in TensorFlow 2",
            "fetch its indices, values and dense_shape, or tf.sparse.to_dense of it",
        )
    for nest in nests(visit.fetch):
        single = [leaf for leaf in leaves(nest) if view.nodes[leaf.node].op in ("tf.while_loop", "tf.cond")]
        if len(nest.items) == len(single) == 1:
            raise Refused(
                UNCERTAIN_RUN,
                visit.place.expression,
                "whether this loop or condition gives a list of one or a tensor is not certain",
                "take the one element by [0]",
            )
        if nest.type not in ("list", "tuple", "dict", STATE_TUPLE):
            raise Refused(
                UNCERTAIN_RUN,
                visit.place.expression,
                f"this run fetches a `{nest.type}`",
                "fetch a list, and make the structure of its values",
            )
    if visit.grade is not Grade.EXACT:
        raise _uncertain(view, visit)


def _uncertain(view: ProgramView, visit: Visit) -> Refused:
    if visit.session is None and any(view.frames[f].kind == "synthetic" for f in view.frames_on_trail(visit.place)):
        return never_called(visit.place.expression)
    why = visit.reasons[0].reason if visit.reasons else "depends on a value that is not known"
    return Refused(
        UNCERTAIN_RUN,
        visit.place.expression,
        f"what this run fetches or is fed is not certain: {why}",
        "fetch and feed values that follow from the program text",
    )


def never_called(at: NodeRef) -> Refused:
    """Return the refusal of a run in code that the program never calls."""
    return Refused(
        NOT_EVALUATED,
        at,
        "the code around this run is never called here",
        "run fix on the program that uses this module, or on the whole folder",
    )


def classify_sites(view: ProgramView) -> list[Site]:
    """Return every run site of the program with what becomes of it, in order of the first visit."""
    visits: dict[NodeRef, list[Visit]] = defaultdict(list)
    for visit in view.program.visits:
        if visit.form in SAVER_FORMS:
            continue  # written where the saver is
        check_visit(view, visit)
        visits[visit.place.expression].append(visit)
    return [_classify(view, site, tuple(found)) for site, found in visits.items()]


def _classify(view: ProgramView, site: NodeRef, visits: tuple[Visit, ...]) -> Site:
    kinds = {_kind_of(view, visit) for visit in visits}
    if len(kinds) != 1:
        raise Refused(
            UNCERTAIN_RUN,
            site,
            "this run does different kinds of work at different times",
            "split it into separate runs",
        )
    kind = kinds.pop()
    if kind is InitSite:
        _check_starts_unfed(view, site, visits)
        return InitSite(site, visits, initialized_variables(view, visits))
    return EagerSite(site, visits) if kind is EagerSite else StepSite(site, visits)


def _check_starts_unfed(view: ProgramView, site: NodeRef, visits: tuple[Visit, ...]) -> None:
    """Refuse initial values that the run of an initializer feeds: variables are made before it."""
    needed: set[int] = set()
    pending = list(initialized_variables(view, visits))
    while pending:
        fresh = set(view.nodes[pending.pop()].inputs) - needed
        needed |= fresh
        pending.extend(fresh)
    if any(feed.node in needed for visit in visits for feed in visit.feeds):
        raise Refused(
            UNCERTAIN_RUN,
            site,
            "this run of an initializer feeds what variables start from",
            "compute the initial values on the host",
        )


def initialized_variables(view: ProgramView, visits: tuple[Visit, ...]) -> frozenset[int]:
    """Return the variables that runs of initializers set, those of optimizers left out."""
    started = {i for visit in visits for leaf in fetched(visit) for i in initializers_in(view, leaf)}
    set_ones = [view.nodes[v] for i in started for v in view.nodes[i].inputs]
    return frozenset(node.id for node in set_ones if node.kind is Kind.VARIABLE and not is_slot(node))


def initializers_in(view: ProgramView, node: int) -> frozenset[int]:
    """Return the initializers that a node runs, itself or as a group, if it runs nothing else."""
    fact = view.nodes[node]
    if fact.kind is Kind.INITIALIZER:
        return frozenset({node})
    if fact.op != "tf.group" or not fact.inputs:
        return frozenset()
    parts = [initializers_in(view, part) for part in fact.inputs]
    return frozenset().union(*parts) if all(parts) else frozenset()


def _kind_of(view: ProgramView, visit: Visit) -> type[Site]:
    kinds = {
        Kind.INITIALIZER if initializers_in(view, leaf.node) else view.nodes[leaf.node].kind
        for leaf in leaves(visit.fetch)
    }
    if kinds and kinds <= {Kind.INITIALIZER}:
        return InitSite
    if Kind.INITIALIZER in kinds:
        raise Refused(
            UNORDERED_EFFECTS,
            visit.place.expression,
            "one run initializes variables and uses them, in no defined order",
            "run the initializer on its own first",
        )
    if _feeds_values(view, visit) or visit.form == SCIPY:
        return StepSite
    if all(_is_eager(view, leaf.node, visit) for leaf in leaves(visit.fetch)):
        return EagerSite
    return StepSite


def _feeds_values(view: ProgramView, visit: Visit) -> bool:
    """Say whether a run feeds something that is no placeholder but has a value of its own, which it needs."""
    needed = needed_by(view, visit)
    changed = {target for number in needed for target in view.nodes[number].targets}
    fed = {feed.node for feed in visit.feeds if feed.node in view.optional}
    for node in fed:
        if view.nodes[node].kind not in (Kind.TENSOR, Kind.VARIABLE) or node in changed:
            raise Refused(
                FEED_FORM,
                visit.place.expression,
                "a value that is no placeholder is fed",
                "make the fed value a placeholder",
            )
    return bool(fed & needed)


def _is_eager(view: ProgramView, node: int, visit: Visit) -> bool:
    fact = view.nodes[node]
    if fact.kind is Kind.VARIABLE or not view.dynamic(node):
        return True
    several = len(leaves(visit.fetch)) > 1
    for needed in view.closure(frozenset({node})):
        part = view.nodes[needed]
        if part.kind in (Kind.PLACEHOLDER, Kind.TRAIN) or (several and (part.stateful or part.kind is Kind.ASSIGN)):
            return False
        if view.is_compute(needed) and not made_within(view, part, visit):
            return False
    return True
