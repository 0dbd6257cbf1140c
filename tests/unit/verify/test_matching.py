"""Which numbers a random operation gets; the child's modules are imported here as part of the package."""

from __future__ import annotations

import numpy as np
import pytest

from tf2migrate.verify.child import numbers_drawn as law
from tf2migrate.verify.child.matching import Matching, Numbering, Seed, matching_operations

Place = tuple[str, int]
DERIVED, OTHER = Seed((1, 2), False), Seed((7, 0), False)  # from the seed of a graph, of a library
OWN = Seed((87, 3), True)


class Stack:
    """A stack of places that the test sets."""

    def __init__(self) -> None:
        self.places: list[object] = []

    def __call__(self) -> list[object]:
        return list(self.places)


class Clock:
    def __init__(self) -> None:
        self.run = 1

    def __call__(self) -> int:
        return self.run


def at(*lines: int) -> list[Place]:
    return [("a.py", line) for line in lines]


def any_of(*lines: int) -> list[set[Place]]:
    return [{("a.py", line)} for line in lines]


def test_the_same_statement_draws_the_same() -> None:
    stack, clock = Stack(), Clock()
    numbering = Numbering(stack, clock)
    stack.places = at(10)
    first = numbering.operation("normal", None)
    stack.places = at(11)
    second = numbering.operation("normal", None)
    drawn_second, drawn_first = second.next([2, 3]), first.next([2, 3])
    matching = Matching(numbering.table(), stack)
    stack.places = any_of(99, 10)  # a moved statement is reached by another way
    assert matching.operation("normal", None).next([2, 3]) == drawn_first
    stack.places = any_of(11)
    assert matching.operation("normal", None).next([2, 3]) == drawn_second
    assert matching.operations_unmatched == []


def test_draws_of_one_statement_come_in_the_order_of_runs() -> None:
    stack, clock = Stack(), Clock()
    numbering = Numbering(stack, clock)
    stack.places = at(10)
    layers = [numbering.operation("normal", None) for _ in range(2)]
    drawn = [layers[1].next([2]), layers[0].next([2])]  # the executor has no order of its own
    clock.run = 2
    drawn.append(layers[0].next([2]))
    matching = Matching(numbering.table(), stack)
    stack.places = any_of(10)
    taken = [matching.operation("normal", None).next([2]) for _ in range(3)]
    assert taken == [drawn[1], drawn[0], drawn[2]]


def test_traces_draw_nothing() -> None:
    stack, clock = Stack(), Clock()
    numbering = Numbering(stack, clock)
    stack.places = at(10)
    dropout = numbering.operation("uniform", None)
    drawn = [dropout.next([2]), dropout.next([2])]
    matching = Matching(numbering.table(), stack)
    stack.places = any_of(10)
    traces = [matching.operation("uniform", None) for _ in range(3)]
    assert [traces[2].next([2]), traces[2].next([2])] == drawn


def test_calls_of_a_function_are_told_apart_by_their_way() -> None:
    operations = [("normal", at(20, 5)), ("normal", at(21, 5)), ("uniform", at(21, 5))]
    assert matching_operations(operations, "normal", any_of(90, 21, 5)) == [1]
    assert matching_operations(operations, "normal", any_of(5)) == [0, 1]
    assert matching_operations(operations, "normal", any_of(6)) == []
    assert matching_operations(operations, "normal", []) == []


def test_without_places_kind_and_shape_decide() -> None:
    stack, clock = Stack(), Clock()
    numbering = Numbering(stack, clock)
    wide, narrow = numbering.operation("normal", None), numbering.operation("normal", None)
    drawn = {"wide": wide.next([8]), "narrow": narrow.next([2])}
    matching = Matching(numbering.table(), stack)
    assert matching.operation("normal", None).next([2]) == drawn["narrow"]
    assert matching.operation("normal", None).next([8]) == drawn["wide"]


def test_a_layer_that_is_built_at_the_end_of_a_call_draws_what_that_call_drew() -> None:
    stack, clock = Stack(), Clock()
    numbering = Numbering(stack, clock)
    drawn = {}
    for call in (24, 25, 27):  # three networks of one shape, each made in a function at line 70
        stack.places = at(5, call, 70)
        drawn[call] = numbering.operation("uniform", None).next([30, 1])
    matching = Matching(numbering.table(), stack)
    for call in (27, 24, 25):  # in another order, and outside of the function's lines
        stack.places = any_of(5, 90, call)
        assert matching.operation("uniform", None).next([30, 1]) == drawn[call]
    assert matching.operations_unmatched == []


def test_a_draw_too_many_is_noted_and_takes_nobodys_numbers() -> None:
    stack, clock = Stack(), Clock()
    numbering = Numbering(stack, clock)
    stack.places = at(10)
    once = numbering.operation("normal", None)
    drawn = once.next([2])
    stack.places = at(20)
    other = numbering.operation("normal", None)
    others = other.next([2])
    matching = Matching(numbering.table(), stack)
    stack.places = any_of(10)
    operation = matching.operation("normal", None)
    assert operation.next([2]) == drawn
    assert operation.next([2]) not in (drawn, others)
    assert matching.operations_unmatched == [["normal", [2]]]


def test_one_explicit_seed_gives_the_same_numbers() -> None:
    stack, clock = Stack(), Clock()
    numbering = Numbering(stack, clock)
    first, second = numbering.operation("normal", DERIVED), numbering.operation("normal", DERIVED)
    assert first.next([2]) == second.next([2])
    matching = Matching(numbering.table(), stack)
    shared, again = matching.operation("normal", OTHER), matching.operation("normal", OTHER)
    assert shared.next([2]) == again.next([2])


def test_an_operation_with_a_seed_goes_on_drawing() -> None:
    stack, clock = Stack(), Clock()
    numbering = Numbering(stack, clock)
    stack.places = at(10)
    seeded = numbering.operation("normal", DERIVED)
    drawn = [seeded.next([2]), seeded.next([2])]
    assert drawn[0] != drawn[1]
    for places in (any_of(10), any_of(99)):
        matching = Matching(numbering.table(), stack)
        stack.places = places
        operation = matching.operation("normal", OTHER)
        assert [operation.next([2]), operation.next([2])] == drawn


def test_draws_depend_on_their_key_alone() -> None:
    first = law.normal(law.generator(1, 5, 0), (4,))
    law.normal(law.generator(1, 6, 0), (4,))
    assert np.array_equal(first, law.normal(law.generator(1, 5, 0), (4,)))
    for other in ((2, 5, 0), (1, 6, 0), (1, 5, 1)):
        assert not np.array_equal(first, law.normal(law.generator(*other), (4,)))


def test_the_laws_are_what_their_names_say() -> None:
    source = law.generator(1, 0, 0)
    uniform = law.uniform(source, (20000,))
    assert uniform.min() >= 0.0 and uniform.max() < 1.0
    assert uniform.mean() == pytest.approx(0.5, abs=0.02)
    assert law.normal(source, (20000,)).std() == pytest.approx(1.0, abs=0.03)
    truncated = law.truncated(source, (20000,))
    assert np.abs(truncated).max() <= 2.0
    assert truncated.std() == pytest.approx(0.88, abs=0.02)
    whole = law.whole(source, (1000,), -3, 4)
    assert set(whole.tolist()) == {-3, -2, -1, 0, 1, 2, 3}
    assert sorted(law.shuffled(source, np.arange(5)).tolist()) == [0, 1, 2, 3, 4]
    counts = np.bincount(law.categories(source, np.log([[0.2, 0.8]]), 5000)[0])
    assert counts[1] / 5000 == pytest.approx(0.8, abs=0.03)
    assert law.gamma(source, (5000,), np.array([2.0, 3.0])).mean(axis=0) == pytest.approx([2.0, 3.0], abs=0.2)
    assert law.poisson(source, (5000,), np.array(4.0)).mean() == pytest.approx(4.0, abs=0.2)
    within = law.parameterized_truncated(source, (5000,), np.array(1.0), np.array(1.0), np.array(0.5), np.array(1.5))
    assert within.min() >= 0.5 and within.max() <= 1.5


@pytest.mark.parametrize("candidates", [law.log_uniform_candidates, law.uniform_candidates])
def test_candidates_are_unique_and_expected_as_often_as_drawn(candidates: object) -> None:
    assert callable(candidates)
    classes, true_expected, expected = candidates(law.generator(1, 0, 0), np.array([[0], [9]]), 8, True, 10)
    assert len(set(classes.tolist())) == 8
    assert true_expected.shape == (2, 1)
    assert ((expected > 0) & (expected <= 1)).all()
    assert true_expected[0, 0] >= true_expected[1, 0]


def test_own_seeds_start_anew_in_each_session() -> None:
    stack, session = Stack(), [0]
    numbering = Numbering(stack, Clock(), session=lambda: session[0])
    stack.places = at(10)
    seeded = numbering.operation("normal", OWN)
    first, second = seeded.next([2]), seeded.next([2])
    session[0] = 1
    assert seeded.next([2]) == first != second


@pytest.mark.parametrize("places", [any_of(10), []], ids=["mapped", "by hand"])
def test_own_seeds_on_both_sides_are_the_law(places: list[set[Place]]) -> None:
    stack = Stack()
    numbering = Numbering(stack, Clock())
    stack.places = at(10)
    seeded = numbering.operation("normal", OWN)
    first, second = seeded.next([2]), seeded.next([2])
    matching = Matching(numbering.table(), stack)
    stack.places = list(places)
    train, evaluate = (matching.operation("normal", OWN, graph) for graph in ("train", "evaluate"))
    assert (train.next([2]), evaluate.next([2]), train.next([2])) == (first, first, second)  # two kernels
    assert matching.operation("normal", OWN).next([2]) == first
    assert matching.operation("normal", OWN).next([2]) == second  # run at once: one kernel
    matching.start_seeds_anew()
    assert matching.operation("normal", OWN).next([2]) == first
    other = matching.operation("normal", Seed((87, 4), True), "train")
    assert other.next([2]) not in (first, second)
    assert (matching.aligned, matching.seeds_lost) == (0, set())


def test_a_seed_that_one_side_names_is_said_to_be_lost() -> None:
    stack = Stack()
    numbering = Numbering(stack, Clock())
    stack.places = at(10)
    drawn = numbering.operation("normal", OWN).next([2])
    stack.places = at(11)
    plain = numbering.operation("normal").next([2])
    matching = Matching(numbering.table(), stack)
    stack.places = any_of(10)
    assert matching.operation("normal").next([2]) == drawn
    stack.places = any_of(11)
    assert matching.operation("normal", OWN, "trace").next([2]) == plain  # of an original that names none
    assert (matching.aligned, matching.seeds_lost) == (2, {("a.py", 10)})


def test_operations_of_a_trace_are_those_of_the_statement_one_by_one() -> None:
    stack = Stack()
    numbering = Numbering(stack, Clock())
    stack.places = at(10)
    used, _unused = numbering.operation("uniform"), numbering.operation("uniform")
    drawn = [used.next([2]), used.next([2])]
    matching = Matching(numbering.table(), stack)
    stack.places = any_of(10)
    first, second = (matching.operation("uniform", None, "trace") for _ in range(2))
    assert first.next([2]) == drawn[0]
    assert second.next([2]) not in drawn  # which the original does not draw
    assert first.next([2]) == drawn[1]


def test_what_a_visit_left_undrawn_does_not_shift_the_next_one() -> None:
    stack, visits = Stack(), [0]
    numbering = Numbering(stack, Clock(), lambda: visits[0])
    stack.places = at(10)
    operation = numbering.operation("uniform")
    drawn = []
    for visits[0] in (0, 0, 1):
        drawn.append(operation.next([2]))
    matching = Matching(numbering.table(), stack, lambda: visits[0])
    stack.places = any_of(10)
    visits[0] = 0
    assert matching.operation("uniform").next([2]) == drawn[0]
    visits[0] = 1
    assert matching.operation("uniform").next([2]) == drawn[2]


class Graph:
    """A graph in which a variable's initial value is made, or not."""

    def __init__(self, scope: str) -> None:
        self.scope = scope

    def get_name_scope(self) -> str:
        return self.scope


def test_initial_values_of_a_statement_are_not_its_draws() -> None:
    stack = Stack()
    numbering = Numbering(stack, Clock())
    stack.places = at(10)
    initial = numbering.operation("uniform", None, Graph("rnn/kernel/Initializer/random_uniform"))
    used, _unused = (numbering.operation("uniform", None, Graph("rnn/dropout")) for _ in range(2))
    drawn = [initial.next([2]), used.next([2])]
    matching = Matching(numbering.table(), stack)
    stack.places = any_of(10)
    trace = Graph("")
    first, second = (matching.operation("uniform", None, trace) for _ in range(2))
    assert second.next([2]) not in drawn
    assert first.next([2]) == drawn[1]


def test_a_variable_started_anew_before_any_run_keeps_its_first_numbers() -> None:
    stack, clock, visits = Stack(), Clock(), Clock()
    visits.run = 0
    numbering = Numbering(stack, clock, visits)
    stack.places = at(10)
    initial = numbering.operation("normal", None)
    drawn = []
    for visits.run in (0, 3):  # the original draws when initializers are run alone
        drawn.append(initial.next([2]))
    visits.run = 0
    matching = Matching(numbering.table(), stack, visits, restarts=at(20))
    stack.places = any_of(10)
    assert matching.operation("normal", None).next([2]) == drawn[0]  # the variable is made
    stack.places = any_of(20, 10)
    assert matching.operation("normal", None).next([2]) == drawn[0]
    assert matching.operation("normal", None).next([2]) != drawn[0]  # once more is one too many
    visits.run = 3
    matching = Matching(numbering.table(), stack, visits, restarts=at(20))
    assert matching.operation("normal", None).next([2]) == drawn[1]
