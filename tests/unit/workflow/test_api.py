from __future__ import annotations

import subprocess
import sys

import pytest

import tf2migrate
from tf2migrate.model.plan import FileResult, Refusal, Status
from tf2migrate.source import SourceError
from tf2migrate.workflow import api

TF1 = "import tensorflow as tf\ntf.to_float(1)\n"


def test_check_gives_findings() -> None:
    (finding,) = tf2migrate.check(TF1, "a.py")
    assert (finding.path, finding.code, finding.start.row) == ("a.py", "TFM003", 2)
    with pytest.raises(SourceError, match="Python 2"):
        tf2migrate.check("print 'x'\n")


def test_migrate_gives_text_or_refusals_that_name_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    def migrate_program(entry, root):
        assert entry.read_text() == TF1
        return (FileResult(str(entry), Status.REFUSED, refusals=(Refusal(str(entry), 2, "TFM951", "why", "how"),)),)

    monkeypatch.setattr(api, "migrate_program", migrate_program)
    result = tf2migrate.migrate(TF1, "a.py")
    assert (result.path, result.status) == ("a.py", Status.REFUSED)
    assert result.refusals == (Refusal("a.py", 2, "TFM951", "why", "how"),)


@pytest.mark.parametrize("name", ["check", "migrate", "verify"])
def test_the_functions_are_there_after_a_bare_import(name: str) -> None:
    code = f"import tf2migrate, sys; assert 'tf2migrate.lint' not in sys.modules; assert callable(tf2migrate.{name})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("part", ["testing", "verify", "migrate", "workflow.api"])
def test_the_functions_are_there_whatever_was_imported_before(part: str) -> None:
    code = f"import tf2migrate.{part}; assert callable(tf2migrate.verify) and tf2migrate.migrate('x = 1').text is None"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_an_unknown_attribute_is_one() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = tf2migrate.nothing
