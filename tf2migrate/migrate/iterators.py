"""Iterators of the graph: an element is drawn where the host runs what needs one, and given to the step.

The program's facts are told anew in these terms. All results of one `get_next()` are computed from one placeholder,
the element, and every run that needs one of them feeds it. A run of an iterator's initializer makes the iterator anew;
where its dataset depends on what is fed, or is shuffled anew, it runs the dataset, which a function then makes.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace

from tf2migrate.migrate.refusal import (
    BUILT_IN_LOOP,
    FEED_FORM,
    NO_NATIVE_FORM,
    SEVERAL_GRAPH_OWNERS,
    UNCERTAIN_RUN,
    UNORDERED_EFFECTS,
    Refused,
)
from tf2migrate.migrate.sites import initializers_in, leaves, needed_by
from tf2migrate.migrate.view import ProgramView
from tf2migrate.model.facts import Feed, FetchLeaf, GraphNode, GraphValue, Host, Kind, Program, Visit
from tf2migrate.model.plan import DEFAULT_STYLE, NativeStyle

GET_NEXT = "tf.data.Iterator.get_next"
_PARAMETER = "tf.data.Dataset.map.parameter"
_MAKES_STATE = frozenset({Kind.VARIABLE, Kind.TRAIN, Kind.ASSIGN, Kind.PLACEHOLDER})
_USES = frozenset({GET_NEXT, "attribute.initializer", "tf.data.Iterator.make_initializer"})


def is_element(node: GraphNode) -> bool:
    """Say whether a node stands for an element as a whole: what the host draws."""
    return node.op == GET_NEXT and node.kind is Kind.PLACEHOLDER


def is_once(node: GraphNode) -> bool:
    """Say whether an iterator starts by itself, once in each session."""
    return node.op.endswith("make_one_shot_iterator")


def with_elements(program: Program, style: NativeStyle = DEFAULT_STYLE) -> ProgramView:
    """Return the program's facts with elements that are fed and datasets that are run."""
    if not any(node.kind in (Kind.ITERATOR, Kind.DATASET) for node in program.nodes):
        return ProgramView(program, style)
    teller = _Teller(program)
    view = ProgramView(teller.tell(), style)
    view.started = teller.started
    return view


@dataclass(frozen=True)
class Start:
    """An iterator that a run starts anew."""

    iterator: int
    dataset: int


def starts_of(view: ProgramView, visit: Visit) -> tuple[Start, ...]:
    """Return the iterators whose initializers a visit runs."""
    found: list[Start] = []
    for leaf in leaves(visit.fetch):
        for number in sorted(initializers_in(view, leaf.node)):
            node = view.nodes[number]
            targets = [t for t in node.targets if view.nodes[t].kind is Kind.ITERATOR]
            sources = [i for i in node.inputs if view.nodes[i].kind is Kind.DATASET]
            for iterator in targets:
                source = sources or [i for i in view.nodes[iterator].inputs if view.nodes[i].kind is Kind.DATASET]
                if not source:
                    raise Refused(
                        NO_NATIVE_FORM,
                        view.nodes[iterator].place.expression,
                        "what this iterator iterates is not known",
                        "make the iterator of a dataset",
                    )
                found.append(Start(iterator, source[0]))
    return tuple(found)


class _Teller:
    def __init__(self, program: Program) -> None:
        self.program = program
        self.view = ProgramView(program)
        self.nodes: list[GraphNode] = list(program.nodes)
        self.started: dict[int, int] = {}  # the iterator that a visit makes anew, by the visit's time
        self.elements: dict[int, int] = {}  # the element that each result of get_next is a part of

    def tell(self) -> Program:
        self._set_functions_aside()
        self._check_uses()
        self._add_elements()
        for node in self.nodes:
            if node.kind is Kind.ITERATOR:
                self.nodes[node.id] = replace(node, stateful=False)  # it is made where the program makes it
        visits = tuple(self._visit(visit) for visit in self.program.visits)
        self._check_sessions(visits)
        return replace(self.program, nodes=tuple(self.nodes), visits=visits)

    # --- functions of datasets ---

    def _set_functions_aside(self) -> None:
        """What the functions of datasets compute is none of the graph's: it is not computed in any run."""
        calls = {node.place.expression for node in self.nodes if node.kind is Kind.DATASET}
        inside = {
            node.id
            for node in self.nodes
            if node.op == _PARAMETER
            or any(step.expression in calls for number, step in enumerate(self.view.trail(node.place)) if number)
        }
        for number in inside:
            node = self.nodes[number]
            outer = [i for i in node.inputs if i not in inside and self.view.varies(i)]
            if node.kind in _MAKES_STATE or outer:
                raise Refused(
                    NO_NATIVE_FORM,
                    node.place.expression,
                    "the function of a dataset makes or uses values of the graph",
                    "compute them in the run",
                )
            if node.op != _PARAMETER and node.kind in (Kind.DATASET, Kind.ITERATOR):
                continue
            self.nodes[number] = replace(node, kind=Kind.OBJECT)
        for node in list(self.nodes):
            if node.kind is Kind.DATASET and any(
                self.nodes[i].kind in _MAKES_STATE - {Kind.PLACEHOLDER} for i in node.inputs
            ):
                raise Refused(
                    NO_NATIVE_FORM,
                    node.place.expression,
                    "a dataset is made of variables",
                    "make it of arrays, or of placeholders",
                )

    def _check_uses(self) -> None:
        for node in self.nodes:
            used = [i for i in node.inputs if self.nodes[i].kind is Kind.ITERATOR]
            if used and node.op not in _USES:
                raise Refused(
                    NO_NATIVE_FORM,
                    node.place.expression,
                    f"`{node.op.rpartition('.')[2]}` of an iterator has no native form",
                    "draw from one iterator with get_next, and start it anew with its initializer",
                )

    # --- elements ---

    def _add_elements(self) -> None:
        groups: dict[object, list[GraphNode]] = defaultdict(list)
        for node in self.program.nodes:
            if node.op == GET_NEXT and node.kind is Kind.TENSOR:
                groups[node.place.expression, node.place.context].append(node)
        for group in groups.values():
            first = group[0]
            parts = [node.output for node in group]
            if len(set(parts)) < len(parts) or first.repeated or not first.certain:
                raise Refused(
                    BUILT_IN_LOOP,
                    first.place.expression,
                    "elements are drawn in a loop or under a condition while the graph is built",
                    "call get_next once, before the loop",
                )
            element = replace(first, id=len(self.nodes), kind=Kind.PLACEHOLDER, output=None, stateful=False)
            self.nodes.append(element)
            for node in group:
                self.nodes[node.id] = replace(node, inputs=(element.id,), stateful=False)
                self.elements[node.id] = element.id

    # --- runs ---

    def _visit(self, visit: Visit) -> Visit:
        if any(feed.node in self.elements for feed in visit.feeds):
            raise Refused(
                FEED_FORM,
                visit.place.expression,
                "a value is fed in the place of a drawn one",
                "make it a placeholder with a default",
            )
        started = self._started(visit)
        if started is not None:
            return started
        needed = needed_by(self.view, visit)
        drawn = sorted({self.elements[node] for node in needed if node in self.elements})
        iterators = [self.nodes[element].inputs[0] for element in drawn]
        if len(set(iterators)) < len(iterators):
            raise Refused(
                UNORDERED_EFFECTS,
                visit.place.expression,
                "one run draws several elements of an iterator, in no defined order",
                "call get_next once, and use its result several times",
            )
        feeds = tuple(Feed(element, None, None, Host("element")) for element in drawn)
        return replace(visit, feeds=(*visit.feeds, *feeds))

    def _started(self, visit: Visit) -> Visit | None:
        """Return a run that starts an iterator of a dataset which a function makes, as a run of the dataset."""
        starts = starts_of(self.view, visit)
        made = [start for start in starts if self._is_made_anew(start)]
        if not made:
            return None
        if len(leaves(visit.fetch)) > 1 or len(starts) > 1:
            raise Refused(
                UNCERTAIN_RUN,
                visit.place.expression,
                "this run starts an iterator together with something else, and its dataset is made anew",
                "run the iterator's initializer on its own",
            )
        start = made[0]
        self.started[visit.time] = start.iterator
        named = any(write.value == GraphValue(start.dataset) for write in self.program.writes)
        return replace(visit, fetch=FetchLeaf(start.dataset if named else start.iterator, None))

    def _is_made_anew(self, start: Start) -> bool:
        """Say whether a dataset is another one at each start: it depends on feeds, or on a shuffle that starts anew."""
        chain = self._chain(start.dataset)
        if any(self.nodes[n].kind is Kind.PLACEHOLDER for n in chain):
            return True
        shuffles = [n for n in chain if self._draws(self.nodes[n])]
        if not shuffles or not self._starts_again(start):
            return False
        for number in shuffles:
            self.nodes[number] = replace(self.nodes[number], stateful=True)
        return True

    def _chain(self, dataset: int) -> set[int]:
        """Return what a dataset is made of, what its functions compute left out."""
        seen: set[int] = set()
        stack = [dataset]
        while stack:
            number = stack.pop()
            if number not in seen:
                seen.add(number)
                node = self.nodes[number]
                if node.kind in (Kind.DATASET, Kind.TENSOR):
                    stack.extend(node.inputs)
        return seen

    def _draws(self, dataset: GraphNode) -> bool:
        """Say whether a dataset draws random numbers, itself or in its function."""
        if dataset.kind is not Kind.DATASET:
            return False
        if "shuffle" in dataset.op.rpartition(".")[2] or dataset.op.endswith((".RandomDataset", ".Dataset.apply")):
            return True
        call = dataset.place.expression
        return any(
            node.random and any(step.expression == call for step in self.view.trail(node.place)) for node in self.nodes
        )

    def _starts_again(self, start: Start) -> bool:
        runs = [v for v in self.program.visits if start in starts_of(self.view, v)]
        return len(runs) > 1 or any(visit.repeated for visit in runs)

    # --- sessions ---

    def _check_sessions(self, visits: tuple[Visit, ...]) -> None:
        users: dict[int, set[int | None]] = defaultdict(set)
        for visit in visits:
            for feed in visit.feeds:
                if feed.node >= len(self.program.nodes) and is_once(self.nodes[self.nodes[feed.node].inputs[0]]):
                    users[self.nodes[feed.node].inputs[0]].add(visit.session)
        for iterator, sessions in users.items():
            made = self.nodes[iterator]
            loops = [s for s in sessions if s is not None and self.nodes[s].repeated and not made.repeated]
            if len(sessions) > 1 or loops:
                raise Refused(
                    SEVERAL_GRAPH_OWNERS,
                    made.place.expression,
                    "each of several sessions starts this iterator anew",
                    "make an iterator for each session",
                )
