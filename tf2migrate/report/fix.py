"""The outcome of a migration, file by file."""

from __future__ import annotations

import json

from tf2migrate.model.plan import FileResult, Refusal, Status
from tf2migrate.model.results import FixedFile, FixReport
from tf2migrate.report.style import Style, counted

_NATIVE = "native TensorFlow 2"


def render_fix(report: FixReport, style: Style, *, everything: bool = False) -> str:
    """Return one paragraph per file that was migrated or held back (with `everything`, per file), and a summary."""
    shown = [file for file in report.files if everything or file.result.status is not Status.UNCHANGED]
    lines = [line for file in shown for line in _file(file, style)]
    return "\n".join([*lines, _summary(report)]) + "\n"


def render_fix_json(report: FixReport) -> str:
    """Return the files with their status and refusals, and how many files have each status."""
    summary = {status.value: report.count(status) for status in Status}
    document = {"files": [file_object(file) for file in report.files], "summary": summary}
    return json.dumps(document, indent=2) + "\n"


def file_object(file: FixedFile) -> dict[str, object]:
    """Return one file's outcome as JSON data."""
    result = file.result
    return {
        "path": result.path,
        "status": result.status.value,
        "output": file.output,
        "functions": [
            {"name": one.name, "kind": one.kind, "original_lines": list(one.original_lines)} for one in result.functions
        ],
        "refusals": [refusal_object(one) for one in result.refusals],
        "notes": [refusal_object(one) for one in result.notes],
    }


def refusal_object(refusal: Refusal) -> dict[str, object]:
    """Return a refusal or note as JSON data."""
    place = {"cell": refusal.cell} if refusal.cell else {}
    return {
        "code": refusal.code,
        "path": refusal.path,
        **place,
        "row": refusal.row,
        "reason": refusal.reason,
        "advice": refusal.advice,
    }


def refusal_lines(refusal: Refusal, style: Style) -> list[str]:
    """Return a refusal or note for people: place, code and reason, then what to do."""
    cell = f"cell {refusal.cell}:" if refusal.cell else ""
    lines = [f"  {refusal.path}:{cell}{refusal.row}: {style.red(refusal.code)} {refusal.reason}"]
    return [*lines, f"      {refusal.advice}"] if refusal.advice else lines


def _file(file: FixedFile, style: Style) -> list[str]:
    result = file.result
    lines = [f"{style.bold(result.path)}: {_outcome(file, style)}"]
    if result.status is not Status.ERROR:
        lines += [line for one in result.refusals for line in refusal_lines(one, style)]
    notes = [line for one in result.notes for line in refusal_lines(one, Style())]
    return [*lines, *(["  Worth knowing:", *notes] if notes else [])]


def _outcome(file: FixedFile, style: Style) -> str:
    match file.result.status:
        case Status.NATIVE:
            where = f", written to {file.output}" if file.output != file.result.path else ""
            return style.green(f"{_NATIVE}{_steps(file.result)}") + where
        case Status.COMPAT:
            return style.yellow("runs as TensorFlow 1 under tf.compat.v1")
        case Status.UNCHANGED:
            return "nothing to migrate"
        case Status.REFUSED:
            return style.yellow("left as it is")
        case Status.ERROR:
            return style.red("could not be worked on")


def _steps(result: FileResult) -> str:
    steps = [one.name for one in result.functions if one.kind == "step"]
    return f" ({counted(len(steps), 'step function')}: {', '.join(steps)})" if steps else ""


def _summary(report: FixReport) -> str:
    words = {
        Status.NATIVE: "native",
        Status.COMPAT: "under tf.compat.v1",
        Status.REFUSED: "left as they are",
        Status.UNCHANGED: "with nothing to migrate",
        Status.ERROR: "could not be worked on",
    }
    parts = [f"{report.count(status)} {word}" for status, word in words.items() if report.count(status)]
    return f"{counted(len(report.files), 'file')}: {', '.join(parts) or 'none'}."
