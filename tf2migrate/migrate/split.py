"""State that is made by code which moves into steps: it is made once, under a name of its own (law 5)."""

from __future__ import annotations

import ast
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from tf2migrate.migrate.home import Home
from tf2migrate.migrate.idle_reads import COLLECTIONS
from tf2migrate.migrate.instance_values import InstanceValues
from tf2migrate.migrate.layer_forms import is_weight_of_object, layer_call, layer_constructor, layer_parts_elsewhere
from tf2migrate.migrate.module_checks import check_form, check_same_arguments, mixed
from tf2migrate.migrate.module_links import ModuleLinks
from tf2migrate.migrate.module_names import name_members, rename_state, without_verb
from tf2migrate.migrate.module_text import ModuleWriter, arguments_by_name, call_text
from tf2migrate.migrate.modules import Base, Module, ModuleReader
from tf2migrate.migrate.normalization import Averages
from tf2migrate.migrate.ranks import Ranks
from tf2migrate.migrate.render import Rendered, Replacement, concat, join
from tf2migrate.migrate.rnn_members import Caller, CellMembers
from tf2migrate.migrate.slices import Slice
from tf2migrate.migrate.state import is_weight, variable_text, weight_text
from tf2migrate.migrate.state_loops import LoopFacts, LoopIndexes
from tf2migrate.migrate.state_members import Member, MemberKind, StateFacts, reads_within, static_sizes
from tf2migrate.migrate.steps import Step
from tf2migrate.migrate.syntax import Names
from tf2migrate.migrate.train_ops import is_trainable
from tf2migrate.migrate.view import MOVING, ProgramView
from tf2migrate.migrate.workbench import Workbench
from tf2migrate.model.source import NodeRef
from tf2migrate.source import node_ref

_WEIGHTS = {"kernel": "kernel", "weights": "kernel", "bias": "bias", "biases": "bias"}
_WEIGHTS |= {
    name: name for name in ("depthwise_kernel", "pointwise_kernel", "beta", "gamma", "moving_mean", "moving_variance")
}


class Splitters:
    """The splitters of all files of a program: a function of one file may be called in another."""

    def __init__(self, view: ProgramView, benches: Mapping[str, Workbench], averages: Averages) -> None:
        self.averages = averages
        self.lifted: dict[NodeRef, set[str]] = defaultdict(set)  # by function
        self.facts = StateFacts(view, {path: bench.syntax for path, bench in benches.items()})
        self.links = ModuleLinks(view, benches)
        self.ranks = Ranks(view)
        self.caller: Caller | None = None  # the statement for which an object is made
        self.instances: Counter[NodeRef] = Counter()  # that have a name, by function
        texts = [bench.syntax.text for bench in benches.values()]
        others = ("float64", "float16", "double", "half", "bfloat16")
        self.is_float32 = not any(name in text for text in texts for name in others)  # all values of the program
        self._by_path = {path: StateSplitter(bench, self) for path, bench in benches.items()}

    def scalars(self, home: Home) -> frozenset[int]:
        """Return the placeholders that are scalars and come to functions that make state, or flags of layers."""
        mixed_frames = frozenset(frame for frame in self.ranks.view.frames if self.facts.is_mixed(frame))
        return self.averages.flags | self.ranks.scalars_within(mixed_frames - home.frames)

    def lift(self, steps: Iterable[Step]) -> None:
        """Note the names of values that move, which functions read from outside: they get them as parameters."""
        for step in steps:
            for definition, names in step.lifted.items():
                self.lifted[definition] |= names

    def is_module(self, definition: NodeRef) -> bool:
        """Say whether a function becomes a class."""
        return definition in self.of(definition.path).modules

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
        self.values = InstanceValues(bench, self.cells)
        self.loops = LoopFacts(self.view, self.facts, self.syntax)
        self.indexes = LoopIndexes(bench)
        self._members: dict[int, tuple[list[Member], dict[NodeRef, Member]]] = {}

    # --- members ---

    def needed_names(self, member: Member) -> list[str]:
        """Return the names of the surrounding body that making a member reads."""
        frame = member.frame
        if member.kind is MemberKind.LAYER:
            return reads_within(self.view, frame, member.at, layer_parts_elsewhere(self.view, member.at))
        if member.kind in (MemberKind.VARIABLE, MemberKind.CELL):
            elsewhere = [at for name, at in member.node.argument_at.items() if name in ("regularizer", COLLECTIONS)]
            elsewhere += static_sizes(self.view, self.syntax, member)
            return reads_within(self.view, frame, member.at, elsewhere)
        module = self.module(member)
        call = self.syntax.nodes[member.at]
        assert isinstance(call, ast.Call)
        given = arguments_by_name(module, call)
        parts = [given[name] for name in module.constructor if name in given]
        found = [n for part in parts for n in reads_within(self.view, frame, node_ref(self.syntax.path, part))]
        return list(dict.fromkeys(found))

    def made(self, member: Member, held: Slice, keras: bool = False) -> Rendered:
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
        module = self.module(member)
        call = self.syntax.nodes[member.at]
        assert isinstance(call, ast.Call) and member.callee is not None
        given = arguments_by_name(module, call)
        parts = [concat([f"{name}=", self.bench.render(given[name])]) for name in module.constructor if name in given]
        parts += [Rendered.new(f"{name}={value}") for name, value in self._values(module, member, held).items()]
        name = self.links.class_text(member.at, module)
        return concat([Rendered.new(f"{name}(", call.lineno), join(", ", parts), ")"])

    def _values(self, module: Module, member: Member, held: Slice) -> dict[str, str]:
        """Return what follows from static shapes for an object; where a loop makes several, names that go over it."""
        by_piece = [self._values_of(module, piece) for piece in member.pieces]
        found = by_piece[0]
        if member.open and found:
            raise mixed(member.at, "what a loop makes follows from static shapes, and its rounds are not certain")
        for name, value in by_piece[0].items():
            values = [one[name] for one in by_piece]
            if member.loop is not None and any(other != value for other in values):
                taken = {node.id for node in ast.walk(member.loop) if isinstance(node, ast.Name)} | {*held.parameters}
                found[name] = f"{member.name}_{name}" if name in taken else name
                held.varying[member.loop][found[name]] = f"({', '.join(values)})"
        return found

    def _values_of(self, module: Module, piece: Member) -> dict[str, str]:
        assert piece.callee is not None
        owner = self.splitters.of(module.definition.path)
        members = owner.members_of(module, piece.callee)[0]
        return owner.values.given(module, piece.callee, members, self.splitters.caller)

    def members_of(self, module: Module, frame: int) -> tuple[list[Member], dict[NodeRef, Member]]:
        """Return the pieces of state of one activation of a function."""
        if frame not in self._members:
            members, uses = self.facts.members(frame)
            self.loops.settle(members, uses, frame, module.function)
            self._members[frame] = members, uses
        return self._members[frame]

    def _variables(self, member: Member, keras: bool) -> Rendered:
        """Return the expression of variables; those of `tf.get_variable` in it in their native form."""
        if keras:
            return weight_text(self.bench, member.node)
        if member.node.place.expression == member.at:
            text = variable_text(self.bench, member.node)
            if text is not None:
                return text
        return self.bench.renderer.render(self.syntax.index.span(member.at), without=self._own.get(member.at))

    def write_inner(self, member: Member) -> None:
        """Register the native forms of the variables that are made inside of a member's expression or in factories."""
        for number in member.variables if member.kind is MemberKind.VARIABLE else ():
            fact = self.view.nodes[number]
            at = fact.place.expression
            if at == member.at or at in self._written or is_weight_of_object(fact):
                continue
            self._written.add(at)
            bench = self.bench.of(at)
            text = variable_text(bench, fact)
            if text is not None:
                bench.renderer.add(bench.syntax.index.span(at), lambda text=text: text)  # type: ignore[misc]

    def replace(self, at: NodeRef, build) -> None:  # type: ignore[no-untyped-def]
        if at not in self._own:
            self._own[at] = Replacement(self.syntax.index.span(at), build)
            self.bench.renderer.replacements.append(self._own[at])

    def write_use(self, at: NodeRef, member: Member, name: str) -> None:
        """Register what stands where state was made or found again."""
        if member.kind is MemberKind.MODULE:
            module = self.module(member)
            self.links.check_call(at, module.definition, module.function)

        def build() -> Rendered:
            if member.kind is MemberKind.LAYER:
                return layer_call(self.bench, at, name)
            if member.kind is MemberKind.MODULE:
                return call_text(self.bench, self.module(member), at, name)
            return Rendered.new(name, at.line)

        self.replace(at, build)

    def paths(self, member: Member, text: str) -> dict[int, str]:
        """Return the expressions of a member's variables."""
        if member.open:
            return {}  # nobody can say how many there are
        if member.rounds:
            by_round = [self.paths(piece, f"{text}[{number}]") for number, piece in enumerate(member.pieces)]
            return {variable: path for paths in by_round for variable, path in paths.items()}
        if member.kind is MemberKind.LAYER:
            facts = [self.view.nodes[number] for number in member.variables]
            return {f.id: f"{text}.{_WEIGHTS[str(f.output)]}" for f in facts if str(f.output) in _WEIGHTS}
        if member.kind is MemberKind.VARIABLE:
            return {member.variables[0]: text} if len(member.variables) == 1 else {}
        if member.kind is MemberKind.CELL:
            return self.cells.paths(member, text)
        module = self.module(member)
        assert member.callee is not None
        found: dict[int, str] = {}
        owner = self.splitters.of(module.definition.path)
        for inner in owner.members_of(module, member.callee)[0]:
            found.update(owner.paths(inner, f"{text}.{module.uses[inner.at].name}"))
        return found

    def groups(self, member: Member, text: str) -> dict[str, tuple[int, ...]]:
        """Return the expressions of the lists of all variables of a member and of the objects in it, in their order.

        The averages of batch normalization are in none of them.
        """
        kept = tuple(n for n in member.variables if self.view.nodes[n].output not in MOVING)
        if len({is_trainable(self.view.nodes[n]) for n in kept}) > 1:
            return {}  # those that are not are in no such list
        if member.open:
            return {}
        if member.rounds:
            by_round = [self.groups(piece, f"{text}[{number}]") for number, piece in enumerate(member.pieces)]
            return {path: group for groups in by_round for path, group in groups.items()}
        trained = all(is_trainable(self.view.nodes[n]) for n in kept)
        if not trained and len(kept) < len(member.variables):
            return {}
        every = f"{text}.trainable_variables" if trained else f"{text}.weights"
        if member.kind is MemberKind.LAYER:
            return {every: kept}
        if member.kind in (MemberKind.VARIABLE, MemberKind.CELL) or member.callee is None:
            return {}
        module = self.module(member)
        owner = self.splitters.of(module.definition.path)
        listed = module.base is Base.KERAS or (module.base is Base.MODULE and trained)
        found = {every: tuple(n for n in self._listed(member) if n in kept)} if listed else {}
        for one in owner.members_of(module, member.callee)[0]:
            found.update(owner.groups(one, f"{text}.{module.uses[one.at].name}"))
        return found

    def _listed(self, member: Member) -> tuple[int, ...]:
        """Return the variables of a member in the order in which its own list has them."""
        if member.rounds:
            return tuple(n for piece in member.pieces for n in self._listed(piece))
        if member.kind is MemberKind.CELL:
            return tuple(sorted(member.variables, key=lambda n: str(self.view.nodes[n].output)))
        if member.kind is not MemberKind.MODULE or member.callee is None:
            return member.variables
        module = self.module(member)
        owner = self.splitters.of(module.definition.path)
        inner = sorted(owner.members_of(module, member.callee)[0], key=lambda one: (one.at.line, one.at.column))
        if module.base is not Base.KERAS:  # `tf.Module` goes by the names of attributes
            inner.sort(key=lambda one: module.uses[one.at].name)
        inner.sort(key=lambda one: one.kind is not MemberKind.VARIABLE)  # its own, then those of its parts
        return tuple(n for one in inner for n in owner._listed(one))

    # --- modules ---

    def module(self, member: Member) -> Module:
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
        name = "".join(part[:1].upper() + part[1:] for part in without_verb(function.name).split("_"))
        class_name = self.links.fresh(name, f"{name}Module")
        self.links.register(definition, function, class_name)
        module = Module(definition, function, class_name, Base.PLAIN, [], {})
        self._collect_members(module, frame)
        module.base = self._base(function, module.members)
        name_members(self.syntax, module, lambda member: self.module(member).function.name)
        self._check_instances(module)
        needs = {id(member): self.needed_names(member) for member in module.members}
        ModuleReader(self.bench, module, self._call_arguments).read(needs)
        module.lifted = sorted(self.splitters.lifted[definition])
        for at, member in module.uses.items():
            self.write_use(at, member, self.use_text(member, "self.", Names(function)))  # type: ignore[arg-type]
            self.write_inner(member)
        rename_state(self.bench, module)
        self.values.name_sizes(module, self.splitters.caller)
        self._check_sizes(module)
        make = lambda member: self.made(member, module.slice, module.base is Base.KERAS)  # noqa: E731
        self.bench.renderer.add(self.syntax.span(function), ModuleWriter(self.bench, module, make).write)
        return module

    def use_text(self, member: Member, prefix: str, names: Names) -> str:
        """Return the expression that stands for a piece of state; one out of a list in a loop."""
        text = f"{prefix}{member.name}"
        return text if member.loop is None else f"{text}[{self.indexes.name(member.loop, names)}]"

    def _collect_members(self, module: Module, first: int) -> None:
        """Take the pieces of state of all activations together: conditions may keep some from making all."""
        others = [f.id for f in self.view.program.frames if f.definition == module.definition and f.id != first]
        for frame in (first, *others):
            members, uses = self.members_of(module, frame)
            for member in members:
                if all(known.at != member.at for known in module.members):
                    module.members.append(member)
            by_place = {member.at: member for member in module.members}
            for at, member in uses.items():
                module.uses.setdefault(at, by_place[member.at])

    def instances_of(self, module: Module) -> set[frozenset[int]]:
        """Return the sets of variables that the activations of a function use, one for each object."""
        found: set[frozenset[int]] = set()
        for frame in self.view.program.frames:
            if frame.definition == module.definition:
                used = frozenset(use.variable for use in self.facts.within(frame.id))
                if not any(used <= other for other in found):
                    found = {other for other in found if not other < used} | {used}
        return found

    def _call_arguments(self, member: Member, call: ast.Call) -> list[ast.expr]:
        module = self.module(member)
        return [value for name, value in arguments_by_name(module, call).items() if name in module.kept]

    def _check_instances(self, module: Module) -> None:
        """Every activation must make or use the same pieces of state by the same expressions."""
        for frame in self.view.program.frames:
            if frame.definition == module.definition:
                found = {member.at for member in self.members_of(module, frame.id)[0]}
                if any(member.at not in found and not member.conditions for member in module.members):
                    raise mixed(module.definition, f"`{module.function.name}` makes other variables in another call")
        check_same_arguments(self.view, self.facts, module.definition, module.function.name)
        if any(member.kind is MemberKind.CELL for member in module.members) and len(self.instances_of(module)) > 1:
            raise mixed(module.definition, f"`{module.function.name}` makes cells of several names")

    def _check_sizes(self, module: Module) -> None:
        """What a constructor makes its parts with is written once: it must hold for every object."""
        frames = [frame.id for frame in self.view.program.frames if frame.definition == module.definition]
        for member in module.members:
            if member.kind is not MemberKind.MODULE:
                continue
            inner = self.module(member)
            found = [one for frame in frames for one in self.members_of(module, frame)[0] if one.at == member.at]
            values = [[self._values_of(inner, piece) for piece in one.pieces] for one in found]
            if any(value != values[0] for value in values):
                raise mixed(member.at, f"calls of `{module.function.name}` make this with other static sizes")

    def _base(self, function: ast.FunctionDef, members: list[Member]) -> Base:
        """Return what a class inherits from: neither Keras nor `tf.Module` sees all variables of a mixture.

        A model of Keras hands `training` and `mask` on by itself, casts what it is given to float32, and asks for its
        rank.
        """
        lifted = self.splitters.lifted[node_ref(self.syntax.path, function)]
        handed_on = {"training", "mask"} & ({parameter.arg for parameter in function.args.args} | lifted)
        if handed_on or not self.splitters.is_float32 or self._may_lack_rank(node_ref(self.syntax.path, function)):
            return Base.PLAIN
        bases = {self.module(m).base for m in members if m.kind is MemberKind.MODULE}
        raw = [m for m in members if m.kind is MemberKind.VARIABLE]
        layers = any(m.kind is MemberKind.LAYER for m in members)
        if any(m.kind is MemberKind.CELL for m in members):
            bases.add(Base.MODULE)
        if (layers or Base.KERAS in bases) and bases <= {Base.KERAS} and all(is_weight(m.node, m.at) for m in raw):
            return Base.KERAS
        return Base.MODULE if not layers and bases <= {Base.MODULE} else Base.PLAIN

    def _may_lack_rank(self, definition: NodeRef) -> bool:
        """Say whether a function is given, or reads from outside, what may have no rank when it is traced."""
        frames = {frame.id for frame in self.view.program.frames if frame.definition == definition}
        writes = [write for write in self.view.program.writes if write.cell.owner in frames]
        given = [write.value for write in writes if write.place.expression.kind == "arg"]
        lifted = self.splitters.lifted[definition]
        given += [r.value for r in self.view.program.reads if r.place.frame in frames and r.cell.key in lifted]
        return any(self.splitters.ranks.may_be_unknown(value) for value in given)
