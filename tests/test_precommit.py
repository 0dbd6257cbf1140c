"""The hooks, run by the real pre-commit on a git repository with a TensorFlow 1 file."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

PROGRAM = """\
import tensorflow as tf

a = tf.constant(2.0)
total = a + 3.0

with tf.Session() as sess:
    print("total", sess.run(total))
"""

pytestmark = [pytest.mark.network, pytest.mark.xdist_group("packaging")]


def call(*command: str | Path, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def commit_all(folder: Path) -> None:
    identity = ("-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false")
    for command in (("init", "-q"), ("add", "-A"), (*identity, "commit", "-q", "-m", "all")):
        done = call("git", *command, cwd=folder)
        assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory, copy_checkout: Callable[[Path], Path]) -> Path:
    """Return a repository with the hooks; the test is not run where their dependencies cannot be installed."""
    folder = tmp_path_factory.mktemp("hooks")
    probe = call(sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--dest", folder, "click", cwd=folder)
    if probe.returncode != 0:
        pytest.skip("the package index cannot be reached, so pre-commit cannot install the hooks")
    repository = copy_checkout(folder / "repository")
    commit_all(repository)
    return repository


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "model.py").write_text(PROGRAM, encoding="utf-8")
    (folder / "other.py").write_text("x = 1\n", encoding="utf-8")
    commit_all(folder)
    return folder


def try_hook(
    hooks: Path, project: Path, name: str, files: tuple[str, ...] = ("--all-files",)
) -> subprocess.CompletedProcess[str]:
    home = hooks.parent / "pre-commit-home"
    command = (sys.executable, "-m", "pre_commit", "try-repo", hooks, name, *files, "--verbose")
    return call(*command, cwd=project, PRE_COMMIT_HOME=str(home))


def test_the_check_hook_fails_with_the_findings_and_passes_without(hooks: Path, project: Path) -> None:
    done = try_hook(hooks, project, "tf2migrate-check")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "model.py:6:6: TFM1" in done.stdout
    (project / "model.py").write_text("import tensorflow as tf\n\nprint(tf.constant(2.0) + 3.0)\n", encoding="utf-8")
    done = try_hook(hooks, project, "tf2migrate-check")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_fix_hook_migrates_and_is_content_the_second_time(hooks: Path, project: Path) -> None:
    done = try_hook(hooks, project, "tf2migrate-fix")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "files were modified by this hook" in done.stdout
    migrated = (project / "model.py").read_text(encoding="utf-8")
    assert "Session" not in migrated
    done = try_hook(hooks, project, "tf2migrate-fix")
    assert done.returncode == 0, done.stdout + done.stderr
    assert (project / "model.py").read_text(encoding="utf-8") == migrated


@pytest.mark.parametrize("name", ["tf2migrate-check", "tf2migrate-fix"])
def test_only_staged_files_are_looked_at(hooks: Path, project: Path, name: str) -> None:
    (project / "staged.py").write_text(PROGRAM, encoding="utf-8")
    assert call("git", "add", "staged.py", cwd=project).returncode == 0
    done = try_hook(hooks, project, name, files=())
    assert done.returncode == 1, done.stdout + done.stderr
    assert "staged.py" in done.stdout
    assert "model.py" not in done.stdout
    assert (project / "model.py").read_text(encoding="utf-8") == PROGRAM


@pytest.mark.parametrize("name", ["tf2migrate-check", "tf2migrate-fix"])
def test_what_the_project_excludes_is_left_alone_although_it_is_named(hooks: Path, project: Path, name: str) -> None:
    (project / "pyproject.toml").write_text('[tool.tf2migrate]\nexclude = ["model.py"]\n', encoding="utf-8")
    done = try_hook(hooks, project, name)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (project / "model.py").read_text(encoding="utf-8") == PROGRAM


def test_the_environment_of_the_hooks_has_no_tensorflow(hooks: Path, project: Path, tmp_path: Path) -> None:
    # `try-repo` takes its environment away again, so that this one is installed as users do it.
    revision = call("git", "rev-parse", "HEAD", cwd=hooks).stdout.strip()
    config = (
        f"repos:\n- repo: {hooks}\n  rev: {revision}\n  hooks: [{{id: tf2migrate-check}}, {{id: tf2migrate-fix}}]\n"
    )
    (project / ".pre-commit-config.yaml").write_text(config, encoding="utf-8")
    home = tmp_path / "home"
    command = (sys.executable, "-m", "pre_commit", "install-hooks")
    done = call(*command, cwd=project, PRE_COMMIT_HOME=str(home))
    assert done.returncode == 0, done.stdout + done.stderr
    installed = {
        one.name.partition("-")[0].lower() for one in home.glob("repo*/py_env*/lib/*/site-packages/*.dist-info")
    }
    assert {"tf2migrate", "click", "libcst", "pathspec"} <= installed
    assert not any(name.startswith(("tensorflow", "tf_", "keras", "numpy")) for name in installed), installed
    done = call(sys.executable, "-m", "pre_commit", "run", "--all-files", cwd=project, PRE_COMMIT_HOME=str(home))
    assert done.returncode == 1
    for _ in range(2):  # what the hooks write, they leave alone in the next run
        migrated = (project / "model.py").read_text(encoding="utf-8")
        assert "Session" not in migrated
        done = call(sys.executable, "-m", "pre_commit", "run", "--all-files", cwd=project, PRE_COMMIT_HOME=str(home))
        assert done.returncode == 0, done.stdout + done.stderr
        assert (project / "model.py").read_text(encoding="utf-8") == migrated
