"""A pytest plugin: the fixture `assert_equivalent`, which skips where TensorFlow is not installed."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable

import pytest

from tf2migrate.model.verdict import Verdict


@pytest.fixture(name="assert_equivalent")
def assert_equivalent_fixture() -> Callable[..., Verdict]:
    """Return `tf2migrate.assert_equivalent`."""
    for name in ("tensorflow", "tf_keras"):
        if importlib.util.find_spec(name) is None:
            pytest.skip(f"{name} is not installed")
    from tf2migrate.testing import assert_equivalent

    return assert_equivalent
