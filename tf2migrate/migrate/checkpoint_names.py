"""Names of variables that checkpoints know: TF1 made them unique, TF2 does not.

`Checkpoint.read` finds the values of a checkpoint that TF1 wrote by the variables' names. Two variables of one name
would both get the first one's value, so the number that TF1 put behind a name is written out, or the case is named.
"""

from __future__ import annotations

import re
from collections import Counter

from tf2migrate.migrate.sites import restored
from tf2migrate.migrate.view import ProgramView, is_slot
from tf2migrate.model.facts import GraphNode, Known
from tf2migrate.model.plan import Refusal

READ_BY_NAME = "TFM986"
_DEFAULT = "Variable"


def numbered_name(view: ProgramView, node: GraphNode) -> str | None:
    """Return the name that a variable's own call must give it, where TF1 put a number behind the written one."""
    name = (node.name or "").rpartition("/")[2]
    same = [n for n in view.nodes if n.place.expression == node.place.expression and n.kind is node.kind]
    if not name or name == _written(node) or len(same) > 1 or node.op != "tf.Variable":
        return None
    return name if any(node.id in variables for _, variables in restored(view)) else None


def same_name_notes(view: ProgramView, path: str) -> list[Refusal]:
    """Name the restored variables that TF2 calls the same: a checkpoint of TF1 does not tell them apart."""
    variables = {v for _, found in restored(view) for v in found if not is_slot(view.nodes[v])}
    names = {v: _native(view, view.nodes[v]) for v in variables}
    counts = Counter(names.values())
    rows = {
        view.nodes[v].place.statement.line
        for v, name in names.items()
        if counts[name] > 1 and view.nodes[v].place.expression.path == path
    }
    return [
        Refusal(
            path,
            row,
            READ_BY_NAME,
            "TensorFlow 2 gives several of the restored variables one name: do not read checkpoints of TensorFlow 1",
            "give each variable a name of its own, and read them with TensorFlow 1 once to write them anew",
        )
        for row in sorted(rows)
    ]


def _written(node: GraphNode) -> str:
    given = node.arguments.get("name")
    return given.value if isinstance(given, Known) and isinstance(given.value, str) else _DEFAULT


def _native(view: ProgramView, node: GraphNode) -> str:
    """Return the name that a variable gets in TF2, numbers behind its scopes taken for TF1's."""
    scopes, _, name = (node.name or _DEFAULT).rpartition("/")
    own = name if node.op != "tf.Variable" else numbered_name(view, node) or _written(node)
    return "/".join([*(re.sub(r"_\d+$", "", part) for part in scopes.split("/")), own])
