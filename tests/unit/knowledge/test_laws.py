"""TF1 calls and what the local fixes make of them: the same numbers, or a refusal; never other numbers."""

from __future__ import annotations

import os
from typing import Any

import pytest

from tf2migrate.lint import lint_text, local_edits, unfixed_changes
from tf2migrate.source import apply_edits

from .law_cases import CASES, LOUD, OPERANDS, REFUSED

SESSION = "\n\ndef session():\n    return tf.Session()\n\n"
HEADER = f"import tensorflow as tf\n{SESSION}\n{OPERANDS}\n"
EQUAL_AT_LEAST = 130


def translate(source: str) -> str | None:
    """Return the native text of a call in a module with its operands; None where it is refused."""
    text = f"{HEADER}result = {source}\n"
    row = text.count("\n")
    if any(finding.start.row == row for finding in unfixed_changes(text, "case.py")):
        return None
    after = apply_edits(text, local_edits(text, "case.py")).replace(SESSION, "")
    if any(finding.start.row >= after.count("\n") for finding in lint_text(after, "case.py")):
        return None
    return after.splitlines()[-1].removeprefix("result = ")


@pytest.mark.parametrize("source", REFUSED)
def test_no_form_where_the_law_is_not_certain(source: str) -> None:
    assert translate(source) is None


def _operands(tf: Any) -> dict[str, Any]:
    names: dict[str, Any] = {"tf": tf}
    exec(OPERANDS, names)
    return names


def _flat(tf: Any, source: str) -> list[Any]:
    return list(tf.nest.flatten(eval(source, _operands(tf)), expand_composites=True))


def _difference(numpy: Any, before: list[Any], after: list[Any]) -> str:
    """Return how two lists of arrays differ, nothing where they do not."""
    if len(before) != len(after):
        return f"{len(before)} values became {len(after)}"
    for one, other in zip(map(numpy.asarray, before), map(numpy.asarray, after), strict=True):
        text = one.dtype.kind in "SO"
        if one.shape != other.shape or (one.dtype != other.dtype and not text):
            return f"{one.dtype}{one.shape} became {other.dtype}{other.shape}"
        equal = numpy.allclose(one, other, 1e-6, 1e-6) if one.dtype.kind in "fc" else (one == other).all()
        if not equal:
            return f"{one} became {other}"
    return ""


@pytest.mark.tensorflow
def test_both_laws_are_one() -> None:
    os.environ["TF_USE_LEGACY_KERAS"] = "1"
    tf = pytest.importorskip("tensorflow")
    numpy = pytest.importorskip("numpy")
    wrong: list[str] = []
    refused: list[str] = []
    for source in CASES:
        native = translate(source)
        if native is None:
            refused.append(source)
            continue
        try:
            with tf.Graph().as_default(), tf.compat.v1.Session() as session:
                before = session.run(_flat(tf.compat.v1, source))
            difference = _difference(numpy, before, tf.function(lambda text: _flat(tf, text))(native))
        except Exception as error:
            if source in LOUD:
                continue
            difference = f"{type(error).__name__} {str(error)[:300]}"
        if difference:
            wrong.append(f"{source} -> {native}: {difference}")
    assert not wrong, "\n".join(wrong)
    assert len(CASES) - len(refused) >= EQUAL_AT_LEAST, "\n".join(refused)
