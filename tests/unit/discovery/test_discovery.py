from __future__ import annotations

from pathlib import Path

import pytest

from tf2migrate.discovery import DiscoveryError, Excluder, discover, walk_all
from tf2migrate.prefilter import mentions_tensorflow


def tree(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("", encoding="utf-8")


def names(root: Path, *paths: Path, patterns: tuple[str, ...] = (), force_exclude: bool = False) -> list[str]:
    targets = discover(paths or (root,), Excluder(root, patterns), force_exclude=force_exclude)
    return [target.path.relative_to(root).as_posix() for target in targets]


def test_folders_are_walked_in_order_and_only_for_source(tmp_path: Path) -> None:
    tree(tmp_path, "b.py", "a/z.py", "a/n.ipynb", "a/data.csv", "w.pyw", ".git/x.py", "a/__pycache__/y.py", "venv/v.py")
    assert names(tmp_path) == ["a/n.ipynb", "a/z.py", "b.py", "w.pyw"]


def test_gitignore_counts_inside_a_repository_with_the_deepest_rule_deciding(tmp_path: Path) -> None:
    tree(tmp_path, ".git/HEAD", "old/a.py", "gen/b.py", "gen/keep/c.py", "d.py", "sub/e.py", "sub/f.py")
    (tmp_path / ".gitignore").write_text("/old\n*.py\n!d.py\n!f.py\n!c.py\n", encoding="utf-8")
    (tmp_path / "sub/.gitignore").write_text("f.py\n!e.py\n", encoding="utf-8")
    assert names(tmp_path) == ["d.py", "gen/keep/c.py", "sub/e.py"]


def test_gitignore_means_nothing_outside_a_repository(tmp_path: Path) -> None:
    tree(tmp_path, "a.py")
    (tmp_path / ".gitignore").write_text("a.py\n", encoding="utf-8")
    assert names(tmp_path) == ["a.py"]


def test_excludes_of_the_configuration(tmp_path: Path) -> None:
    tree(tmp_path, "a.py", "legacy/b.py", "x/legacy/c.py", "x/d_pb2.py")
    assert names(tmp_path, patterns=("/legacy", "*_pb2.py")) == ["a.py", "x/legacy/c.py"]


def test_a_named_file_is_taken_unless_exclusion_is_forced(tmp_path: Path) -> None:
    tree(tmp_path, "legacy/b.py", "script")
    named = (tmp_path / "legacy/b.py", tmp_path / "script")
    assert names(tmp_path, *named, patterns=("legacy",)) == ["legacy/b.py", "script"]
    assert names(tmp_path, *named, patterns=("legacy",), force_exclude=True) == ["script"]


def test_each_file_comes_once_and_naming_it_wins(tmp_path: Path) -> None:
    tree(tmp_path, "a.py")
    targets = discover((tmp_path, tmp_path / "a.py"), Excluder(tmp_path))
    assert [(target.path, target.named) for target in targets] == [(tmp_path / "a.py", True)]


def test_a_folder_without_source_is_an_error(tmp_path: Path) -> None:
    tree(tmp_path, "readme.txt")
    with pytest.raises(DiscoveryError, match="no Python files or notebooks"):
        discover((tmp_path,), Excluder(tmp_path))


def test_linked_folders_are_not_entered(tmp_path: Path) -> None:
    tree(tmp_path, "real/a.py")
    (tmp_path / "real/loop").symlink_to(tmp_path / "real", target_is_directory=True)
    assert names(tmp_path) == ["real/a.py"]


def test_walk_all_gives_files_of_every_kind(tmp_path: Path) -> None:
    tree(tmp_path, "a.py", "data/x.csv", ".git/config")
    assert [path.name for path in walk_all(tmp_path, Excluder(tmp_path))] == ["a.py", "x.csv"]


@pytest.mark.parametrize(
    ("data", "expected"),
    [(b"import tensorflow as T", True), (b"def f(tf): tf.add", True), (b"shelf.put(leaf)", False), (b"", False)],
)
def test_mentions_tensorflow(data: bytes, expected: bool) -> None:
    assert mentions_tensorflow(data) is expected
