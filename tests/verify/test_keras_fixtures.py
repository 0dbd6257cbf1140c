"""Programs of the Keras of TensorFlow 1, whose graphs Keras makes: what is written, and that it computes the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from tf2migrate.lint import lint_text
from tf2migrate.migrate import migrate_program
from tf2migrate.model.plan import FileResult, Status
from tf2migrate.model.verdict import Verdict, VerdictKind
from tf2migrate.verify import verify_pair

FIXTURES = Path(__file__).resolve().parent.parent.parent / "fixtures" / "keras"
CASES = sorted(path.parent for path in FIXTURES.glob("*/before.py"))
each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


def migrated(case: Path) -> FileResult:
    (result,) = migrate_program(case / "before.py")
    assert result.status is Status.NATIVE, result.refusals
    return result


def compared(case: Path, after: Path) -> Verdict:
    return verify_pair(case / "before.py", after, migrated(case).map)


def test_there_are_programs() -> None:
    assert len(CASES) >= 4


@each_case
def test_what_is_written(case: Path, update_fixtures: bool) -> None:
    text = migrated(case).text
    assert text is not None
    if update_fixtures:
        (case / "after.py").write_text(text, encoding="utf-8")
    assert text == (case / "after.py").read_text(encoding="utf-8")
    assert [finding for finding in lint_text(text, "after.py") if not finding.code.startswith("TFM9")] == []


@each_case
def test_what_is_written_stays_as_it_is(case: Path) -> None:
    (result,) = migrate_program(case / "after.py")
    assert (result.status, result.text) == (Status.UNCHANGED, None)


@each_case
def test_the_migration_computes_the_same(case: Path) -> None:
    verdict = compared(case, case / "after.py")
    assert (verdict.verdict, verdict.reason) == (VerdictKind.EQUAL, "")
    assert verdict.compared.printed > 0
    assert verdict.compared.variables > 0


BUGS = {
    "averages that start at zero": (
        "model_compiled",
        'initializer = "ones" if name == "velocity" else initializer',
        "pass",
    ),
    "Keras's epsilon": ("model_compiled", "epsilon=1e-10", "epsilon=1e-3"),
    "other gates": ("recurrent_gates", "recurrent_activation=lambda x: tf.clip_by_value(0.2 * x + 0.5, 0.0, 1.0)", ""),
    "a reset behind the product": ("recurrent_gates", "reset_after=False", "reset_after=True"),
    "no decay": ("recurrent_gates", "decay_rate=0.1", "decay_rate=0.0"),
    "gradients of rows that are not summed": (
        "layers_in_graph",
        "gradients = [tf.convert_to_tensor(g) for g in gradients]",
        "pass",
    ),
    "a rate that is not slowed": ("model_kept", "factor=0.5", "factor=0.9"),
    "weights that are not read": ("model_kept", "model.load_weights(path)", "pass"),
    "batches of another size": ("model_of_generators", "batches(6)", "batches(4)"),
    "another learning rate": ("model_in_graph", "RMSprop(0.01", "RMSprop(0.0101"),
}


@pytest.mark.parametrize("bug", BUGS)
def test_a_planted_bug_is_seen(bug: str, tmp_path: Path) -> None:
    name, right, wrong = BUGS[bug]
    case = FIXTURES / name
    text = (case / "after.py").read_text(encoding="utf-8")
    assert right in text
    after = tmp_path / "after.py"
    after.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    assert compared(case, after).verdict is VerdictKind.DIFFERS
