"""The committed tables: shape, size, speed, and that regeneration gives them again."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tf2migrate.knowledge import lookup
from tf2migrate.knowledge.build import _classes
from tf2migrate.knowledge.tables import CLASSES, DATA, TF1, TF2, rows

NAMES = (TF1, TF2, *CLASSES.values())
GENERATED_WITH = "2.21"
LOADED_WITHIN = 0.25  # seconds; 0.02 on an idle machine


@pytest.mark.parametrize("name", NAMES)
def test_a_table_is_sorted_and_has_one_line_a_key(name: str) -> None:
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    keys = [line.split("\t")[0] for line in lines]
    assert keys == sorted(set(keys))
    assert all(isinstance(json.loads(line.split("\t", 1)[1]), dict) for line in lines)


def test_defaults_are_expressions_or_say_what_they_are() -> None:
    for path in rows(TF1):
        entry = lookup(path)
        assert entry is not None
        for name, default in entry.parameters:
            if default is not None and "<" not in default and default not in ("nan", "inf", "-inf"):
                ast.parse(default, mode="eval"), (path, name, default)


def test_all_of_compat_v1_has_an_entry() -> None:
    assert len(rows(TF1)) > 6000
    contrib = [path for path in rows(TF1) if path.startswith("tf.contrib.")]
    assert len(contrib) > 1500


def test_every_refusal_has_a_reason() -> None:
    silent = [path for path in rows(TF1) if (entry := lookup(path)) and entry.target is None and not entry.reason]
    assert not silent


def test_tables_load_fast_and_without_tensorflow() -> None:
    code = (
        "import sys, time; start = time.perf_counter(); from tf2migrate.knowledge import lookup;"
        "assert lookup('tf.nn.dropout'); assert lookup('tf.train.Saver.save');"
        "assert 'tensorflow' not in sys.modules; print(time.perf_counter() - start)"
    )
    times = []
    for _ in range(3):
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path.cwd())
        times.append(float(done.stdout))
    assert min(times) < LOADED_WITHIN


def test_a_second_lookup_costs_nothing() -> None:
    lookup("tf.nn.conv2d")
    start = time.perf_counter()
    for _ in range(1000):
        lookup("tf.nn.conv2d")
    assert time.perf_counter() - start < LOADED_WITHIN


def test_the_tables_do_not_depend_on_scikit_learn() -> None:
    wrapper = "keras.src.wrappers.sklearn_wrapper"
    for base in ("sklearn.base.BaseEstimator", f"{wrapper}.BaseEstimator", f"{wrapper}.TransformerMixin"):
        row: dict[str, Any] = {
            "path": "tf.keras.wrappers.SKLearnTransformer",
            "kind": "class",
            "message": "",
            "key": f"{wrapper}.SKLearnTransformer",
            "bases": [base, f"{wrapper}.SKLBase"],
            "members": [["transform", "method", None], ["set_fit_request", "method", None]],
            "inherited": {base: [["get_params", "method", None]], f"{wrapper}.SKLBase": []},
        }
        described = _classes([row])
        assert f"{wrapper}.SKLBase" in described and base not in described
        (own,) = [one for one in described.values() if "b" in one]
        assert own == {"b": [f"{wrapper}.SKLBase"], "m": [["transform", "method"]]}


@pytest.mark.tensorflow
def test_the_tables_are_current() -> None:
    installed = pytest.importorskip("tensorflow").__version__
    if not installed.startswith(GENERATED_WITH):
        pytest.skip(f"TensorFlow {installed} is installed; the tables describe {GENERATED_WITH}")
    python = os.environ.get("TF2MIGRATE_TENSORFLOW_1_PYTHON")
    if not python:
        pytest.skip("TF2MIGRATE_TENSORFLOW_1_PYTHON names no interpreter with TensorFlow 1.15")
    done = subprocess.run(
        [sys.executable, "-m", "tf2migrate.knowledge.build", "--check", "--tf1-python", python],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]
