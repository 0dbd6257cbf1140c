from __future__ import annotations

from pathlib import Path

from tf2migrate.discovery import Excluder
from tf2migrate.workflow.project import Component, find_components, find_root

TF = "import tensorflow as tf\n"


def project(root: Path, files: dict[str, str]) -> Path:
    for name, text in {"pyproject.toml": "", **files}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root.resolve()


def components(root: Path, *targets: str) -> tuple[Component, ...]:
    return find_components([root / target for target in targets], Excluder(root))


def files(root: Path, component: Component) -> list[str]:
    return [file.relative_to(root).as_posix() for file in component.files]


def entries(root: Path, component: Component) -> list[str]:
    return [file.relative_to(root).as_posix() for file in component.entries]


def test_scripts_that_do_not_import_one_another_stand_alone(tmp_path: Path) -> None:
    root = project(tmp_path, {"a.py": TF, "b.py": TF, "c.py": "x = 1\n"})
    assert [files(root, one) for one in components(root, "a.py", "b.py", "c.py")] == [["a.py"], ["b.py"]]


def test_importers_and_imported_belong_together_through_modules_without_tensorflow(tmp_path: Path) -> None:
    root = project(
        tmp_path,
        {
            "train.py": "from lib import build\nbuild()\n",
            "evaluate.py": "import lib.build\n",
            "lib/__init__.py": "",
            "lib/build.py": "from .model import net\n",
            "lib/model.py": TF,
            "lib/paths.py": "x = 1\n",
            "other.py": "import lib.paths\n",
        },
    )
    (one,) = components(root, "lib/model.py")
    assert files(root, one) == ["evaluate.py", "lib/build.py", "lib/model.py", "train.py"]
    assert entries(root, one) == ["evaluate.py", "train.py"]
    assert one.importers(root / "lib/model.py") == (root / "lib/build.py",)
    assert components(root, "other.py") == ()


def test_the_nearest_module_of_a_name_is_meant(tmp_path: Path) -> None:
    root = project(tmp_path, {"a/main.py": "import utils\n" + TF, "a/utils.py": TF, "b/utils.py": TF, "utils.py": TF})
    (one,) = components(root, "a/main.py")
    assert files(root, one) == ["a/main.py", "a/utils.py"]


def test_a_package_init_with_tensorflow_counts(tmp_path: Path) -> None:
    root = project(
        tmp_path, {"main.py": "from net import layer\n", "net/__init__.py": TF, "net/sub.py": "from . import x\n"}
    )
    (one,) = components(root, "main.py")
    assert files(root, one) == ["main.py", "net/__init__.py", "net/sub.py"]


def test_a_source_folder_and_a_cycle(tmp_path: Path) -> None:
    root = project(
        tmp_path,
        {"run.py": "import pkg.a\n", "src/pkg/a.py": TF + "from pkg import b\n", "src/pkg/b.py": "import pkg.a\n"},
    )
    (one,) = components(root, "run.py")
    assert files(root, one) == ["run.py", "src/pkg/a.py", "src/pkg/b.py"]
    (cycle,) = components(root, "src/pkg/a.py")
    assert entries(root, cycle) == ["run.py"]


def test_files_that_do_not_parse_import_nothing(tmp_path: Path) -> None:
    root = project(tmp_path, {"old.py": TF + "print 'x'\nimport a\n", "a.py": TF})
    assert [files(root, one) for one in components(root, "old.py", "a.py")] == [["old.py"], ["a.py"]]


def test_folders_that_are_no_projects_belong_together_where_one_imports_from_the_other(tmp_path: Path) -> None:
    root = project(tmp_path, {"bin/run.py": TF + "from src.model import x\n", "src/model.py": TF, "src/other.py": TF})
    (root / "pyproject.toml").unlink()
    found = [files(root, one) for one in components(root, "bin/run.py", "src/model.py", "src/other.py")]
    assert found == [["bin/run.py", "src/model.py"], ["src/other.py"]]


def test_root_is_the_nearest_marked_folder(tmp_path: Path) -> None:
    root = project(tmp_path, {"x/y/a.py": ""})
    assert find_root(root / "x/y/a.py") == root
    (root / "x/setup.py").write_text("")
    assert find_root(root / "x/y/a.py") == root / "x"


def test_comments_that_speak_of_tensorflow_bind_no_files_together(tmp_path: Path) -> None:
    said = '"""Of a course on tensorflow."""\n# https://example.org/tensorflow\nx = 1\n'
    root = project(tmp_path, {"util.py": said, "a.py": f"import util\n{TF}", "b.py": f"import util\n{TF}"})
    assert [files(root, one) for one in components(root, "a.py", "b.py")] == [["a.py"], ["b.py"]]
    assert components(root, "util.py") == ()


def test_names_and_strings_of_tensorflow_do(tmp_path: Path) -> None:
    loader = 'import importlib\ntf = importlib.import_module("tensorflow")\n'
    root = project(tmp_path, {"a.py": f"import loader\n{TF}", "loader.py": loader})
    (one,) = components(root, "a.py")
    assert files(root, one) == ["a.py", "loader.py"]


def test_strings_that_are_no_unicode_are_read_over(tmp_path: Path) -> None:
    root = project(tmp_path, {"a.py": f'half = "\\ud800"\n{TF}'})
    assert [files(root, one) for one in components(root, "a.py")] == [["a.py"]]
