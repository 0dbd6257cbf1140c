"""Runs a program and its migration and compares what they do; TensorFlow is imported in child processes only."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from tf2migrate.model.plan import SourceMap
from tf2migrate.model.verdict import Verdict, VerifyOptions

__all__ = ["verify_pair"]


def verify_pair(
    original: Path,
    migrated: Path,
    source_map: SourceMap | Iterable[SourceMap] | None = None,
    options: VerifyOptions | None = None,
    *,
    same_runs: bool = False,
) -> Verdict:
    """Return whether `migrated` computes what `original` does. Never raises for what the programs do.

    Without a source map only what both print and the variables that they end with are compared. With `same_runs` both
    run sessions, the same ones in the same order: then the n-th runs are compared with each other.
    """
    # numpy is there only where the extra `verify` is installed, and check and fix start without it.
    from tf2migrate.verify.pair import compare_programs

    return compare_programs(original, migrated, source_map, options or VerifyOptions(), same_runs=same_runs)
