"""What a process left behind is read back as it was written."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest

from tf2migrate.verify.observations import read_observations


@pytest.mark.parametrize(
    "value", [b"", b"ab", "", "ä", np.float32(1.5), np.array(b""), ("list", [b"", None])], ids=repr
)
def test_values_come_back(tmp_path: Path, value: object) -> None:
    path = tmp_path / "observations"
    path.write_bytes(pickle.dumps(("run", 0, value), 2) + pickle.dumps(("end", "finished", 0, ""), 2))
    found = read_observations(path)
    assert [run.value for run in found.runs] == [value]
    assert found.ending is not None


def test_what_would_run_something_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "observations"
    path.write_bytes(pickle.dumps(("run", 0, 1), 2) + pickle.dumps(("run", 0, Path("x")), 2))
    assert len(read_observations(path).runs) == 1
