"""Level compat: what the text of each import style becomes, and what is refused."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tf2migrate.config import Config
from tf2migrate.migrate.compat import CompatInput, migrate_to_compat
from tf2migrate.model.plan import FileResult, Level, Status
from tf2migrate.workflow.fix import FixOptions, fix_paths

SWITCH = "tf.disable_v2_behavior()\n"
RUN = "x = tf.placeholder(tf.float32)\n"


def migrate(text: str) -> FileResult:
    return migrate_to_compat([CompatInput(Path("/p/a.py"), text, True, frozenset())])[0]


def compat(text: str) -> str:
    """Return the text at level compat, which must parse and stay as it is when it is migrated again."""
    result = migrate(text)
    assert result.status is Status.COMPAT, result.refusals
    assert result.text is not None
    ast.parse(result.text)
    assert migrate(result.text) == FileResult("/p/a.py", Status.COMPAT)
    return result.text


def test_the_import_and_the_switch_are_all_that_changes() -> None:
    before = '"""Doc."""\nimport numpy as np\nimport tensorflow as tf  # the library\n\n# a comment\n' + RUN
    assert compat(before) == before.replace("tensorflow as", "tensorflow.compat.v1 as").replace(
        "library\n", "library\n" + SWITCH
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("import tensorflow\ntensorflow.Session()\n", "import tensorflow.compat.v1 as tensorflow\n"),
        (
            "from tensorflow import placeholder as p\np('float')\n",
            "from tensorflow.compat.v1 import placeholder as p\n",
        ),
        (
            "import tensorflow as tf\nimport tensorflow.contrib.slim as slim\nslim.conv2d\n",
            "import tf_slim as slim\nslim.",
        ),
        ("import tensorflow as tf\ntf.contrib.layers.flatten(x)\n", f"import tf_slim\n{SWITCH}tf_slim.flatten(x)\n"),
        (
            "from tensorflow.contrib import rnn\nrnn.GRUCell(2)\n",
            "from tensorflow.compat.v1.nn import rnn_cell as rnn\n",
        ),
        (
            "from tensorflow.contrib import rnn as r\nimport tensorflow as tf\nr.static_rnn(c, x)\n",
            "\ntf.nn.static_rnn(c, x)\n",
        ),
        (
            "from tensorflow.contrib.layers import l2_regularizer as l2, flatten\nimport tensorflow as tf\nl2(flatten(1))\n",
            "from tf_slim import l2_regularizer as l2, flatten\n",
        ),
        ("import tensorflow.contrib as c\nimport tensorflow as tf\nc.layers.flatten(x)\n", "tf_slim.flatten(x)\n"),
        ("import tensorflow as tf\nl = tf.contrib.layers\nl.flatten(x)\n", "l = tf_slim\nl.flatten(x)\n"),
        (
            "from tensorflow.python.ops import rnn_cell\nimport tensorflow as tf\nrnn_cell.GRUCell(2)\n",
            "\ntf.nn.rnn_cell.GRUCell(2)\n",
        ),
        (
            "import tensorflow.contrib.slim\nfrom tensorflow import Session\nSession()\n",
            "import tensorflow.compat.v1 as tensorflow\ntensorflow.disable_v2_behavior()\n",
        ),
        ("import tensorflow as tf; import os\ntf.mul(1, 2)\n", "import tensorflow.compat.v1 as tf; import os\n"),
        ("import tensorflow as tf\ntf.mul(1, 2)\n", "tf.multiply(1, 2)\n"),
        ("from tensorflow import *\nx = placeholder(float32)\n", "from tensorflow.compat.v1 import *\n"),
        (
            "from tensorflow.keras.layers import Dense\nimport tensorflow as tf\ntf.Session()\n",
            "from tensorflow.compat.v1.keras.layers import Dense\n",
        ),
        (
            "import tensorflow as tf\nfrom tensorflow.python.framework import ops\nops.reset_default_graph()\n",
            "\ntf.reset_default_graph()\n",
        ),
    ],
)
def test_import_styles(before: str, after: str) -> None:
    result = compat(before)
    assert after in result
    assert "contrib" not in result
    assert result.count("disable_v2_behavior") == 1


@pytest.mark.parametrize("needs", ["tf.layers.dense(x, 2)", "tf.keras.layers.Dense(2)", "tf.nn.rnn_cell.GRUCell(2)"])
def test_keras_of_tensorflow_1_is_asked_for_before_tensorflow_is_imported(needs: str) -> None:
    lines = compat(f"import tensorflow as tf\n{RUN}y = {needs}\n").splitlines()
    assert lines[0] == "import os"
    assert lines[1].startswith('os.environ["TF_USE_LEGACY_KERAS"] = "1"')
    assert lines[2:4] == ["import tensorflow.compat.v1 as tf", SWITCH.strip()]


def test_keras_is_not_asked_for_where_nothing_needs_it() -> None:
    assert "KERAS" not in compat(f"import tensorflow as tf\n{RUN}y = tf.contrib.layers.flatten(x)\n")


@pytest.mark.parametrize(
    "gone",
    [
        "tf.contrib.training.HParams(a=1)",
        "tf.contrib.slim.batch_norm(x)",
        "tf.estimator.Estimator(f)",
        "tf.contrib.no_such_module.f()",
        "tf.batch_matmul(x, x, adj_x=True)",
    ],
)
def test_what_runs_nowhere_is_refused(gone: str) -> None:
    result = migrate(f"import tensorflow as tf\n{RUN}y = {gone}\n")
    assert (result.status, result.text) == (Status.REFUSED, None)
    assert [(one.code, one.row) for one in result.refusals] == [("TFM988", 3)]


@pytest.mark.parametrize(
    "text",
    [
        "import tensorflow as tf\n\n@tf.function\ndef f(x):\n    return tf.nn.relu(x)\n",
        "print('tf')\n",
        "import tensorflow as tf\nmodel = tf.keras.Sequential()\n",
    ],
)
def test_what_is_no_tensorflow_1_stays(text: str) -> None:
    assert migrate(text) == FileResult("/p/a.py", Status.UNCHANGED)


def test_names_of_an_upgraded_program_keep_their_meaning() -> None:
    text = "import tensorflow as tf\nx = tf.compat.v1.placeholder(tf.float32)\ny = tf.nn.dropout(x, rate=0.5)\n"
    assert compat(text) == text.replace("tf\nx", "tf\ntf.compat.v1.disable_v2_behavior()\nx")


def test_a_program_that_switches_itself_is_not_switched_twice() -> None:
    text = "import tensorflow.compat.v1 as tf\ntf.disable_eager_execution()\nx = tf.placeholder(tf.float32)\n"
    assert migrate(text) == FileResult("/p/a.py", Status.COMPAT)


def test_the_entry_of_a_component_switches_before_its_modules() -> None:
    module, entry = Path("/p/model.py"), Path("/p/run.py")
    inputs = [
        CompatInput(entry, "import numpy\nimport model\nmodel.build()\n", True, frozenset([module])),
        CompatInput(module, f"import tensorflow as tf\n{RUN}y = tf.layers.dense(x, 1)\n", False, frozenset()),
    ]
    first, second = migrate_to_compat(inputs)
    assert first.text is not None and second.text is not None
    lines = first.text.splitlines()
    assert lines[0] == "import numpy"
    assert lines.index("import tensorflow.compat.v1 as tf") < lines.index(SWITCH.strip()) < lines.index("import model")
    assert "TF_USE_LEGACY_KERAS" in first.text
    assert second.text.startswith("import tensorflow.compat.v1 as tf\nx = ")


def test_one_refused_file_holds_back_its_component() -> None:
    module, entry = Path("/p/model.py"), Path("/p/run.py")
    results = migrate_to_compat(
        [
            CompatInput(entry, f"import tensorflow as tf\nimport model\n{RUN}", True, frozenset([module])),
            CompatInput(module, "import tensorflow as tf\ntf.contrib.training.HParams()\n", False, frozenset()),
        ]
    )
    assert {result.status for result in results} == {Status.REFUSED}
    assert all(result.text is None for result in results)


def test_the_tutorial_reader_is_written_into_the_program() -> None:
    text = compat(
        "import tensorflow as tf\nfrom tensorflow.examples.tutorials.mnist import input_data\n"
        f"mnist = input_data.read_data_sets('/tmp', one_hot=True)\n{RUN}"
    )
    assert "tutorials" not in text
    assert text.index("def read_data_sets(") < text.index("\nmnist = read_data_sets(one_hot=True)\n")


def test_nothing_loads_tensorflow_before_keras_is_chosen() -> None:
    text = compat(f"import numpy\nimport tensorflow as tf\n{RUN}y = tf.layers.dense(tf.contrib.layers.flatten(x), 2)\n")
    lines = text.splitlines()
    flag = next(row for row, line in enumerate(lines) if "TF_USE_LEGACY_KERAS" in line)
    assert all(row > flag for row, line in enumerate(lines) if line.startswith(("import tensorflow", "import tf_slim")))


def test_names_that_another_module_brings_are_followed(tmp_path: Path) -> None:
    (tmp_path / "net.py").write_text("from tensorflow.contrib import layers, rnn\nimport tensorflow as tf\n")
    text = "from net import *\nx = tf.placeholder('float')\ny = layers.flatten(tf.contrib.layers.flatten(x))\nz = rnn.static_rnn\n"
    (tmp_path / "run.py").write_text(text)
    (tmp_path / "pyproject.toml").touch()
    report = fix_paths([tmp_path], Config(tmp_path), FixOptions(level=Level.COMPAT))
    assert [file.result.status for file in report.files] == [Status.COMPAT, Status.COMPAT]
    after = (tmp_path / "run.py").read_text()
    assert "y = layers.flatten(tf_slim.flatten(x))\nz = tf.nn.static_rnn\n" in after
    assert "import rnn_cell as rnn\n" in (tmp_path / "net.py").read_text()


def test_best_takes_native_where_it_can(tmp_path: Path) -> None:
    run = "with tf.Session() as sess:\n    print(sess.run(x + 1, {x: 1.0}))\n"
    (tmp_path / "one.py").write_text(f"import tensorflow as tf\nx = tf.placeholder(tf.float32, [])\n{run}")
    (tmp_path / "two.py").write_text(f"import tensorflow as tf\nx = tf.sparse_placeholder(tf.float32)\n{RUN}{run}")
    (tmp_path / "three.py").write_text(f"import tensorflow as tf\nx = tf.contrib.training.HParams()\n{run}")
    report = fix_paths([tmp_path], Config(tmp_path), FixOptions(level=Level.BEST))
    found = {Path(file.result.path).stem: file.result for file in report.files}
    assert {name: result.status for name, result in found.items()} == {
        "one": Status.NATIVE,
        "two": Status.COMPAT,
        "three": Status.REFUSED,
    }
    assert found["two"].notes
    assert "TFM988" in {one.code for one in found["three"].refusals}


@pytest.mark.parametrize(
    "text",
    [
        "import tensorflow as tf\ntf.compat.v1.logging.set_verbosity(tf.compat.v1.logging.ERROR)\nprint(tf.constant(1).numpy())\n",
        "import tensorflow as tf\nfrom tensorflow.python.client import device_lib\ntf.keras.Sequential()\n",
        "import tensorflow as tf\nfrom tensorflow.python.platform import tf_logging\ntf_logging.info('x')\n",
        "import tensorflow as tf\n@tf.function\ndef f(x):\n    return tf.compat.v1.get_variable('w', [1]) + x\n",
    ],
)
def test_programs_of_tensorflow_2_stay_as_they_are(text: str) -> None:
    assert migrate(text) == FileResult("/p/a.py", Status.UNCHANGED)
