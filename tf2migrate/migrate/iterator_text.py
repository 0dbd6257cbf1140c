"""The text of iterators: `iter(dataset)` where they start, `get_next()` where a run needs an element."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from tf2migrate.migrate.iterators import is_element, is_once, starts_of
from tf2migrate.migrate.refusal import (
    GRAPH_VALUE_ESCAPES,
    NO_NATIVE_FORM,
    NOT_EVALUATED,
    SEVERAL_GRAPH_OWNERS,
    Refused,
)
from tf2migrate.migrate.render import Rendered, concat
from tf2migrate.migrate.sites import InitSite, Site, StepSite, fetched, initializers_in
from tf2migrate.migrate.state_plan import HomePlan
from tf2migrate.migrate.syntax import argument
from tf2migrate.migrate.units import Unit
from tf2migrate.migrate.workbench import Workbench
from tf2migrate.model.facts import GraphNode, GraphValue, Kind
from tf2migrate.model.source import NodeRef, Span
from tf2migrate.source import node_ref

_USES = frozenset({"get_next", "initializer", "make_initializer"})
_OUTPUTS = frozenset({"output_types", "output_shapes", "output_classes"})


def name_elements(bench: Workbench, plan: HomePlan) -> None:
    """Name the elements that the steps of a home take, and say how the host draws them."""
    for node in bench.view.nodes:
        if not is_element(node) or not bench.holds(node) or node.place.frame not in plan.home.frames:
            continue
        iterator = bench.view.nodes[node.inputs[0]]
        unit = plan.home.unit_of(node.place)
        if unit is None:
            continue
        if iterator.place.frame not in plan.home.frames:
            raise Refused(
                SEVERAL_GRAPH_OWNERS,
                node.place.expression,
                "this iterator is made in another function than its elements",
                "make it where get_next is called",
            )
        name = _target(bench, plan, node, unit)
        bench.renderer.add(bench.syntax.index.span(node.place.expression), name or "")
        if name is not None and _is_bare(bench, node, unit):
            bench.renderer.add(bench.syntax.span(unit.node), "")
        plan.units.placeholders[node.id] = (unit, name)
        if iterator.id not in plan.iterators:
            plan.iterators[iterator.id] = _iterator_name(bench, plan, iterator.id)
        plan.draws[node.id] = f"{plan.iterators[iterator.id]}.get_next()"


def _is_bare(bench: Workbench, node: GraphNode, unit: Unit) -> bool:
    """Say whether a statement does nothing but name an element as a whole."""
    statement = unit.node
    if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
        return False
    plain = isinstance(statement.targets[0], (ast.Name, ast.Attribute))
    return plain and statement.value is bench.syntax.nodes[node.place.expression]


def _target(bench: Workbench, plan: HomePlan, node: GraphNode, unit: Unit) -> str:
    """Return the name of an element: the program's where it has one, else a new one."""
    if _is_bare(bench, node, unit):
        writes = [w for w in plan.home.events[unit].writes if plan.home.holds(w.cell)]
        if len(writes) == 1:
            return plan.home.name_of(writes[0].cell)
    batched = any(n.op.endswith("batch") for n in bench.view.nodes if n.kind is Kind.DATASET)
    return bench.names.fresh("batch" if batched else "element")


def _iterator_name(bench: Workbench, plan: HomePlan, iterator: int) -> str:
    members = plan.home.members
    for write in bench.view.program.writes:
        if write.value != GraphValue(iterator) or not plan.home.holds(write.cell) or write.cell.key == "iter":
            continue
        others = [w for w in bench.view.writes_to[write.cell] if w.value != write.value]
        if not others and (members is None or not members.is_local(write.cell)):
            return str(write.cell.key)
    return plan.names.fresh("iterator")


def write_iterators(bench: Workbench, plan: HomePlan) -> None:
    """Register what stands for the iterators of a home, and the specs of their elements."""
    iterators = [n for n in bench.view.nodes if n.kind is Kind.ITERATOR and plan.home.unit_of(n.place) is not None]
    if not iterators:
        return
    _check_reads(bench)
    writer = _IteratorWriter(bench, plan)
    for iterator in iterators:
        writer.write_making(iterator)
    for element in sorted(plan.draws):
        writer.write_spec(bench.view.nodes[element])
    for site in plan.sites:
        if isinstance(site, InitSite):
            writer.write_starts(site)
    _check_outputs(bench, writer.dropped)


def write_start(bench: Workbench, plan: HomePlan, site: StepSite, call: Rendered) -> None:
    """Register the statement that stands for the run of an initializer whose dataset a function makes."""
    writer = _IteratorWriter(bench, plan)
    name = writer.assigned(bench.view.started[site.visits[0].time], site)
    text = concat([f"{name} = ", writer.started(call)])
    bench.renderer.add(bench.syntax.index.span(site.site), lambda: text)


@dataclass
class _IteratorWriter:
    bench: Workbench
    plan: HomePlan
    named: dict[int, str] = field(default_factory=dict)  # the names of datasets, by the iterator or initializer
    dropped: list[NodeRef] = field(default_factory=list)  # calls that go with all that is written in them

    def write_making(self, iterator: GraphNode) -> None:
        """Register what becomes of the statement that makes an iterator."""
        unit = self.plan.home.unit_of(iterator.place)
        call = self.bench.syntax.call(iterator.place.expression)
        if unit is None or call is None or not self._is_whole(unit, call):
            raise Refused(
                GRAPH_VALUE_ESCAPES,
                iterator.place.expression,
                "an iterator of the graph is made within another expression",
                "give it a name of its own",
            )
        self.plan.layout.removed.add(unit)
        if iterator.op.endswith("from_structure"):
            self.dropped.append(iterator.place.expression)
            return
        source = self._source(call)
        if is_once(iterator):
            name = self._name(iterator.id)
            line = concat([f"{name} = ", self.started(self.bench.render(source))])
            self.plan.layout.residue[unit].append(line)
        elif not self.is_made_anew(iterator):
            self.named[iterator.id] = self._dataset_name(source, unit)

    def write_spec(self, element: GraphNode) -> None:
        """Register the statement that names the spec of an element, where the graph drew it."""
        unit = self.plan.units.placeholders[element.id][0]
        spec = self.plan.spec_names[element.id]
        line = f"{spec} = {self._spec_source(self.bench.view.nodes[element.inputs[0]])}.element_spec"
        self.plan.layout.residue[unit].append(Rendered.new(line, element.place.statement.line))

    def _spec_source(self, iterator: GraphNode) -> str:
        if is_once(iterator):
            return self._name(iterator.id)
        if iterator.id in self.named:
            return self.named[iterator.id]
        source = self._structure(iterator) if iterator.op.endswith("from_structure") else None
        dataset = next((i for i in iterator.inputs if self.bench.view.nodes[i].kind is Kind.DATASET), None)
        if source is not None:
            read = self.plan.home.read_of(source)
            held = read.value if read is not None else None
            dataset = held.node if isinstance(held, GraphValue) else None
            if dataset is None or not self.bench.view.is_compute(dataset):
                return self.bench.render(source).text
        for step in self.plan.steps:
            fetch = step.visit.fetch
            if getattr(fetch, "node", None) in (dataset, iterator.id):
                return f"{step.name}.get_concrete_function().structured_outputs"
        raise Refused(NOT_EVALUATED, iterator.place.expression, "no run starts this iterator", "run its initializer")

    def _structure(self, iterator: GraphNode) -> ast.expr:
        """Return the dataset whose structure an iterator was given."""
        call = self.bench.syntax.call(iterator.place.expression)
        assert call is not None
        types, shapes = argument(call, "output_types", 0), argument(call, "output_shapes", 1)
        match types, shapes:
            case ast.Attribute(value=one, attr="output_types"), ast.Attribute(value=two, attr="output_shapes"):
                if ast.dump(one) == ast.dump(two):
                    return one
            case ast.Call(args=[one]), ast.Call(args=[two]) if ast.dump(one) == ast.dump(two):
                return one
            case _:
                pass
        raise Refused(
            NO_NATIVE_FORM,
            iterator.place.expression,
            "the structure of this iterator is not that of a dataset",
            "give it the output_types and output_shapes of one of its datasets",
        )

    # --- starts ---

    def write_starts(self, site: InitSite) -> None:
        """Register the statements that make iterators anew where their initializers are run."""
        starts = [start for visit in site.visits for start in starts_of(self.bench.view, visit)]
        lines: list[str] = []
        for start in dict.fromkeys(starts):
            name = self.assigned(start.iterator, site)
            line = f"{name} = {self.started(Rendered.new(self._started_dataset(site, start.iterator))).text}"
            if line not in lines:
                lines.append(line)
        if lines:
            self.plan.starts[site.site] = lines

    def _started_dataset(self, site: InitSite, iterator: int) -> str:
        """Return the name of the dataset that a site's initializer gives an iterator."""
        view = self.bench.view
        if iterator in self.named:
            return self.named[iterator]
        made = [
            node
            for node in view.nodes
            if node.op == "tf.data.Iterator.make_initializer" and iterator in node.targets
            if any(node.id in initializers_in(view, leaf) for visit in site.visits for leaf in fetched(visit))
        ]
        names = {self._initializer_name(node) for node in made}
        if len(names) != 1:
            raise Refused(
                NOT_EVALUATED, site.site, "which dataset this run starts is not certain", "start one in each run"
            )
        return names.pop()

    def _initializer_name(self, node: GraphNode) -> str:
        if node.id not in self.named:
            unit = self.plan.home.unit_of(node.place)
            call = self.bench.syntax.call(node.place.expression)
            source = argument(call, "dataset", 0) if call is not None else None
            if unit is None or source is None or node.place.frame not in self.plan.home.frames:
                raise Refused(
                    SEVERAL_GRAPH_OWNERS,
                    node.place.expression,
                    "this initializer is made in another function than its iterator",
                    "make both in one",
                )
            self.named[node.id] = self._dataset_name(source, unit)
            if isinstance(unit.node, ast.Assign):
                self.plan.layout.removed.add(unit)
        return self.named[node.id]

    def assigned(self, iterator: int, site: Site) -> str:
        """Return the name that a run site gives an iterator, and see to it that the name is the home's."""
        name = self.plan.iterators.get(iterator)
        if name is None:
            name = self.plan.iterators[iterator] = _iterator_name(self.bench, self.plan, iterator)
        if site.site.path != self.bench.syntax.path:
            raise Refused(
                SEVERAL_GRAPH_OWNERS,
                site.site,
                "an iterator is started in another file than it is made in",
                "run its initializer where it is made",
            )
        call = self.bench.syntax.nodes[site.site]
        statement = self.bench.syntax.parents[call]
        function: ast.AST = statement
        while not isinstance(function, (ast.FunctionDef, ast.Lambda, ast.AsyncFunctionDef, ast.Module)):
            function = self.bench.syntax.parents[function]
        foreign = any(visit.place.frame not in self.plan.home.frames for visit in site.visits)
        if not isinstance(statement, ast.Expr):
            raise Refused(
                NO_NATIVE_FORM, site.site, "an initializer is run within another expression", "run it on its own"
            )
        if foreign:
            self._reach(site, function, name)
        return self.plan.prefix + name

    def _reach(self, site: Site, function: ast.AST, name: str) -> None:
        """Let a function assign a name of the home."""
        members = self.plan.home.members
        if isinstance(function, ast.FunctionDef) and members is not None:
            first = function.args.args[:1]
            inside = isinstance(self.bench.syntax.parents[function], ast.ClassDef)
            if inside and first and f"{first[0].arg}." == self.plan.prefix:
                return
        elif isinstance(function, ast.FunctionDef) and self.plan.home.definition is None:
            declared = [n for s in ast.walk(function) if isinstance(s, ast.Global) for n in s.names]
            bound = [n for n in ast.walk(function) if isinstance(n, ast.Name) and n.id == name]
            if name not in declared and not any(isinstance(n.ctx, ast.Store) for n in bound):
                self._declare(function, name)
                return
            if name in declared:
                return
        raise Refused(
            SEVERAL_GRAPH_OWNERS,
            site.site,
            "an iterator is started in another function than it is made in",
            "run its initializer where it is made",
        )

    def _declare(self, function: ast.FunctionDef, name: str) -> None:
        """Let a function know that a name is its module's."""
        documented = isinstance(function.body[0], ast.Expr) and isinstance(function.body[0].value, ast.Constant)
        first = function.body[1 if documented and len(function.body) > 1 else 0]
        index = self.bench.syntax.index
        line = f"\n{index.indent(first.lineno)}global {name}"
        end = index.start(first.lineno) - 1
        if first.lineno == function.lineno:
            raise Refused(
                NO_NATIVE_FORM,
                node_ref(self.bench.syntax.path, first),
                "a function of one line starts an iterator",
                "write its body on lines of its own",
            )
        if all(one.span != Span(end, end) or one.build().text != line for one in self.bench.renderer.replacements):
            self.bench.renderer.add(Span(end, end), line)

    # --- datasets ---

    def started(self, dataset: Rendered) -> Rendered:
        """Return an iterator of a dataset."""
        for node in ast.walk(self.bench.syntax.tree):
            if isinstance(node, ast.Name) and node.id == "iter" and isinstance(node.ctx, ast.Store):
                unit = self.plan.home.body.unit_at(node_ref(self.bench.syntax.path, node))
                if unit not in self.plan.layout.removed:
                    return concat([dataset, ".__iter__()"])  # the program has another `iter`
        return concat(["iter(", dataset, ")"])

    def is_made_anew(self, iterator: GraphNode) -> bool:
        """Say whether a function makes an iterator's dataset anew at each start."""
        return any(self.bench.view.is_compute(i) for i in iterator.inputs)

    def _name(self, iterator: int) -> str:
        if iterator not in self.plan.iterators:
            self.plan.iterators[iterator] = _iterator_name(self.bench, self.plan, iterator)
        return self.plan.prefix + self.plan.iterators[iterator]

    def _source(self, call: ast.Call) -> ast.expr:
        """Return the dataset that an iterator is made of."""
        if isinstance(call.func, ast.Attribute) and not call.args and not call.keywords:
            return call.func.value
        found = argument(call, "dataset", 0)
        if found is None or (
            isinstance(call.func, ast.Attribute)
            and call.func.attr == "make_initializable_iterator"
            and len(call.args) > 1
        ):
            raise Refused(
                NO_NATIVE_FORM,
                node_ref(self.bench.syntax.path, call),
                "this iterator has arguments without a native form",
                "remove them",
            )
        return found

    def _dataset_name(self, source: ast.expr, unit: Unit) -> str:
        """Return the name of a dataset that outlives the statement: its own, if nothing else gets it later."""
        read = self.plan.home.read_of(source)
        members = self.plan.home.members
        if read is not None and self.plan.home.holds(read.cell):
            later = [w for w in self.bench.view.writes_to[read.cell] if w.time > read.time]
            if not later and (members is None or not members.is_local(read.cell)):
                return self.plan.home.text_of(read.cell)
        name = self.plan.prefix + self.plan.names.fresh(source.id if isinstance(source, ast.Name) else "dataset")
        self.plan.layout.residue[unit].append(concat([f"{name} = ", self.bench.render(source)]))
        return name

    def _is_whole(self, unit: Unit, call: ast.Call) -> bool:
        """Say whether a statement names an iterator, or draws from it at once."""
        parent = self.bench.syntax.parents[call]
        if isinstance(parent, ast.Attribute) and parent.attr == "get_next":
            return unit in self.plan.units.compute
        return parent is unit.node and isinstance(parent, ast.Assign) and len(parent.targets) == 1


def _check_reads(bench: Workbench) -> None:
    """Refuse a program that hands an iterator on: its uses are written anew, and all must be known."""
    for read in bench.view.program.reads:
        value = read.value
        if not isinstance(value, GraphValue) or bench.view.nodes[value.node].kind is not Kind.ITERATOR:
            continue
        node = bench.syntax.nodes.get(read.place.expression)
        parent = bench.syntax.parents.get(node) if node is not None else None
        if not isinstance(parent, ast.Attribute) or parent.attr not in _USES:
            raise Refused(
                GRAPH_VALUE_ESCAPES,
                read.place.expression,
                "an iterator of the graph is handed on",
                "call its get_next where it is made",
            )


def _check_outputs(bench: Workbench, dropped: list[NodeRef]) -> None:
    """Refuse reads of attributes that datasets no longer have."""
    inside = {id(inner) for ref in dropped for inner in ast.walk(bench.syntax.nodes[ref])}
    for node in ast.walk(bench.syntax.tree):
        if isinstance(node, ast.Attribute) and node.attr in _OUTPUTS and id(node) not in inside:
            raise Refused(
                NO_NATIVE_FORM,
                node_ref(bench.syntax.path, node),
                f"datasets have no `{node.attr}` in TensorFlow 2",
                "read it from element_spec",
            )
