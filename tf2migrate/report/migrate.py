"""The whole job on a tree: for people and as JSON."""

from __future__ import annotations

import json

from tf2migrate.model.plan import Status
from tf2migrate.model.results import MigrateReport, Verification
from tf2migrate.model.verdict import VerdictKind
from tf2migrate.report.fix import file_object, render_fix
from tf2migrate.report.style import Style, counted
from tf2migrate.report.verify import render_verify, verdict_object


def render_migrate(report: MigrateReport, style: Style) -> str:
    """Return findings, files and verdicts, and where the report lies."""
    before = report.before.diagnostics
    lines = [f"check: {counted(len(before), 'finding')} in {counted(len(report.before.files), 'file')}"]
    lines += ["fix:", _indented(render_fix(report.fixed, style))]
    lines += (
        ["verify:", *(_indented(render_verify(one, style)) for one in report.verifications)]
        if report.verifications
        else []
    )
    lines.append(f"{report.percent_native:.0f} % native; report: {report.output}/report.html")
    return "\n".join(lines) + "\n"


def render_migrate_json(report: MigrateReport) -> str:
    """Return each file with its status, findings and verdict, and the totals."""
    verdicts = {one.original: one for one in report.verifications}
    before = {file.path: len(file.diagnostics) for file in report.before.files}
    after = {file.path: len(file.diagnostics) for file in report.after.files}
    files = [
        {
            **file_object(file),
            "findings_before": before.get(file.result.path, 0),
            "findings_after": after.get(file.output, 0),
            "verdict": _verdict(verdicts.get(file.result.path)),
        }
        for file in report.fixed.files
    ]
    summary = {
        **{status.value: report.fixed.count(status) for status in Status},
        "verdicts": {kind.value: report.verdict(kind) for kind in VerdictKind},
        "percent_native": round(report.percent_native, 1),
    }
    document = {"source": report.source, "output": report.output, "files": files, "summary": summary}
    return json.dumps(document, indent=2) + "\n"


def _verdict(verification: Verification | None) -> dict[str, object] | None:
    return verdict_object(verification) if verification is not None else None


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" if line else line for line in text.rstrip("\n").split("\n"))
