"""One file on its way to level compat: how it names TensorFlow, what it needs, what holds it back."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property

from tf2migrate.lint import LintedFile
from tf2migrate.lint.legacy import is_legacy, is_of_compat, is_plainly_legacy
from tf2migrate.migrate.refusal import RUNS_NOWHERE
from tf2migrate.model.plan import Refusal
from tf2migrate.model.source import Edit
from tf2migrate.names import canonical_path

COMPAT = "tensorflow.compat.v1"
ADVICE = "write what took its place by hand, then run fix again"


class Reading(Enum):
    """What the names of the module `tensorflow` itself mean in a file: an upgraded one means TensorFlow 2's."""

    ONE = 1
    TWO = 2


@dataclass
class CompatFile:
    """The edits collected so far. `keras` says that Keras of TensorFlow 1 is needed, `added` lists new imports."""

    linted: LintedFile
    reading: Reading = Reading.TWO
    edits: list[Edit] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    added: dict[str, None] = field(default_factory=dict)
    keras: bool = False
    shared: bool = False  # other files import this one, and may take any name from it
    renamed: set[ast.Name] = field(default_factory=set)  # roots of references that are written anew

    @cached_property
    def legacy(self) -> bool:
        """Whether the file is certainly about TensorFlow 1."""
        return is_legacy(self.linted.uses)

    @cached_property
    def plain(self) -> bool:
        """Whether names of the module `tensorflow` certainly mean TensorFlow 1's."""
        return is_plainly_legacy(self.linted.uses)

    @property
    def one(self) -> bool:
        """Whether the names of the module `tensorflow` mean TensorFlow 1's."""
        return self.reading is Reading.ONE

    @cached_property
    def of_compat(self) -> bool:
        """Whether the file speaks of `tensorflow.compat.v1` itself."""
        return any(is_of_compat(use.dotted) for use in self.linted.uses)

    @cached_property
    def bound(self) -> frozenset[str]:
        """Every name that the file binds anywhere."""
        tree = self.linted.tree
        names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and not _is_read(node)}
        names |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
        names |= {
            alias.asname or alias.name.partition(".")[0]
            for node in ast.walk(tree)
            if isinstance(node, ast.Import | ast.ImportFrom)
            for alias in node.names
        }
        kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
        return frozenset(names | {node.name for node in ast.walk(tree) if isinstance(node, kinds)})

    def refuse(self, node: ast.expr | ast.stmt, reason: str, advice: str = ADVICE) -> None:
        """Note why the file cannot run as TensorFlow 1 today."""
        self.refusals.append(Refusal(self.linted.path, node.lineno, RUNS_NOWHERE, reason, advice))

    def means_tf2(self, dotted: str) -> bool:
        """Say whether a path, as imported, is meant as TensorFlow 2's and stays as it is."""
        if self.one or is_of_compat(dotted) or dotted == COMPAT:
            return False
        return dotted.partition(".")[0] == "tensorflow"

    def tensorflow_name(self, node: ast.expr) -> str:
        """Return an expression that denotes `tf.compat.v1` where `node` stands, after all edits."""
        ones = self.linted.names.name_of(node, (COMPAT,))
        if ones is not None:
            return ones
        plain = self.linted.names.name_of(node, ("tensorflow",))
        if plain is not None:
            return plain if self.one else f"{plain}.compat.v1"
        return self.new_name("tf", f"import {COMPAT} as {{}}", "tensorflow_v1")

    def slim_name(self, node: ast.expr) -> str:
        """Return an expression that denotes `tf_slim` where `node` stands, after all edits."""
        found = self.linted.names.name_of(node, ("tf_slim", "tensorflow.contrib.slim", f"{COMPAT}.contrib.slim"))
        return found if found is not None else self.new_name("tf_slim", "import tf_slim", "tf_slim")

    def was_used(self, name: str) -> bool:
        """Say whether a reference that begins with the name is written anew."""
        return any(node.id == name for node in self.renamed)

    def is_used(self, name: str) -> bool:
        """Say whether a name is still read, here or in another file, after the references are written anew."""
        if self.shared:
            return True
        reads = (node for node in ast.walk(self.linted.tree) if isinstance(node, ast.Name) and node.id == name)
        return any(_is_read(node) and node not in self.renamed for node in reads)

    def new_name(self, name: str, statement: str, other: str) -> str:
        """Return a name that a new import binds: `name`, or `other` where the file has that one already."""
        chosen = other if name in self.bound else name
        self.added[statement.format(chosen)] = None
        return chosen


def _is_read(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Load)


def parts_of(node: ast.expr) -> int:
    """Return how many names a dotted expression consists of."""
    count = 1
    while isinstance(node, ast.Attribute):
        count, node = count + 1, node.value
    return count


def canonical(dotted: str) -> str:
    """Return the canonical path of a dotted path that certainly is TensorFlow's."""
    path = canonical_path(dotted)
    assert path is not None, dotted
    return path
