from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tf2migrate.verify.compare import MISSING, Outcome, Tolerance, compare, leaf, merge

USUAL = Tolerance(1e-5, 1e-6)


def array(*values: float, dtype: str = "float32") -> np.ndarray[Any, Any]:
    return np.array(values, dtype=dtype)


def test_equal_bits_are_exact() -> None:
    outcome = compare(array(1.0, np.nan, np.inf), array(1.0, np.nan, np.inf), USUAL)
    assert (outcome.passes, outcome.exact, outcome.numbers) == (True, True, 3)


@pytest.mark.parametrize(
    ("expected", "actual", "passes"),
    [
        (1.0, 1.00001, True),
        (1.0, 1.00002, False),
        (0.0, 1e-6, True),
        (0.0, 2e-6, False),
        (1000.0, 1000.009, True),
        (-1.0, 1.0, False),
        (1.0, np.nan, False),
        (np.inf, -np.inf, False),
        (np.inf, 1e30, False),
    ],
)
def test_numbers_pass_within_the_tolerance(expected: float, actual: float, passes: bool) -> None:
    outcome = compare(np.array(expected), np.array(actual), USUAL)
    assert (outcome.passes, outcome.exact) == (passes, False)


def test_the_band_of_noise_widens_the_tolerance() -> None:
    assert not compare(array(1.0), array(1.1), USUAL).passes
    assert compare(array(1.0), array(1.1), Tolerance(1e-5, 1e-6, 0.2)).passes


def test_whole_numbers_and_flags_have_no_tolerance() -> None:
    million = array(10**6, dtype="int64")
    assert not compare(million, million + 1, USUAL).passes
    assert not compare(np.array([True]), np.array([False]), USUAL).passes
    assert compare(million, million + 1, Tolerance(1e-5, 1e-6, 2.0)).passes


@pytest.mark.parametrize(
    ("expected", "actual", "reason"),
    [
        (array(1.0, 2.0), array(1.0), "shape"),
        (array(1.0), array(1.0, dtype="float64"), "dtype"),
        (array(1, dtype="int32"), array(1, dtype="int64"), "dtype"),
        (array(1.0), None, "float32[1] in the original, None"),
        (None, array(1.0), "None in the original"),
        (b"a", "a", "b'a' in the original"),
        (("list", [None]), ("list", []), "1 elements"),
        (("list", [None]), ("dict", []), "list of 1"),
        (("dict", [("a", None)]), ("dict", [("b", None)]), "1 elements"),
        (("opaque", "A"), ("opaque", "B"), "an object A"),
        (array(1.0), MISSING, "nothing in the migrated program"),
    ],
)
def test_another_kind_of_value_is_a_difference(expected: Any, actual: Any, reason: str) -> None:
    outcome = compare(expected, actual, USUAL)
    assert not outcome.passes
    assert reason in outcome.reason


def test_nests_are_compared_element_by_element() -> None:
    first = ("list", [array(1.0), ("dict", [("a", array(2.0)), ("b", b"text")])])
    second = ("tuple", [array(1.0), ("dict", [("b", b"text"), ("a", array(2.0))])])
    assert compare(first, second, USUAL) == Outcome(numbers=3)
    second[1][1] = ("dict", [("b", b"text"), ("a", array(3.0))])  # type: ignore[index]
    outcome = compare(first, second, USUAL)
    assert (outcome.passes, outcome.max_abs, outcome.max_rel) == (False, 1.0, 0.5)


def test_texts_are_equal_or_not() -> None:
    words = np.array([b"a", b"b"], dtype=object)
    assert compare(words, words.copy(), USUAL).passes
    assert not compare(words, np.array([b"a", b"c"], dtype=object), USUAL).passes


def test_large_arrays_are_compared_by_sample_and_sum() -> None:
    def sampled(part: float, total: float) -> tuple[object, ...]:
        return ("sampled", (10, 10), "float32", array(part, part), total)

    assert compare(sampled(1.0, 100.0), sampled(1.0, 100.0), USUAL).numbers == 100
    assert not compare(sampled(1.0, 100.0), sampled(1.0, 101.0), USUAL).passes
    assert not compare(sampled(1.0, 100.0), sampled(1.1, 100.0), USUAL).passes


def test_leaves_are_found_by_their_path() -> None:
    tree = ("list", [array(1.0), ("dict", [("a", ("named", [("c", array(3.0)), ("h", array(4.0))]))])])
    assert leaf(tree, (0,)) is tree[1][0]
    assert leaf(tree, (1, "a", "h"))[0] == 4.0
    assert leaf(tree, (1, "a", 0))[0] == 3.0
    assert leaf(tree, (1, "z")) is MISSING
    assert leaf(tree, (2,)) is MISSING
    assert leaf(None, (0,)) is MISSING
    assert leaf(None, ()) is None


def test_outcomes_add_up() -> None:
    total = merge([Outcome(numbers=2), Outcome(False, False, 1, 0.5, 0.1, "first"), Outcome(False, reason="second")])
    assert total == Outcome(False, False, 3, 0.5, 0.1, "first")
    assert merge([]) == Outcome()
