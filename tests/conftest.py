"""Options of the test run."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--update-fixtures`."""
    parser.addoption("--update-fixtures", action="store_true", help="rewrite the expectations of rule fixtures")


def pytest_configure(config: pytest.Config) -> None:
    """Refuse to rewrite expectations where nobody would look at the difference."""
    if config.getoption("--update-fixtures") and os.environ.get("CI"):
        raise pytest.UsageError("--update-fixtures rewrites expectations; it is refused under CI")


@pytest.fixture(scope="session", autouse=True)
def _cache_of_the_session(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep what `check` remembers apart from the user's own cache."""
    os.environ["TF2MIGRATE_CACHE_DIR"] = str(tmp_path_factory.mktemp("cache"))


@pytest.fixture
def update_fixtures(request: pytest.FixtureRequest) -> bool:
    """Whether expectations are to be rewritten."""
    return bool(request.config.getoption("--update-fixtures"))


@pytest.fixture(scope="session")
def copy_checkout() -> Callable[[Path], Path]:
    """Return what copies the checkout to a folder, as a fresh clone with the changes of today would be."""

    def copy(folder: Path) -> Path:
        without = (".git", ".venv", "*.egg-info", "__pycache__", ".*_cache", "build", "dist")
        return Path(shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*without)))

    return copy
