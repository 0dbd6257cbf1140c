"""The verifier for test suites: `assert_equivalent`, also as a pytest fixture of that name."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from tf2migrate.model.verdict import Verdict, VerdictKind, VerifyOptions
from tf2migrate.report.style import Style
from tf2migrate.report.verify import render_verify
from tf2migrate.workflow.verify import verify_program


def assert_equivalent(
    original: str | os.PathLike[str], migrated: str | os.PathLike[str] | None = None, **options: Any
) -> Verdict:
    """Run both programs and return the verdict; raise AssertionError, with the report, unless they are equal.

    Without `migrated`, what `fix` makes of `original` is run. `options` are the fields of `VerifyOptions`: `runs`,
    `timeout`, `rtol`, `atol`, `args`, `seed`, `data`, `stand_ins`, `reference` .. Paths may be texts.
    """
    for name in ("root", "data"):
        if options.get(name) is not None:
            options[name] = Path(options[name])
    if "stand_ins" in options:
        given = options["stand_ins"]
        pairs = given.items() if isinstance(given, dict) else given
        options["stand_ins"] = tuple((module, Path(file)) for module, file in pairs)
    other = Path(migrated) if migrated is not None else None
    verification = verify_program(Path(original), other, VerifyOptions(**options))
    if verification.verdict.verdict is not VerdictKind.EQUAL:
        raise AssertionError(render_verify(verification, Style(False)).rstrip())
    return verification.verdict
