"""What goes with the session, what stays, and what must not be read any more; the layout of what is left."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tf2migrate.migrate import migrate_program
from tf2migrate.model.plan import Status

Migrate = Callable[..., Any]

GRAPH = """
x = tf.placeholder(tf.float32, [2])
w = tf.Variable(1.0)
y = x * w
"""
RUN = "print(sess.run(y, {x: [1.0, 2.0]}))\n"
NO_SESSION = "sess = tf.Session()\nsess.run(tf.global_variables_initializer())\n"


@pytest.mark.parametrize(
    "setup",
    [
        "tf.reset_default_graph()\n",
        "config = tf.ConfigProto(allow_soft_placement=True)\n",
        "config = tf.ConfigProto()\nconfig.gpu_options.allow_growth = True\n",
        "options = tf.GPUOptions(per_process_gpu_memory_fraction=0.5)\nconfig = tf.ConfigProto(gpu_options=options)\n",
        "graph = tf.get_default_graph()\n",
        "init = tf.global_variables_initializer()\n",
        "init = tf.initialize_all_variables()\nstart = init\n",
        "tf.disable_v2_behavior()\n",
    ],
)
def test_what_only_sets_up_a_session_goes(migrate: Migrate, setup: str) -> None:
    assert migrate(setup + GRAPH, RUN).text == migrate(GRAPH, RUN).text
    assert migrate(GRAPH + setup, RUN).text == migrate(GRAPH, RUN).text


@pytest.mark.parametrize(
    "session",
    [
        NO_SESSION,
        "sess = tf.InteractiveSession()\ntf.global_variables_initializer().run()\n",
        "session = tf.Session()\nsess = session\nsess.run(tf.global_variables_initializer())\n",
        "sess = tf.Session(config=tf.ConfigProto(log_device_placement=False))\n"
        "sess.run(tf.global_variables_initializer())\n",
    ],
)
def test_sessions_of_every_form_go(migrate: Migrate, session: str) -> None:
    found = migrate(GRAPH + session + RUN + "sess.close()\n")
    assert found.text == migrate(GRAPH, RUN).text


def test_a_graph_that_is_made_and_entered_goes(migrate: Migrate) -> None:
    found = migrate(
        "graph = tf.Graph()\nwith graph.as_default():\n"
        + "".join(f"    {line}\n" for line in GRAPH.strip().split("\n"))
        + "    with tf.Session(graph=graph) as sess:\n"
        + "        sess.run(tf.global_variables_initializer())\n        "
        + RUN
    )
    assert found.text == migrate(GRAPH, RUN).text


def test_code_beside_the_graph_is_kept_to_the_letter(migrate: Migrate) -> None:
    other = (
        "class  Odd( object ) :\n    '''Kept.'''\n    x=1 ;y = 2\n\n\ndef odd(a,b = 3) :\n\n    return   a+b # really\n"
    )
    found = migrate(other + GRAPH + "\n\n" + other, RUN)
    assert found.text.count(other.rstrip("\n")) == 2


def test_comments_of_what_goes_go_and_others_stay(migrate: Migrate) -> None:
    found = migrate(
        "# About the data.\nDATA = [1.0, 2.0]\n\n# A detached remark.\n\n"
        "# Placeholders.\nx = tf.placeholder(tf.float32, [2])\n"
        "w = tf.Variable(1.0)  # the weight\n# The product.\ny = x * w  # here\n# Makes the variables.\n"
        "init = tf.global_variables_initializer()\nsess = tf.Session()\nsess.run(init)\n# At last.\n"
        "print(sess.run(y, {x: DATA}))\n"
    )
    for kept in ("# About the data.\nDATA", "# A detached remark.\n", "# Placeholders.\nx_spec", "  # the weight\n"):
        assert kept in found.text
    assert "    # The product.\n    y = x * w  # here\n" in found.text
    assert "# Makes the variables." not in found.text
    assert "# At last.\nprint(" in found.text


@pytest.mark.parametrize(
    ("drive", "written"),
    [
        ("for i in range(2):\n    sess.run(tf.global_variables_initializer())\n", None),
        ("try:\n    {run}finally:\n    sess.close()\n", "finally:\n    pass"),
        ("if np.random.rand() < 2:\n    {run}else:\n    sess.close()\n", "else:\n    pass"),
    ],
)
def test_suites_that_lose_everything_keep_a_pass(migrate: Migrate, drive: str, written: str | None) -> None:
    found = migrate(GRAPH + NO_SESSION + drive.replace("{run}", RUN) + RUN)
    if written is not None:
        assert written in found.text


def test_names_of_what_goes_are_deleted_with_it(migrate: Migrate) -> None:
    assert "del" not in migrate(GRAPH + NO_SESSION + RUN + "del sess, y\n").text


@pytest.mark.parametrize(
    ("drive", "code"),
    [
        (RUN + "print([y])\n", "TFM976"),
        (RUN + "print(type(sess))\n", "TFM976"),
        (RUN + "keep = [y]\nprint(len(keep))\n", "TFM976"),
    ],
)
def test_what_reads_what_is_gone_is_refused(migrate: Migrate, drive: str, code: str) -> None:
    assert migrate(GRAPH, drive).refused == (code, drive.strip().split("\n")[-1])


def test_unused_imports_of_tensorflow_go_and_others_stay(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(
        "import os\nimport tensorflow as tf\nfrom tensorflow import Session, placeholder\nimport sys\n\n"
        "x = placeholder(tf.float32, [])\ny = x * 2.0\nsess = Session()\nprint(sess.run(y, {x: 1.0}))\n"
    )
    (result,) = migrate_program(path)
    assert result.text is not None
    assert result.text.startswith("import os\nimport tensorflow as tf\nimport sys\n\nx_spec")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "print(1)\n",
        "import tensorflow as tf\n",
        "import tensorflow as tf\n\nprint(tf.square(2.0))\n",
        "import tensorflow as tf\n\n@tf.function\ndef f(x):\n    return tf.square(x)\n\nprint(f(2.0).numpy())\n",
        "import tensorflow as tf\nmodel = tf.keras.Sequential([tf.keras.layers.Dense(1)])\nprint(model)\n",
    ],
)
def test_programs_without_a_graph_are_left_alone(text: str, tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(text)
    (result,) = migrate_program(path)
    assert (result.status, result.text) == (Status.UNCHANGED, None)


def test_only_names_change_where_nothing_is_run(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text("import tensorflow as tf\n\n\ndef act(v):\n    return tf.log(v)  # kept\n")
    (result,) = migrate_program(path)
    assert result.text == "import tensorflow as tf\n\n\ndef act(v):\n    return tf.math.log(v)  # kept\n"
    assert result.map is not None
    assert result.map.sites == ()
    assert result.map.lines == tuple((row, row) for row in range(1, 7))
