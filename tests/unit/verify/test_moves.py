"""Several moves of one average in one run: in order, whatever all of them read."""

from __future__ import annotations

import numpy as np
import pytest

from tf2migrate.verify.child.moves import in_order


@pytest.mark.parametrize("rate", [0.01, 0.2, 1.0])
def test_two_moves_come_one_after_the_other(rate: float) -> None:
    before = np.array([1.0, -2.0, 0.5], np.float32)
    first, second = np.array([3.0, 5.0, 0.5], np.float32), np.array([0.0, -1.0, 2.0], np.float32)
    together = before - rate * (before - first) - rate * (before - second)
    between = before - rate * (before - first)
    expected = between - rate * (between - second)
    assert in_order(before, together.astype(np.float32), [first, second]) == pytest.approx(expected, rel=1e-5)


def test_what_does_not_move_stays() -> None:
    average = np.array([1.0, 2.0], np.float32)
    assert np.array_equal(in_order(average, average, [average, average]), average)
    assert np.array_equal(in_order(average, average, [average + 1, average - 2]), average)
