from __future__ import annotations

import json
from pathlib import Path

import pytest

from tf2migrate.config import Config
from tf2migrate.model.plan import Level, Status
from tf2migrate.model.results import FixedFile
from tf2migrate.workflow.fix import FixOptions, fix_paths

IMPORT = "import tensorflow as tf"
GRAPH = "x = tf.placeholder(tf.float32, [None])\ny = 2 * x\nsess = tf.Session()"
RUN = "print(sess.run(y, {x: [1., 2.]}))"


def notebook(*cells: str, indent: int | None = 1) -> str:
    document = {
        "cells": [{"cell_type": "code", "metadata": {}, "outputs": [], "source": cell} for cell in cells],
        "metadata": {"language_info": {"name": "python"}},
    }
    return json.dumps(document, indent=indent, ensure_ascii=False)


def fixed(path: Path, level: Level = Level.NATIVE) -> FixedFile:
    (file,) = fix_paths([path], Config(root=path.parent), FixOptions(level=level)).files
    return file


def sources(path: Path) -> list[str]:
    return [cell["source"] for cell in json.loads(path.read_text("utf-8"))["cells"]]


def written(folder: Path, *cells: str, indent: int | None = 1) -> Path:
    path = folder / "n.ipynb"
    path.write_text(notebook(*cells, indent=indent), encoding="utf-8")
    return path


def test_statements_stay_in_their_cells_and_sources_keep_their_form(tmp_path: Path) -> None:
    path = written(tmp_path, f"%matplotlib inline\n{IMPORT}", GRAPH, "sess", RUN, indent=None)
    assert fixed(path).result.status is Status.NATIVE
    first, graph, run = sources(path)
    assert first == f"%matplotlib inline\n{IMPORT}"
    assert "def compute_y(x):" in graph
    assert run == "print(compute_y([1., 2.]).numpy())"
    assert "\n" not in path.read_text("utf-8")


def test_what_a_cell_shows_stays_what_it_shows(tmp_path: Path) -> None:
    path = written(tmp_path, IMPORT, GRAPH, "sess.run(y, {x: [1.]})", "sess.run(y, {x: [2.]});", "y")
    file = fixed(path)
    assert sources(path)[2] == "compute_y([1.]).numpy()"
    assert ".numpy()" not in sources(path)[3]
    assert [(one.code, one.cell) for one in file.result.notes] == [("TFM992", 5)]


def test_a_value_that_no_longer_ends_its_cell_is_displayed(tmp_path: Path) -> None:
    cells = (IMPORT, "v = tf.Variable(1.)\nsess = tf.Session()\nsess.run(v.initializer)\nsess.run(v)")
    path = written(tmp_path, *cells)
    assert fixed(path).result.status is Status.NATIVE
    assert sources(path)[1].splitlines()[-1] == "v.numpy()"


@pytest.mark.parametrize("magic", ["%%time", "%%capture"])
def test_magic_for_a_whole_cell_begins_it(magic: str, tmp_path: Path) -> None:
    path = written(tmp_path, IMPORT, GRAPH, f"{magic}\n{RUN}")
    assert fixed(path).result.status is Status.NATIVE
    assert sources(path)[2].startswith(f"{magic}\n")


def test_commands_of_several_lines_and_indented_cells_are_read_as_ipython_does(tmp_path: Path) -> None:
    path = written(tmp_path, "!tool \\\n  --flag", f"  {IMPORT}", GRAPH, RUN)
    assert fixed(path).result.status is Status.NATIVE
    assert sources(path)[:2] == ["!tool \\\n  --flag", IMPORT]


def test_the_choice_of_an_old_runtime_goes_and_the_install_of_an_old_version_is_told(tmp_path: Path) -> None:
    choice = "try:\n    %tensorflow_version 1.x\nexcept Exception:\n    pass"
    path = written(tmp_path, choice, "!pip install tensorflow==1.15", IMPORT, GRAPH, RUN)
    file = fixed(path)
    assert sources(path)[0] == "try:\n    pass\nexcept Exception:\n    pass"
    assert sources(path)[1] == "!pip install tensorflow==1.15"
    assert ["installs TensorFlow 1" in one.reason for one in file.result.notes] == [True]


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("files = !ls", "takes what a command of IPython gives"),
        ("saver = tf.train.import_meta_graph('m.meta')", "the graph is read from a file"),
    ],
)
def test_a_notebook_that_is_refused_stays_byte_for_byte(cell: str, reason: str, tmp_path: Path) -> None:
    path = written(tmp_path, IMPORT, GRAPH, f"a = 1\n{cell}", RUN)
    before = path.read_bytes()
    refusal, *_ = fixed(path).result.refusals
    assert reason in refusal.reason
    assert (refusal.path, refusal.cell, refusal.row) == (str(path), 3, 2)
    assert path.read_bytes() == before


def test_a_module_that_would_have_to_change_keeps_the_notebook_back(tmp_path: Path) -> None:
    (tmp_path / "helper.py").write_text("def value(sess, x):\n    return sess.run(x)\n", "utf-8")
    variable = "v = tf.Variable(1.)\nsess = tf.Session()\nsess.run(tf.global_variables_initializer())"
    path = written(tmp_path, IMPORT, "import helper", variable, "print(helper.value(sess, v))")
    (refusal,) = fixed(path).result.refusals
    assert "helper.py" in refusal.reason


def test_a_cell_of_python_2_is_an_error_of_its_notebook_alone(tmp_path: Path) -> None:
    path = written(tmp_path, IMPORT, "print 'two'")
    assert fixed(path).result.status is Status.ERROR


def test_level_compat_rewrites_cells_in_place(tmp_path: Path) -> None:
    path = written(tmp_path, IMPORT, "%time 1", GRAPH, RUN)
    assert fixed(path, Level.COMPAT).result.status is Status.COMPAT
    first, magic, graph, run = sources(path)
    assert "tensorflow.compat.v1" in first
    assert magic == "%time 1"
    assert (graph, run) == (GRAPH, RUN)


def test_escapes_line_ends_and_the_last_line_of_the_file_are_kept(tmp_path: Path) -> None:
    path = written(tmp_path, f"{IMPORT}\nname = 'größe'", GRAPH, RUN)
    text = json.dumps(json.loads(path.read_text("utf-8")), indent=2) + "\n"
    path.write_text(text, "utf-8")
    assert fixed(path).result.status is Status.NATIVE
    after = path.read_text("utf-8")
    assert after.isascii()
    assert after.startswith('{\n  "cells"')
    assert after.endswith("}\n")
