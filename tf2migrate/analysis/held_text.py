"""Text in values of the host: which values hold nothing else."""

from __future__ import annotations

from tf2migrate.analysis.heap import CONTENTS, Heap
from tf2migrate.analysis.values import Host, Items, Known, Ref, Text, Tuple, V

TEXT, TEXTS = "str", "list of str"  # of what is not known
MOST_READ = 16  # elements of a list that are looked at: one that begins with so much text is a list of text


def holds_text(heap: Heap, value: V) -> bool:
    """Say whether a value is text, or lists of text."""
    match value:
        case Known(held):
            return isinstance(held, (str, bytes))
        case Host(what):
            return what in (TEXT, TEXTS)
        case Text():
            return True
        case Tuple(items, rest):
            contents: object = Items(items, rest)
        case Ref(owner):
            contents = heap.get(owner, CONTENTS)
        case _:
            return False
    if not isinstance(contents, Items):
        return False
    elements = [*contents.items[:MOST_READ], *(() if contents.rest is None else (contents.rest,))]
    return bool(elements) and all(holds_text(heap, element) for element in elements)
