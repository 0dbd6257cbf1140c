"""Verdicts on a GPU; not run where TensorFlow sees none."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from tf2migrate.model.verdict import VerdictKind, VerifyOptions
from tf2migrate.verify.devices import gpu_names
from tf2migrate.workflow.verify import verify_program

PROGRAMS = Path(__file__).resolve().parents[2] / "fixtures" / "programs"

names = cache(gpu_names)


@pytest.fixture
def gpu() -> str:
    if not names():
        pytest.skip("not run: TensorFlow sees no GPU here")
    return names()[0]


@pytest.mark.gpu
@pytest.mark.parametrize("name", ["quickstart", "optimizer_adam", "rnn_dropout"])
@pytest.mark.parametrize("device", ["gpu", "cpu,gpu"])
def test_fixtures_are_equal_on_a_gpu(name: str, device: str, gpu: str) -> None:
    options = VerifyOptions(device=device)
    verdict = verify_program(PROGRAMS / name / "before.py", PROGRAMS / name / "after.py", options).verdict
    assert (verdict.verdict, verdict.reason) == (VerdictKind.EQUAL, "")
    assert gpu in verdict.device
