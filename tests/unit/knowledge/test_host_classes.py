"""The classes of contrib that work on the host, emitted and stood in for, against what TensorFlow 1.15 gives."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tf2migrate.knowledge.host_classes import HOST_CLASSES
from tf2migrate.knowledge.rnn import definitions, modules_of
from tf2migrate.verify import stand_ins

numpy = pytest.importorskip("numpy")

HERE = Path(__file__).parent


def loaded(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


RECORD = loaded(HERE / "record_host_classes.py")
EXPECTED = json.loads((HERE / "host_classes_1.15.json").read_text())


def emitted() -> dict[str, Any]:
    """Return what the emitted text defines, with all that it can do."""
    used = {
        one.name: frozenset(feature for wanted in one.methods.values() for feature in wanted)
        for one in HOST_CLASSES.values()
    }
    names: dict[str, Any] = {name: importlib.import_module(name) for name in modules_of(used)}
    names["np"] = numpy
    exec("\n\n\n".join(definitions(used)), names)
    return names


def seen_of(names: dict[str, Any]) -> Any:
    processors = (names["CategoricalVocabulary"], names["VocabularyProcessor"])
    return json.loads(json.dumps([RECORD.hparams(names["HParams"]), RECORD.vocabularies(*processors)]))


def test_the_emitted_classes_keep_the_law() -> None:
    assert seen_of(emitted()) == EXPECTED


def test_the_stand_ins_keep_the_law() -> None:
    files = [loaded(stand_ins.FOLDER / f"contrib_{name}.py") for name in ("training", "learn_preprocessing")]
    assert seen_of({**vars(files[0]), **vars(files[1])}) == EXPECTED


@pytest.mark.tensorflow
def test_the_record_is_current() -> None:
    python = os.environ.get("TF2MIGRATE_TENSORFLOW_1_PYTHON")
    if not python:
        pytest.skip("TF2MIGRATE_TENSORFLOW_1_PYTHON names no interpreter with TensorFlow 1.15")
    done = subprocess.run([python, RECORD.__file__], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert json.loads(done.stdout.splitlines()[-1]) == EXPECTED


def test_a_program_gets_the_methods_that_it_names() -> None:
    (plain,) = definitions({"HParams": frozenset()})
    assert "parse" not in plain
    assert modules_of({"HParams": frozenset()}) == []
    assert modules_of({"HParams": frozenset({"parse", "override_from_dict", "set_hparam"})}) == ["numbers", "re"]
