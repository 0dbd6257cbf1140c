"""Prints of graph values: TensorFlow 1 shows a name, shape and dtype; of these a native program knows the shape."""

from __future__ import annotations

import ast
from collections.abc import Container

from tf2migrate.migrate.refusal import GRAPH_VALUE_ESCAPES, Refused
from tf2migrate.migrate.state_plan import HomePlan
from tf2migrate.migrate.view import ProgramView
from tf2migrate.migrate.workbench import Workbench
from tf2migrate.model.facts import PRINTED, Kind, Known, StaticRead, Value
from tf2migrate.model.plan import Refusal
from tf2migrate.model.source import NodeRef

SHAPE_PRINTED = "TFM993"
BY_VALUE = frozenset({Kind.PLACEHOLDER, Kind.TENSOR, Kind.ASSIGN, Kind.VARIABLE})
_VARIABLES = frozenset({"tf.Variable", "tf.get_variable"})


def write_prints(bench: Workbench, plan: HomePlan) -> set[NodeRef]:
    """Register the static shape of every graph value that the host prints; return the expressions written anew."""
    reads: dict[NodeRef, list[StaticRead]] = {}
    for read in bench.view.program.static_reads:
        if read.what == PRINTED and _shows_value(bench.view, read) and plan.home.unit_of(read.place) is not None:
            reads.setdefault(read.place.expression, []).append(read)
    for at, found in reads.items():
        unit = plan.home.unit_of(found[0].place)
        moving = unit in plan.units.compute | plan.units.trace_time
        shapes = {_shape(bench.view, read) for read in found}
        shown = shapes.pop() if len(shapes) == 1 else None
        if moving or shown is None or any(read.place.frame not in plan.home.frames for read in found):
            raise printed(at)
        bench.renderer.add(bench.syntax.index.span(at), _text(bench, plan, found[0], shown))
    return set(reads)


def check_prints(view: ProgramView, written: Container[NodeRef]) -> None:
    """Refuse a program in which a value of the graph is printed where nothing was written for it."""
    for read in view.program.static_reads:
        if read.what == PRINTED and _shows_value(view, read) and read.place.expression not in written:
            raise printed(read.place.expression)


def printed(at: NodeRef) -> Refused:
    """Return the refusal of a print that shows numbers where it showed a name."""
    return Refused(
        GRAPH_VALUE_ESCAPES,
        at,
        "a value of the graph is printed: TensorFlow 1 prints its name and shape, TensorFlow 2 its numbers",
        "fetch it with a run first, or remove the print",
    )


def _shows_value(view: ProgramView, read: StaticRead) -> bool:
    return view.nodes[read.node].kind in BY_VALUE


def _shape(view: ProgramView, read: StaticRead) -> str | None:
    """Return the text of a value's static shape; None where it is not certain."""
    if read.sizes is None or view.nodes[read.node].repeated or not all(isinstance(size, Known) for size in read.sizes):
        return None
    return repr([_number(size) for size in read.sizes])


def _number(size: Value) -> object:
    return size.value if isinstance(size, Known) else None


def _text(bench: Workbench, plan: HomePlan, read: StaticRead, shape: str) -> str:
    """Return what stands for a printed value: the shape of a variable that has a name, else a shape by its numbers."""
    at, node = bench.syntax.nodes.get(read.place.expression), bench.view.nodes[read.node]
    made_here = node.place.frame in plan.home.frames and node.id not in plan.home.lifted
    if isinstance(at, ast.Name) and node.op in _VARIABLES and made_here:
        return f"{at.id}.shape"
    return f"{bench.tf}.TensorShape({shape})"


def print_notes(view: ProgramView, path: str) -> list[Refusal]:
    """Name the prints that show less than they did."""
    rows = {
        read.place.statement.line
        for read in view.program.static_reads
        if read.what == PRINTED and _shows_value(view, read) and read.place.statement.path == path
    }
    return [
        Refusal(
            path,
            row,
            SHAPE_PRINTED,
            "TensorFlow 1 printed a value of the graph by its name, shape and dtype: its static shape is printed",
            "print what a run gives, or remove the print",
        )
        for row in sorted(rows)
    ]
