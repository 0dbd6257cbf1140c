"""What the evaluator says of each program fixture is what a recording of the real graph saw; wrong words are found."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tf2migrate.analysis import evaluate_program
from tf2migrate.model.facts import FetchLeaf, FetchNest, Program, Visit
from tf2migrate.verify.oracle import Recording, compare_names, compare_recorded, record

pytestmark = pytest.mark.tensorflow

PROGRAMS = Path(__file__).resolve().parents[2] / "fixtures" / "programs"
CASES = sorted(path.parent for path in PROGRAMS.glob("*/before.py"))
SAMPLE = PROGRAMS / "several_fetch_sets" / "before.py"


# What the evaluator does not say, and no plan asks of it: slots of an optimizer that an option chooses, what queues
# count, and the operation behind one part of an example.
UNSAID = {
    "optimizer_by_option": [("name", 29, "VariableV2 weights/RMSProp"), ("name", 29, "VariableV2 weights/RMSProp_1")],
    "queue_of_lines": [
        ("name", 17, "VariableV2 input_producer/limit_epochs/epochs"),
        ("name", 17, "ScalarSummary input_producer/fraction_of_32_full"),
        ("name", 21, "ScalarSummary batch/fraction_of_20_full"),
    ],
    "queue_of_records": [
        (
            *("fetch", 22),
            "operator.getitem line 16, recorded ParseSingleExample/ParseExample/ParseExampleV2:0 "
            "(ParseExampleV2, line 16)",
        ),
        ("name", 13, "ScalarSummary input_producer/fraction_of_32_full"),
    ],
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_fixture(case: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(case, tmp_path / case.name)  # some write files
    entry = folder / "before.py"
    recording = record(entry)
    assert recording.end in {"finished", "exit"}
    assert recording.runs
    program = evaluate_program(entry, root=folder)
    found = [*compare_recorded(program, recording), *compare_names(program, recording)]
    assert [(one.kind, one.row, one.detail) for one in found] == UNSAID.get(case.name, [])


@pytest.fixture(scope="module")
def program() -> Program:
    return evaluate_program(SAMPLE)


@pytest.fixture(scope="module")
def recording() -> Recording:
    return record(SAMPLE)


def changed(program: Program, change: Callable[[Visit], Visit]) -> Program:
    return replace(program, visits=tuple(change(visit) for visit in program.visits))


def kinds(program: Program, recording: Recording) -> set[str]:
    return {difference.kind for difference in compare_recorded(program, recording)}


def test_a_run_that_the_evaluator_missed_is_found(program: Program, recording: Recording) -> None:
    for visit in program.visits:
        others = tuple(other for other in program.visits if other.place.expression != visit.place.expression)
        assert kinds(replace(program, visits=others), recording) == {"site"}


def test_another_fetch_is_found(program: Program, recording: Recording) -> None:
    def fetch_loss_twice(visit: Visit) -> Visit:
        if isinstance(visit.fetch, FetchNest) and isinstance(visit.fetch.items[1], FetchLeaf):
            return replace(visit, fetch=replace(visit.fetch, items=(visit.fetch.items[1],) * 2))
        return visit

    assert kinds(changed(program, fetch_loss_twice), recording) == {"fetch"}


def test_a_fetch_too_many_is_found(program: Program, recording: Recording) -> None:
    def fetch_more(visit: Visit) -> Visit:
        return replace(visit, fetch=FetchNest("list", (visit.fetch, visit.fetch)))

    assert kinds(changed(program, fetch_more), recording) == {"fetch"}


def test_a_feed_too_few_or_too_many_is_found(program: Program, recording: Recording) -> None:
    assert kinds(changed(program, lambda visit: replace(visit, feeds=visit.feeds[:1])), recording) == {"feed"}
    every = next(visit.feeds for visit in program.visits if len(visit.feeds) == 2)
    assert kinds(changed(program, lambda visit: replace(visit, feeds=every)), recording) == {"feed"}


def test_a_wrong_name_is_found(program: Program, recording: Recording) -> None:
    nodes = tuple(replace(node, name="v") if node.name == "w" else node for node in program.nodes)
    assert [str(found.detail) for found in compare_names(replace(program, nodes=nodes), recording)] == ["VariableV2 w"]
