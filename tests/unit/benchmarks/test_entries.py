"""Entry points are found, and what they need, by what files say; what is known of them is kept."""

from __future__ import annotations

import ast
import importlib
import sys
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

BENCHMARKS = Path(__file__).resolve().parents[3] / "benchmarks"
SCRIPT = "import tensorflow as tf\nprint(tf.Session().run(tf.constant(1)))\n"
LIBRARY = "import tensorflow as tf\nRATE = 0.1\n\ndef layer(x):\n    return tf.nn.relu(x)\n"
MODULES = ("corpus", "entries", "entry_points", "kept", "programs")


@pytest.fixture
def imported(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    yield importlib.import_module("entry_points")
    for name in MODULES:
        sys.modules.pop(name, None)


@pytest.fixture
def entries(imported: ModuleType) -> ModuleType:
    return importlib.import_module("entries")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with a program in a folder, and a module and data beside it and above it."""
    files = {
        "pkg/train.py": "import sys\nsys.path.append('..')\nfrom common.layers import layer\nimport local\n"
        "open('../data/x.csv'), open('../tables/%d.txt' % 1)\nlayer(1)\n",
        "pkg/local.py": "RATE = 0.1\n",
        "pkg/own/words.txt": "word",
        "pkg/notes.ipynb": "{}",
        "common/layers.py": LIBRARY,
        "common/other.py": LIBRARY,
        "data/x.csv": "1",
        "data/unused.csv": "2",
        "tables/1.txt": "3",
        "single.py": SCRIPT,
        "old.py": "import tensorflow\nprint 1\n",
        "plain.py": "print(1)\n",
        "guarded.py": LIBRARY + "\nif __name__ == '__main__':\n    layer(1)\n",
        "tests/run.py": SCRIPT,
        "test_single.py": SCRIPT,
        "setup.py": SCRIPT,
    }
    for name, text in files.items():
        path = tmp_path / "repository" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "repository"


def test_entries_start_something_with_tensorflow(entries: ModuleType, repository: Path) -> None:
    found = [path.relative_to(repository).as_posix() for path in entries.find_entries(repository)]
    assert found == ["guarded.py", "pkg/train.py", "single.py"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("'doc'\nimport a\nX = 1\ndef f():\n    print(1)\n", False),
        ("x = f()\n", True),
        ("for i in x:\n    f(i)\n", True),
        ("if __name__ == '__main__':\n    pass\n", True),
    ],
)
def test_definitions_start_nothing(entries: ModuleType, text: str, expected: bool) -> None:
    assert entries.starts_something(ast.parse(text)) is expected


def test_a_program_is_copied_with_what_it_needs_as_it_lies(
    entries: ModuleType, repository: Path, tmp_path: Path
) -> None:
    case = entries.lay_out(repository / "pkg" / "train.py", repository, tmp_path / "copy")
    found = {path.relative_to(case.folder).as_posix() for path in case.folder.rglob("*") if path.is_file()}
    assert case.entry == "pkg/train.py"
    assert case.name == "repository/pkg/train.py"
    modules = {"pkg/train.py", "pkg/local.py", "common/layers.py"}
    assert found == {*modules, "pkg/own/words.txt", "data/x.csv", "tables/1.txt", entries.ROOT_MARK}
    alone = entries.lay_out(repository / "single.py", repository, tmp_path / "alone")
    assert alone.entry == "single.py"


def test_too_much_data_is_not_copied(
    entries: ModuleType, repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entries, "LARGEST_DATA", 3)
    with pytest.raises(ValueError, match="too much data"):
        entries.lay_out(repository / "pkg" / "train.py", repository, tmp_path / "copy")


def test_answers_are_kept_by_content(imported: ModuleType, tmp_path: Path) -> None:
    kept = importlib.import_module("kept").Kept
    file = tmp_path / "kept.json"
    for text in ("a", "b"):
        assert kept(file, [text]).answer is None
        kept(file, [text]).keep(f"about {text}")
    assert kept(file, ["a"]).answer == "about a"
    assert kept(None, ["a"]).answer is None


def test_a_program_is_tried_once(
    imported: ModuleType, entries: ModuleType, repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trials = [Namespace(problem="", visits=0), Namespace(problem="it raises", visits=3)]
    monkeypatch.setattr(imported, "try_original", lambda path, options: trials.pop(0))
    options = Namespace(tried=tmp_path / "tried.json", runs=5, seconds=1)
    case = entries.lay_out(repository / "single.py", repository, tmp_path / "copy")
    other = entries.lay_out(repository / "guarded.py", repository, tmp_path / "other")
    assert [imported.tried(one, options) for one in (case, case, other)] == [imported.NO_RUN] * 2 + ["it raises"]


def test_names_to_leave_out(imported: ModuleType, tmp_path: Path) -> None:
    file = tmp_path / "without.txt"
    file.write_text("# those measured elsewhere\nrepository/single.py\n\n", encoding="utf-8")
    assert imported.named_in(file) == ["repository/single.py"]
    assert imported.named_in(None) == []


@pytest.mark.parametrize(
    ("problem", "kind"),
    [
        ("it runs no session", "it runs no session"),
        (
            "the original does not run to its end (a data file is missing): a.py:3: FileNotFoundError: no such file",
            "the original does not run to its end (a data file is missing) FileNotFoundError",
        ),
    ],
)
def test_problems_are_counted_by_their_kind(imported: ModuleType, problem: str, kind: str) -> None:
    assert imported.kind_of(problem) == kind
