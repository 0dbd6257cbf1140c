"""Objects that do nothing but hold a graph: made once, by a constructor that builds it, and read by who runs it.

TensorFlow 2 has no graph to hold. The constructor's statements join those that make the object, what it kept in
attributes gets names, and the planner sorts all of it into steps. As with `inlining` this is text before planning.
"""

from __future__ import annotations

import ast
from collections import Counter

from tf2migrate.migrate.inlining import BUILDS, Inlined, Inliner
from tf2migrate.migrate.render import Rendered, Replacement
from tf2migrate.migrate.syntax import Syntax
from tf2migrate.migrate.view import ProgramView
from tf2migrate.model.facts import Call, Program


def dissolve_object(program: Program, path: str, text: str) -> Inlined | None:
    """Return the text with one object's constructor in the place of its call, None where there is no such object."""
    view = ProgramView(program)
    syntax = Syntax.parse(path, text)
    running = {frame for visit in program.visits for frame in view.frames_on_trail(visit.place)}
    building = {frame for node in view.nodes if node.kind in BUILDS for frame in view.frames_on_trail(node.place)}
    counts = Counter(frame.definition for frame in program.frames)
    for call in program.calls:
        if call.callee.path != path or counts[call.callee] != 1 or call.frame in running or call.frame not in building:
            continue
        found = _ObjectInliner(view, syntax, call)
        text_of_all = found.inline() if found.is_record() else None
        if text_of_all is not None:
            return text_of_all
    return None


class _ObjectInliner(Inliner):
    """Inlines the constructor of one object."""

    plain = (ast.Name,)  # a model's sizes keep their names

    def __init__(self, view: ProgramView, syntax: Syntax, call: Call) -> None:
        super().__init__(view, syntax, call)
        owner = syntax.parents.get(self.function) if self.function is not None else None
        self.owner = owner if isinstance(owner, ast.ClassDef) else None
        self.attributes: dict[str, str] = {}
        self._kept: list[ast.Attribute] = []
        self.reads: list[ast.Attribute] = []  # of the object's attributes, outside of its class

    def is_record(self) -> bool:
        """Say whether the object is nothing but what its constructor keeps in it."""
        owner, function, call = self.owner, self.function, self.call
        if owner is None or function is None or call is None or function.name != "__init__":
            return False
        target = self._target()
        if target is None or owner.decorator_list or owner.keywords or not _is_plain_class(owner):
            return False
        if not isinstance(call.func, ast.Name) or call.func.id != owner.name or self._named(owner.name) != [call.func]:
            return False
        return self._has_certain_attributes(function, target) and self._is_known_everywhere(target)

    def _target(self) -> str | None:
        """Return the name of the object."""
        statement = self.syntax.parents[self.call] if self.call is not None else None
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)]):
                return name
            case _:
                return None

    def _named(self, name: str) -> list[ast.AST]:
        return [n for n in ast.walk(self.syntax.tree) if isinstance(n, ast.Name) and n.id == name]

    def _has_certain_attributes(self, function: ast.FunctionDef, target: str) -> bool:
        """Say whether the constructor uses itself by attributes alone that it sets; name these."""
        if not function.args.args:
            return False
        receiver = function.args.args[0].arg
        inside = [n for n in ast.walk(function) if isinstance(n, ast.Name) and n.id == receiver]
        parents = [self.syntax.parents[n] for n in inside]
        if not all(isinstance(parent, ast.Attribute) for parent in parents):
            return False
        attributes = [parent for parent in parents if isinstance(parent, ast.Attribute)]
        stored = {one.attr for one in attributes if isinstance(one.ctx, ast.Store)}
        if any(one.attr not in stored or isinstance(one.ctx, ast.Del) for one in attributes):
            return False
        taken = {n.id for n in ast.walk(self.syntax.tree) if isinstance(n, ast.Name)}
        taken |= {n.arg for n in ast.walk(self.syntax.tree) if isinstance(n, ast.arg)}
        named = self._named(target)
        outside = {parent.attr for n in named if isinstance(parent := self.syntax.parents[n], ast.Attribute)}
        for attr in sorted(stored):
            # What is read outside keeps its length: run sites stay where they were.
            wanted = [f"{target}_{attr}"] if attr in outside else [attr.lstrip("_"), f"{target}_{attr}"]
            free = next((n for n in wanted if n.isidentifier() and n not in taken), None)
            if free is None:
                return False
            taken.add(free)
            self.attributes[attr] = free
        self._kept = attributes
        return True

    def _is_known_everywhere(self, target: str) -> bool:
        """Say whether all that happens to the object is that its attributes are read, where its name denotes it."""
        statement = self.syntax.parents[self.call] if self.call is not None else None
        assert isinstance(statement, ast.Assign)
        scope = self._scope(statement)
        if any(isinstance(n, ast.arg) and n.arg == target for n in ast.walk(self.syntax.tree)):
            return False
        names = [n for n in self._named(target) if n is not statement.targets[0]]
        inner = set(map(id, ast.walk(scope)))
        for name in names:
            parent = self.syntax.parents[name]
            read = isinstance(parent, ast.Attribute) and isinstance(parent.ctx, ast.Load)
            if not read or id(name) not in inner or parent.attr not in self.attributes:  # type: ignore[attr-defined]
                return False
            self.reads.append(parent)  # type: ignore[arg-type]
        return True

    def _arguments(self, call: ast.Call, function: ast.FunctionDef) -> dict[str, ast.expr] | None:
        """Return the expression for each parameter but the object itself."""
        names = [parameter.arg for parameter in function.args.args[1:]]
        if any(isinstance(one, ast.Starred) for one in call.args) or any(k.arg is None for k in call.keywords):
            return None
        defaults = dict(zip(names[::-1], function.args.defaults[::-1], strict=False))
        given: dict[str, ast.expr] = {}
        given.update({name: default for name, default in defaults.items() if isinstance(default, ast.Constant)})
        given.update(zip(names, call.args, strict=False))
        given.update({k.arg: k.value for k in call.keywords if k.arg is not None})
        complete = set(names) <= set(given) and not function.args.kwonlyargs and len(call.args) <= len(names)
        return {name: given[name] for name in names} if complete else None

    def _extra(self, function: ast.FunctionDef) -> list[Replacement]:
        return [self._renamed(one) for one in self._kept]

    def _renamed(self, attribute: ast.Attribute) -> Replacement:
        text = Rendered.new(self.attributes[attribute.attr], attribute.lineno)
        return Replacement(self.syntax.span(attribute), lambda: text)

    def _remove(self, function: ast.FunctionDef) -> None:
        """Take the class out, and give what is read of the object its names."""
        assert self.owner is not None
        self.renderer.replacements.extend(self._renamed(one) for one in self.reads)
        self._remove_definition(self.owner)


def _is_plain_class(owner: ast.ClassDef) -> bool:
    """Say whether a class has nothing but a constructor."""
    bases = [base.id if isinstance(base, ast.Name) else None for base in owner.bases]
    documented = [s for s in owner.body if isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant)]
    methods = [s for s in owner.body if isinstance(s, ast.FunctionDef)]
    return bases in ([], ["object"]) and len(methods) == 1 and len(documented) + 1 == len(owner.body)
