from __future__ import annotations

import pytest

from tf2migrate.knowledge import bind, lookup
from tf2migrate.model.api import ApiEntry


def _entry(path: str) -> ApiEntry:
    entry = lookup(path)
    assert entry is not None
    return entry


@pytest.mark.parametrize(
    ("path", "positional", "keywords", "expected"),
    [
        ("tf.nn.dropout", 2, [], {"x": 0, "keep_prob": 1}),
        ("tf.nn.dropout", 1, ["seed", "keep_prob"], {"x": 0, "seed": "seed", "keep_prob": "keep_prob"}),
        ("tf.matmul", 3, ["name"], {"a": 0, "b": 1, "transpose_a": 2, "name": "name"}),
        ("tf.group", 2, ["name"], {"inputs[0]": 0, "inputs[1]": 1, "name": "name"}),
    ],
)
def test_arguments_find_their_parameters(
    path: str, positional: int, keywords: list[str], expected: dict[str, int | str]
) -> None:
    assert bind(_entry(path), positional, keywords) == expected


@pytest.mark.parametrize(
    ("path", "positional", "keywords"),
    [
        ("tf.log", 3, []),
        ("tf.log", 1, ["x"]),
        ("tf.log", 1, ["base"]),
    ],
)
def test_a_call_that_does_not_fit_is_not_bound(path: str, positional: int, keywords: list[str]) -> None:
    assert bind(_entry(path), positional, keywords) is None
