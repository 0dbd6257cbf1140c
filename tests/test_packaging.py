"""What is installed: the list of packages and data against the disk, and the five ways to have the package."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parent.parent
PAGES = ROOT / "docs" / "rules"
pytestmark = pytest.mark.xdist_group("packaging")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

PROBE = """
import sys, tf2migrate
from tf2migrate.lint import lint_text, rules
from tf2migrate.model.links import page_url
from urllib.request import urlopen
assert urlopen(page_url("TFM003")).read().startswith(b"# TFM003")
from tf2migrate.report.html import render_html
found = [one.code for one in lint_text("import tensorflow as tf\\ntf.to_float(1)\\n", "a.py")]
print(tf2migrate.__file__, len(rules()), found, sys.modules["tf2migrate.rules"].__file__)
"""


def installed_name(path: Path) -> str:
    """Return where a file of the checkout lies in an installation."""
    relative = path.relative_to(ROOT).as_posix()
    if path.is_relative_to(PAGES):
        return f"tf2migrate/pages/{path.name}"
    return f"tf2migrate/{relative}" if path.relative_to(ROOT).parts[0] == "rules" else relative


def shipped_files() -> list[Path]:
    return [
        path
        for folder in ("tf2migrate", "rules", "docs/rules")
        for path in sorted((ROOT / folder).rglob("*"))
        if path.is_file() and path.name != "ruff.toml"
        if not any(part == "__pycache__" or part.startswith(".") for part in path.relative_to(ROOT).parts)
    ]


def test_every_package_on_disk_is_listed() -> None:
    on_disk = {installed_name(path.parent).replace("/", ".") for path in shipped_files() if path.suffix == ".py"}
    listed = PROJECT["tool"]["setuptools"]["packages"]
    assert sorted(on_disk | {"tf2migrate.pages"}) == listed
    without_init = [name for name in on_disk if not (ROOT / package_folder(name) / "__init__.py").is_file()]
    assert not without_init


def package_folder(name: str) -> str:
    return name.replace("tf2migrate.rules", "rules").replace(".", "/")


def test_the_version_is_said_once_in_each_place() -> None:
    text = (ROOT / "tf2migrate/__init__.py").read_text(encoding="utf-8")
    match = re.search(r'^__version__ = "(.+)"$', text, re.MULTILINE)
    assert match is not None
    assert match[1] == PROJECT["project"]["version"]


@dataclass(frozen=True)
class Built:
    """A copy of the checkout and the distributions made from it."""

    checkout: Path
    wheel: Path
    wheel_from_sdist: Path


def call(*command: str | Path, cwd: Path, **environment: str) -> str:
    clean = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "PYTHONSAFEPATH")}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**clean, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory, copy_checkout: Callable[[Path], Path]) -> Built:
    folder = tmp_path_factory.mktemp("built")
    checkout = copy_checkout(folder / "checkout")
    build = (sys.executable, "-m", "build", "--no-isolation")
    call(*build, "--wheel", "--outdir", folder / "direct", cwd=checkout)
    shutil.rmtree(checkout / "build")
    call(*build, "--outdir", folder / "sdist", cwd=checkout)  # a wheel made from the sdist, in a folder of its own
    (wheel,), (other,) = (folder / "direct").glob("*.whl"), (folder / "sdist").glob("*.whl")
    return Built(checkout, wheel, other)


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    """Return the interpreter of an empty environment that sees this one's dependencies, but not its tf2migrate."""
    folder = tmp_path / "env"
    venv.create(folder, with_pip=False, symlinks=os.name != "nt")
    scripts = folder / ("Scripts" if os.name == "nt" else "bin")
    python = scripts / ("python.exe" if os.name == "nt" else "python")
    site = call(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=tmp_path).strip()
    (Path(site) / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return python


def install(python: Path, *what: str | Path, cwd: Path) -> None:
    pip = (sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--no-index", "--ignore-installed")
    call(*pip, "--quiet", "--no-build-isolation", *what, cwd=cwd)


def probe(python: Path, cwd: Path, **environment: str) -> tuple[Path, Path]:
    """Return where the package and its rules were found, having seen them work."""
    package, count, found, rules = call(python, "-c", PROBE, cwd=cwd, **environment).split()
    assert int(count) > 1
    assert found == "['TFM003']"
    listed = call(python, "-m", "tf2migrate", "rules", cwd=cwd, **environment)
    assert len(listed.splitlines()) == int(count)
    return Path(package).resolve(), Path(rules).resolve()


def test_both_wheels_hold_every_file_and_nothing_else(built: Built) -> None:
    expected = {installed_name(path) for path in shipped_files()}
    for wheel in (built.wheel, built.wheel_from_sdist):
        with zipfile.ZipFile(wheel) as archive:
            names = {name for name in archive.namelist() if ".dist-info/" not in name}
            licenses = [name for name in archive.namelist() if name.endswith("licenses/LICENSE")]
        assert names == expected
        assert licenses


@pytest.mark.parametrize("kind", ["wheel", "wheel_from_sdist"])
def test_an_installed_wheel_works(built: Built, environment: Path, tmp_path: Path, kind: str) -> None:
    install(environment, getattr(built, kind), cwd=tmp_path)
    package, rules = probe(environment, tmp_path)
    assert tmp_path in package.parents
    assert rules == package.parent / "rules" / "__init__.py"


def test_an_editable_installation_works(built: Built, environment: Path, tmp_path: Path) -> None:
    install(environment, "--editable", built.checkout, cwd=tmp_path)
    package, rules = probe(environment, tmp_path)
    assert package == built.checkout / "tf2migrate" / "__init__.py"
    assert rules == built.checkout / "rules" / "__init__.py"


def test_a_bare_checkout_works(built: Built, environment: Path, tmp_path: Path) -> None:
    package, rules = probe(environment, tmp_path, PYTHONPATH=str(built.checkout))
    assert (package.parent.parent, rules.parent.parent) == (built.checkout, built.checkout)


def test_a_wheel_started_from_inside_the_checkout_works(built: Built, environment: Path, tmp_path: Path) -> None:
    install(environment, built.wheel, cwd=tmp_path)
    package, rules = probe(environment, built.checkout)
    assert (package.parent.parent, rules.parent.parent) == (built.checkout, built.checkout)
