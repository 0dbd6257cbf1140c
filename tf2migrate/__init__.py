"""Migrates TensorFlow 1 programs to native TensorFlow 2 and verifies the result by running both.

`check`, `migrate` and `verify` are the commands of the same names for programs that hold the source text themselves.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

# Where nothing maps the checkout's top-level `rules` to `tf2migrate.rules` (a bare checkout, or a wheel started from
# inside it), the checkout itself joins the search path of this package.
_CHECKOUT = Path(__file__).resolve().parent.parent
if find_spec("tf2migrate.rules") is None and (_CHECKOUT / "pyproject.toml").is_file():
    __path__.append(str(_CHECKOUT))

__version__ = "0.1.0"
