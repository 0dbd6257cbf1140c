"""What becomes of a component at each level: native TensorFlow 2, TensorFlow 1 under `tf.compat.v1`, or the better."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from tf2migrate.migrate.compat import CompatInput, migrate_to_compat
from tf2migrate.migrate.gate import tensorflow_1_findings
from tf2migrate.model.plan import FileResult, Level, Refusal
from tf2migrate.names.modules import ProjectModules
from tf2migrate.source import read_source
from tf2migrate.workflow.project import Component, find_root

_MAY_BE_GRAPHS = re.compile(r"(?i)sess|graph|noqa|tf2migrate:")

Results = dict[Path, FileResult]


def results_at(level: Level, component: Component, native: Callable[[], Results]) -> Results:
    """Return the result of each file of a component; `native` is called where the level asks for it."""
    if level is Level.COMPAT:
        return _compat(component)
    results = native()
    held_back = refusals_of(results)
    if level is Level.NATIVE or not held_back:
        return results
    others = _compat(component)
    more = refusals_of(others)
    if more:
        return {path: replace(result, refusals=(*held_back, *more)) for path, result in others.items()}
    return {path: replace(result, notes=(*result.notes, *_own(held_back, path))) for path, result in others.items()}


def refusals_of(results: Mapping[Path, FileResult]) -> tuple[Refusal, ...]:
    """Return all reasons, each once."""
    return tuple(dict.fromkeys(refusal for result in results.values() for refusal in result.refusals))


def _own(refusals: tuple[Refusal, ...], path: Path) -> tuple[Refusal, ...]:
    """Return why a file did not become native: what lies in the file itself."""
    return tuple(one for one in refusals if Path(one.path).resolve() == path)


def is_native(component: Component) -> bool:
    """Say whether no file of a component has TensorFlow 1, speaks of sessions, or silences findings."""
    modules = ProjectModules(str(find_root(component.files[0])))
    for path in component.files:
        text = read_source(path).text
        if _MAY_BE_GRAPHS.search(text):
            return False
        if tensorflow_1_findings(text, str(path), modules.follower(str(path))):
            return False
    return True


def _compat(component: Component) -> Results:
    modules = ProjectModules(str(find_root(component.files[0])))
    inputs = [
        CompatInput(
            *(path, read_source(path).text, path in component.entries, component.imports[path]),
            modules.follower(str(path)),
        )
        for path in component.files
    ]
    return {Path(result.path).resolve(): result for result in migrate_to_compat(inputs)}
