"""What holds of the facts of any program, over the program fixtures."""

from __future__ import annotations

import ast
import pickle
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tf2migrate.analysis import evaluate_program
from tf2migrate.model.facts import Place, Program, Visit

PROGRAMS = Path(__file__).resolve().parents[3] / "fixtures" / "programs"
ENTRIES = sorted(PROGRAMS.glob("*/before.py"))


@pytest.fixture(params=ENTRIES, ids=lambda path: path.parent.name)
def entry(request: pytest.FixtureRequest) -> Path:
    path = request.param
    assert isinstance(path, Path)
    return path


def events(program: Program) -> list[object]:
    return [
        *program.nodes,
        *program.reads,
        *program.writes,
        *program.calls,
        *program.static_reads,
        *program.escapes,
        *program.visits,
    ]


def places(program: Program) -> Iterator[Place]:
    for event in events(program):
        place = event.place  # type: ignore[attr-defined]
        assert isinstance(place, Place)
        yield place


def test_there_are_fixtures() -> None:
    assert ENTRIES


def test_facts_refer_to_what_exists(entry: Path) -> None:
    program = evaluate_program(entry)
    frames = {frame.id for frame in program.frames}
    assert [node.id for node in program.nodes] == list(range(len(program.nodes)))
    for node in program.nodes:
        assert all(one < node.id for one in (*node.inputs, *node.controls))
        assert set(node.argument_at) <= set(node.arguments)
    assert {place.frame for place in places(program)} <= frames
    times = [event.time for event in events(program)]  # type: ignore[attr-defined]
    assert len(times) == len(set(times))


def test_places_are_nodes_of_the_source(entry: Path) -> None:
    program = evaluate_program(entry)
    nodes = [node for node in ast.walk(ast.parse(entry.read_text(encoding="utf-8"))) if hasattr(node, "lineno")]
    known = {
        (type(node).__name__, node.lineno, node.col_offset, node.end_lineno, node.end_col_offset) for node in nodes
    }
    # A definition begins at its first decorator, whatever its own line says.
    decorated = {node.lineno: node.decorator_list for node in nodes if getattr(node, "decorator_list", ())}
    for place in places(program):
        for ref in (place.expression, place.statement, *place.context):
            assert (ref.kind, ref.line, ref.column, ref.end_line, ref.end_column) in known
        first = min([place.statement.line, *(one.lineno for one in decorated.get(place.statement.line, ()))])
        assert first <= place.expression.line <= place.statement.end_line


def test_an_evaluation_repeats_itself(entry: Path) -> None:
    assert evaluate_program(entry) == evaluate_program(entry)


def test_facts_can_be_sent_to_another_process(entry: Path) -> None:
    program = evaluate_program(entry)
    assert pickle.loads(pickle.dumps(program)) == program


def visits_of_calls(program: Program) -> list[Visit]:
    """Return all visits; those in functions that nobody calls come after all definitions, so that their time is as late."""
    uncalled = {frame.id for frame in program.frames if frame.kind == "synthetic"}
    return [replace(one, time=0) if one.place.frame in uncalled else one for one in program.visits]


def test_unrelated_code_changes_nothing(entry: Path) -> None:
    text = entry.read_text(encoding="utf-8")
    program = evaluate_program(entry)
    longer = evaluate_program(entry, text=f"{text}\n\ndef unrelated(a):\n    return [b for b in a]\n")
    assert longer.nodes == program.nodes
    assert visits_of_calls(longer) == visits_of_calls(program)
    assert longer.findings == program.findings


def test_another_alias_gives_the_same_graph(entry: Path) -> None:
    text = entry.read_text(encoding="utf-8")
    if "import tensorflow as tf\n" not in text:
        pytest.skip("imported in another way")
    renamed = text.replace("import tensorflow as tf\n", "import tensorflow as ten\ntf = ten\n")
    made = [(node.op, node.kind, node.inputs, node.name) for node in evaluate_program(entry).nodes]
    assert [
        (node.op, node.kind, node.inputs, node.name) for node in evaluate_program(entry, text=renamed).nodes
    ] == made
