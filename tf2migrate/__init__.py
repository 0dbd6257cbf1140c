"""Migrates TensorFlow 1 programs to native TensorFlow 2 and verifies the result by running both.

`check`, `migrate` and `verify` are the commands of the same names for programs that hold the source text themselves.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tf2migrate.testing import assert_equivalent
    from tf2migrate.workflow.api import check, migrate, verify

__version__ = "0.1.0"
__all__ = ["__version__", "assert_equivalent", "check", "migrate", "verify"]

# Where nothing maps the checkout's top-level `rules` to `tf2migrate.rules` (a bare checkout, or a wheel started from
# inside it), the checkout itself joins the search path of this package.
_CHECKOUT = Path(__file__).resolve().parent.parent
if find_spec("tf2migrate.rules") is None and (_CHECKOUT / "pyproject.toml").is_file():
    __path__.append(str(_CHECKOUT))


class _Command(ModuleType):
    """A package that is a function as well."""

    def __call__(self, *args: Any, **options: Any) -> object:
        function = self.__name__.rpartition(".")[2]
        return getattr(import_module("tf2migrate.workflow.api"), function)(*args, **options)


class _Package(ModuleType):
    """This package: whoever imports its part `migrate` or `verify` makes that an attribute, where a function was."""

    def __setattr__(self, name: str, value: object) -> None:
        if name in ("migrate", "verify") and type(value) is ModuleType:
            value.__class__ = _Command
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package


def __getattr__(name: str) -> object:
    """Import the functions when they are first used: the command line starts without them."""
    if name == "assert_equivalent":
        return import_module("tf2migrate.testing").assert_equivalent
    if name not in ("check", "migrate", "verify"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module("tf2migrate.workflow.api"), name)
