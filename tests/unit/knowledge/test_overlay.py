"""The hand-written overlay against the generated tables: nothing it names may be missing."""

from __future__ import annotations

import re

import pytest

from tf2migrate.knowledge import lookup, parameters_of_tf2, resolves_in_tf2
from tf2migrate.knowledge.overlay.effects import PURE, RANDOM, STATE, STATEFUL
from tf2migrate.knowledge.overlay.forms import DEMANDS
from tf2migrate.knowledge.overlay.results import CALLBACKS
from tf2migrate.knowledge.overlay.verdicts import verdicts
from tf2migrate.knowledge.tables import TF1, rows
from tf2migrate.model.api import ApiEntry, ApiStatus, Rewrite

_OUTSIDE = ("absl.", "logging.", "tf.get_logger()", "{")
_HOLES = re.compile(r"\{(\w+)\}")

DECIDED = sorted(path for path, verdict in verdicts().items() if verdict.status == "rewritten")
ENTRIES: list[ApiEntry] = [entry for path in sorted(rows(TF1)) if (entry := lookup(path)) is not None]
FORMS = [(entry, rewrite) for entry in ENTRIES for rewrite in entry.rewrites]


def _identifier(case: object) -> str:
    return case.path if isinstance(case, ApiEntry) else ""


@pytest.mark.parametrize("path", DECIDED)
def test_what_the_hand_decides_exists(path: str) -> None:
    entry = lookup(path)
    assert entry is not None
    assert entry.status is ApiStatus.REWRITTEN


def test_every_target_exists() -> None:
    missing = {
        entry.path: entry.target
        for entry in ENTRIES
        if entry.target is not None and not entry.target.startswith(_OUTSIDE) and not resolves_in_tf2(entry.target)
    }
    assert not missing


def test_there_are_forms() -> None:
    assert len(FORMS) > 300


@pytest.mark.parametrize(("entry", "rewrite"), FORMS, ids=_identifier)
def test_a_form_binds_on_both_sides(entry: ApiEntry, rewrite: Rewrite) -> None:
    before = {name for name, _ in entry.parameters}
    takes_any = any(name.startswith("**") for name in before) or not entry.bound
    named = {source for passing in rewrite.passes for source in passing.sources} | set(rewrite.dropped)
    named |= {name for parameters, _ in rewrite.conditions for name in parameters.split("|")}
    named |= set(_HOLES.findall(rewrite.wrap)) - {"call"}
    assert takes_any or named <= before | {"name"}, f"not TF1 parameters of {entry.path}: {named - before}"
    if rewrite.target.startswith(_OUTSIDE):
        return
    assert resolves_in_tf2(rewrite.target)
    after = parameters_of_tf2(rewrite.target)
    assert after is not None
    accepted = {name for name, _ in after}
    passed = {passing.name for passing in rewrite.passes}
    if not any(name.startswith("**") for name in accepted):
        assert passed <= accepted, f"not TF2 parameters of {rewrite.target}: {passed - accepted}"


@pytest.mark.parametrize(("entry", "rewrite"), FORMS, ids=_identifier)
def test_a_form_gives_all_that_its_target_requires(entry: ApiEntry, rewrite: Rewrite) -> None:
    if rewrite.target.startswith(_OUTSIDE):
        return
    required = {name for name, default in parameters_of_tf2(rewrite.target) or () if default is None}
    passed = {passing.name for passing in rewrite.passes}
    assert {name for name in required if not name.startswith("*")} <= passed


@pytest.mark.parametrize(("entry", "rewrite"), FORMS, ids=_identifier)
def test_conditions_are_demands_or_literals(entry: ApiEntry, rewrite: Rewrite) -> None:
    for _, literal in rewrite.conditions:
        known = literal in DEMANDS or literal in ("absent", "given", "None given")
        known = known or literal.startswith(("rank=", "dtype=", "tf."))
        if not known:
            compile(literal, "condition", "eval")


def test_effects_name_real_symbols() -> None:
    for listed in (PURE, RANDOM, STATE, STATEFUL):
        unknown = [name for name in listed.split() if "*" not in name and lookup(name) is None]
        assert unknown == []


def test_callbacks_are_parameters() -> None:
    for path, names in CALLBACKS.items():
        entry = lookup(path)
        assert entry is not None, path
        assert not entry.bound or set(names) <= {name for name, _ in entry.parameters}, path
