"""What the definitions that are emitted into a program must be able to do, by what all of its files name."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Mapping

from tf2migrate.knowledge.rnn import DEFINED
from tf2migrate.migrate.mnist import reader_features
from tf2migrate.migrate.refusal import NO_NATIVE_FORM, Refused
from tf2migrate.migrate.texts import Texts
from tf2migrate.model.facts import Program
from tf2migrate.model.source import NodeRef


def emitted_parts(texts: Texts, program: Program) -> Mapping[str, frozenset[str]]:
    """Return the features of definitions by their names; refuse programs that name what one of them lacks."""
    used = {node.op: DEFINED[node.op] for node in program.nodes if node.op in DEFINED}
    if not any(emitted.methods or emitted.lacking or emitted.features for emitted in used.values()):
        return {}
    trees = {path: ast.parse(texts.source(path).text) for path in dict.fromkeys((program.entry, *program.files))}
    lacking = {name: path for path, emitted in used.items() for name in emitted.lacking}
    named: set[str] = set()
    for file, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute):
                named.add(node.attr)
                if node.attr in lacking and not _is_own(node):
                    raise _refused(file, node, lacking[node.attr])
    found: dict[str, frozenset[str]] = defaultdict(frozenset)
    for emitted in used.values():
        asked = (feature for name, wanted in emitted.methods.items() if name in named for feature in wanted)
        found[emitted.name] |= frozenset(asked)
    return {**found, **reader_features(trees.values())}


def _refused(file: str, node: ast.Attribute, path: str) -> Refused:
    row, column = node.lineno, node.col_offset
    reason = f"the program uses `{node.attr}` of `{path}`, which its native form does not have"
    return Refused(NO_NATIVE_FORM, NodeRef(file, "Attribute", row, column, row, column), reason, DEFINED[path].advice)


def _is_own(node: ast.Attribute) -> bool:
    return isinstance(node.value, ast.Name) and node.value.id == "self"
