"""Step functions: which statements the runs of one kind need, in which order, with which parameters."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, field

from tf2migrate.migrate.fed_structures import FedStructures, is_returned, parts_of
from tf2migrate.migrate.home import Home, covers
from tf2migrate.migrate.idle_reads import idle_arguments
from tf2migrate.migrate.iterators import is_element
from tf2migrate.migrate.layer_forms import LAYER_FORMS
from tf2migrate.migrate.moving import filled_containers, rebound_constants
from tf2migrate.migrate.normalization import gathers_updates, holds_updates, is_gathering
from tf2migrate.migrate.refusal import (
    FEED_FORM,
    GRAPH_VALUE_ESCAPES,
    NOT_EVALUATED,
    PLACEHOLDER_FORM,
    Refused,
)
from tf2migrate.migrate.sites import (
    StepSite,
    fetched,
    leaves,
    made_within,
    needed_by,
    nests,
    run_shape,
    whole_expression,
)
from tf2migrate.migrate.units import Unit
from tf2migrate.migrate.view import COMPUTE_KINDS, owners_in, value_nodes
from tf2migrate.model.facts import GraphValue, Kind, Read, Sequence, Value, Visit, Write
from tf2migrate.model.source import NodeRef


@dataclass(frozen=True)
class Need:
    """A name that a unit reads from the home body, and the write that it sees."""

    read: Read
    name: str
    definition: Write
    unit: Unit | None  # that wrote it; None: the head of a loop or `with`, or code outside of the body


@dataclass
class Step:
    """One function to be: a set of fetches over one set of statements."""

    sites: list[StepSite]
    visit: Visit  # the first one; the others fetch and feed the same
    parameters: tuple[int, ...]  # placeholders, in the order in which they are fed
    units: list[Unit] = field(default_factory=list)
    captured: list[Need] = field(default_factory=list)
    lifted: dict[NodeRef, set[str]] = field(default_factory=dict)  # helper function -> names it needs as parameters
    name: str = ""
    body: str = ""  # the method that it wraps, where an object owns the graph
    inside: bool = False  # its function stands within the loop that builds the graph anew
    rebuilt: bool = False  # some of its visits run other instances of the same statements

    @property
    def settled_time(self) -> int:
        """Return the time until which what the step captures must not change: its tracing, or its last rebuilding."""
        times = [visit.time for site in self.sites for visit in site.visits]
        return max(times) if self.rebuilt else min(times)


class Units:
    """The role of each unit of a home body."""

    def __init__(self, home: Home, visits: list[Visit]) -> None:
        self.home, self.view = home, home.view
        self._site_nodes = {
            node.id
            for visit in visits
            for node in self.view.nodes
            if node.kind in COMPUTE_KINDS and made_within(self.view, node, visit)
        }
        self._initial = self.view.initial_values()
        self._idle = idle_arguments(self.view, home.syntax)
        self._draws = frozenset(node.place.expression for node in self.view.nodes if is_element(node))
        self.fetched = self.view.closure(frozenset().union(*(fetched(visit) for visit in visits)))
        self.placeholders: dict[int, tuple[Unit, str]] = {}
        self.structures = FedStructures()
        self.compute: set[Unit] = set()
        self.trace_time: set[Unit] = set()
        self.snapshots: dict[tuple[str, int], str] = {}  # by name and time of definition
        self.snapshot_reads: dict[NodeRef, str] = {}
        for unit in home.body.units:
            self._sort(unit)
        self.compute |= rebound_constants(self.home, self.compute, self._initial - self.fetched)
        self.compute |= filled_containers(self.home, self.compute)
        home.moving = self.compute

    def made_at_site(self, node: int) -> bool:
        return node in self._site_nodes

    def moves(self, node: int) -> bool:
        """Say whether a node must be computed inside a step function."""
        if node in self._site_nodes or not self.view.is_compute(node):
            return False
        return node not in self._initial or node in self.fetched

    def changers(self, maker: Unit, until: int) -> list[Unit]:
        """Return the moving statements that change the containers which a statement makes."""
        made = frozenset().union(*(owners_in(write.value) for write in self.home.events[maker].writes))
        if not made:
            return []
        return [
            unit
            for unit in self.compute
            if any(
                write.cell.owner in made and write.time < until and not self.home.holds(write.cell)
                for write in self.home.events[unit].writes
            )
        ]

    def shape_setters(self, nodes: frozenset[int], until: int) -> list[Unit]:
        """Return the statements that narrow the static shape of some nodes (`set_shape`) before a time."""
        return [
            unit
            for unit in sorted(self.compute, key=lambda u: u.index)
            if any(
                node.op == "method.set_shape" and node.time < until and nodes & set(node.inputs)
                for node in self.home.events[unit].nodes
            )
        ]

    def holder_of(self, node: int) -> Unit | None:
        """Return the unit that puts a node under a name of the home body, in a container or plainly."""
        for unit in sorted(self.compute, key=lambda u: u.index):
            for write in self.home.events[unit].writes:
                if self.home.holds(write.cell) and node in value_nodes(write.value):
                    return unit
        return None

    def _sort(self, unit: Unit) -> None:
        events = self.home.events[unit]
        for write in events.writes:
            fed = self._fed_in(unit, write.value) if self.home.holds(write.cell) else None
            if fed is not None:
                self.placeholders.setdefault(fed, (unit, self.home.name_of(write.cell)))
        if events.visits:
            return
        nodes = [node for node in events.nodes if not gathers_updates(self.view, node)]
        if any(self.moves(node.id) for node in nodes) or any(self._is_alias(unit, write) for write in events.writes):
            self.compute.add(unit)
        elif isinstance(unit.node, ast.Assert) and any(self.view.is_compute(read.node) for read in events.static_reads):
            self.trace_time.add(unit)

    def _fed_in(self, unit: Unit, value: Value) -> int | None:
        """Return the parameter that a value is which a unit makes, None for what no run feeds."""
        parts = [self.view.nodes[node] for node in parts_of(value)]
        if any(self.home.unit_of(part.place) is not unit for part in parts):
            return None
        if isinstance(value, GraphValue):
            fed = parts[0].kind is Kind.PLACEHOLDER or parts[0].id in self.view.optional
            return parts[0].id if fed and parts[0].id not in self.structures else None
        fed = any(part.id in self.view.optional and part.id not in self.placeholders for part in parts)
        return self.structures.add(value) if fed and isinstance(value, Sequence) else None

    def _is_alias(self, unit: Unit, write: Write) -> bool:
        if not self.home.holds(write.cell) and write.cell.owner not in self.view.containers:
            return False
        if holds_updates(self.view, write.value):
            return False
        for node in value_nodes(write.value):
            if self.moves(node) or self._is_weight(node):
                return True
            given = self.view.nodes[node].kind is Kind.PLACEHOLDER or node in self.structures
            if given and self.home.unit_of(self.view.nodes[node].place) is not unit:
                return True
        return False

    def _is_weight(self, node: int) -> bool:
        """Say whether a variable is part of a layer: it exists from the first call of the layer on."""
        fact = self.view.nodes[node]
        return fact.kind is Kind.VARIABLE and fact.op in LAYER_FORMS

    def needs(self, unit: Unit, within: NodeRef | None = None, made: bool = False) -> list[Need]:
        """Return what a unit (or the expression `within` it) reads of names that other units wrote.

        With `made`, only the names of variables that moving statements made; these are no needs: they are made once.
        """
        found: list[Need] = []
        headers = self.home.header_reads(unit) if within is None else []
        for read in [*headers, *self.home.events[unit].reads]:
            if not self.home.holds(read.cell):
                continue
            if any(covers(gone, read.place.expression) for gone in (*self._draws, *self._idle)):
                continue
            if within is not None and not self._inside(read, within):
                continue
            definition = self.view.definition_of(read)
            if definition is None:
                raise Refused(
                    NOT_EVALUATED,
                    read.place.expression,
                    f"where `{read.cell.key}` gets its value is not known",
                    "assign it at the level where it is used",
                )
            writer = self.home.unit_of(definition.place)
            other = writer is not unit or within is not None
            if other and self._is_made_state(read, definition, writer) == made:
                found.append(Need(read, self.home.name_of(read.cell), definition, writer))
        return found

    def _is_made_state(self, read: Read, definition: Write, writer: Unit | None) -> bool:
        """Say whether a name holds a variable that the moving statement made which assigns it: that is made once."""
        value = definition.value
        fact = self.view.nodes[value.node] if isinstance(value, GraphValue) else None
        if fact is None or fact.kind is not Kind.VARIABLE or writer not in self.compute:
            return False
        made_there = self.home.unit_of(fact.place) is writer and not self._is_weight(fact.id)
        return made_there and read.place.frame in self.home.frames and fact.place.frame not in self.home.frames

    def _inside(self, read: Read, within: NodeRef) -> bool:
        return any(covers(within, step.expression) for step in self.view.trail(read.place))

    def fed_by(self, need: Need, step: Step) -> int | None:
        """Return the placeholder that a name holds, or the value in its place that a step's runs feed."""
        node = self.structures.denoted(need.definition.value)
        fed = node in self.placeholders and (node in step.parameters or not self.has_value(node))
        return node if fed else None

    def has_value(self, parameter: int) -> bool:
        """Say whether what some runs feed is made where they do not."""
        return parameter in self.structures or parameter in self.view.optional

    def is_moving_value(self, need: Need) -> bool:
        """Say whether a name holds something that exists inside step functions only."""
        return any(
            self.moves(node) or self.view.nodes[node].kind is Kind.PLACEHOLDER
            for node in value_nodes(need.definition.value)
        )


def build_steps(home: Home, units: Units, sites: list[StepSite]) -> list[Step]:
    """Return the step functions that the sites need; sites that run the same thing share one."""
    by_key: dict[object, Step] = {}
    for site in sites:
        for visit in site.visits:
            parameters = _parameters(units, visit)
            key = (run_shape(units.view, visit, home.definitions), frozenset(parameters), _site_key(units, visit))
            step = by_key.get(key)
            if step is None:
                step = by_key[key] = Step([], visit, parameters)
            step.rebuilt |= fetched(visit) != fetched(step.visit)
            if site not in step.sites:
                step.sites.append(site)
    steps = list(by_key.values())
    for step in steps:
        _collect(home, units, step)
    return steps


def _site_key(units: Units, visit: Visit) -> NodeRef | None:
    """Return the site where something is made within the call: such a run has a function of its own."""
    made = any(units.made_at_site(node) for node in needed_by(units.view, visit))
    return visit.place.expression if made else None


def _parameters(units: Units, visit: Visit) -> tuple[int, ...]:
    needed = needed_by(units.view, visit)
    fed = [feed.node for feed in visit.feeds]
    unfed = [n for n in needed if units.view.nodes[n].kind is Kind.PLACEHOLDER and n not in fed]
    if unfed:
        raise Refused(
            PLACEHOLDER_FORM,
            visit.place.expression,
            f"a placeholder that this run needs is not fed (line {units.view.nodes[unfed[0]].place.statement.line})",
            "feed it, or give it a default by hand",
        )
    for node in units.view.optional & set(fed):
        parameter = units.structures.parameter(node)
        unit = units.placeholders[parameter][0] if parameter in units.placeholders else None
        if unit is None or (unit in units.compute and not units.moves(node)):
            raise Refused(FEED_FORM, visit.place.expression, "a fed value has no name of its own", "give it one")
    taken = [n for n in fed if n in needed or _shared_dict(visit)]
    return tuple(dict.fromkeys(units.structures.parameter(n) for n in taken))


def _shared_dict(visit: Visit) -> bool:
    """Say whether the feed dict is written elsewhere than at the site, so that the function must take all of it."""
    return visit.feeds_at is None or visit.feeds_at.kind != "Dict"


def _collect(home: Home, units: Units, step: Step) -> None:
    """Find the units of a step, by data and then by the names that they read."""
    view = units.view
    needed, given = needed_by(view, step.visit), units.structures.given(step.parameters)
    found: set[Unit] = set()
    pending: list[Unit] = []

    def include(unit: Unit) -> None:
        if unit not in found:
            found.add(unit)
            pending.append(unit)
            for changer in units.changers(unit, step.settled_time):
                include(changer)

    for node in sorted(needed - given):
        if units.moves(node) and not is_gathering(view, view.nodes[node]):
            unit = home.unit_of(view.nodes[node].place)
            if unit is None or unit not in units.compute:
                at = view.nodes[node].place.expression
                raise Refused(
                    NOT_EVALUATED,
                    at,
                    "a part of what is run is made at a place that cannot move",
                    "make it before it is run",
                )
            include(unit)
    for setter in units.shape_setters(needed, step.settled_time):
        include(setter)
    for leaf in leaves(step.visit.fetch):
        holder = units.holder_of(leaf.node) if units.moves(leaf.node) and leaf.node not in given else None
        if holder is not None:
            include(holder)
    for need in _site_needs(home, units, step):
        _follow(home, units, step, need, include)
    while pending:
        unit = pending.pop()
        for need in units.needs(unit):
            _follow(home, units, step, need, include)
    step.units = sorted(found, key=lambda unit: unit.index)


def _site_needs(home: Home, units: Units, step: Step) -> list[Need]:
    """Return what the expressions written in the run call itself read."""
    needs: list[Need] = []
    unit = home.unit_of(step.visit.place)
    if unit is None:
        return needs
    for nest in nests(step.visit.fetch):
        if nest.at is not None and nest.at.kind == "Name" and covers(step.visit.place.expression, nest.at):
            read = [need for need in units.needs(unit, within=nest.at) if need.unit in units.compute]
            needs.extend(need for need in read if not is_returned(need.definition.value, nest))
        elif (whole := whole_expression(nest)) is not None and all(units.made_at_site(n.node) for n in leaves(nest)):
            needs.extend(units.needs(unit, within=whole))
    for leaf in leaves(step.visit.fetch):
        if leaf.at is None or not covers(step.visit.place.expression, leaf.at):
            continue
        if any(units.made_at_site(n) for n in units.view.closure(frozenset({leaf.node}))):
            needs.extend(units.needs(unit, within=leaf.at))
    return needs


def _follow(home: Home, units: Units, step: Step, need: Need, include: Callable[[Unit], None]) -> None:
    placeholder = units.fed_by(need, step)
    computed = need.unit is not None and need.unit in units.compute
    if need.unit is not None and computed and (placeholder is None or not units.moves(placeholder)):
        include(need.unit)
    elif placeholder is not None:
        if placeholder not in step.parameters:
            step.parameters = (*step.parameters, placeholder)
        if need.name != units.placeholders[placeholder][1] and need.read.place.frame in home.frames:
            units.snapshot_reads[need.read.place.expression] = units.placeholders[placeholder][1]
    elif holds_updates(units.view, need.definition.value):
        return  # calls of layers stand for them
    elif units.is_moving_value(need):
        raise Refused(
            GRAPH_VALUE_ESCAPES,
            need.read.place.expression,
            f"`{need.name}` holds a value of the graph in a form that cannot move into a function",
            "give the value a plain name of its own",
        )
    elif units.structures.given(step.parameters) & value_nodes(need.definition.value):
        reason = f"`{need.name}` holds a value that this run feeds, among others"
        raise Refused(FEED_FORM, need.read.place.expression, reason, "use the fed value itself")
    else:
        step.captured.append(need)
        return
    if need.read.place.frame not in home.frames:
        _lift(home, units, step, need)


def _lift(home: Home, units: Units, step: Step, need: Need) -> None:
    """Record that the functions between the home body and a read take the name as a parameter."""
    for place in units.view.trail(need.read.place):
        if place.frame in home.frames:
            return
        definition = units.view.frames[place.frame].definition
        kind = units.view.frames[place.frame].kind
        if definition is not None and kind == "function":
            step.lifted.setdefault(definition, set()).add(need.name)
        elif kind not in {"lambda", "comprehension"}:
            raise Refused(
                NOT_EVALUATED, place.expression, f"`{need.name}` is read in a class body", "pass it as an argument"
            )
