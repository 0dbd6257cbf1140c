"""Options of the test run."""

from __future__ import annotations

import os

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--update-fixtures`."""
    parser.addoption("--update-fixtures", action="store_true", help="rewrite the expectations of rule fixtures")


def pytest_configure(config: pytest.Config) -> None:
    """Refuse to rewrite expectations where nobody would look at the difference."""
    if config.getoption("--update-fixtures") and os.environ.get("CI"):
        raise pytest.UsageError("--update-fixtures rewrites expectations; it is refused under CI")


@pytest.fixture
def update_fixtures(request: pytest.FixtureRequest) -> bool:
    """Whether expectations are to be rewritten."""
    return bool(request.config.getoption("--update-fixtures"))
