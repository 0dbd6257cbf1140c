"""Verdicts."""

from __future__ import annotations

import dataclasses
import json
import math
from pathlib import Path

from tf2migrate.model.results import Verification
from tf2migrate.model.verdict import Difference, Level, LevelKind, Verdict, VerdictKind
from tf2migrate.report.fix import refusal_lines, refusal_object
from tf2migrate.report.style import Style, counted

_HEADLINES = {
    VerdictKind.EQUAL: "equal",
    VerdictKind.DIFFERS: "differs",
    VerdictKind.NOT_VERIFIED: "not verified",
    VerdictKind.CRASHED: "the migrated program crashed",
    VerdictKind.TIMEOUT: "the migrated program ran out of time",
}


def render_verify(verification: Verification, style: Style) -> str:
    """Return the verdict, what was compared, and where the programs first differ."""
    verdict = verification.verdict
    paint = style.green if verdict.verdict is VerdictKind.EQUAL else style.red
    pair = verification.original + (f" and {verification.migrated}" if verification.migrated else " and its migration")
    lines = [f"{style.bold(pair)}: {paint(_HEADLINES[verdict.verdict])}"]
    lines += [f"  {verdict.reason}"] if verdict.reason else []
    lines += [line for refusal in verification.refusals for line in refusal_lines(refusal, style)]
    lines += _details(verdict)
    return "\n".join(lines) + "\n"


def render_verify_json(verification: Verification) -> str:
    """Return the verdict as JSON."""
    return json.dumps(verdict_object(verification), indent=2) + "\n"


def verdict_object(verification: Verification) -> dict[str, object]:
    """Return the verdict as JSON data; infinities and NaN, which JSON has not, become None."""
    data = dataclasses.asdict(verification.verdict)
    del data["trace"]
    data["refusals"] = [refusal_object(one) for one in verification.refusals]
    cleaned = _finite(data)
    assert isinstance(cleaned, dict)
    return cleaned


def compared_text(verdict: Verdict) -> str:
    """Return what was compared, in words."""
    compared = verdict.compared
    by_hand = compared.runs == 0 < compared.variables + compared.printed  # without a map no run has a counterpart
    parts = [] if by_hand else [f"{compared.values:,} values in {counted(compared.runs, 'run')}"]
    parts += [f"{counted(compared.updates, 'update')} of variables"] if compared.updates else []
    parts += [counted(compared.variables, "variable"), counted(compared.printed, "printed number")]
    parts += [counted(compared.files, "file")] if compared.files else []
    parts += [f"{compared.results:,} values of {counted(len(verdict.results_paired), 'place')} by behaviour"] * bool(
        compared.results
    )
    return ", ".join(parts)


def hint_text(verdict: Verdict) -> str:
    """Return where to look for what parts the two programs, where the verdict knows, else nothing."""
    levels, first = verdict.levels, verdict.first_difference
    by_numbers = first is not None and first.max_abs is not None and (first.call is not None or first.name == "output")
    if verdict.verdict is VerdictKind.DIFFERS and levels.structure.verdict is LevelKind.EQUAL and by_numbers:
        return (
            "with TensorFlow 1's optimizers in the place of Keras's both do the same, so what differs is an optimizer's"
            " law (its epsilon, what its slots begin with, momentum under a rate that changes, gradients of rows)"
        )
    return ""


def limits_text(verdict: Verdict) -> list[str]:
    """Return what the verdict does not say, a line for each."""
    lines: list[str] = []
    parts = (
        (verdict.compared.runs, verdict.visits, "run"),
        (verdict.levels.program.within, verdict.lines, "printed line"),
    )
    for judged, all_of_them, what in parts if verdict.verdict is VerdictKind.EQUAL else ():
        if 0 < judged < all_of_them:
            lines.append(
                f"judged: the first {judged} of {counted(all_of_them, what)}; beyond them rounding alone takes the"
                " original another way"
            )
    if verdict.held:
        lines.append(f"held in place, since the original's steps of them are rounding alone: {', '.join(verdict.held)}")
    if verdict.variables_not_paired:
        lines.append(f"variables without a counterpart: {', '.join(verdict.variables_not_paired)}")
    if verdict.results_not_paired:
        lines.append(f"results without a counterpart: {', '.join(map(short_place, verdict.results_not_paired))}")
    if verdict.races:
        lines.append(
            "runs that read what they also write, in no defined order; the value from before is taken:"
            f" {', '.join(map(short_place, verdict.races))}"
        )
    if verdict.aligned_draws:
        lines.append(f"random draws: {verdict.aligned_draws:,}, the same numbers given to both programs")
    if verdict.unmatched_draws:
        lines.append(
            f"  {counted(verdict.unmatched_draws, 'draw')} of the migrated program without a counterpart: other numbers"
            " are drawn there (other shapes, another law, or more draws than in the original)"
        )
    if verdict.seeds_not_kept:
        lines.append(
            f"  TensorFlow 2 draws others from the seeds at {', '.join(map(short_place, verdict.seeds_not_kept))}"
        )
    return lines


def difference_text(difference: Difference) -> str:
    """Return in one line where the two programs part."""
    places = " and ".join(place for place in (difference.original, difference.migrated) if place)
    call = f" at run {difference.call}" if difference.call is not None else ""
    sizes = [
        f"{name} {value:.3g}"
        for name, value in (("max abs", difference.max_abs), ("max rel", difference.max_rel))
        if value is not None
    ]
    reason = f" ({difference.reason})" if difference.reason else ""
    return f"{difference.name}{call}: {places} {', '.join(sizes)}{reason}".rstrip()


def _details(verdict: Verdict) -> list[str]:
    lines: list[str] = []
    if any(dataclasses.astuple(verdict.compared)):
        noise = f", noise {verdict.noise:.2g}" if verdict.noise is not None else ""
        lines.append(f"  compared: {compared_text(verdict)}; largest relative difference {verdict.max_rel:.2g}{noise}")
    if verdict.paired_by not in ("", "source map"):
        lines.append(f"  compared by: {verdict.paired_by}")
    levels = {
        "structure": verdict.levels.structure,
        "as emitted": verdict.levels.emitted,
        "program": verdict.levels.program,
    }
    lines += [
        f"  {name}: {_level(level)}" for name, level in levels.items() if level.verdict is not LevelKind.NOT_COMPARED
    ]
    if verdict.first_difference is not None:
        lines.append(f"  first difference: {difference_text(verdict.first_difference)}")
    lines += [f"  hint: {hint_text(verdict)}"] if hint_text(verdict) else []
    if verdict.sites_not_run:
        lines.append(f"  run sites that were not executed: {', '.join(map(short_place, verdict.sites_not_run))}")
    lines += [f"  {line}" for line in limits_text(verdict)]
    if verdict.files_not_compared:
        lines.append(f"  written, but not compared: {', '.join(verdict.files_not_compared)}")
    if verdict.stand_ins:
        lines.append(f"  stand-ins: {', '.join(verdict.stand_ins)}")
    if verdict.reference:
        lines.append(f"  reference: {verdict.reference} on {verdict.device}")
    lines += _stderr(verdict)
    return lines


def _level(level: Level) -> str:
    exact = ", bit for bit" if level.exact else ""
    reason = f" ({level.reason})" if level.reason else ""
    return f"{level.verdict.value.replace('_', ' ')}{exact}{reason}"


def _stderr(verdict: Verdict) -> list[str]:
    if verdict.verdict is VerdictKind.CRASHED:
        tail = verdict.migrated.stderr_tail
    elif verdict.verdict is VerdictKind.NOT_VERIFIED:
        tail = verdict.original.stderr_tail or verdict.migrated.stderr_tail
    else:
        return []
    return [f"  | {line}" for line in tail.strip().splitlines()[-8:]]


def short_place(place: str) -> str:
    """Return a place without its folders."""
    path, _, line = place.rpartition(":")
    return f"{Path(path).name}:{line}" if path else place


def _finite(value: object) -> object:
    match value:
        case dict():
            return {key: _finite(item) for key, item in value.items()}
        case list() | tuple():
            return [_finite(item) for item in value]
        case float() if not math.isfinite(value):
            return None
        case _:
            return value
