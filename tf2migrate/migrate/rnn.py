"""RNN cells, loops over them, layers, distributions: definitions in the program take the place of TensorFlow 1's."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from tf2migrate.knowledge.emitted import Emitted
from tf2migrate.knowledge.mnist import FAKE, READER, READERS, SHARED
from tf2migrate.knowledge.rnn import DEFINED, definitions, modules_of, needed, parameters_of_emitted
from tf2migrate.migrate.refusal import NO_NATIVE_FORM, Refused
from tf2migrate.migrate.render import Rendered, edited
from tf2migrate.migrate.syntax import Names, Syntax
from tf2migrate.model.source import Edit, NodeRef, Span
from tf2migrate.names import Names as Symbols
from tf2migrate.names import Use, canonical_path
from tf2migrate.source import LineIndex, remove_import

Features = Mapping[str, frozenset[str]]
_PARTS = ("rnn", "seq2seq", "losses", "distributions", "layers.Batch", "mnist", "HParams", "preprocessing", "resize_")
_SHORT = {"numpy": "np", "tensorflow": "tf"}
_QUIET = ("tensorflow.", "os.path.", "os.environ.get", "os.getcwd", "os.getenv")
_QUIET_NAMES = frozenset("bool dict expanduser float format getcwd getenv int join len list max min range str".split())


def write_rnn(text: Rendered, path: str, features: Features | None = None, *, shared: bool = False) -> Rendered:
    """Return the text with the cells and loops that it uses in it, above the first statement that does.

    `features` are what definitions must do because of what the program runs; a `shared` file is imported by others.
    """
    if not any(part in text.text for part in _PARTS):
        return text
    try:
        tree = ast.parse(text.text)
    except SyntaxError:
        return text
    module = _Module(path, text, tree, Symbols(tree), LineIndex(text.text), features or {}, shared=shared)
    module.collect()
    if not module.used:
        return text
    written = edited(text, module.edits)
    for name in module.imported:
        edit = remove_import(written.text, name)
        written = edited(written, [edit]) if edit is not None else written
    return module.with_definitions(written)


@dataclass
class _Module:
    """One module: what it uses, and the edits that name the definitions in the place of TensorFlow 1's symbols."""

    path: str
    text: Rendered
    tree: ast.Module
    symbols: Symbols
    index: LineIndex
    features: Features
    edits: list[Edit] = field(default_factory=list)
    used: dict[str, frozenset[str]] = field(default_factory=lambda: defaultdict(frozenset))
    shared: bool = False  # whether other files import this one
    imported: list[str] = field(default_factory=list)  # names that imports bind to what is emitted
    handed_on: list[str] = field(default_factory=list)  # those of them that only other files use
    names: dict[str, str] = field(default_factory=dict)  # what a definition is called

    def collect(self) -> None:
        """Find every use, and what it asks of the definition."""
        uses = [use for use in map(_of_class, self.symbols.uses()) if use.path in DEFINED]
        calls = {node.func: node for node in ast.walk(self.tree) if isinstance(node, ast.Call)}
        for use in uses:
            emitted = DEFINED[use.path]
            call = calls.get(use.node)
            features = frozenset(emitted.features.values())
            named = {node.attr for node in ast.walk(self.tree) if isinstance(node, ast.Attribute)}
            asked = [feature for name, wanted in emitted.methods.items() if name in named for feature in wanted]
            self.used[emitted.name] |= frozenset(asked)
            if call is not None and (emitted.parameters or emitted.signature):
                features = frozenset(self._arguments(call, emitted, use.path))
            self.used[emitted.name] |= features | self.features.get(emitted.name, frozenset())
        self._hand_on()
        self._choose_names()
        for use in uses:
            self.edits.append(Edit(self.index.node_span(use.node), self.names[DEFINED[use.path].name]))
        self.edits = [edit for edit in self.edits if not any(_lies_in(edit, other) for other in self.edits)]

    def _hand_on(self) -> None:
        """Note a reader that the module only imports, for other files to call: it is defined here."""
        exported = canonical_path(self.symbols.exported(READER) or "") if self.shared else None
        if exported in READERS and READER not in self.used:
            self.used[READER] |= {SHARED, FAKE}
            self.handed_on.append(READER)

    def with_definitions(self, text: Rendered) -> Rendered:
        """Return the text with the definitions in it, and with the imports that they need."""
        tree = ast.parse(text.text)
        place = self._place(tree)
        modules = {module: _import_of(tree, module) for module in modules_of(self.used)}
        tensorflow = _import_of(tree, "tensorflow")
        modules |= {"tensorflow": tensorflow} if tensorflow else {}
        names = {module: found[0] if found else _SHORT.get(module, module) for module, found in modules.items()}
        missing = [module for module, found in modules.items() if found is None or (place and found[1] > place.lineno)]
        for module in missing:
            late = remove_import(text.text, names[module]) if modules[module] else None
            text = edited(text, [late]) if late is not None else text
        text = _with_imports(text, {module: names[module] for module in missing})
        tree, index = ast.parse(text.text), LineIndex(text.text)
        known = self.symbols.tensorflow_name(ast.Name("")) or "tf"
        unit = Syntax.parse(self.path, text.text).indent
        written = definitions(self.used, known, self.names, names.get("numpy", "np"))
        parts = [_indented_by(part, unit) for part in written]
        insertion = _insertion(text.text, index, self._place(tree), "\n\n\n".join(parts))
        return edited(text, [insertion], foreign=True)

    def _place(self, tree: ast.Module) -> ast.stmt | None:
        """Return the first statement that uses a definition; None where only other files do."""
        mine = {self.names[name] for name in self.used}
        return next((statement for statement in tree.body if _names_in(statement) & mine), None)

    # --- names --------------------------------------------------------------------------------------------------------

    def _choose_names(self) -> None:
        """Give each definition its own name, or another one where the module has that for something else."""
        self.imported = [name for name in self._imported() if name not in self.imported]
        free = Names(self.tree)
        for name in self.imported:
            if self._bindings(name) == 1:
                free.release(name)
        for name in needed(self.used):
            self.names[name] = free.fresh(name, f"compute_{name}" if name.islower() else f"{name}1")
        for module in modules_of(self.used):
            name = _SHORT.get(module, module)
            if _import_of(self.tree, module) is None and name in Names(self.tree):
                raise self._refused(self.tree.body[0], f"`{name}` is a name of the program's own", "rename it")

    def _imported(self) -> list[str]:
        """Return the names that imports bind to a symbol that is emitted."""
        found: list[str] = []
        for node in ast.walk(self.tree):
            if isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    bound = ast.Name(alias.asname or alias.name)
                    path = next((use.path for use in self.symbols.uses() if _is_name(use.node, bound.id)), None)
                    if path in DEFINED:
                        found.append(bound.id)
        return list(dict.fromkeys([*found, *self.handed_on]))

    def _bindings(self, name: str) -> int:
        """Return how often the module binds a name."""
        stored = [n for n in ast.walk(self.tree) if isinstance(n, ast.Name) and n.id == name]
        defined = [n for n in ast.walk(self.tree) if getattr(n, "name", None) == name and not isinstance(n, ast.alias)]
        arguments = [n for n in ast.walk(self.tree) if isinstance(n, ast.arg) and n.arg == name]
        return 1 + len(defined) + len(arguments) + sum(isinstance(n.ctx, ast.Store) for n in stored)

    # --- arguments ----------------------------------------------------------------------------------------------------

    def _arguments(self, call: ast.Call, emitted: Emitted, path: str) -> list[str]:
        """Register the edits of a call's arguments; returns the features that they ask for."""
        given = self._given(call, path, emitted)
        kept = [(name, value) for name, value in given if _is_kept(name, value, emitted)]
        dropped = [(name, value) for name, value in given if (name, value) not in kept]
        for name, value in dropped:
            self._check_dropped(name, value, emitted, path)
        order = list(emitted.parameters)
        asked = [emitted.features[name] for name, _ in kept if name in emitted.features]
        absent = {name for name in emitted.features if emitted.features[name] not in asked}
        order = [name for name in order if name not in absent]
        by_position = 0
        for (name, value), wanted in zip(kept, order, strict=False):
            if value not in call.args or name != wanted:
                break
            by_position += 1
        for name, value in kept[by_position:]:
            if value in call.args:
                start = self.index.node_span(value).start
                self.edits.append(Edit(Span(start, start), f"{name}="))
        self._remove([value for _, value in dropped], call)
        return asked

    def _given(self, call: ast.Call, path: str, emitted: Emitted) -> list[tuple[str, ast.expr]]:
        parameters = parameters_of_emitted(path)
        starred = any(isinstance(arg, ast.Starred) for arg in call.args) or any(
            k.arg is None and not emitted.keywords for k in call.keywords
        )
        if starred or len(call.args) > len(parameters):
            raise self._refused(call, f"the arguments of `{path}` are not written out", "write them out")
        given = list(zip(parameters, call.args, strict=False))
        for item in call.keywords:
            name = item.arg or ""
            if name in emitted.aliases:
                start = self.index.node_span(item).start
                self.edits.append(Edit(Span(start, start + len(name)), emitted.aliases[name]))
            given.append((emitted.aliases.get(name, name), item.value))
        return given

    def _check_dropped(self, name: str, value: ast.expr, emitted: Emitted, path: str) -> None:
        permitted = (emitted.defaults[name],) if name in emitted.defaults else emitted.ignored.get(name)
        written = self.symbols.path(value) or ast.unparse(value)
        if permitted is None or (permitted and written not in permitted):
            raise self._refused(value, f"`{path}` with `{name}={written}` has no native form yet", emitted.advice)
        acting = next((node for node in ast.walk(value) if self._acts(node)), None)
        if acting is not None:
            reason = f"`{ast.unparse(acting)}` is called in an argument that has no meaning any more"
            raise self._refused(value, reason, "call it in a statement of its own")

    def _acts(self, node: ast.AST) -> bool:
        """Say whether an expression may do more than give a value."""
        if not isinstance(node, ast.Call):
            return isinstance(node, (ast.NamedExpr, ast.Await, ast.Yield, ast.YieldFrom))
        known = self.symbols.dotted(node.func) or ast.unparse(node.func)
        return not known.startswith(_QUIET) and known.rpartition(".")[2] not in _QUIET_NAMES

    def _remove(self, values: list[ast.expr], call: ast.Call) -> None:
        """Register the edits that take arguments away, each with a comma."""
        items: list[ast.expr | ast.keyword] = [*call.args, *call.keywords]
        items.sort(key=lambda item: (item.lineno, item.col_offset))
        spans = [self.index.node_span(item) for item in items]
        gone = [(item.value if isinstance(item, ast.keyword) else item) in values for item in items]
        first = next((number for number, is_gone in enumerate(gone) if not is_gone), len(items))
        if first:
            end = spans[first].start if first < len(items) else spans[-1].end
            self.edits.append(Edit(Span(spans[0].start, end), ""))
        for number in range(first + 1, len(items)):
            if gone[number]:
                self.edits.append(Edit(Span(spans[number - 1].end, spans[number].end), ""))

    def _refused(self, node: ast.expr | ast.stmt, reason: str, advice: str) -> Refused:
        row = next((line for line in reversed(self.text.lines[: node.lineno]) if line), 1)
        at = NodeRef(self.path, type(node).__name__, row, node.col_offset, row, node.col_offset)
        return Refused(NO_NATIVE_FORM, at, reason, advice)


def _of_class(use: Use) -> Use:
    """Return the use of a class where one of its methods is used."""
    owner, _, name = use.path.rpartition(".")
    if owner in DEFINED and name in DEFINED[owner].methods and isinstance(use.node, ast.Attribute):
        node = use.node.value
        if isinstance(node, (ast.Name, ast.Attribute)):
            return Use(node, owner, use.dotted.rpartition(".")[0])
    return use


def _is_kept(name: str, value: ast.expr, emitted: Emitted) -> bool:
    if emitted.keywords and name not in emitted.ignored:
        return True
    return name in emitted.parameters and emitted.defaults.get(name) != ast.unparse(value)


def _lies_in(edit: Edit, other: Edit) -> bool:
    return edit != other and other.span.start <= edit.span.start and edit.span.end <= other.span.end


def _import_of(tree: ast.Module, module: str) -> tuple[str, int] | None:
    """Return the name that an import at module level gives a module, and its row; standard modules keep theirs."""
    for node in tree.body:
        for alias in node.names if isinstance(node, ast.Import) else ():
            if alias.name == module and (not alias.asname or module in _SHORT):
                return alias.asname or module, node.lineno
    return None


def _with_imports(text: Rendered, names: Mapping[str, str]) -> Rendered:
    """Return the text with imports of modules by these names above its first import."""
    lines = [f"import {module}" + (f" as {name}" if name != module else "") for module, name in names.items()]
    if not lines:
        return text
    tree = ast.parse(text.text)
    imports = (node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom)))
    first = next((node for node in imports if not _is_future(node)), tree.body[0])
    start = LineIndex(text.text).start(first.lineno)
    return edited(text, [Edit(Span(start, start), "".join(f"{line}\n" for line in lines))], foreign=True)


def _is_future(statement: ast.Import | ast.ImportFrom) -> bool:
    return isinstance(statement, ast.ImportFrom) and statement.module == "__future__"


def _is_name(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _indented_by(text: str, unit: str) -> str:
    """Return a text of four spaces a step with the file's own step of indentation."""
    return re.sub(r"(?m)^(?: {4})+", lambda spaces: unit * (len(spaces[0]) // 4), text)


def _names_in(statement: ast.stmt) -> set[str]:
    return {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}


def _insertion(text: str, index: LineIndex, place: ast.stmt | None, definition: str) -> Edit:
    """Return the edit that puts definitions above a statement and the comments that stand directly on it."""
    if place is None:
        return Edit(Span(len(text.rstrip()), len(text)), f"\n\n\n{definition}\n")
    decorators: list[ast.expr] = getattr(place, "decorator_list", [])
    row = min([place.lineno, *(one.lineno for one in decorators)])
    while row > 1 and index.line(row - 1).startswith("#"):
        row -= 1
    blank = row
    while blank > 1 and not index.line(blank - 1).strip():
        blank -= 1
    before = "" if blank == 1 else "\n\n"
    return Edit(Span(index.start(blank), index.start(row)), f"{before}{definition}\n\n\n")
