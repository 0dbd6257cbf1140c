"""State that statements of a home body make which move into steps: it is made where they stood."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from tf2migrate.migrate.home import covers
from tf2migrate.migrate.layer_forms import is_layer_object, layer_arguments, layer_name
from tf2migrate.migrate.module_checks import mixed
from tf2migrate.migrate.module_names import common_scope, name_of_list, shares_layer_names, without_verb
from tf2migrate.migrate.refusal import Refused
from tf2migrate.migrate.render import Rendered
from tf2migrate.migrate.slices import Slice, SliceReader, SliceWriter
from tf2migrate.migrate.split import StateSplitter
from tf2migrate.migrate.state_loops import enclosing
from tf2migrate.migrate.state_members import Member, MemberKind, static_sizes
from tf2migrate.migrate.state_plan import HomePlan
from tf2migrate.migrate.syntax import Names, snake
from tf2migrate.migrate.units import Unit
from tf2migrate.migrate.variables import list_text
from tf2migrate.model.source import NodeRef
from tf2migrate.source import node_ref


class HomeState:
    """Splits the statements of one home body that make state and compute."""

    def __init__(self, splitter: StateSplitter, plan: HomePlan) -> None:
        self.splitter, self.plan = splitter, plan
        self.bench, self.syntax, self.view = splitter.bench, splitter.syntax, splitter.view

    def split(self) -> None:
        """Register what stands for the state that moving statements make or use."""
        plan = self.plan
        for frame in sorted(plan.home.frames):
            members, uses = self.splitter.facts.members(frame)
            moving = {id(m) for at, m in uses.items() if plan.home.body.unit_at(at) in plan.units.compute}
            made: dict[Unit, list[Member]] = {}
            for member in members:
                places = [at for at, used in uses.items() if used is member]
                if member.kind is MemberKind.CELL:
                    continue  # built where it is first used
                if id(member) in moving:
                    made.setdefault(self._unit_of(member), []).append(member)
                elif is_layer_object(member.node):
                    self._keep_object(member)
                elif any(at != member.at for at in places):
                    self._check_shared(member, places)
            for unit, group in made.items():
                self._make(unit, frame, group, uses)

    def _keep_object(self, member: Member) -> None:
        """A layer object stays where it is made; its weights are read from it."""
        try:
            text = list_text(self.view, self.plan.home, [member.node.id], member.at)[1:-1]
        except Refused:
            return  # nothing in this body has a name for it
        self.plan.home.lifted.update(self.splitter.paths(member, text))
        self.plan.home.state_groups.update(self.splitter.groups(member, text))

    def _unit_of(self, member: Member) -> Unit:
        unit = self.plan.home.body.unit_at(member.at)
        if unit is None or unit not in self.plan.units.compute:
            raise mixed(member.at, "state is made apart from the computation that shares it")
        return unit

    def _make(self, unit: Unit, frame: int, members: list[Member], uses: dict[NodeRef, Member]) -> None:
        """Make the state of one statement before the steps that it moves into, with what it needs of a loop."""
        plan, splitter = self.plan, self.splitter
        definition = self.view.frames[frame].definition
        body = self.syntax.tree if definition is None else self.syntax.nodes[definition]
        splitter.loops.settle(members, uses, frame, body)
        needed = Slice()
        reader = SliceReader(self.bench, body, members, needed, unit.node)
        splitter.splitters.caller = (plan, unit)
        for member in members:
            around = enclosing(self.syntax, member.at, body) or ()
            if any(not covers(unit.ref, node_ref(self.syntax.path, one)) for one in around):
                raise mixed(member.at, "state is made in a loop or under a condition that also computes with it")
            member.name = plan.prefix + self._name(member, unit)
            if around:
                reader.read(member, splitter.needed_names(member))
        self._check_needed(needed, members)
        for member in members:
            self._check_available(unit, member, needed)
            self._write_sizes(member, needed)
            splitter.write_inner(member)
        writer = SliceWriter(self.bench, members, needed, lambda member: splitter.made(member, needed))
        plan.layout.residue[unit].extend(writer.lines([unit.node], ""))
        for member in members:
            self._register(member, [at for at, used in uses.items() if used is member])

    def _register(self, member: Member, places: Iterable[NodeRef]) -> None:
        places = list(places)
        self._check_same_form(member, places)
        text = self.splitter.use_text(member, "", Names(self.syntax.tree))
        for at in places:
            self.splitter.write_use(at, member, text)
        self.plan.home.lifted.update(self.splitter.paths(member, member.name))
        self.plan.home.state_groups.update(self.splitter.groups(member, member.name))

    def _write_sizes(self, member: Member, needed: Slice) -> None:
        """Write the sizes that come from static shapes: numbers, or a name that goes over those of a loop's rounds."""
        for element in static_sizes(self.view, self.syntax, member):
            sizes = [static_sizes(self.view, self.syntax, piece).get(element) for piece in member.pieces]
            if None in sizes or member.open:
                raise mixed(member.at, "the size of a variable depends on a static shape that is not known")
            text = str(sizes[0])
            if member.loop is not None and len(set(sizes)) > 1:
                text = Names(self.syntax.tree).fresh("size" if not needed.varying[member.loop] else "size_2")
                needed.varying[member.loop][text] = f"({', '.join(map(str, sizes))})"
            self.bench.renderer.add(self.syntax.index.span(element), text)

    def _check_needed(self, needed: Slice, members: list[Member]) -> None:
        if needed.literals or needed.by_round:
            name = next(iter((*needed.literals, *needed.by_round)))
            raise mixed(members[0].at, f"`{name}` follows from values of the graph, and state is made with it")

    def _check_same_form(self, member: Member, uses: list[NodeRef]) -> None:
        """A layer that is called again must be the same layer: its other arguments count, too."""
        if member.kind is not MemberKind.LAYER or member.loop is not None:
            return
        called = [n for n in self.view.nodes if n.place.expression in uses and n.op == member.node.op]
        if any(layer_arguments(self.view, n) != layer_arguments(self.view, called[0]) for n in called[1:]):
            raise mixed(member.at, "a layer is used again in another form")

    def _check_shared(self, member: Member, uses: list[NodeRef]) -> None:
        """A variable that a later statement finds again by its name is the same object."""
        statement = self.syntax.statement_of(self.syntax.nodes[member.at])
        target = statement.targets[0] if isinstance(statement, ast.Assign) and len(statement.targets) == 1 else None
        if not isinstance(target, ast.Name) or len(member.variables) != 1:
            raise mixed(member.at, "variables that are found again by their names are made in several ways")
        for at in uses:
            if at != member.at:
                self.splitter.replace(at, lambda: Rendered.new(target.id))

    def _check_available(self, unit: Unit, member: Member, needed: Slice) -> None:
        """What state is made with must exist where it is made: values of the graph do not."""
        plan = self.plan
        around = [member.loop] if member.loop is not None else []
        heads = [node_ref(self.syntax.path, one.iter) for one in around]
        heads += [node_ref(self.syntax.path, one.test) for one in member.conditions]
        places = [node_ref(self.syntax.path, statement) for statement in needed.prelude]
        names = set(self.splitter.needed_names(member))
        for place, wanted in [(member.at, names), *((one, None) for one in (*heads, *places))]:
            for need in plan.units.needs(unit, within=place):
                if wanted is not None and need.name not in wanted:
                    continue
                if need.unit is not unit and (need.unit in plan.units.compute or plan.units.is_moving_value(need)):
                    raise mixed(member.at, f"`{need.name}` is made while the graph is built, and state is made with it")

    def _name(self, member: Member, unit: Unit) -> str:
        statement = self.syntax.statement_of(self.syntax.nodes[member.at])
        target = statement.targets[0] if isinstance(statement, ast.Assign) else None
        held = target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", None)
        names = self.plan.names
        if member.loop is not None:
            inner = self.syntax.parents[self.syntax.nodes[member.at]]
            target = inner.targets[0] if isinstance(inner, ast.Assign) else None
            return names.fresh_outside(name_of_list(member, getattr(target, "id", None), self._function_name))
        match member.kind:
            case MemberKind.LAYER:
                name = snake(layer_name(member.node))
                scope = common_scope(self.view, member)
                if scope and shares_layer_names(self.view, member.node):
                    return names.fresh_outside(f"{scope}_{name}")
                return names.fresh_outside(name, f"{name}_layer")
            case MemberKind.MODULE:
                return self._instance_name(member)
            case MemberKind.VARIABLE | MemberKind.CELL:
                return names.fresh_outside("variable" if held is None else f"{held}_variable")

    def _function_name(self, member: Member) -> str:
        return self.splitter.module(member).function.name

    def _instance_name(self, member: Member) -> str:
        """Return the name of a module's object: the function's own where it is the only one."""
        splitter, names = self.splitter, self.plan.names
        module = splitter.module(member)
        splitter.splitters.instances[module.definition] += 1
        number = splitter.splitters.instances[module.definition]
        if len(splitter.instances_of(module)) == 1:
            if self.plan.prefix:
                return names.fresh(without_verb(module.function.name))
            return splitter.links.bound_name(member.at) or names.fresh_outside(module.function.name)
        own = snake(without_verb(module.function.name))
        scope = common_scope(self.view, member) or f"{snake(module.function.name)}_{number}"
        fresh = names.fresh if self.plan.prefix else names.fresh_outside  # an attribute hides no local name
        return fresh(scope, f"{scope}_{own}")
