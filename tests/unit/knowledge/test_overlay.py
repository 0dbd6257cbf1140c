"""The hand-written overlay against the generated tables: nothing it names may be missing."""

from __future__ import annotations

import re

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


def test_what_the_hand_decides_is_in_the_table() -> None:
    assert len(DECIDED) > 400
    statuses = {path: entry.status if (entry := lookup(path)) else None for path in DECIDED}
    assert set(statuses.values()) == {ApiStatus.REWRITTEN}


def test_every_name_of_contrib_says_what_to_use() -> None:
    generic = {"tf.contrib was removed", "TensorFlow 2 has no module of this name"}
    generic.add("TensorFlow 2 has it under tf.compat.v1 only")
    bare = [
        entry.path
        for entry in ENTRIES
        if entry.path.startswith("tf.contrib")
        and entry.target is None
        and (entry.reason.rstrip(": ") in generic or not entry.reason)
    ]
    assert not bare


def test_every_target_exists() -> None:
    missing = {
        entry.path: entry.target
        for entry in ENTRIES
        if entry.target is not None and not entry.target.startswith(_OUTSIDE) and not resolves_in_tf2(entry.target)
    }
    assert not missing


def test_there_are_forms() -> None:
    assert len(FORMS) > 300


def _unbound(entry: ApiEntry, rewrite: Rewrite) -> set[str]:
    """Return the names that a form uses and TensorFlow 1's signature does not have."""
    before = {name for name, _ in entry.parameters}
    if any(name.startswith("**") for name in before) or not entry.bound:
        return set()
    named = {source for passing in rewrite.passes for source in passing.sources} | set(rewrite.dropped)
    named |= {name for parameters, _ in rewrite.conditions for name in parameters.split("|")}
    named |= set(_HOLES.findall(rewrite.wrap)) - {"call"}
    return named - before


def test_a_form_binds_to_the_signature_of_tensorflow_1() -> None:
    wrong = [(entry.path, names) for entry, rewrite in FORMS if (names := _unbound(entry, rewrite) - {"name"})]
    assert not wrong


def test_a_form_binds_to_the_signature_of_its_target() -> None:
    wrong: list[tuple[str, str, set[str]]] = []
    for entry, rewrite in FORMS:
        if rewrite.target.startswith(_OUTSIDE):
            continue
        after = parameters_of_tf2(rewrite.target)
        assert after is not None and resolves_in_tf2(rewrite.target), rewrite.target
        accepted = {name for name, _ in after}
        required = {name for name, default in after if default is None and not name.startswith("*")}
        passed = {passing.name for passing in rewrite.passes}
        surplus = set() if any(name.startswith("**") for name in accepted) else passed - accepted
        if surplus or required - passed:
            wrong.append((entry.path, rewrite.target, surplus | (required - passed)))
    assert not wrong


def test_conditions_are_demands_or_literals() -> None:
    for literal in {literal for _, rewrite in FORMS for _, literal in rewrite.conditions}:
        known = literal in DEMANDS or literal in {"absent", "given", "None given"}
        if not known and not literal.startswith(("rank=", "dtype=", "tf.")):
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


def test_contrib_says_what_to_use_and_it_exists() -> None:
    silent = [entry.path for entry in ENTRIES if entry.reason == "tf.contrib was removed"]
    assert silent == []
    named = {name for entry in ENTRIES for name in re.findall(r"\btf\.[a-zA-Z_][\w.]*\w", entry.reason)}
    removed = {"tf.contrib", "tf.estimator", "tf.compat.v1"}
    missing = {name for name in named - removed if not resolves_in_tf2(name) and not name.startswith("tf.compat.v1")}
    assert missing == set()
    assert not [entry.path for entry in ENTRIES if "addons" in f"{entry.target} {entry.reason}".lower()]
