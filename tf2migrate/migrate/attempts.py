"""Migration of one program as it is written, and where that is refused, of what means the same and can be planned."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from tf2migrate.migrate.default_sessions import ask_for_session
from tf2migrate.migrate.dissolving import dissolve_object
from tf2migrate.migrate.early import with_names_of_1
from tf2migrate.migrate.flattening import flatten_object
from tf2migrate.migrate.gathered_assigns import gather_values
from tf2migrate.migrate.inlining import BUILDS, MAKES, Inlined, as_of_original, inline_builder
from tf2migrate.migrate.lazy import build_lazy_property
from tf2migrate.migrate.lifted_operations import lift_operation
from tf2migrate.migrate.loss_collection import name_losses
from tf2migrate.migrate.monitored import open_monitored_sessions
from tf2migrate.migrate.named_parts import name_parts
from tf2migrate.migrate.nested import make_method
from tf2migrate.migrate.normalizers import write_normalizers
from tf2migrate.migrate.outlining import outline_method
from tf2migrate.migrate.own_collections import regularize_variables
from tf2migrate.migrate.program import migrate_evaluated
from tf2migrate.migrate.queue_threads import drop_queue_runners
from tf2migrate.migrate.reader_queues import has_queues, read_in_order
from tf2migrate.migrate.rebinding import rename_rebound
from tf2migrate.migrate.refusal import PLANNER_CODES
from tf2migrate.migrate.repeated_layers import write_repeated
from tf2migrate.migrate.same_graph import is_same_graph
from tf2migrate.migrate.settling import settle_method
from tf2migrate.migrate.spelled_calls import spell_out_calls
from tf2migrate.migrate.splitting import split_assignments
from tf2migrate.migrate.summary_hoisting import hoist_summaries
from tf2migrate.migrate.texts import Texts
from tf2migrate.migrate.unaliasing import remove_alias
from tf2migrate.migrate.view import ProgramView
from tf2migrate.migrate.whole_feeds import feed_whole
from tf2migrate.model.facts import Kind, Program
from tf2migrate.model.plan import DEFAULT_STYLE, FileResult, NativeStyle

Results = tuple[FileResult, ...]
Rewriting = Callable[[Program, str, str], Inlined | None]
_ANY = BUILDS | MAKES | {Kind.TENSOR}
_MOST_CALLS = 4  # of a builder that is written out where it is called
_BUILDERS: tuple[Rewriting, ...] = (
    settle_method,
    make_method,
    outline_method,
    partial(inline_builder, kinds=BUILDS),
    partial(inline_builder, kinds=MAKES),
    partial(inline_builder, kinds=BUILDS, most=_MOST_CALLS),
)
_WORDS: tuple[tuple[Rewriting, Callable[[Program, Program], bool]], ...] = (
    (ask_for_session, partial(is_same_graph, remade=True)),
    (name_parts, is_same_graph),
    (remove_alias, is_same_graph),
    (lift_operation, partial(is_same_graph, once=True)),
    (gather_values, is_same_graph),
)


def migrate_program(entry: Path, root: Path | None = None, style: NativeStyle = DEFAULT_STYLE) -> Results:
    """Return what becomes of an entry point and of the modules of its project that it imports; writes nothing."""
    texts = Texts(entry, root)
    program = texts.evaluate()
    early = _in_the_same_lines(texts, program, lambda _, path, text: with_names_of_1(text, path))
    if early is not None:
        texts, program = early, early.evaluate()
    texts, program = _calls_written_out(texts, program)
    for rewriting in (_read_queues, drop_queue_runners, open_monitored_sessions):
        plain = rewriting(texts, program)
        if plain is not None:
            texts, program = plain, plain.evaluate()
    texts, program = regularize_variables(texts, program) or (texts, program)
    named = name_losses(program, str(entry), texts.source(str(entry)).text)
    if named is not None:
        texts = texts.in_the_same_lines(str(entry), named)
        program = texts.evaluate()
    texts, program = _fed_whole(texts, program)
    results = _Attempts(style).run(texts, program)
    hoisted = hoist_summaries(texts, program) if _may_be_otherwise(results) else None
    if hoisted is None:
        return results
    again = _Attempts(style).run(*hoisted)
    return results if again[0].refusals else again


def _calls_written_out(texts: Texts, program: Program) -> tuple[Texts, Program]:
    """Return the texts with layers that others call (scopes, normalizers, repetitions) as calls of their own."""
    repeated = write_repeated(texts, program)
    if repeated is not None and _variable_names(program) == _variable_names(again := repeated.evaluate()):
        texts, program = repeated, again
    texts, program = _spelled_out(texts, program, emptied=False)
    normalized = write_normalizers(texts, program)
    if normalized is not None:
        texts, program = normalized, normalized.evaluate()
    return _spelled_out(texts, program, emptied=True)


def _variable_names(program: Program) -> list[str | None]:
    return [node.name for node in program.nodes if node.kind is Kind.VARIABLE]


def _spelled_out(texts: Texts, program: Program, *, emptied: bool) -> tuple[Texts, Program]:
    """Return the texts with the arguments that calls take from elsewhere written at the calls."""
    spelled = spell_out_calls(texts, program, emptied=emptied)
    if spelled is not None and is_same_graph(program, again := spelled.evaluate(), remade=True):
        return spelled, again
    return texts, program


class _Attempts:
    """The attempts at one entry point: as it is written first, then in other words."""

    def __init__(self, style: NativeStyle) -> None:
        self.style = style

    def run(self, texts: Texts, program: Program) -> Results:
        """Return the first results that are not refused, else the first refusals."""
        results = self._arranged(texts, program)
        if not _may_be_otherwise(results):
            return results
        built = repeatedly(texts, program, build_lazy_property)
        if built is not None:
            texts, program = built
            again = self._arranged(texts, program)
            if not again[0].refusals:
                return again
        renamed = _in_the_same_lines(texts, program, rename_rebound)
        other = renamed.evaluate() if renamed is not None else program
        if renamed is None or not is_same_graph(program, other):
            return results
        again = self._arranged(renamed, other)
        return results if again[0].refusals else again

    def _arranged(self, texts: Texts, program: Program) -> Results:
        """Migrate the program as it is written, or else with its statements arranged otherwise."""
        results = self._migrate(texts, program)
        if not _may_be_otherwise(results):
            return results
        for rewriting, same in _WORDS:
            plain = repeatedly(texts, program, rewriting, same)
            if plain is not None:
                texts, program = plain
                again = self._migrate(texts, program)
                if not again[0].refusals:
                    return again
        for other in (self._split, self._joined, self._rearranged, self._dissolved, self._flattened):
            found = other(texts, program)
            if found is not None and not found[0].refusals:
                return found
        return results

    def _migrate(self, texts: Texts, program: Program) -> Results:
        """Migrate the texts; what comes of it is told of the original files."""
        results = migrate_evaluated(texts, program, self.style)
        if any(result.refusals for result in results):
            return results
        return tuple(_of_original(texts, result) if result.path in texts.changed else result for result in results)

    def _split(self, texts: Texts, program: Program) -> Results | None:
        """Migrate the program with assignments of several values written one by one; None where there are none."""
        split = _in_the_same_lines(texts, program, _split_computing)
        if split is None or not is_same_graph(program, other := split.evaluate()):
            return None
        return self._migrate(split, other)

    def _joined(self, texts: Texts, program: Program) -> Results | None:
        """Migrate the program with methods inlined that only other ones of their class call; None where none are."""
        found = repeatedly(texts, program, partial(inline_builder, kinds=_ANY, own=True))
        return None if found is None else self._migrate(*found)

    def _rearranged(self, texts: Texts, program: Program) -> Results | None:
        """Migrate the program with its builders as functions beside their class, or inlined; None where none are."""
        for rewriting in _BUILDERS:
            found = repeatedly(texts, program, rewriting)
            if found is None:
                continue
            texts, program = repeatedly(*found, name_parts) or found
            results = self._migrate(texts, program)
            if not results[0].refusals:
                return results
        return None

    def _dissolved(self, texts: Texts, program: Program) -> Results | None:
        """Migrate the program with the objects dissolved that only hold a graph; None where there are none."""
        dissolved = False
        while True:
            step = once(texts, program, dissolve_object)
            dissolved = dissolved or step is not None
            if step is None:
                step = once(texts, program, partial(inline_builder, kinds=BUILDS | MAKES))
            if step is None:
                break
            again = step.evaluate()
            if not is_same_graph(program, again):
                return None
            texts, program = step, again
        return self._migrate(texts, program) if dissolved else None

    def _flattened(self, texts: Texts, program: Program) -> Results | None:
        """Migrate the program with the objects flattened that have methods besides; None where there are none."""
        flat = repeatedly(texts, program, flatten_object)
        if flat is None:
            return None
        texts, program = flat
        texts, program = repeatedly(texts, program, remove_alias) or (texts, program)
        results = self._migrate(texts, program)
        return results if not results[0].refusals else self._rearranged(texts, program)


def _may_be_otherwise(results: Results) -> bool:
    """Say whether the same program, written otherwise, may be planned."""
    codes = {refusal.code for result in results for refusal in result.refusals}
    return bool(results[0].refusals) and codes <= PLANNER_CODES


def _of_original(texts: Texts, result: FileResult) -> FileResult:
    return as_of_original(result, texts.changed[result.path], texts.original(result.path).text)


def _in_the_same_lines(texts: Texts, program: Program, rewriting: Callable[[Program, str, str], str]) -> Texts | None:
    """Return the texts with each file rewritten line by line; None where that changes nothing."""
    changed = texts
    for path in program.files:
        text = texts.source(path).text
        again = rewriting(program, path, text)
        if again != text:
            changed = changed.in_the_same_lines(path, again)
    return None if changed is texts else changed


def once(texts: Texts, program: Program, rewriting: Rewriting) -> Texts | None:
    """Return the texts with one thing in one file written otherwise, None where there is nothing to write so."""
    for path in program.files:
        step = rewriting(program, path, texts.source(path).text)
        if step is not None:
            return texts.then(path, step)
    return None


def repeatedly(
    texts: Texts, program: Program, rewriting: Rewriting, same: Callable[[Program, Program], bool] = is_same_graph
) -> tuple[Texts, Program] | None:
    """Return the texts with all such things written otherwise that leave the graph the `same`; None without any."""
    found = None
    while (step := once(texts, program, rewriting)) is not None:
        again = step.evaluate()
        if not same(program, again):
            break
        found = texts, program = step, again
    return found


def _read_queues(texts: Texts, program: Program) -> Texts | None:
    """Return the texts with queues of files as datasets, what reads them inlined; None where there are none."""
    found = read_in_order(texts, program)
    while found is None and has_queues(program):
        step = once(texts, program, partial(inline_builder, kinds=frozenset({Kind.OBJECT})))
        if step is None or not is_same_graph(program, again := step.evaluate()):
            return None
        texts, program = step, again
        found = read_in_order(texts, program)
    return found


def _fed_whole(texts: Texts, program: Program) -> tuple[Texts, Program]:
    """Return the texts with each tuple fed whole whose values runs feed one by one."""
    for path in program.files:
        for found in feed_whole(program, path, texts.source(path).text):
            step = texts.then(path, found)
            again = step.evaluate()
            if is_same_graph(program, again, fewer=True):
                return _fed_whole(step, again)
    return texts, program


def _split_computing(program: Program, path: str, text: str) -> str:
    """Split the assignments of a file that compute in the graph and make no state."""
    view = ProgramView(program)
    lines: dict[Kind, set[int]] = {Kind.TENSOR: set(), Kind.VARIABLE: set()}
    for node in program.nodes:
        if node.kind in lines:
            steps = [step.statement for step in view.trail(node.place)]
            lines[node.kind] |= {statement.line for statement in steps if statement.path == path}
    return split_assignments(text, frozenset(lines[Kind.TENSOR] - lines[Kind.VARIABLE]))
