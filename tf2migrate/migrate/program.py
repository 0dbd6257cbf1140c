"""Migration of one evaluated program: plan, write, check; or the reasons why not."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass

from tf2migrate.lint import local_edits
from tf2migrate.migrate.absl import write_absl
from tf2migrate.migrate.assemble import Assembler
from tf2migrate.migrate.checkpoint_names import same_name_notes
from tf2migrate.migrate.distributions import check_distributions
from tf2migrate.migrate.effects import check_identity, check_seeded_draws, check_seeds_of_steps, check_sessions
from tf2migrate.migrate.emitted_parts import emitted_parts
from tf2migrate.migrate.emptied import drop_emptied_conditions
from tf2migrate.migrate.exports import missing_exports
from tf2migrate.migrate.functions import end_with_comment
from tf2migrate.migrate.fused_classes import write_fused_classes
from tf2migrate.migrate.gate import changed_meanings, native_refusals
from tf2migrate.migrate.handed_optimizers import write_handed_optimizers
from tf2migrate.migrate.handed_steps import handed_steps
from tf2migrate.migrate.handlers import check_handlers
from tf2migrate.migrate.homes import find_homes
from tf2migrate.migrate.iterators import with_elements
from tf2migrate.migrate.leftovers import remove_unused_imports, tf_alias
from tf2migrate.migrate.lookups import unchanged_calls
from tf2migrate.migrate.losses import plain_losses
from tf2migrate.migrate.mnist import write_reader_seeds
from tf2migrate.migrate.normalization import Averages
from tf2migrate.migrate.notes import dead_code_notes, run_metadata_notes, session_option_notes
from tf2migrate.migrate.object_variables import name_object_variables
from tf2migrate.migrate.op_forms import write_op_forms
from tf2migrate.migrate.planner import Planner, site_map
from tf2migrate.migrate.printed import check_prints, print_notes, write_prints
from tf2migrate.migrate.refusal import NOT_EVALUATED, Refused
from tf2migrate.migrate.removal import (
    check_members,
    check_remaining_reads,
    check_sessions_gone,
    remove_host_setup,
    remove_initializers,
)
from tf2migrate.migrate.render import Rendered, Renderer, concat, dedented, reindent
from tf2migrate.migrate.rnn import Features, write_rnn
from tf2migrate.migrate.savers import kept_files_notes, write_savers
from tf2migrate.migrate.scipy_optimizers import import_scipy, write_scipy_class
from tf2migrate.migrate.scope_arguments import check_scope_arguments
from tf2migrate.migrate.scopes import dissolve_scopes
from tf2migrate.migrate.session_copies import write_session_copies
from tf2migrate.migrate.sites import InitSite, Site, classify_sites
from tf2migrate.migrate.split import Splitters
from tf2migrate.migrate.state_plan import HomePlan
from tf2migrate.migrate.static_shapes import write_static_shapes
from tf2migrate.migrate.summaries import SummaryValues
from tf2migrate.migrate.summary_writers import summary_notes, write_summary_functions
from tf2migrate.migrate.syntax import Names, Syntax
from tf2migrate.migrate.texts import Texts
from tf2migrate.migrate.train_ops import check_slots_unread
from tf2migrate.migrate.units import Block, BlockKind, Region
from tf2migrate.migrate.view import ProgramView
from tf2migrate.migrate.workbench import Workbench
from tf2migrate.migrate.writers import write_writers
from tf2migrate.model.facts import Kind, Program
from tf2migrate.model.plan import DEFAULT_STYLE, FileResult, NativeStyle, Refusal, SourceMap, Status
from tf2migrate.model.source import Span
from tf2migrate.source import SourceFile


def migrate_evaluated(texts: Texts, program: Program, style: NativeStyle = DEFAULT_STYLE) -> tuple[FileResult, ...]:
    """Return what becomes of the files of a program that was evaluated, as `texts` hold them."""
    path = str(texts.entry)
    refusals = _blocking(program)
    if refusals:
        return _refused(program, path, refusals)
    try:
        features = emitted_parts(texts, program)
        written = _migrate_graphs(texts, program, style, features)
        modules = [str(other) for other in dict.fromkeys((path, *program.files)) if other not in written]
        view = ProgramView(program, style)
        local = {other: _local_only(texts.source(other), view, other, features) for other in modules}
    except Refused as refused:
        return _refused(program, path, (refused.refusal,))
    results = {**local, **written}
    refusals = tuple(refusal for result in results.values() for refusal in result.refusals)
    if not refusals and len(results) > 1:
        before = {other: texts.source(other).text for other in results}
        after = {other: result.text or before[other] for other, result in results.items()}
        refusals = missing_exports(before, after)
    if refusals:
        return _refused(program, path, refusals)
    return tuple(results[file] for file in dict.fromkeys((path, *program.files)))


def _refused(program: Program, path: str, refusals: tuple[Refusal, ...]) -> tuple[FileResult, ...]:
    """One level for the whole component: all of its files stay as they are."""
    files = dict.fromkeys((path, *program.files))
    return tuple(FileResult(file, Status.REFUSED, refusals=refusals) for file in files)


def _blocking(program: Program) -> tuple[Refusal, ...]:
    found = [
        Refusal(finding.at.path, finding.at.line, finding.code, finding.reason, finding.advice)
        for finding in program.findings
        if finding.blocks
    ]
    for site in program.coverage.sites:
        reason = "this run site was not reached by the evaluation"
        found.append(Refusal(site.path, site.line, NOT_EVALUATED, reason, "call the code that holds it, or remove it"))
    return tuple(dict.fromkeys(found))


def _local_only(source: SourceFile, view: ProgramView, path: str, features: Features) -> FileResult:
    program, bench = view.program, _workbench(view, source, path, {})
    write_reader_seeds(program, bench.syntax, bench.renderer)
    write_handed_optimizers(bench)
    rendered = bench.renderer.render(Span(0, len(source.text)))
    text = write_absl(rendered, _is_started(program))
    text = remove_unused_imports(source.text, write_rnn(text, path, features, shared=path != program.entry))
    refusals = (
        *changed_meanings(path, source.text, unchanged_calls(program, path)),
        *native_refusals(path, text, source.text),
    )
    if refusals:
        return FileResult(path, Status.REFUSED, refusals=refusals)
    if text.text == source.text:
        return FileResult(path, Status.UNCHANGED)
    lines = tuple((number, line) for number, line in enumerate(text.lines, 1) if line)
    return FileResult(path, Status.NATIVE, text.text, map=SourceMap(path, lines, ()))


def _is_started(program: Program) -> bool:
    """Say whether `app.run` starts the program: it parses the flags."""
    return any(node.op == "tf.app.run" for node in program.nodes)


def _is_define_and_run(program: Program) -> bool:
    """Say whether a program builds a graph to be run: what has neither runs nor feeds nor sessions is eager already."""
    return bool(program.visits) or any(node.kind in (Kind.PLACEHOLDER, Kind.SESSION) for node in program.nodes)


def _renderer(syntax: Syntax, decided: frozenset[tuple[int, int]] = frozenset()) -> Renderer:
    renderer = Renderer(syntax.text, syntax.index)
    renderer.add_local(local_edits(syntax.text, syntax.path, decided))
    return renderer


@dataclass
class _File:
    """One file in work, with what is planned for the graphs that it builds."""

    source: SourceFile
    planner: Planner

    @property
    def plans(self) -> list[HomePlan]:
        return self.planner.plans

    @property
    def bench(self) -> Workbench:
        return self.planner.bench


def _migrate_graphs(texts: Texts, program: Program, style: NativeStyle, features: Features) -> dict[str, FileResult]:
    """Return the results of the files that build graphs or run them; the others have local forms alone."""
    if not _is_define_and_run(program):
        return {}
    view = with_elements(program, style)
    sites = classify_sites(view)
    sources = {path: texts.source(path) for path in dict.fromkeys((program.entry, *program.files))}
    benches: dict[str, Workbench] = {}
    for path, source in sources.items():
        benches[path] = _workbench(view, source, path, benches)
    averages = Averages(view, sites)
    splitters = Splitters(view, benches, averages)
    files = {path: _File(sources[path], Planner(bench, splitters)) for path, bench in benches.items()}
    for path, bench in benches.items():
        write_op_forms(bench)
        write_handed_optimizers(bench)
        SummaryValues(bench, files[path].plans).write()
    building = _building(view, sites)
    syntaxes = {path: bench.syntax for path, bench in benches.items()}
    _check_facts(view, [syntaxes[path] for path in building], sites)
    for home, found in find_homes(view, syntaxes, building, sites):
        files[home.path].planner.plan_home(home, found)
    splitters.links.write()
    check_seeds_of_steps(view, [step for file in files.values() for plan in file.plans for step in plan.steps])
    planners = [file.planner for file in files.values()]
    handed = handed_steps(view, benches, [plan for planner in planners for plan in planner.plans])
    for planner in planners:
        planner.session_arguments.write(handed)
    name_object_variables(view, [plan for planner in planners for plan in planner.plans])
    for file in files.values():
        _write_rest(file, sites, planners)
    check_sessions_gone([plan for file in files.values() for plan in file.plans], view, sites, planners)
    check_identity(view)
    check_prints(view, frozenset().union(*(planner.static_reads for planner in planners)))
    return {path: _result(file, program, sites, planners, features) for path, file in files.items()}


def _building(view: ProgramView, sites: list[Site]) -> list[str]:
    """Return the files whose code at module level builds a part of the graph, and those with run sites."""
    frames = {frame for node in view.nodes for frame in view.frames_on_trail(node.place)}
    modules = [view.frames[frame].path for frame in sorted(frames) if view.frames[frame].kind == "module"]
    return list(dict.fromkeys((view.program.entry, *(site.site.path for site in sites), *modules)))


def _workbench(view: ProgramView, source: SourceFile, path: str, files: Mapping[str, Workbench]) -> Workbench:
    syntax = Syntax.parse(path, source.text)
    return Workbench(
        view, syntax, _renderer(syntax, plain_losses(view, path)), Names(syntax.tree), tf_alias(syntax.tree), files
    )


def _check_facts(view: ProgramView, syntaxes: list[Syntax], sites: list[Site]) -> None:
    """Refuse what no plan can keep."""
    check_sessions(view, sites)
    check_scope_arguments(view)
    check_distributions(view)
    check_seeded_draws(view, sites)
    check_slots_unread(view)
    check_handlers(view, syntaxes, sites)


def _write_rest(file: _File, sites: list[Site], planners: list[Planner]) -> None:
    """Register what becomes of the rest of a file, and check that nothing reads what is gone."""
    bench = file.bench
    dissolve_scopes(bench, frozenset(ref for plan in file.plans for ref in plan.home.body.statements()))
    write_savers(bench, file.plans)
    write_fused_classes(bench, file.plans)
    write_scipy_class(bench, file.plans)
    write_writers(bench, file.plans, [plan for planner in planners for plan in planner.plans])
    write_summary_functions(bench, file.plans)
    write_reader_seeds(bench.view.program, bench.syntax, bench.renderer)
    for plan in file.plans:
        file.planner.static_reads |= write_static_shapes(file.planner, plan) | write_prints(bench, plan)
        write_session_copies(bench, plan)
        remove_host_setup(plan, bench.view, bench.syntax)
        remove_initializers(bench, plan)
        drop_emptied_conditions(plan)
        check_remaining_reads(plan, bench.view, sites, planners)
        check_members(plan, bench, sites, planners)


def _result(
    file: _File, program: Program, sites: list[Site], planners: list[Planner], features: Features
) -> FileResult:
    bench, source, path = file.bench, file.source, file.bench.syntax.path
    rendered = import_scipy(_assemble(bench.syntax, bench.renderer, file.plans))
    features = {**features, "BatchNormalization": file.planner.splitter.splitters.averages.features()}
    text = write_absl(rendered, _is_started(program))
    text = remove_unused_imports(source.text, write_rnn(text, path, features, shared=path != program.entry))
    refusals = (
        *changed_meanings(path, source.text, unchanged_calls(program, path)),
        *native_refusals(path, text, source.text),
    )
    if refusals:
        return FileResult(path, Status.REFUSED, refusals=refusals)
    if text.text == source.text:
        return FileResult(path, Status.UNCHANGED)
    marks = {mark.site: mark.span for mark in text.marks}
    lines = tuple((number, line) for number, line in enumerate(text.lines, 1) if line)
    inits = [site for site in sites if isinstance(site, InitSite) and site.site.path == path]
    source_map = SourceMap(path, lines, site_map(planners, path, marks, inits))
    notes = [note for plan in file.plans for note in dead_code_notes(plan)] + session_option_notes(bench.view, path)
    notes += run_metadata_notes(bench.view, path)
    notes += [*same_name_notes(bench.view, path), *kept_files_notes(bench), *summary_notes(bench)]
    notes += print_notes(bench.view, path)
    functions = tuple(file.planner.functions)
    return FileResult(path, Status.NATIVE, text.text, functions, notes=tuple(notes), map=source_map)


def _assemble(syntax: Syntax, renderer: Renderer, plans: list[HomePlan]) -> Rendered:
    """Write the file anew: bodies of functions first, the module around them."""
    module = next((plan for plan in plans if plan.home.definition is None), None)
    for plan in plans:
        if plan is not module:
            _replace_regions(syntax, renderer, plan)
    if module is None:
        return renderer.render(Span(0, len(syntax.text)))
    parts, last = module.home.body.tree, syntax.tree.body[-1]
    body = Assembler(syntax, renderer, module.layout).body(parts, 1, "", top=True)
    tail_start = syntax.index.start((last.end_lineno or last.lineno) + 1)
    tail = renderer.original(Span(tail_start, len(syntax.text)))
    if parts and isinstance(parts[-1], Block) and parts[-1].kind is BlockKind.DISSOLVED:
        tail = dedented(tail)  # comments of its body
    return concat([body, "\n", tail]) if tail.text or syntax.text.endswith("\n") else body


def _replace_regions(syntax: Syntax, renderer: Renderer, plan: HomePlan) -> None:
    """Register the new bodies of the functions that a home consists of, and the methods behind them."""
    assembler = Assembler(syntax, renderer, plan.layout)
    for region in plan.home.body.regions:
        first, last = region.statements[0], region.statements[-1]
        indent = syntax.index.indent(first.lineno)
        methods = plan.layout.methods.get(region.number, [])
        span = Span(syntax.index.start(first.lineno), syntax.index.node_span(last).end)
        span = Span(span.start, end_with_comment(syntax, span))
        around = syntax.parents[first]
        outer = syntax.index.indent(around.lineno) if isinstance(around, ast.stmt) else ""

        def build(
            region: Region = region,
            row: int = first.lineno,
            indent: str = indent,
            methods: list[Rendered] = methods,
            outer: str = outer,
        ) -> Rendered:
            parts: list[Rendered | str] = [assembler.body(region.tree, row, indent, top=False)]
            for method in methods:
                parts.extend(["\n\n", reindent(method, "", outer)])
            return concat(parts)

        renderer.add(span, build)
