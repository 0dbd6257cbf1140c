"""`assert_equivalent`, as a function and as a fixture of the pytest plugin."""

from __future__ import annotations

from pathlib import Path

import pytest

import tf2migrate

PAIRS = Path(__file__).resolve().parent / "pairs"
BEFORE = "import tensorflow as tf\nsess = tf.Session()\nfor i in range(3):\n    print(sess.run(tf.constant(2.0 * i)))\n"
AFTER = "import tensorflow as tf\nfor i in range(3):\n    print(tf.constant(2.0 * i).numpy())\n"

pytest_plugins = ["pytester"]


def test_equal_programs_give_the_verdict(tmp_path: Path) -> None:
    (tmp_path / "before.py").write_text(BEFORE)
    (tmp_path / "after.py").write_text(AFTER)
    verdict = tf2migrate.assert_equivalent(str(tmp_path / "before.py"), tmp_path / "after.py", runs=2, stand_ins={})
    assert verdict.compared.printed == 1  # the second run ends it


def test_others_raise_with_the_report(tmp_path: Path) -> None:
    (tmp_path / "before.py").write_text(BEFORE)
    (tmp_path / "after.py").write_text(AFTER.replace("2.0", "2.1"))
    with pytest.raises(AssertionError, match=r"differs\n  \w+: printed: 2\.0 in the original, 2\.1 in"):
        tf2migrate.assert_equivalent(tmp_path / "before.py", tmp_path / "after.py")


def test_the_plugin_has_it_as_a_fixture(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        before=BEFORE,
        after=AFTER,
        test_migration="def test_it(assert_equivalent):\n    assert_equivalent('before.py', 'after.py', runs=5)\n",
    )
    pytester.runpytest_subprocess().assert_outcomes(passed=1)
