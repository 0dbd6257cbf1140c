"""State that is made by code which moves into steps: it is made once, under a name of its own (law 5)."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Mapping

from tf2migrate.migrate.layer_forms import layer_arguments, layer_constructor, layer_input_at, layer_name
from tf2migrate.migrate.module_checks import check_form, check_same_arguments, mixed
from tf2migrate.migrate.module_links import ModuleLinks
from tf2migrate.migrate.module_names import name_members, rename_state
from tf2migrate.migrate.module_text import ModuleWriter, arguments_by_name, call_text
from tf2migrate.migrate.modules import Base, Module, ModuleReader
from tf2migrate.migrate.render import Rendered, Replacement, concat, join
from tf2migrate.migrate.rnn_members import Caller, CellMembers
from tf2migrate.migrate.state import is_weight, variable_text, weight_text
from tf2migrate.migrate.state_members import (
    Member,
    MemberKind,
    StateFacts,
    in_loop,
    is_conditional,
    reads_within,
    static_sizes,
)
from tf2migrate.migrate.state_plan import HomePlan
from tf2migrate.migrate.syntax import Names, snake
from tf2migrate.migrate.train_ops import is_trainable
from tf2migrate.migrate.units import Unit
from tf2migrate.migrate.variables import literal
from tf2migrate.migrate.view import ProgramView
from tf2migrate.migrate.workbench import Workbench
from tf2migrate.model.facts import Known
from tf2migrate.model.source import NodeRef
from tf2migrate.source import node_ref

_WEIGHTS = {"kernel": "kernel", "weights": "kernel", "bias": "bias", "biases": "bias"}


class Splitters:
    """The splitters of all files of a program: a function of one file may be called in another."""

    def __init__(self, view: ProgramView, benches: Mapping[str, Workbench]) -> None:
        self.facts = StateFacts(view, {path: bench.syntax for path, bench in benches.items()})
        self.links = ModuleLinks(view, benches)
        self.caller: Caller | None = None  # the statement for which an object is made
        self.instances: Counter[NodeRef] = Counter()  # that have a name, by function
        texts = [bench.syntax.text for bench in benches.values()]
        others = ("float64", "float16", "double", "half", "bfloat16")
        self.is_float32 = not any(name in text for text in texts for name in others)  # all values of the program
        self._by_path = {path: StateSplitter(bench, self) for path, bench in benches.items()}

    def of(self, path: str) -> StateSplitter:
        """Return the splitter of one file."""
        return self._by_path[path]


class StateSplitter:
    """Splits what makes state and computes into what is made once and what is computed in every run."""

    def __init__(self, bench: Workbench, splitters: Splitters) -> None:
        self.bench, self.syntax, self.view, self.facts = bench, bench.syntax, bench.view, splitters.facts
        self.splitters, self.links = splitters, splitters.links
        self.modules: dict[NodeRef, Module] = {}
        self._own: dict[NodeRef, Replacement] = {}  # what stands in the place of a state expression
        self._written: set[NodeRef] = set()
        self.cells = CellMembers(bench)

    # --- home bodies ---

    def split_home(self, plan: HomePlan) -> None:
        """Register what stands for the state that moving statements of a home body make or use."""
        for frame in sorted(plan.home.frames):
            members, uses = self.facts.members(frame)
            moving = {id(m) for at, m in uses.items() if plan.home.body.unit_at(at) in plan.units.compute}
            for member in members:
                if member.kind is MemberKind.CELL:
                    continue  # built where it is first used
                if id(member) in moving:
                    self._make_in_home(plan, member, frame)
                    self._check_same_form(member, [at for at, used in uses.items() if used is member])
                    for at, used in uses.items():
                        if used is member:
                            self._write_use(at, member, member.name)
                elif any(used is member and at != member.at for at, used in uses.items()):
                    self._check_shared(plan, member, [at for at, used in uses.items() if used is member])

    def _check_same_form(self, member: Member, uses: list[NodeRef]) -> None:
        """A layer that is called again must be the same layer: its other arguments count, too."""
        if member.kind is not MemberKind.LAYER:
            return
        called = [n for n in self.view.nodes if n.place.expression in uses and n.op == member.node.op]
        if any(layer_arguments(self.view, n) != layer_arguments(self.view, called[0]) for n in called[1:]):
            raise mixed(member.at, "a layer is used again in another form")

    def _check_shared(self, plan: HomePlan, member: Member, uses: list[NodeRef]) -> None:
        """A variable that a later statement finds again by its name is the same object."""
        statement = self.syntax.statement_of(self.syntax.nodes[member.at])
        target = statement.targets[0] if isinstance(statement, ast.Assign) and len(statement.targets) == 1 else None
        if not isinstance(target, ast.Name) or len(member.variables) != 1:
            raise mixed(member.at, "variables that are found again by their names are made in several ways")
        for at in uses:
            if at != member.at:
                self._replace(at, lambda: Rendered.new(target.id))

    def _make_in_home(self, plan: HomePlan, member: Member, frame: int) -> None:
        unit = plan.home.body.unit_at(member.at)
        node = self.syntax.nodes[member.at]
        definition = self.view.frames[frame].definition
        body = self.syntax.tree if definition is None else self.syntax.nodes[definition]
        if unit is None or unit not in plan.units.compute:
            raise mixed(member.at, "state is made apart from the computation that shares it")
        if in_loop(self.syntax, member.at, body) or is_conditional(self.syntax, member.at, body):
            raise mixed(member.at, "state is made in a loop or under a condition that also computes with it")
        self.splitters.caller = (plan, unit)
        member.name = plan.prefix + self._home_name(plan, member, unit)
        self._check_available(plan, unit, member, frame)
        for element, size in static_sizes(self.view, self.syntax, member).items():
            self.bench.renderer.add(self.syntax.index.span(element), str(size))
        self._write_inner(member)
        made = self._made(member, frame)
        assert isinstance(node, ast.expr)
        plan.layout.residue[unit].append(concat([Rendered.new(f"{member.name} = ", node.lineno), made]))
        plan.home.lifted.update(self._paths(member, member.name))
        plan.home.state_groups.update(self._groups(member, member.name))

    def _check_available(self, plan: HomePlan, unit: Unit, member: Member, frame: int) -> None:
        """What state is made with must exist where it is made: values of the graph do not."""
        names = set(self._needed_names(member, frame))
        for need in plan.units.needs(unit, within=member.at):
            if need.name in names and (need.unit in plan.units.compute or plan.units.is_moving_value(need)):
                raise mixed(member.at, f"`{need.name}` is made while the graph is built, and state is made with it")

    def _home_name(self, plan: HomePlan, member: Member, unit: Unit) -> str:
        match member.kind:
            case MemberKind.LAYER:
                name = snake(layer_name(member.node))
                return plan.names.fresh_outside(name, f"{name}_layer")
            case MemberKind.MODULE:
                return self._instance_name(plan, member)
            case MemberKind.VARIABLE | MemberKind.CELL:
                target = unit.node.targets[0] if isinstance(unit.node, ast.Assign) else None
                held = target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", None)
                return plan.names.fresh_outside("variable" if held is None else f"{held}_variable")

    def _instance_name(self, plan: HomePlan, member: Member) -> str:
        """Return the name of a module's object: the function's own where it is the only one."""
        module = self._module(member)
        self.splitters.instances[module.definition] += 1
        number = self.splitters.instances[module.definition]
        if len(self._instances_of(module)) == 1:
            own = self.links.bound_name(member.at)
            return own if own and not plan.prefix else plan.names.fresh_outside(module.function.name)
        first = self.view.nodes[member.variables[0]].name or ""
        scope = snake(first.split("/")[0]) if "/" in first else f"{snake(module.function.name)}_{number}"
        return plan.names.fresh_outside(scope, f"{scope}_{snake(module.function.name)}")

    def _instances_of(self, module: Module) -> set[frozenset[int]]:
        found: set[frozenset[int]] = set()
        for frame in self.view.program.frames:
            if frame.definition == module.definition:
                used = frozenset(use.variable for use in self.facts.within(frame.id))
                if not any(used <= other for other in found):
                    found = {other for other in found if not other < used} | {used}
        return found

    # --- members ---

    def _needed_names(self, member: Member, frame: int) -> list[str]:
        """Return the names of the surrounding body that making a member reads."""
        if member.kind is MemberKind.LAYER:
            return reads_within(self.view, frame, member.at, [layer_input_at(self.view, member.at)])
        if member.kind in (MemberKind.VARIABLE, MemberKind.CELL):
            return reads_within(self.view, frame, member.at, static_sizes(self.view, self.syntax, member))
        module = self._module(member)
        call = self.syntax.nodes[member.at]
        assert isinstance(call, ast.Call)
        given = arguments_by_name(module, call)
        parts = [given[name] for name in module.constructor if name in given]
        found = [n for part in parts for n in reads_within(self.view, frame, node_ref(self.syntax.path, part))]
        return list(dict.fromkeys(found))

    def _made(self, member: Member, frame: int, keras: bool = False) -> Rendered:
        """Return the expression that makes a member, of a model of Keras where it is one's."""
        if member.kind is MemberKind.LAYER:
            return layer_constructor(self.bench, member.node)
        if member.kind is MemberKind.VARIABLE:
            return self._variables(member, keras)
        if member.kind is MemberKind.CELL:
            constructed = self.bench.renderer.render(
                self.syntax.index.span(member.at), without=self._own.get(member.at)
            )
            return self.cells.made(member, constructed)
        module = self._module(member)
        call = self.syntax.nodes[member.at]
        assert isinstance(call, ast.Call) and member.callee is not None
        given = arguments_by_name(module, call)
        parts = [concat([f"{name}=", self.bench.render(given[name])]) for name in module.constructor if name in given]
        parts += [Rendered.new(f"{name}={self._literal(member.callee, name)}") for name in module.literals]
        parts += [Rendered.new(f"{name}={size}") for name, size in self._sizes(module, member.callee).items()]
        name = self.links.class_text(member.at, module)
        return concat([Rendered.new(f"{name}(", call.lineno), join(", ", parts), ")"])

    def _sizes(self, module: Module, frame: int) -> dict[str, int | str]:
        """Return the sizes that an instance's constructor is given: what its function took from static shapes."""
        made = {member.at: member for member in self.facts.members(frame)[0]}
        inner = self.splitters.of(module.definition.path)
        found: dict[str, int | str] = {}
        for name, (at, element) in module.sizes.items():
            if made[at].kind is MemberKind.CELL:
                found[name] = inner.cells.size(made[at], self.splitters.caller)
                continue
            size = static_sizes(self.view, inner.syntax, made[at]).get(element)
            if size is None:
                raise mixed(at, "the size of a variable depends on a static shape that is not known")
            found[name] = size
        return found

    def _name_sizes(self, module: Module) -> None:
        names = Names(module.function)  # type: ignore[arg-type]
        self.cells.name_sizes(module, names, self.splitters.caller)
        for member in module.members:
            for element in static_sizes(self.view, self.syntax, member):
                inside = [n for n in ast.walk(self.syntax.nodes[element]) if isinstance(n, ast.Name)]
                called = [n.func for n in ast.walk(self.syntax.nodes[element]) if isinstance(n, ast.Call)]
                root = next((n for n in inside if n not in called), None)
                name = names.fresh(f"{root.id}_size" if root is not None else "size")
                module.sizes[name] = (member.at, element)
                self.bench.renderer.add(self.syntax.index.span(element), name)

    def _literal(self, frame: int, name: str) -> str:
        writes = [w for w in self.view.program.writes if w.cell.owner == frame and w.cell.key == name]
        value = writes[-1].value
        if any(write.value != value for write in writes):
            raise mixed(writes[-1].place.expression, f"`{name}` has several values, and state is made with it")
        if not isinstance(value, Known):
            raise mixed(writes[-1].place.expression, f"`{name}` is not certain, and state is made with it")
        return literal(value.value) if isinstance(value.value, (str, int)) else repr(value.value)

    def _variables(self, member: Member, keras: bool) -> Rendered:
        """Return the expression of variables; those of `tf.get_variable` in it in their native form."""
        if keras:
            return weight_text(self.bench, member.node)
        if member.node.place.expression == member.at:
            text = variable_text(self.bench, member.node)
            if text is not None:
                return text
        return self.bench.renderer.render(self.syntax.index.span(member.at), without=self._own.get(member.at))

    def _write_inner(self, member: Member) -> None:
        """Register the native forms of the variables that are made inside of a member's expression or in factories."""
        for number in member.variables if member.kind is MemberKind.VARIABLE else ():
            fact = self.view.nodes[number]
            at = fact.place.expression
            if at == member.at or at in self._written:
                continue
            self._written.add(at)
            bench = self.bench.of(at)
            text = variable_text(bench, fact)
            if text is not None:
                bench.renderer.add(bench.syntax.index.span(at), lambda text=text: text)  # type: ignore[misc]

    def _replace(self, at: NodeRef, build) -> None:  # type: ignore[no-untyped-def]
        if at not in self._own:
            self._own[at] = Replacement(self.syntax.index.span(at), build)
            self.bench.renderer.replacements.append(self._own[at])

    def _write_use(self, at: NodeRef, member: Member, name: str) -> None:
        """Register what stands where state was made or found again."""
        if member.kind is MemberKind.MODULE:
            module = self._module(member)
            self.links.check_call(at, module.definition, module.function)

        def build() -> Rendered:
            if member.kind is MemberKind.LAYER:
                given = self.bench.render_at(layer_input_at(self.view, at))
                return concat([Rendered.new(f"{name}(", at.line), given, ")"])
            if member.kind is MemberKind.MODULE:
                return call_text(self.bench, self._module(member), at, name)
            return Rendered.new(name, at.line)

        self._replace(at, build)

    def _paths(self, member: Member, text: str) -> dict[int, str]:
        """Return the expressions of a member's variables."""
        if member.kind is MemberKind.LAYER:
            facts = [self.view.nodes[number] for number in member.variables]
            return {f.id: f"{text}.{_WEIGHTS[str(f.output)]}" for f in facts if str(f.output) in _WEIGHTS}
        if member.kind is MemberKind.VARIABLE:
            return {member.variables[0]: text} if len(member.variables) == 1 else {}
        if member.kind is MemberKind.CELL:
            return self.cells.paths(member, text)
        module = self._module(member)
        assert member.callee is not None
        found: dict[int, str] = {}
        owner = self.splitters.of(module.definition.path)
        for inner in self.facts.members(member.callee)[0]:
            found.update(owner._paths(inner, f"{text}.{module.uses[inner.at].name}"))
        return found

    def _groups(self, member: Member, text: str) -> dict[str, frozenset[int]]:
        """Return the expressions of all trainable variables of a member and of the objects in it."""
        if not all(is_trainable(self.view.nodes[n]) for n in member.variables):
            return {}  # those that are not are in no such list
        if member.kind is MemberKind.LAYER:
            return {f"{text}.trainable_variables": frozenset(member.variables)}
        if member.kind in (MemberKind.VARIABLE, MemberKind.CELL) or member.callee is None:
            return {}
        module = self._module(member)
        inner = self.facts.members(member.callee)[0]
        found = {f"{text}.trainable_variables": frozenset(n for one in inner for n in one.variables)}
        found = {} if module.base is Base.PLAIN else found
        owner = self.splitters.of(module.definition.path)
        for one in inner:
            found.update(owner._groups(one, f"{text}.{module.uses[one.at].name}"))
        return found

    # --- modules ---

    def _module(self, member: Member) -> Module:
        assert member.callee is not None
        definition = self.view.frames[member.callee].definition
        owner = self.splitters.of(definition.path) if definition is not None else self
        function = owner.syntax.nodes.get(definition) if definition is not None else None
        if definition is None or not isinstance(function, ast.FunctionDef):
            raise mixed(member.at, "state is made in a lambda that also computes with it")
        self.links.check_call(member.at, definition, function)
        if definition not in owner.modules:
            owner.modules[definition] = owner._build(definition, function, member.callee)
        return owner.modules[definition]

    def _build(self, definition: NodeRef, function: ast.FunctionDef, frame: int) -> Module:
        check_form(self.syntax, definition, function)
        members, uses = self.facts.members(frame)
        for member in members:
            if in_loop(self.syntax, member.at, function) or is_conditional(self.syntax, member.at, function):
                raise mixed(member.at, "state is made in a loop or under a condition that also computes with it")
        name = "".join(part[:1].upper() + part[1:] for part in function.name.strip("_").split("_"))
        class_name = self.links.fresh(name, f"{name}Module")
        self.links.register(definition, function, class_name)
        module = Module(definition, function, class_name, self._base(function, members), members, uses)
        name_members(self.syntax, module, lambda member: self._module(member).function.name)
        self._check_instances(module)
        needs = {id(member): self._needed_names(member, frame) for member in members}
        ModuleReader(self.bench, frame, module, self._call_arguments).read(needs)
        for at, member in uses.items():
            self._write_use(at, member, f"self.{member.name}")
            self._write_inner(member)
        rename_state(self.bench, module)
        self._name_sizes(module)
        writer = ModuleWriter(self.bench, module, lambda member: self._made(member, frame, module.base is Base.KERAS))
        span = self.syntax.span(function)
        self.bench.renderer.add(span, writer.write)
        return module

    def _call_arguments(self, member: Member, call: ast.Call) -> list[ast.expr]:
        module = self._module(member)
        return [value for name, value in arguments_by_name(module, call).items() if name in module.kept]

    def _check_instances(self, module: Module) -> None:
        """Every activation must make or use the same pieces of state by the same expressions."""
        wanted = {member.at for member in module.members}
        for frame in self.view.program.frames:
            if frame.definition == module.definition:
                found = {member.at for member in self.facts.members(frame.id)[0]}
                if found != wanted:
                    raise mixed(module.definition, f"`{module.function.name}` makes other variables in another call")
        check_same_arguments(self.view, self.facts, module)
        if any(member.kind is MemberKind.CELL for member in module.members) and len(self._instances_of(module)) > 1:
            raise mixed(module.definition, f"`{module.function.name}` makes cells of several names")

    def _base(self, function: ast.FunctionDef, members: list[Member]) -> Base:
        """Return what a class inherits from: neither Keras nor `tf.Module` sees all variables of a mixture.

        A model of Keras hands `training` and `mask` on by itself and casts what it is given to float32.
        """
        handed_on = {"training", "mask"} & {parameter.arg for parameter in function.args.args}
        if handed_on or not self.splitters.is_float32:
            return Base.PLAIN
        bases = {self._module(m).base for m in members if m.kind is MemberKind.MODULE}
        raw = [m for m in members if m.kind is MemberKind.VARIABLE]
        layers = any(m.kind is MemberKind.LAYER for m in members)
        if any(m.kind is MemberKind.CELL for m in members):
            bases.add(Base.MODULE)
        if (layers or Base.KERAS in bases) and bases <= {Base.KERAS} and all(is_weight(m.node, m.at) for m in raw):
            return Base.KERAS
        return Base.MODULE if not layers and bases <= {Base.MODULE} else Base.PLAIN
