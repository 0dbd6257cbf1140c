# mypy: allow-untyped-defs, allow-untyped-calls, no-check-untyped-defs
"""Decides which numbers of the comparison's stream a random operation gets.

The original numbers its operations as it makes them, and notes every draw: which operation, in which run, how often.
The migrated program's draws are those draws again: one made by a statement takes, in the order of runs, what the
corresponding statement of the original drew. Traces draw nothing, so how often a function is traced does not matter.

Where both sides give a seed to the operation itself, nothing is matched: TensorFlow's law says which numbers it draws,
the n-th ones of its kernel, and the migrated program must come to the same ones by itself.
"""

import collections
import threading

Seed = collections.namedtuple("Seed", ["pair", "own"])  # `own`: named for the operation, not derived from the graph's


def _is_initial(graph):
    """Say whether what is made now in `graph` is a variable's initial value."""
    scope = graph.get_name_scope() if hasattr(graph, "get_name_scope") else ""
    return "Initializer" in scope


def _stream(kind, pair):
    return "%s/%s/%s" % (kind, pair[0], pair[1])


class Numbering(object):
    """The original's source: numbers operations in the order in which they are made.

    `clock` gives the number of the run, `visits` how many run sites were visited before, and `session` that of the
    session, which has kernels of its own.
    """

    def __init__(self, stack, clock, visits=lambda: 0, session=lambda: 0):
        self._stack = stack
        self._clock = clock
        self._visits = visits
        self._session = session
        self._lock = threading.Lock()
        self._first_of_seed = {}
        self.operations = []
        self.draws = []

    def operation(self, kind, seed=None, graph=None):
        """Return the source of one operation; with one seed they draw the same."""
        with self._lock:
            number = len(self.operations)
            given = [list(seed.pair), seed.own] if seed is not None else None
            self.operations.append([kind, self._stack(), given, _is_initial(graph)])
            if seed is not None and seed.own:
                return _Numbered(self, number, _stream(kind, seed.pair), self._session)
            first = number if seed is None else self._first_of_seed.setdefault((kind, seed.pair), number)
            return _Numbered(self, number, first)

    def note(self, number, drawn_as, count, shape):
        """Remember one draw for the migrated side."""
        with self._lock:
            self.draws.append([self._clock(), number, count, drawn_as, shape, self._visits()])

    def table(self):
        """Return all operations and draws as plain data."""
        return {"operations": self.operations, "draws": self.draws}


class _Numbered(object):
    def __init__(self, numbering, number, drawn_as, session=lambda: 0):
        self._numbering = numbering
        self._number = number
        self._drawn_as = drawn_as
        self._session = session
        self._counts = collections.Counter()

    def next(self, shape):
        """Return what identifies this operation's next draw."""
        return self.at(self.skip(), shape)

    def skip(self):
        """Leave out a draw that decides nothing; return its number."""
        session = self._session()
        self._counts[session] += 1
        return self._counts[session] - 1

    def at(self, count, shape):
        """Return what identifies this operation's draw with this number."""
        self._numbering.note(self._number, self._drawn_as, count, shape)
        return self._drawn_as, count


class Matching(object):
    """The migrated side's source: finds for each draw the original's draw that it stands for.

    `stack` gives the sets of original places of the running frames, outermost first. Operations without any (and all
    of a program without a source map) take draws of their kind and shape in the original's order. `restarts` are the
    original places where initializers are run: TF2 draws a variable's initial value when it makes the variable, too.
    """

    def __init__(self, table, stack, visits=lambda: 0, restarts=()):
        self._stack = stack
        self._visits = visits
        self._restarts = {tuple(place) for place in restarts}
        self._lock = threading.Lock()
        operations = table["operations"]
        self._operations = [(kind, [tuple(place) for place in places]) for kind, places, _, _ in operations]
        self._seeds = [seed and Seed(tuple(seed[0]), seed[1]) for _, _, seed, _ in operations]
        self._initial = [initial for _, _, _, initial in operations]
        self._draws = sorted(table["draws"], key=lambda draw: (draw[0], draw[1], draw[2]))
        self._taken = [False] * len(self._draws)
        self._drawn_again = set()
        self._of_identity = {}
        self._in_graph = {}
        self._eager = {}
        self._unmatched = 0
        self.operations_unmatched = []
        self.aligned = 0
        self.seeds_lost = set()  # places in the original

    def operation(self, kind, seed=None, graph=None):
        """Return the source of one operation, made in `graph` or (None) run at once."""
        places = self._stack()
        with self._lock:
            candidates = matching_operations(self._operations, kind, places)
            if graph is None and not candidates:
                candidates = operations_within(self._operations, kind, places)
            if seed is not None and seed.own and self._follows_seeds(kind, seed, candidates):
                stream = _stream(kind, seed.pair)
                return _Seeded(stream, [0] if graph is not None else self._eager.setdefault(stream, [0]))
            if graph is not None and not _is_initial(graph):
                candidates = [number for number in candidates if not self._initial[number]] or candidates
            restarts = graph is None and any(self._restarts & set(originals) for originals in places[:-1])
            matched = _Matched(self, kind, seed.pair if seed is not None else None, candidates, restarts)
            if graph is not None and candidates:
                self._bind(matched, graph)
            return matched

    def start_seeds_anew(self):
        """Forget how far operations that run at once have drawn, as TensorFlow does when the program sets a seed."""
        self._eager.clear()

    def take(self, kind, identity, candidates, shape, count, bound=False, restarts=False):
        """Return what identifies the next draw of an operation that may stand for any of `candidates`.

        One that stands for none takes, as its first, second .. `count`, what others of its identity drew. One that is
        `bound` stands for its candidate and nothing else. One that `restarts` a variable before any run saw its first
        value draws that one.
        """
        with self._lock:
            identity = None if candidates else identity
            key = (kind, identity, tuple(shape), count)
            known = self._of_identity.get(key) if identity is not None else None
            index = self._next(kind, candidates, shape, bound, restarts)
            if known is None:
                known = self._identify(kind, index, shape)
                if identity is not None:
                    self._of_identity[key] = known
            return known

    def _follows_seeds(self, kind, seed, candidates):
        """Say whether the original's operations name seeds as this one does, so that theirs is the law."""
        if candidates:
            return any(self._names_seed(number) for number in candidates)
        alike = [number for number, (other, _) in enumerate(self._operations) if other == kind]
        named = [self._seeds[number] for number in alike if self._names_seed(number)]
        return bool(named) and (seed in named or len(named) == len(alike))

    def _names_seed(self, number):
        return self._seeds[number] is not None and self._seeds[number].own

    def _bind(self, matched, graph):
        """Note an operation among those of its statement in one graph: as many as the original's are the same ones."""
        key = (id(graph), tuple(sorted(matched.candidates)))
        _, members = self._in_graph.setdefault(key, (graph, []))
        members.append(matched)
        matched.siblings = members

    def _identify(self, kind, index, shape):
        if index is not None:
            draw = self._draws[index]
            self.aligned += 1
            if self._seeds[draw[1]] is not None:
                self.seeds_lost.update(self._operations[draw[1]][1][-1:])
            return draw[3], draw[2]
        self._unmatched += 1
        self.operations_unmatched.append([kind, shape])
        return -self._unmatched, 0

    def _next(self, kind, candidates, shape, bound, restarts):
        index = self._first(lambda draw: draw[1] in candidates and draw[4] == shape, restarts) if candidates else None
        drawn_there = any(draw[1] in candidates and draw[4] == shape for draw in self._draws) if candidates else False
        if index is None and not drawn_there and not bound:
            index = self._first(lambda draw: self._operations[draw[1]][0] == kind and draw[4] == shape)
        if index is not None:
            self._taken[index] = True
        return index

    def _first(self, wanted, restarts=False):
        """Return the first draw that is wanted and left: of this visit, where it has one, since some are never used."""
        visit, other = self._visits(), None
        found = [index for index, draw in enumerate(self._draws) if wanted(draw)]
        for index in found:
            if not self._taken[index]:
                if self._draws[index][5] == visit:
                    return index
                other = index if other is None else other
        for index in found if restarts else ():
            if self._draws[index][5] == visit and index not in self._drawn_again:
                self._drawn_again.add(index)
                return index
        return other


class _Seeded(object):
    """The source of an operation whose numbers follow from its seed."""

    def __init__(self, stream, drawn):
        self._stream = stream
        self._drawn = drawn

    def next(self, shape):
        """Return what identifies this operation's next draw."""
        return self.at(self.skip(), shape)

    def skip(self):
        """Leave out a draw that decides nothing; return its number."""
        self._drawn[0] += 1
        return self._drawn[0] - 1

    def at(self, count, shape):
        """Return what identifies this operation's draw with this number."""
        return self._stream, count


class _Matched(object):
    def __init__(self, matching, kind, identity, candidates, restarts=False):
        self._matching = matching
        self._kind = kind
        self._identity = identity
        self._restarts = restarts
        self._count = 0
        self.candidates = frozenset(candidates)
        self.siblings = []

    def at(self, count, shape):
        """Return what identifies the next draw: whatever its number is, it is the original's that counts."""
        return self.next(shape)

    def next(self, shape):
        """Return what identifies this operation's next draw."""
        count = self.skip()
        bound = len(self.siblings) == len(self.candidates) > 0  # a trace has as many of them as the original
        meant = [sorted(self.candidates)[self.siblings.index(self)]] if bound else self.candidates
        return self._matching.take(self._kind, self._identity, meant, shape, count, bound, self._restarts)

    def skip(self):
        """Leave out a draw that decides nothing; return its number."""
        self._count += 1
        return self._count - 1


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


def operations_within(operations, kind, places):
    """Return the numbers of the original operations of `kind` made by what the innermost statement calls.

    Keras draws the first values of a layer that is built in a call at the end of that call, outside of its lines.
    """
    if not places:
        return []
    return [n for n, (other, stack) in enumerate(operations) if other == kind and places[-1] & set(stack)]
