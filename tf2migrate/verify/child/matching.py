# mypy: allow-untyped-defs, allow-untyped-calls, no-check-untyped-defs
"""Decides which numbers of the comparison's stream a random operation gets.

The original numbers its operations as it makes them, and notes every draw: which operation, in which run, how often.
The migrated program's draws are those draws again: one made by a statement takes, in the order of runs, what the
corresponding statement of the original drew. Traces draw nothing, so how often a function is traced does not matter.
"""

import threading


class Numbering(object):
    """The original's source: numbers operations in the order in which they are made."""

    def __init__(self, stack, clock):
        self._stack = stack
        self._clock = clock
        self._lock = threading.Lock()
        self._first_of_identity = {}
        self.operations = []
        self.draws = []

    def operation(self, kind, identity):
        """Return the source of one operation; with one identity (an explicit seed) they draw the same."""
        with self._lock:
            number = len(self.operations)
            drawn_as = number if identity is None else self._first_of_identity.setdefault((kind, identity), number)
            self.operations.append([kind, self._stack()])
            return _Numbered(self, number, drawn_as)

    def note(self, number, drawn_as, count, shape):
        """Remember one draw for the migrated side."""
        with self._lock:
            self.draws.append([self._clock(), number, count, drawn_as, shape])

    def table(self):
        """Return all operations and draws as plain data."""
        return {"operations": self.operations, "draws": self.draws}


class _Numbered(object):
    def __init__(self, numbering, number, drawn_as):
        self._numbering = numbering
        self._number = number
        self._drawn_as = drawn_as
        self._count = 0

    def next(self, shape):
        """Return what identifies this operation's next draw."""
        count = self._count
        self._count += 1
        self._numbering.note(self._number, self._drawn_as, count, shape)
        return self._drawn_as, count


class Matching(object):
    """The migrated side's source: finds for each draw the original's draw that it stands for.

    `stack` gives the sets of original places of the running frames, outermost first. Operations without any (and all
    of a program without a source map) take draws of their kind and shape in the original's order.
    """

    def __init__(self, table, stack):
        self._stack = stack
        self._lock = threading.Lock()
        self._operations = [(kind, [tuple(place) for place in places]) for kind, places in table["operations"]]
        self._draws = sorted(table["draws"], key=lambda draw: (draw[0], draw[1], draw[2]))
        self._taken = [False] * len(self._draws)
        self._of_identity = {}
        self._unmatched = 0
        self.operations_unmatched = []

    def operation(self, kind, identity):
        """Return the source of one operation."""
        places = self._stack()
        with self._lock:
            best = matching_operations(self._operations, kind, places)
            return _Matched(self, kind, identity, best)

    def take(self, kind, identity, candidates, shape, count):
        """Return what identifies the next draw of an operation that may stand for any of `candidates`.

        One that stands for none takes, as its first, second .. `count`, what others of its identity drew.
        """
        with self._lock:
            identity = None if candidates else identity
            key = (kind, identity, tuple(shape), count)
            known = self._of_identity.get(key) if identity is not None else None
            index = self._next(kind, candidates, shape)
            if known is None:
                known = self._identify(kind, index, shape)
                if identity is not None:
                    self._of_identity[key] = known
            return known

    def _identify(self, kind, index, shape):
        if index is not None:
            return self._draws[index][3], self._draws[index][2]
        self._unmatched += 1
        self.operations_unmatched.append([kind, shape])
        return -self._unmatched, 0

    def _next(self, kind, candidates, shape):
        index = self._first(lambda draw: draw[1] in candidates and draw[4] == shape)
        drawn_there = any(draw[1] in candidates and draw[4] == shape for draw in self._draws) if candidates else False
        if index is None and not drawn_there:
            index = self._first(lambda draw: self._operations[draw[1]][0] == kind and draw[4] == shape)
        if index is not None:
            self._taken[index] = True
        return index

    def _first(self, wanted):
        for index, draw in enumerate(self._draws):
            if not self._taken[index] and wanted(draw):
                return index
        return None


class _Matched(object):
    def __init__(self, matching, kind, identity, candidates):
        self._matching = matching
        self._kind = kind
        self._identity = identity
        self._candidates = frozenset(candidates)
        self._count = 0

    def next(self, shape):
        """Return what identifies this operation's next draw."""
        count = self._count
        self._count += 1
        return self._matching.take(self._kind, self._identity, self._candidates, shape, count)


def matching_operations(operations, kind, places):
    """Return the numbers of the original operations of `kind` whose way there agrees longest with `places`.

    Ways are compared from the innermost statement outwards: a statement that was moved is reached by another way, but
    it and what it calls are the same.
    """
    best, longest = [], 0
    for number, (other, stack) in enumerate(operations):
        if other != kind:
            continue
        length = _common_end(stack, places)
        if length > longest:
            best, longest = [number], length
        elif length and length == longest:
            best.append(number)
    return best


def _common_end(stack, places):
    length = 0
    while length < min(len(stack), len(places)) and stack[-1 - length] in places[-1 - length]:
        length += 1
    return length
