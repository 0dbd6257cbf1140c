"""The report of `migrate` as one self-contained page, light and dark."""

from __future__ import annotations

import difflib
from html import escape
from itertools import zip_longest
from pathlib import Path

from tf2migrate.model.plan import Refusal, Status
from tf2migrate.model.results import FixedFile, MigrateReport, Verification
from tf2migrate.model.verdict import LevelKind, Verdict, VerdictKind
from tf2migrate.report.page import VERDICTS, badge, fill_page, side
from tf2migrate.report.style import counted
from tf2migrate.report.verify import compared_text, difference_text

_TONES = {
    Status.NATIVE: ("good", "native"),
    Status.COMPAT: ("warn", "compat"),
    Status.UNCHANGED: ("calm", "nothing to migrate"),
    Status.REFUSED: ("warn", "left as it is"),
    Status.ERROR: ("bad", "error"),
}


def render_html(report: MigrateReport, version: str) -> str:
    """Return the page: totals, a table of files, then each file's verdict, refusals and changes."""
    verdicts = {one.original: one for one in report.verifications}
    findings = {file.path: len(file.diagnostics) for file in report.before.files}
    return fill_page(
        "report.html",
        source=escape(report.source),
        version=escape(version),
        tiles="".join(_tiles(report)),
        rows="".join(
            _row(number, file, verdicts.get(file.result.path), findings.get(file.result.path, 0), report)
            for number, file in enumerate(report.fixed.files)
        ),
        sections="".join(
            _section(number, file, verdicts.get(file.result.path), report)
            for number, file in enumerate(report.fixed.files)
            if file.result.status is not Status.UNCHANGED
        ),
    )


def _tiles(report: MigrateReport) -> list[str]:
    programs = len(report.verifications)
    tiles = [
        (f"{report.percent_native:.0f} %", "native"),
        (str(report.fixed.count(Status.NATIVE)), "files migrated"),
        (f"{report.verdict(VerdictKind.EQUAL)} of {programs}", "programs verified equal"),
        (str(report.fixed.count(Status.REFUSED) + report.fixed.count(Status.ERROR)), "files held back"),
        (str(len(report.before.diagnostics)), "findings before"),
        (str(len(report.after.diagnostics)), "findings after"),
    ]
    return [f'<div class="tile"><b>{escape(value)}</b><span>{escape(label)}</span></div>' for value, label in tiles]


def _row(number: int, file: FixedFile, verification: Verification | None, findings: int, report: MigrateReport) -> str:
    name = escape(_shown(file.result.path, report))
    linked = name if file.result.status is Status.UNCHANGED else f'<a href="#file-{number}">{name}</a>'
    verdict = badge(*VERDICTS[verification.verdict.verdict]) if verification is not None else ""
    compared = f"{verification.verdict.compared.values:,}" if verification is not None else ""
    return (
        f'<tr><td class="path">{linked}</td><td>{badge(*_TONES[file.result.status])}</td><td>{verdict}</td>'
        f'<td class="number">{compared}</td><td class="number">{findings}</td></tr>\n'
    )


def _section(number: int, file: FixedFile, verification: Verification | None, report: MigrateReport) -> str:
    result = file.result
    parts = [
        f'<section id="file-{number}"><h2>{escape(_shown(result.path, report))} {badge(*_TONES[result.status])}</h2>'
    ]
    if verification is not None:
        parts.append(_verdict(verification.verdict))
    parts += [_refusals("Why it was left as it is", result.refusals)] if result.refusals else []
    parts += [_refusals("Worth knowing", result.notes)] if result.notes else []
    steps = [one for one in result.functions if one.kind == "step"]
    if steps:
        names = ", ".join(f"<code>{escape(one.name)}</code>" for one in steps)
        parts.append(f"<p>{counted(len(steps), 'step function')}: {names}</p>")
    if file.changed and result.text is not None:
        parts.append(f"<details open><summary>Changes</summary>{_diff(file.original, result.text)}</details>")
    return "".join([*parts, "</section>\n"])


def _verdict(verdict: Verdict) -> str:
    facts = [("Verdict", badge(*VERDICTS[verdict.verdict]) + (f" {escape(verdict.reason)}" if verdict.reason else ""))]
    facts.append(("Compared", escape(compared_text(verdict))))
    facts.append(("Largest relative difference", f"{verdict.max_rel:.3g}"))
    for name, level in (
        ("Structure", verdict.levels.structure),
        ("As emitted", verdict.levels.emitted),
        ("Whole program", verdict.levels.program),
    ):
        if level.verdict is not LevelKind.NOT_COMPARED:
            exact = ", bit for bit" if level.exact else ""
            facts.append((name, escape(f"{level.verdict.value}{exact}{f' ({level.reason})' if level.reason else ''}")))
    if verdict.first_difference is not None:
        facts.append(("First difference", escape(difference_text(verdict.first_difference))))
    if verdict.sites_not_run:
        facts.append(("Run sites not executed", escape(", ".join(verdict.sites_not_run))))
    if verdict.stand_ins:
        facts.append(("Stand-ins", escape(", ".join(verdict.stand_ins))))
    if verdict.reference:
        facts.append(("Reference", escape(f"{verdict.reference} on {verdict.device}")))
    rows = "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in facts)
    tail = verdict.migrated.stderr_tail if verdict.verdict is VerdictKind.CRASHED else ""
    return f"<dl>{rows}</dl>" + (f"<pre>{escape(tail)}</pre>" if tail else "")


def _refusals(title: str, refusals: tuple[Refusal, ...]) -> str:
    items = "".join(
        f"<li><code>{escape(one.code)}</code> line {one.row}: {escape(one.reason)}"
        + (f"<br><span>{escape(one.advice)}</span>" if one.advice else "")
        + "</li>"
        for one in refusals
    )
    return f"<h3>{escape(title)}</h3><ul>{items}</ul>"


def _diff(before: str, after: str) -> str:
    """Return both texts side by side as a table; long equal stretches are folded away."""
    rows: list[str] = []
    old, new = before.splitlines(), after.splitlines()
    for group in difflib.SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(3):
        rows.append('<tr class="fold"><td></td><td>⋯</td><td></td><td>⋯</td></tr>' if rows else "")
        for tag, first, last, start, end in group:
            left = [side(old[row], row + 1, "" if tag == "equal" else "gone") for row in range(first, last)]
            right = [side(new[row], row + 1, "" if tag == "equal" else "new") for row in range(start, end)]
            rows += [f"<tr>{''.join(pair)}</tr>" for pair in zip_longest(left, right, fillvalue="<td></td><td></td>")]
    return f'<div class="wide"><table class="diff">{"".join(rows)}</table></div>'


def _shown(path: str, report: MigrateReport) -> str:
    source = Path(report.source)
    return str(Path(path).relative_to(source)) if source in Path(path).parents else path
