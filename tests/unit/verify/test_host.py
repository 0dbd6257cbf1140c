from __future__ import annotations

import random
import sys
import types

import pytest

from tf2migrate.verify.child import host


def test_libraries_get_a_generator_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    library = types.ModuleType("some_library.part")
    library.random = random  # type: ignore[attr-defined]
    other = types.ModuleType("other")
    other.random = random  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "some_library.part", library)
    monkeypatch.setitem(sys.modules, "other", other)
    host.separate_library_random(("some_library.",), 1)
    assert other.random is random
    own = library.random
    random.seed(5)
    expected = random.random()
    random.seed(5)
    drawn = [own.randint(1, 1000), own.random(), own.choice([1, 2, 3])]
    assert random.random() == expected
    assert own.Random(3).random() == random.Random(3).random()
    assert all(isinstance(number, (int, float)) for number in drawn)
