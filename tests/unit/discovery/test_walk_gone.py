"""Folders that go while they are walked."""

from __future__ import annotations

from pathlib import Path

from tf2migrate.discovery import _sorted_entries


def test_a_folder_that_is_gone_has_no_entries(tmp_path: Path) -> None:
    assert list(_sorted_entries(tmp_path / "gone")) == []
