"""Migration of one program as it is written, and where that is refused, of what means the same and can be planned."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from tf2migrate.analysis import evaluate_program
from tf2migrate.migrate.dissolving import dissolve_object
from tf2migrate.migrate.flattening import flatten_object
from tf2migrate.migrate.inlining import BUILDS, MAKES, Inlined, as_of_original, inline_builder
from tf2migrate.migrate.loss_collection import name_losses
from tf2migrate.migrate.outlining import outline_method
from tf2migrate.migrate.program import migrate_evaluated
from tf2migrate.migrate.refusal import PLANNER_CODES
from tf2migrate.migrate.same_graph import is_same_graph
from tf2migrate.migrate.splitting import split_assignments
from tf2migrate.migrate.view import ProgramView
from tf2migrate.model.facts import Kind, Program
from tf2migrate.model.plan import DEFAULT_STYLE, FileResult, NativeStyle, Status
from tf2migrate.source import SourceFile, read_source

Results = tuple[FileResult, ...]


def migrate_program(entry: Path, root: Path | None = None, style: NativeStyle = DEFAULT_STYLE) -> Results:
    """Return what becomes of an entry point and of the modules of its project that it imports; writes nothing."""
    return _Attempts(entry, root, style).run()


class _Attempts:
    """The attempts at one entry point: as it is written first, then in other words."""

    def __init__(self, entry: Path, root: Path | None, style: NativeStyle) -> None:
        self.entry, self.root, self.style = entry, root, style

    def run(self) -> Results:
        """Return the first results that are not refused, else the first refusals."""
        source = read_source(self.entry)
        program = self._evaluate(source.text)
        named = name_losses(program, str(self.entry), source.text)
        if named is not None:
            source, program = replace(source, text=named), self._evaluate(named)
        results = self._migrate(source, program)
        if not results[0].refusals or any(r.code not in PLANNER_CODES for one in results for r in one.refusals):
            return results
        for other in (self._split, self._rearranged, self._dissolved, self._flattened):
            again = other(source, program)
            if again is not None and not again[0].refusals:
                return again
        return results

    def _evaluate(self, text: str) -> Program:
        return evaluate_program(self.entry, text, self.root)

    def _migrate(self, source: SourceFile, program: Program) -> Results:
        return migrate_evaluated(self.entry, source, program, self.style)

    def _split(self, source: SourceFile, program: Program) -> Results | None:
        """Migrate the program with assignments of several values written one by one; None where there are none."""
        split = split_assignments(source.text, _computing_lines(program))
        if split == source.text:
            return None
        return self._migrate(replace(source, text=split), self._evaluate(split))

    def _rearranged(self, source: SourceFile, program: Program) -> Results | None:
        """Migrate the program with its builders as functions beside their class, or inlined; None where none are."""
        inlined = Inlined.of(source.text)
        for rearranged in (
            outline_method,
            partial(inline_builder, kinds=BUILDS),
            partial(inline_builder, kinds=MAKES),
        ):
            before = inlined.text
            while (step := rearranged(program, str(self.entry), inlined.text)) is not None:
                again = self._evaluate(step.text)
                if not is_same_graph(program, again):
                    break
                inlined, program = inlined.then(step), again
            if inlined.text == before:
                continue
            first, *others = self._migrate(replace(source, text=inlined.text), program)
            if first.status is Status.NATIVE:
                return (as_of_original(first, inlined), *others)
        return None

    def _dissolved(self, source: SourceFile, program: Program) -> Results | None:
        """Migrate the program with the objects dissolved that only hold a graph; None where there are none."""
        inlined = Inlined.of(source.text)
        dissolved = False
        while True:
            step = dissolve_object(program, str(self.entry), inlined.text)
            dissolved = dissolved or step is not None
            if step is None:
                step = inline_builder(program, str(self.entry), inlined.text, BUILDS | MAKES)
            if step is None:
                break
            inlined = inlined.then(step)
            program = self._evaluate(inlined.text)
        if not dissolved:
            return None
        first, *others = self._migrate(replace(source, text=inlined.text), program)
        return (as_of_original(first, inlined), *others) if first.status is Status.NATIVE else None

    def _flattened(self, source: SourceFile, program: Program) -> Results | None:
        """Migrate the program with the objects flattened that have methods besides; None where there are none."""
        flat = Inlined.of(source.text)
        while (step := flatten_object(program, str(self.entry), flat.text)) is not None:
            flat = flat.then(step)
            program = self._evaluate(flat.text)
        if flat.text == source.text:
            return None
        text = replace(source, text=flat.text)
        first, *others = self._migrate(text, program)
        if first.status is not Status.NATIVE:
            inlined = self._rearranged(text, program)
            first, *others = inlined if inlined is not None else (first, *others)
        return (as_of_original(first, flat), *others) if first.status is Status.NATIVE else None


def _computing_lines(program: Program) -> frozenset[int]:
    """Return the first lines of the statements that compute in the graph and make no state."""
    view = ProgramView(program)
    lines: dict[Kind, set[int]] = {Kind.TENSOR: set(), Kind.VARIABLE: set()}
    for node in program.nodes:
        if node.kind in lines:
            lines[node.kind] |= {step.statement.line for step in view.trail(node.place)}
    return frozenset(lines[Kind.TENSOR] - lines[Kind.VARIABLE])
