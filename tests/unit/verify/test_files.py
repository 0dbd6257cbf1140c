from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tf2migrate.verify.compare import Tolerance
from tf2migrate.verify.files import FilesOutcome, compare_files
from tf2migrate.verify.observations import WrittenFile

USUAL = Tolerance(1e-5, 1e-6)
FOLDERS = ("/a", "/b", "/c")


def one(kind: str, content: Any, path: str = "f") -> dict[str, WrittenFile]:
    return {path: WrittenFile(path, kind, content)}


def compared(kind: str, first: Any, second: Any, noise: Any = None, stopped: bool = False) -> FilesOutcome:
    moved = one(kind, noise) if noise is not None else None
    return compare_files(one(kind, first), one(kind, second), FOLDERS, USUAL, moved, stopped=stopped)


def number(value: float) -> np.ndarray[Any, Any]:
    return np.array([value], np.float32)


@pytest.mark.parametrize(
    ("kind", "first", "same", "other"),
    [
        ("text", "1,0.5\n/a/x\n", "1,0.5000001\n/b/x\n", "1,0.6\n/b/x\n"),
        ("value", number(1), number(1.000001), number(1.1)),
        ("latest", "model-2", "model-2", "model-3"),
        ("events", [("loss", "scalar", 1, 0.5)], [("loss", "scalar", 1, 0.500001)], [("loss", "scalar", 2, 0.5)]),
        ("events", [("h", "histogram", 1, [0, 1, 9.0])], [("h", "histogram", 1, [0, 1, 9.0])], [("h", "scalar", 1, 0)]),
        ("checkpoint", [("w", number(1)), ("w/Adam", number(3))], [("v", number(1))], [("v", number(2))]),
        ("image", np.zeros((9, 9, 3), np.uint8), np.full((9, 9, 3), 3, np.uint8), np.full((9, 9, 3), 99, np.uint8)),
    ],
)
def test_files_are_compared_by_what_they_hold(kind: str, first: Any, same: Any, other: Any) -> None:
    equal = compared(kind, first, same)
    assert (equal.files, equal.difference) == (1, None)
    differs = compared(kind, first, other)
    assert differs.difference is not None
    assert differs.difference.name == "f"


def test_bytes_that_nobody_can_read_are_equal_or_named() -> None:
    assert compared("bytes", b"\0a", b"\0a").files == 1
    outcome = compared("bytes", b"\0a", b"\0b")
    assert (outcome.files, outcome.not_compared, outcome.difference) == (0, ["f"], None)


def test_noise_widens_what_it_moves_out_of_the_tolerance() -> None:
    assert compared("value", number(1), number(1.05), number(1.01)).difference is None
    assert compared("value", number(1), number(1.2), number(1.01)).difference is not None
    assert compared("text", "1.0\n", "1.05\n", "1.01\n").difference is None


def test_a_file_of_one_side_is_a_difference_unless_both_were_stopped() -> None:
    alone = compare_files(one("text", "1"), {}, FOLDERS, USUAL)
    assert alone.difference is not None
    assert alone.difference.reason == "file f: only the original writes it"
    assert compare_files(one("text", "1"), {}, FOLDERS, USUAL, stopped=True).difference is None
    assert compare_files({}, one("events", []), FOLDERS, USUAL).difference is None
    assert compared("text", "1\n2\n3", "1\n2\n4", stopped=True).difference is None
    assert compared("text", "1\n2\n3", "1\n5\n", stopped=True).difference is None
    assert compared("text", "1\n2\n3\n4", "1\n5\n3\n", stopped=True).difference is not None


def test_pictures_of_summaries_are_compared_with_their_levels_stretched() -> None:
    dim = np.arange(48, dtype=np.uint8).reshape(4, 4, 3)
    bright = (dim * (255 / 47)).astype(np.uint8)
    assert compared("events", [("x", "image", 0, [bright])], [("x", "image", 0, [dim])]).difference is None
    turned = compared("events", [("x", "image", 0, [bright])], [("x", "image", 0, [dim[::-1]])])
    assert turned.difference is not None
    assert compared("image", bright, dim).difference is not None


def test_weights_of_one_name_must_be_the_same() -> None:
    first, second = [("w", number(1)), ("v", number(2))], [("w", number(2)), ("v", number(1))]
    found = compared("checkpoint", first, second).difference
    assert found is not None
    assert "w: numbers differ" in found.reason


def test_a_file_of_another_kind_and_one_deleted_are_differences() -> None:
    for first, second in ((one("text", "a"), one("bytes", b"\0")), (one("gone", b""), {})):
        assert compare_files(first, second, FOLDERS, USUAL).difference is not None
