"""The original on a real TensorFlow 1, where the environment names a Python that has one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from conftest import Mapped

from tf2migrate.model.verdict import VerdictKind, VerifyOptions
from tf2migrate.verify import verify_pair

PYTHON = os.environ.get("TF2MIGRATE_TENSORFLOW_1_PYTHON", "")
PAIRS = Path(__file__).resolve().parent / "pairs"

pytestmark = pytest.mark.skipif(not PYTHON, reason="TF2MIGRATE_TENSORFLOW_1_PYTHON names no Python with TensorFlow 1")


@pytest.mark.parametrize("name", ["class_model", "gan_scopes"])
def test_pairs_are_equal_to_a_real_tensorflow_1(name: str) -> None:
    verdict = verify_pair(
        PAIRS / name / "before.py", PAIRS / name / "after.py", options=VerifyOptions(reference=PYTHON)
    )
    assert (verdict.verdict, verdict.reason) == (VerdictKind.EQUAL, "")
    assert verdict.reference.startswith("TensorFlow 1.")


def test_runs_are_compared_with_a_real_tensorflow_1(script: Mapped) -> None:
    options = VerifyOptions(reference=PYTHON)
    verdict = script.verify(options=options)
    assert (verdict.verdict, verdict.reason, verdict.compared.runs) == (VerdictKind.EQUAL, "", 7)
    assert script.verify(("Adam(0.01,", "Adam(0.0101,"), options=options).verdict is VerdictKind.DIFFERS


def test_an_interpreter_without_tensorflow_is_one_line(script: Mapped) -> None:
    verdict = script.verify(options=VerifyOptions(reference="/nonexistent/python"))
    assert verdict.verdict is VerdictKind.NOT_VERIFIED
    assert "/nonexistent/python" in verdict.reason
