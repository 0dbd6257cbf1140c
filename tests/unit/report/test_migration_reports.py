from __future__ import annotations

import json
from html.parser import HTMLParser

import pytest

from tf2migrate.model.diagnostics import Diagnostic
from tf2migrate.model.plan import EmittedFunction, FileResult, Refusal, Status
from tf2migrate.model.results import CheckedFile, CheckReport, FixedFile, FixReport, MigrateReport, Verification
from tf2migrate.model.source import Location
from tf2migrate.model.verdict import Compared, Difference, Level, LevelKind, Levels, Side, Verdict, VerdictKind
from tf2migrate.report.fix import render_fix
from tf2migrate.report.html import render_html
from tf2migrate.report.migrate import render_migrate, render_migrate_json
from tf2migrate.report.style import Style
from tf2migrate.report.verify import render_verify, render_verify_json

EQUAL = Verdict(
    VerdictKind.EQUAL,
    compared=Compared(3, 1200, 2, 1),
    levels=Levels(Level(LevelKind.EQUAL, exact=True), Level(LevelKind.EQUAL), Level()),
    max_rel=2e-6,
    noise=1e-7,
    sites_not_run=("src/a.py:9",),
    reference="compat 2.21",
)
DIFFERS = Verdict(
    VerdictKind.DIFFERS,
    first_difference=Difference("a.py:3", "out/a.py:5", 2, "<loss>", 0.5, float("inf")),
    max_rel=float("nan"),
)
REFUSAL = Refusal("src/b.py", 7, "TFM950", "uses <Estimator>", "write a loop")


def finding(path: str) -> Diagnostic:
    return Diagnostic(path, "TFM101", "session", "m", Location(1, 1), Location(1, 2))


@pytest.fixture
def migrated() -> MigrateReport:
    steps = (EmittedFunction("train_step", "step", (4,)), EmittedFunction("net", "module", (2,)))
    fixed = FixReport(
        (
            FixedFile(FileResult("src/a.py", Status.NATIVE, "x = 1 < 2\n", steps), "x = 1\n", "out/a.py"),
            FixedFile(FileResult("src/b.py", Status.REFUSED, refusals=(REFUSAL,)), "", "out/b.py"),
            FixedFile(FileResult("src/c.py", Status.UNCHANGED), "", "out/c.py"),
        )
    )
    before = CheckReport(
        (
            CheckedFile("src/a.py", "", (finding("src/a.py"),) * 2),
            CheckedFile("src/b.py", "", (finding("src/b.py"),)),
            CheckedFile("src/c.py", "", (), mentions_tensorflow=False),
        )
    )
    after = CheckReport((CheckedFile("out/a.py", "", ()), CheckedFile("out/b.py", "", (finding("out/b.py"),))))
    return MigrateReport("src", "out", before, fixed, (Verification("src/a.py", "out/a.py", EQUAL),), after)


def test_a_verdict_for_people() -> None:
    text = render_verify(Verification("a.py", "b.py", EQUAL), Style())
    assert text.startswith("a.py and b.py: equal\n")
    assert (
        "1,200 values in 3 runs, 2 variables, 1 printed number; largest relative difference 2e-06, noise 1e-07" in text
    )
    assert "structure: equal, bit for bit\n" in text
    assert "program:" not in text
    assert "not executed: a.py:9" in text


def test_a_difference_and_a_crash_say_where_and_why() -> None:
    text = render_verify(Verification("a.py", None, DIFFERS), Style())
    assert "first difference: <loss> at run 2: a.py:3 and out/a.py:5 max abs 0.5, max rel inf" in text
    crashed = Verdict(VerdictKind.CRASHED, migrated=Side(1, 2.0, "Traceback\nNameError: x\n"))
    assert "  | NameError: x\n" in render_verify(Verification("a.py", "b.py", crashed), Style())


def test_a_program_that_is_not_native_says_what_stands_in_the_way() -> None:
    verdict = Verdict(VerdictKind.NOT_VERIFIED, "could not be verified: not native")
    text = render_verify(Verification("src/b.py", None, verdict, (REFUSAL,)), Style())
    assert "could not be verified: not native\n  src/b.py:7: TFM950 uses <Estimator>\n      write a loop\n" in text


def test_verdict_json_is_strict_and_has_the_fields_that_scripts_rely_on() -> None:
    text = render_verify_json(Verification("a.py", "b.py", DIFFERS))
    data = json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))
    wanted = "verdict compared first_difference levels max_rel noise rtol atol sites_not_run stand_ins reference device"
    assert {*wanted.split(), "original", "migrated"} <= data.keys()
    assert data["compared"].keys() == {"runs", "values", "variables", "printed", "updates", "files", "results"}
    assert data["first_difference"].keys() >= {"original", "migrated", "call", "name", "max_abs", "max_rel"}
    assert data["levels"].keys() == {"structure", "emitted", "program"}
    assert data["original"].keys() == {"exit", "seconds", "stderr_tail"}
    assert (data["verdict"], data["max_rel"], data["first_difference"]["max_rel"]) == ("differs", None, None)


def test_a_native_file_names_its_step_functions_and_notes(migrated: MigrateReport) -> None:
    text = render_fix(migrated.fixed, Style())
    assert "src/a.py: native TensorFlow 2 (1 step function: train_step), written to out/a.py\n" in text
    assert "src/c.py" not in text
    assert "src/c.py: nothing to migrate" in render_fix(migrated.fixed, Style(), everything=True)
    assert text.endswith("3 files: 1 native, 1 left as they are, 1 with nothing to migrate.\n")


def test_the_whole_job_for_people_and_as_json(migrated: MigrateReport) -> None:
    text = render_migrate(migrated, Style())
    assert text.startswith("check: 3 findings in 3 files\n")
    assert text.endswith("50 % native; report: out/report.html\n")
    data = json.loads(render_migrate_json(migrated))
    first, second, third = data["files"]
    assert (first["verdict"]["verdict"], first["findings_before"], first["findings_after"]) == ("equal", 2, 0)
    assert (second["status"], second["verdict"], second["findings_after"]) == ("refused", None, 1)
    assert third["status"] == "unchanged"
    assert data["summary"]["verdicts"]["equal"] == 1
    assert data["summary"]["percent_native"] == 50.0


@pytest.mark.parametrize(
    ("statuses", "kind", "expected"),
    [
        ((Status.NATIVE,), VerdictKind.EQUAL, 0),
        ((Status.NATIVE,), VerdictKind.DIFFERS, 1),
        ((Status.NATIVE,), VerdictKind.NOT_VERIFIED, 1),
        ((Status.NATIVE, Status.REFUSED), VerdictKind.EQUAL, 1),
        ((Status.REFUSED, Status.ERROR), VerdictKind.EQUAL, 2),
    ],
)
def test_exit_status(statuses: tuple[Status, ...], kind: VerdictKind, expected: int) -> None:
    files = tuple(FixedFile(FileResult(str(index), status), "", "") for index, status in enumerate(statuses))
    report = MigrateReport(
        *("src", "out", CheckReport(()), FixReport(files)), (Verification("0", "0", Verdict(kind)),), CheckReport(())
    )
    assert report.exit_status == expected


class Page(HTMLParser):
    """Checks that tags nest, and collects what the page loads and says."""

    void = frozenset({"meta", "br"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.loads: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.loads += [
            value or "" for name, value in attrs if name in ("src", "href") and not (value or "").startswith("#")
        ]
        if tag not in self.void:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_is_whole_escaped_and_loads_nothing(migrated: MigrateReport) -> None:
    page = Page()
    page.feed(render_html(migrated, "1.2.3"))
    page.close()
    assert page.open == []
    assert page.loads == []
    assert "uses <Estimator>" in page.text
    assert "x = 1 < 2" in page.text
    assert "1 of 1programs verified equal" in page.text
    assert "$" not in page.text
