"""RNN cells, loops over them, layers, distributions: definitions in the program take the place of TensorFlow 1's."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from tf2migrate.knowledge.rnn import DEFINED, Emitted, definitions, modules_of, needed, parameters_of_emitted
from tf2migrate.migrate.refusal import NO_NATIVE_FORM, Refused
from tf2migrate.migrate.render import Rendered, edited
from tf2migrate.migrate.syntax import Names, Syntax
from tf2migrate.model.source import Edit, NodeRef, Span
from tf2migrate.names import Names as Symbols
from tf2migrate.source import LineIndex, remove_import

_MODULES = ("tf.nn.", "tf.contrib.rnn", "tf.contrib.seq2seq", "tf.contrib.legacy_seq2seq")


def write_rnn(text: Rendered, path: str, features: Mapping[str, frozenset[str]] | None = None) -> Rendered:
    """Return the text with the cells and loops that it uses in it, above the first statement that does.

    `features` are what definitions must do because of what the program runs.
    """
    if not any(module in text.text for module in ("rnn", "seq2seq", "losses", "distributions", "layers.Batch")):
        return text
    try:
        tree = ast.parse(text.text)
    except SyntaxError:
        return text
    module = _Module(path, text, tree, Symbols(tree), LineIndex(text.text), features or {})
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
    features: Mapping[str, frozenset[str]]
    edits: list[Edit] = field(default_factory=list)
    used: dict[str, frozenset[str]] = field(default_factory=lambda: defaultdict(frozenset))
    imported: list[str] = field(default_factory=list)  # names that imports bind to what is emitted
    names: dict[str, str] = field(default_factory=dict)  # what a definition is called

    def collect(self) -> None:
        """Find every use, and what it asks of the definition."""
        uses = [use for use in self.symbols.uses() if use.path in DEFINED]
        calls = {node.func: node for node in ast.walk(self.tree) if isinstance(node, ast.Call)}
        for use in uses:
            emitted = DEFINED[use.path]
            call = calls.get(use.node)
            features = frozenset(emitted.features.values())
            named = {node.attr for node in ast.walk(self.tree) if isinstance(node, ast.Attribute)}
            asked = [feature for name, wanted in emitted.methods.items() if name in named for feature in wanted]
            self.used[emitted.name] |= frozenset(asked)
            if call is not None and emitted.parameters:
                features = frozenset(self._arguments(call, emitted, use.path))
            self.used[emitted.name] |= features | self.features.get(emitted.name, frozenset())
        self._choose_names()
        for use in uses:
            self.edits.append(Edit(self.index.node_span(use.node), self.names[DEFINED[use.path].name]))
        self.edits = [edit for edit in self.edits if not any(_lies_in(edit, other) for other in self.edits)]

    def with_definitions(self, text: Rendered) -> Rendered:
        """Return the text with the definitions in it."""
        tree = ast.parse(text.text)
        index = LineIndex(text.text)
        mine = {self.names[name] for name in self.used}
        place = next(statement for statement in tree.body if _names_in(statement) & mine)
        tensorflow = self.symbols.tensorflow_name(ast.Name("")) or "tf"
        unit = Syntax.parse(self.path, text.text).indent
        parts = [_indented_by(part, unit) for part in definitions(self.used, tensorflow, self.names)]
        text = edited(text, [_insertion(text.text, index, place, "\n\n\n".join(parts))], foreign=True)
        missing = [name for name in modules_of(self.names) if not _imports(tree, name)]
        if missing:
            first = next(s for s in tree.body if isinstance(s, (ast.Import, ast.ImportFrom)) and not _is_future(s))
            start = index.start(first.lineno)
            imports = "".join(f"import {name}\n" for name in missing)
            text = edited(text, [Edit(Span(start, start), imports)], foreign=True)
        return text

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
        for module in modules_of(self.names):
            if not _imports(self.tree, module) and module in Names(self.tree):
                raise self._refused(self.tree.body[0], f"`{module}` is a name of the program's own", "rename it")

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
        return list(dict.fromkeys(found))

    def _bindings(self, name: str) -> int:
        """Return how often the module binds a name."""
        stored = [n for n in ast.walk(self.tree) if isinstance(n, ast.Name) and n.id == name]
        defined = [n for n in ast.walk(self.tree) if getattr(n, "name", None) == name and not isinstance(n, ast.alias)]
        arguments = [n for n in ast.walk(self.tree) if isinstance(n, ast.arg) and n.arg == name]
        return 1 + len(defined) + len(arguments) + sum(isinstance(n.ctx, ast.Store) for n in stored)

    # --- arguments ----------------------------------------------------------------------------------------------------

    def _arguments(self, call: ast.Call, emitted: Emitted, path: str) -> list[str]:
        """Register the edits of a call's arguments; returns the features that they ask for."""
        given = self._given(call, path)
        kept = [(name, value) for name, value in given if name in emitted.parameters]
        for name, value in given:
            if name not in emitted.parameters:
                self._check_ignored(name, value, emitted, path)
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
        self._remove([value for name, value in given if name not in emitted.parameters], call)
        return asked

    def _given(self, call: ast.Call, path: str) -> list[tuple[str, ast.expr]]:
        parameters = parameters_of_emitted(path)
        starred = any(isinstance(arg, ast.Starred) for arg in call.args) or any(k.arg is None for k in call.keywords)
        if starred or len(call.args) > len(parameters):
            raise self._refused(call, f"the arguments of `{path}` are not written out", "write them out")
        given = list(zip(parameters, call.args, strict=False))
        return given + [(item.arg or "", item.value) for item in call.keywords]

    def _check_ignored(self, name: str, value: ast.expr, emitted: Emitted, path: str) -> None:
        permitted = emitted.ignored.get(name)
        written = self.symbols.path(value) or ast.unparse(value)
        if permitted is None or (permitted and written not in permitted):
            reason = f"`{path}` with `{name}={written}` has no native form yet"
            raise self._refused(value, reason, "write the cell by hand, as a class with its weights")

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


def _lies_in(edit: Edit, other: Edit) -> bool:
    return edit != other and other.span.start <= edit.span.start and edit.span.end <= other.span.end


def _imports(tree: ast.Module, module: str) -> bool:
    return any(
        isinstance(node, ast.Import) and any(a.name == module and not a.asname for a in node.names)
        for node in tree.body
    )


def _is_future(statement: ast.Import | ast.ImportFrom) -> bool:
    return isinstance(statement, ast.ImportFrom) and statement.module == "__future__"


def _is_name(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _indented_by(text: str, unit: str) -> str:
    """Return a text of four spaces a step with the file's own step of indentation."""
    return re.sub(r"(?m)^(?: {4})+", lambda spaces: unit * (len(spaces[0]) // 4), text)


def _names_in(statement: ast.stmt) -> set[str]:
    return {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}


def _insertion(text: str, index: LineIndex, place: ast.stmt, definition: str) -> Edit:
    """Return the edit that puts definitions above a statement and the comments that stand directly on it."""
    decorators: list[ast.expr] = getattr(place, "decorator_list", [])
    row = min([place.lineno, *(one.lineno for one in decorators)])
    while row > 1 and index.line(row - 1).startswith("#"):
        row -= 1
    blank = row
    while blank > 1 and not index.line(blank - 1).strip():
        blank -= 1
    before = "" if blank == 1 else "\n\n"
    return Edit(Span(index.start(blank), index.start(row)), f"{before}{definition}\n\n\n")
