from __future__ import annotations

from pathlib import Path

import pytest

from tf2migrate.lint import lint_text
from tf2migrate.names import ProjectModules
from tf2migrate.prefilter import ModuleFinder, from_imports, imports_tensorflow, plain_imports


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def found(folder: Path, name: str) -> list[tuple[str, int]]:
    """Return (code, row) of the findings in one file of a project."""
    path = folder / name
    follow = ProjectModules(str(folder)).follower(str(path))
    return [(one.code, one.start.row) for one in lint_text(path.read_text(), str(path), None, follow)]


WRAPPERS = {
    "a name": ({"common.py": "import tensorflow as tf\n"}, "from common import tf\ntf.Session()\n"),
    "another name": ({"common.py": "import tensorflow as tf\n"}, "from common import tf as T\nT.Session()\n"),
    "the module by a short name": ({"common.py": "import tensorflow as tf\n"}, "import common as c, os\nc.tf.Session()\n"),
    "a module by another name": ({"common.py": "import tensorflow as tf\n"}, "import common; lib = common\nlib.tf.Session()\n"),
    "a module of a package": ({"a/__init__.py": "", "a/b.py": "import tensorflow as tf\n"}, "import a.b\na.b.tf.Session()\n"),
    "a module of a folder": ({"a/b.py": "import tensorflow as tf\n"}, "import a.b\na.b.tf.Session()\n"),
    "a module from a package": ({"a/__init__.py": "", "a/b.py": "import tensorflow as tf\n"}, "from a import b as c\nc.tf.Session()\n"),
    "a name of a module": ({"one.py": "import two\nT = two.tf\n", "two.py": "import tensorflow as tf\n"}, "from one import T\nT.Session()\n"),
    "over two lines": ({"common.py": "import \\\n  tensorflow as tf\n"}, "from common import tf\ntf.Session()\n"),
    "the module": ({"common.py": "import tensorflow as tf\n"}, "import common\ncommon.tf.Session()\n"),
    "all": ({"common.py": "import tensorflow as tf\n"}, "from common import *\ntf.Session()\n"),
    "all of all": ({"common.py": "from tensorflow import *\n"}, "from common import *\nSession()\n"),
    "compat": ({"compat.py": "import tensorflow.compat.v1 as tf\n"}, "from compat import tf\ntf.Session()\n"),
    "guarded": (
        {"compat.py": "try:\n    import tensorflow.compat.v1 as tf\nexcept ImportError:\n    import tensorflow as tf\n"},
        "from compat import tf\ntf.Session()\n",
    ),
    "an alias": ({"common.py": "import tensorflow\nT = tensorflow\n"}, "from common import T\nT.Session()\n"),
    "a symbol": ({"common.py": "from tensorflow import Session as S\n"}, "from common import S\nS()\n"),
    "a chain": (
        {"one.py": "from two import tf\n", "two.py": "from three import *\n", "three.py": "import tensorflow as tf\n"},
        "from one import tf\ntf.Session()\n",
    ),
    "in a function": ({"common.py": "import tensorflow as tf\n"}, "def f():\n    from common import tf; tf.Session()\n"),
    "the src folder": ({"src/lib/base.py": "import tensorflow as tf\n", "src/lib/__init__.py": ""}, "from lib.base import tf\ntf.Session()\n"),
    "a package": ({"lib/__init__.py": "from .base import tf\n", "lib/base.py": "import tensorflow as tf\n"}, "from lib import tf\ntf.Session()\n"),
}  # fmt: skip


@pytest.mark.parametrize(("files", "program"), WRAPPERS.values(), ids=WRAPPERS)
def test_tensorflow_is_found_through_a_module_of_the_project(
    files: dict[str, str], program: str, tmp_path: Path
) -> None:
    write(tmp_path, {**files, "main.py": program})
    assert found(tmp_path, "main.py") == [("TFM101", 2)]
    data = program.encode()
    assert ModuleFinder(str(tmp_path)).may_bring(str(tmp_path / "main.py"), data)
    assert ProjectModules(str(tmp_path)).brings_tensorflow(str(tmp_path / "main.py"), data)


@pytest.mark.parametrize("line", ["from .compat import tf", "from . import compat", "from ..lib.compat import tf"])
def test_relative_imports(line: str, tmp_path: Path) -> None:
    write(tmp_path, {"lib/__init__.py": "", "lib/compat.py": "import tensorflow as tf\n"})
    name = "compat.tf" if line.endswith("compat") else "tf"
    write(tmp_path, {"lib/main.py": f"{line}\n{name}.Session()\n"})
    assert found(tmp_path, "lib/main.py") == [("TFM101", 2)]


SILENT = {
    "another library": ({"common.py": "import torch as tf\n"}, "from common import tf\ntf.Session()\n"),
    "a function": ({"common.py": "import tensorflow\ndef tf():\n    pass\n"}, "from common import tf\ntf.Session()\n"),
    "no such module": ({}, "from common import tf\ntf.Session()\n"),
    "rebound": ({"common.py": "import tensorflow as tf\ntf = object()\n"}, "from common import tf\ntf.Session()\n"),
    "a circle": ({"one.py": "from two import tf\n", "two.py": "from one import tf\n"}, "from one import tf\ntf.Session()\n"),
    "a circle of all": ({"one.py": "from two import *\n", "two.py": "from one import *\n"}, "from one import *\ntf.Session()\n"),
    "unreadable": ({"common.py": "import tensorflow as tf\nprint 'x'\n"}, "from common import tf\ntf.Session()\n"),
    "local to a function": ({"common.py": "def f():\n    import tensorflow as tf\n"}, "from common import tf\ntf.Session()\n"),
}  # fmt: skip


@pytest.mark.parametrize(("files", "program"), SILENT.values(), ids=SILENT)
def test_what_is_not_tensorflow_is_not_found(files: dict[str, str], program: str, tmp_path: Path) -> None:
    write(tmp_path, {**files, "main.py": program})
    assert found(tmp_path, "main.py") == []
    assert not ProjectModules(str(tmp_path)).brings_tensorflow(str(tmp_path / "main.py"), program.encode())


def test_imports_are_read_from_bytes() -> None:
    data = b"from a import (b as c,  # d\n    e,\n)\nif x: from .f import g, \\\n   h\nx = 1; from i import *\n# from j import k\n"
    assert [one[:2] for one in from_imports(data)] == [("a", "b"), ("a", "e"), (".f", "g"), (".f", "h"), ("i", "*")]
    assert list(plain_imports(b"import a, b.c as d; import e\n# import f\nx.import g\n")) == [
        ("a", "a"),
        ("b.c", "d"),
        ("e", "e"),
    ]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"import os, tensorflow as tf\n", True),
        (b"from tensorflow.python import keras\n", True),
        (b"import os, \\\n    sys, \\\r\n    tensorflow\n", True),
        (b"x = 1; import tensorflow\r\n", True),
        (b'"""Like tensorflow."""\nimport os\n', False),
        (b"import os\nname = 'tensorflow'", False),
    ],
)
def test_imports_of_tensorflow_are_seen_in_bytes(data: bytes, expected: bool) -> None:
    assert imports_tensorflow(data) is expected


def test_names_that_a_module_only_defines_bring_nothing(tmp_path: Path) -> None:
    write(
        tmp_path,
        {"model.py": "import tensorflow as tf\n\n\nclass Model:\n    tf = tf\n\n\ndef build():\n    return tf\n"},
    )
    finder = ModuleFinder(str(tmp_path))
    main = str(tmp_path / "main.py")
    assert not finder.may_bring(main, b"from model import Model, build\n")
    assert finder.may_bring(main, b"from model import tf\n")
