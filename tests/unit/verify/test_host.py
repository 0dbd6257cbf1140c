from __future__ import annotations

import importlib
import random
import sys
import types
from importlib.machinery import SourceFileLoader
from pathlib import Path

import numpy
import pytest

from tf2migrate.verify.child import enclosure, host
from tf2migrate.verify.child.record import Frames


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


def test_a_library_that_draws_when_it_is_imported_moves_no_generator(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SourceFileLoader, "exec_module", SourceFileLoader.exec_module)
    for folder, name in (("library", "drawing_library"), ("program", "drawing_module")):
        (tmp_path / folder).mkdir()
        text = "import random, numpy\nrandom.random(), numpy.random.rand()\n"
        (tmp_path / folder / f"{name}.py").write_text(text, encoding="utf-8")
        monkeypatch.syspath_prepend(str(tmp_path / folder))
    host.keep_random_over_imports(Frames(str(tmp_path / "program")))
    random.seed(5)
    numpy.random.seed(5)
    expected = [random.random(), random.random(), numpy.random.rand(), numpy.random.rand()]
    random.seed(5)
    numpy.random.seed(5)
    importlib.import_module("drawing_library")
    assert [random.random(), numpy.random.rand()] == expected[::2]
    random.seed(5)
    numpy.random.seed(5)
    importlib.import_module("drawing_module")
    assert [random.random(), numpy.random.rand()] == expected[1::2]


def test_reshape_takes_its_old_argument(monkeypatch: pytest.MonkeyPatch) -> None:
    def reshape(values: object, /, shape: object) -> object:
        return values, shape

    monkeypatch.setattr(numpy, "reshape", reshape)
    monkeypatch.setattr(numpy, "__getattr__", numpy.__dict__["__getattr__"])
    names = host.OldNumpyNames(Frames("/nowhere"))
    assert numpy.reshape([1], newshape=(1, 1)) == ([1], (1, 1))  # type: ignore[call-overload]
    assert names.used == {"numpy.reshape(newshape)"}


@pytest.mark.parametrize(("path", "own"), [("/tmp/tmpq2h8rqz1.py", False), ("/tmp/model.py", True)])
def test_what_autograph_writes_is_not_the_programs(path: str, own: bool) -> None:
    assert bool(enclosure.NOT_THE_PROGRAMS.search(path)) is not own
