"""A verdict as one self-contained page, light and dark: where two programs part, their curves, errors and variables."""

from __future__ import annotations

from html import escape
from itertools import zip_longest

from tf2migrate.model.results import Verification
from tf2migrate.model.trace import Call, Curve, VariableLine
from tf2migrate.model.verdict import Difference, LevelKind, Verdict, VerdictKind
from tf2migrate.report.charts import Line, on_log_axis, overlaid
from tf2migrate.report.page import VERDICTS, badge, fill_page, side
from tf2migrate.report.verify import compared_text, difference_text, hint_text, limits_text

CONTEXT = 6  # lines shown before and after a difference
MOST_CURVES = 8
MOST_VARIABLES = 40
FLOOR = 1e-9  # relative; where the logarithmic axis begins


def render_verify_html(verification: Verification, version: str) -> str:
    """Return the page."""
    verdict = verification.verdict
    parts = [_facts(verdict)]
    if verdict.first_difference is not None:
        parts.append(_parting(verdict, verdict.first_difference))
    parts += [_curves(verdict.trace.curves)] if verdict.trace.curves else []
    parts += [_errors(verdict)] if verdict.trace.calls else []
    parts += [_variables(verdict.trace.variables)] if verdict.trace.variables else []
    for title, ended in (("original", verdict.original), ("migrated program", verdict.migrated)):
        if ended.stderr_tail and verdict.verdict is not VerdictKind.EQUAL:
            parts.append(f"<section><h2>Last lines of the {title}</h2><pre>{escape(ended.stderr_tail)}</pre></section>")
    tone, label = VERDICTS[verdict.verdict]
    return fill_page(
        "verify.html",
        title=escape(verification.original),
        pair=escape(f"{verification.original} and {verification.migrated or 'its migration'}"),
        badge=badge(tone, label),
        version=escape(version),
        sections="".join(parts),
    )


def _facts(verdict: Verdict) -> str:
    facts = [("Why", verdict.reason), ("Hint", hint_text(verdict))]
    facts.append(("Compared", compared_text(verdict)))
    facts.append(("Compared by", verdict.paired_by))
    noise = f"; noise of the original {verdict.noise:.3g}" if verdict.noise is not None else ""
    facts.append(("Largest relative difference", f"{verdict.max_rel:.3g}{noise}"))
    levels = verdict.levels
    for name, level in (
        ("Structure", levels.structure),
        ("As emitted", levels.emitted),
        ("Whole program", levels.program),
    ):
        if level.verdict is not LevelKind.NOT_COMPARED:
            exact = ", bit for bit" if level.exact else ""
            facts.append((name, f"{level.verdict.value}{exact}{f' ({level.reason})' if level.reason else ''}"))
    facts += [
        ("Run sites not executed", ", ".join(verdict.sites_not_run)),
        ("Note", "; ".join(limits_text(verdict))),
        ("Written, but not compared", ", ".join(verdict.files_not_compared)),
        ("Stand-ins", ", ".join(verdict.stand_ins)),
        ("Reference", f"{verdict.reference} on {verdict.device}" if verdict.reference else ""),
        ("Seconds", f"{verdict.original.seconds:.1f} original, {verdict.migrated.seconds:.1f} migrated"),
    ]
    rows = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in facts if value)
    return f"<section><dl>{rows}</dl></section>"


def _parting(verdict: Verdict, difference: Difference) -> str:
    """Return where the two programs part: the lines of both, side by side."""
    left = _excerpt(difference.original, verdict.trace.originals)
    right = _excerpt(difference.migrated, verdict.trace.migrated)
    empty = "<td></td><td></td>"
    rows = "".join(f"<tr>{first}{second}</tr>" for first, second in zip_longest(left, right, fillvalue=empty))
    titles = (difference.original or "original", difference.migrated or "migrated")
    head = "".join(f'<th class="line"></th><th>{escape(title)}</th>' for title in titles)
    table = f'<div class="wide"><table class="diff"><tr>{head}</tr>{rows}</table></div>' if left or right else ""
    return f"<section><h2>First difference</h2><p>{escape(difference_text(difference))}</p>{table}</section>"


def _excerpt(place: str | None, texts: dict[str, str]) -> list[str]:
    path, _, line = (place or "").rpartition(":")
    if path not in texts or not line.isdigit():
        return []
    lines, row = texts[path].splitlines(), int(line)
    rows = range(max(1, row - CONTEXT), min(len(lines), row + CONTEXT) + 1)
    return [side(lines[number - 1], number, "here" if number == row else "") for number in rows]


def _curves(curves: tuple[Curve, ...]) -> str:
    parts = ["<section><h2>What both give, run by run</h2>"]
    for curve in curves[:MOST_CURVES]:
        lines = [
            Line("original", "first", list(zip(curve.calls, curve.original, strict=True))),
            Line("migrated", "second", list(zip(curve.calls, curve.migrated, strict=True))),
        ]
        label = f"{curve.name} at {curve.place}"
        parts.append(f"<h3>{escape(label)}</h3>{overlaid(lines, label)}")
    left = len(curves) - MOST_CURVES
    parts.append(f"<p>{left} more are not shown.</p>" if left > 0 else "")
    return "".join([*parts, "</section>"])


def _errors(verdict: Verdict) -> str:
    calls: tuple[Call, ...] = verdict.trace.calls
    errors = Line("difference of the two", "error", [(call.number, max(call.max_rel, FLOOR)) for call in calls])
    ends = (calls[0].number, calls[-1].number)
    allowed = Line("tolerance", "limit", [(end, max(verdict.rtol, FLOOR)) for end in ends])
    moved = [(call.number, max(10 * call.noise, FLOOR)) for call in calls if call.noise is not None]
    band = Line("ten times the original's own noise", "band", moved) if moved else None
    chart = on_log_axis([allowed, errors], band, FLOOR, "relative difference by run")
    exact = sum(call.max_rel == 0 for call in calls)
    same = f"<p>{exact:,} of {len(calls):,} runs agree bit for bit; they lie at the bottom.</p>"
    return f"<section><h2>Relative difference, run by run</h2>{chart}{same}</section>"


def _variables(variables: tuple[VariableLine, ...]) -> str:
    rows = "".join(
        f'<tr><td class="path">{escape(one.original)}</td><td class="path">{escape(one.migrated)}</td>'
        f'<td class="number">{one.size:,}</td><td class="number">{one.max_abs:.3g}</td>'
        f'<td class="number">{one.max_rel:.3g}</td>'
        f"<td>{badge('good', 'equal') if one.passes else badge('bad', 'differs')}</td></tr>"
        for one in variables[:MOST_VARIABLES]
    )
    left = len(variables) - MOST_VARIABLES
    more = f"<p>{left} more lie closer together.</p>" if left > 0 else ""
    return (
        '<section><h2>Variables in the end, the farthest apart first</h2><div class="table"><table><thead><tr>'
        '<th>Original</th><th>Migrated</th><th class="number">Numbers</th><th class="number">Max abs</th>'
        f'<th class="number">Max rel</th><th></th></tr></thead><tbody>{rows}</tbody></table></div>{more}</section>'
    )
