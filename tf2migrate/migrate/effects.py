"""The order of effects: what TF1 leaves open must come out as reads before writes, or be refused (laws 8 and 15)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import partial

from tf2migrate.migrate.cases import is_case_of_dict
from tf2migrate.migrate.home import Events, Home
from tf2migrate.migrate.normalization import Averages, is_update
from tf2migrate.migrate.ordering import reads_of
from tf2migrate.migrate.printed import BY_VALUE, printed
from tf2migrate.migrate.refusal import (
    BUILT_IN_LOOP,
    GRAPH_VALUE_ESCAPES,
    SEVERAL_GRAPH_OWNERS,
    UNORDERED_EFFECTS,
    Refused,
)
from tf2migrate.migrate.session_copies import check_sessions_beside
from tf2migrate.migrate.sites import InitSite, Site, needed_by, restored
from tf2migrate.migrate.steps import Step
from tf2migrate.migrate.view import ProgramView, downstream, has_effect, nodes_in
from tf2migrate.model.facts import GraphNode, Kind, Known, Read, Record, Sequence, Value, Write


def check_assignment_order(home: Home, step: Step) -> None:
    """Refuse a statement that assigns a variable and then reads it, without an order between the two.

    Statements are put into an order that keeps the law (see `ordering`); a statement stays as it is written.
    """
    view = home.view
    needed = needed_by(view, step.visit)
    assigning = [node for node in map(view.nodes.__getitem__, needed) if node.kind is Kind.ASSIGN or is_update(node)]
    for assign in assigning:
        targets = set(assign.targets) or {i for i in assign.inputs if view.nodes[i].kind is Kind.VARIABLE}
        after = downstream(view, assign.id, needed)
        unit = home.unit_of(assign.place)
        for number in needed:
            node = view.nodes[number]
            reads = targets & reads_of(node)
            if is_update(node) or node.time <= assign.time or not reads or number in after or node.kind is Kind.TRAIN:
                continue
            if home.unit_of(node.place) is unit:
                raise Refused(
                    UNORDERED_EFFECTS,
                    node.place.expression,
                    "one run assigns a variable and reads it with no order between the two",
                    "read it before, or order the two with tf.control_dependencies",
                )
    _check_two_writers(view, needed)


def _check_two_writers(view: ProgramView, needed: frozenset[int]) -> None:
    """Refuse a run in which a train op and an assign change the same variable in no defined order."""
    trains = [view.nodes[n] for n in needed if view.nodes[n].kind is Kind.TRAIN]
    for number in needed:
        node = view.nodes[number]
        for train in trains if node.kind is Kind.ASSIGN else ():
            if not set(train.targets) & set(node.targets):
                continue
            if train.id not in downstream(view, number, needed) and number not in downstream(view, train.id, needed):
                raise Refused(
                    UNORDERED_EFFECTS,
                    node.place.expression,
                    "one run trains a variable and assigns it, in no defined order",
                    "run the two one after the other",
                )


def check_slice_effects(home: Home, step: Step, averages: Averages) -> None:
    """Refuse a step whose statements have an effect that the run does not ask for (law 2), or grow from run to run."""
    view = home.view
    needed: set[int] = set()
    visits = [visit for site in step.sites for visit in site.visits]
    for visit in visits:
        needed |= needed_by(view, visit)
    for unit in step.units:
        _check_hashed(view, home.events[unit])
        for node in home.events[unit].nodes:
            if has_effect(node) and node.id not in needed and not averages.is_harmless(visits, node):
                raise Refused(
                    UNORDERED_EFFECTS,
                    node.place.expression,
                    "a statement that this run needs also has an effect that it must not have",
                    "make the two in statements of their own",
                )
        for need in home.loop_carried(unit):
            raise Refused(
                BUILT_IN_LOOP,
                need.place.expression,
                "operations are added to the graph while it runs",
                "build the graph once, and keep what grows in a variable or on the host",
            )


def check_identity(view: ProgramView) -> None:
    """Refuse host comparisons of graph values (by identity in TF1, by value in TF2) and prints of them."""
    for escape in view.program.escapes:
        if view.nodes[escape.node].kind not in BY_VALUE:
            continue
        if escape.into in ("print", "format"):
            raise printed(escape.place.expression)
        if escape.into == "compare":
            raise Refused(
                GRAPH_VALUE_ESCAPES,
                escape.place.expression,
                "values of the graph are compared: TensorFlow 1 compares which object it is, TensorFlow 2 its value",
                "compare with `is`, or compute with tf.equal",
            )


def _check_hashed(view: ProgramView, events: Events) -> None:
    """Refuse graph values in sets and as keys of dicts: TF2's cannot be hashed."""
    held: list[tuple[Read | Write | GraphNode, Value]] = [(write, write.value) for write in events.writes]
    held.extend((read, read.value) for read in events.reads)
    held.extend(
        (node, value) for node in events.nodes for value in node.arguments.values() if not is_case_of_dict(node)
    )
    for event, value in held:
        hashed = _hashed(value) if isinstance(value, (Record, Sequence)) else frozenset()
        if any(view.nodes[node].kind in BY_VALUE for node in hashed):
            raise Refused(
                GRAPH_VALUE_ESCAPES,
                event.place.expression,
                "a value of the graph is the key of a dict or in a set, which TensorFlow 2's values cannot be",
                "use a list, or names as keys",
            )


def _hashed(value: Record | Sequence) -> frozenset[int]:
    """Return the graph values that a dict or set hashes."""
    if isinstance(value, Sequence):
        return nodes_in(value) if value.type == "set" else frozenset()
    return frozenset().union(*(nodes_in(key) for key, _ in value.items))


def check_sessions(view: ProgramView, sites: list[Site]) -> None:
    """Refuse sessions that are in use side by side: each has variables of its own (law 8)."""
    if not any(node.kind is Kind.VARIABLE for node in view.nodes):
        return
    times: dict[int, list[int]] = defaultdict(list)
    for site in sites:
        for visit in site.visits:
            if visit.session is not None:
                times[visit.session].append(visit.time)
    spans = sorted((min(found), max(found), session) for session, found in times.items())
    check_sessions_beside(view, sites)
    _check_fresh_sessions(view, sites, spans)


def check_seeded_draws(view: ProgramView, sites: list[Site]) -> None:
    """Refuse seeded draws in several sessions: each session of TF1 starts their numbers anew."""
    sessions: dict[int, set[int | None]] = defaultdict(set)
    for site in sites:
        for visit in () if isinstance(site, InitSite) else site.visits:
            for number in filter(partial(_has_seed, view), needed_by(view, visit)):
                sessions[number].add(visit.session)
    for number, users in sessions.items():
        if len(users) > 1:
            raise Refused(
                SEVERAL_GRAPH_OWNERS,
                view.nodes[number].place.expression,
                "this draw has a seed and is run in several sessions, each of which starts its numbers anew",
                "draw with tf.random.Generator.from_seed, one for each session",
            )


def check_seeds_of_steps(view: ProgramView, steps: Iterable[Step]) -> None:
    """Refuse seeded draws of several functions: each function would begin their numbers anew."""
    users: Counter[int] = Counter()
    for step in steps:
        users.update(set(filter(partial(_has_seed, view), needed_by(view, step.visit))))
    for number, count in users.items():
        if count > 1:
            raise Refused(
                SEVERAL_GRAPH_OWNERS,
                view.nodes[number].place.expression,
                "this draw has a seed and is part of several runs, each of which would start its numbers anew",
                "draw with one tf.random.Generator.from_seed, or leave out the seed",
            )


def _has_seed(view: ProgramView, number: int) -> bool:
    node = view.nodes[number]
    return node.random and node.arguments.get("seed", Known(None)) != Known(None)


def _check_fresh_sessions(view: ProgramView, sites: list[Site], spans: list[tuple[int, int, int]]) -> None:
    """A later session on the same graph starts without values: it must initialize what it uses."""
    initialized: dict[int, set[int]] = defaultdict(set)
    graphs = {session: view.nodes[session].graph for _, _, session in spans}
    for site in sites:
        for visit in site.visits:
            if isinstance(site, InitSite) and visit.session is not None:
                initialized[visit.session] |= site.variables
    for read, variables in restored(view):
        if read.session is not None:
            initialized[read.session] |= variables
    for site in sites:
        if isinstance(site, InitSite):
            continue
        for visit in site.visits:
            session = visit.session
            earlier = [s for start, _, s in spans if session is not None and s != session and start < visit.time]
            needed = {n for n in needed_by(view, visit) if view.nodes[n].kind is Kind.VARIABLE}
            if session is None or not any(graphs[s] == graphs.get(session) for s in earlier):
                continue
            if needed - initialized[session] and any(needed & initialized[s] for s in earlier):
                raise Refused(
                    SEVERAL_GRAPH_OWNERS,
                    visit.place.expression,
                    "a new session uses variables that it has not initialized",
                    "initialize them in this session",
                )
