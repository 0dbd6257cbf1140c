from __future__ import annotations

import json

from tf2migrate.model.diagnostics import Applicability, Diagnostic, Fix
from tf2migrate.model.results import CellStart, CheckedFile, CheckReport
from tf2migrate.model.source import Edit, Location, Span
from tf2migrate.report.check_json import GithubWriter, GitlabWriter, JsonWriter
from tf2migrate.report.check_text import StatisticsWriter, TextWriter
from tf2migrate.report.diff import render_diff
from tf2migrate.report.sarif import SarifWriter
from tf2migrate.report.style import Style
from tf2migrate.report.writer import render

TEXT = "# é\n\tx = tf.to_float(1)\n"
FIX = Fix("Cast", (Edit(Span(9, 20), "tf.cast("), Edit(Span(21, 21), ", tf.float32")))


def finding(path: str = "a.py", fix: Fix | None = FIX, message: str = "old: 50%, new") -> Diagnostic:
    return Diagnostic(path, "TFM003", "typed_cast", message, Location(2, 6), Location(2, 17), fix)


def report(*files: CheckedFile) -> CheckReport:
    return CheckReport(files or (CheckedFile("a.py", TEXT, (finding(),)),))


def unreadable() -> CheckedFile:
    place = Location(3, 1)
    return CheckedFile("b.py", "", (Diagnostic("b.py", "TFM000", "unreadable-file", "bad", place, place),), failed=True)


RULES = (
    ("TFM000", "unreadable-file", "Bad", "# Bad"),
    ("TFM003", "typed_cast", "Old casts", "# Old"),
    ("TFM101", "session", "Sessions", "# Sessions"),
)


def render_json(report: CheckReport) -> str:
    return render(JsonWriter(), report)


def render_gitlab(report: CheckReport) -> str:
    return render(GitlabWriter(), report)


def render_github(report: CheckReport) -> str:
    return render(GithubWriter(), report)


def render_sarif(report: CheckReport, version: str) -> str:
    return render(SarifWriter(version, RULES), report)


def render_check(report: CheckReport, style: Style) -> str:
    return render(TextWriter(style), report)


def render_statistics(report: CheckReport, style: Style) -> str:
    return render(StatisticsWriter(style), report)


def test_text_points_at_the_place_below_tabs() -> None:
    lines = render_check(report(), Style()).splitlines()
    assert lines[:7] == [
        "`tf2migrate check --fix` does these (1):",
        "",
        "a.py:2:6: TFM003 [*] old: 50%, new",
        "  |",
        "2 | \tx = tf.to_float(1)",
        "  | \t    ^^^^^^^^^^^",
        "  = Cast",
    ]
    assert "Found 1 finding in 1 of 1 file." in lines


def test_text_is_grouped_by_what_is_to_be_done() -> None:
    unsafe = Fix("Risk", FIX.edits, Applicability.UNSAFE)
    shown = Fix("Show", FIX.edits, Applicability.DISPLAY)
    text = render_check(
        report(CheckedFile("a.py", TEXT, (finding(fix=shown), finding(fix=unsafe), finding(), finding(fix=None)))),
        Style(),
    )
    headings = [line for line in text.splitlines() if line.endswith("):")]
    assert headings == [
        "`tf2migrate check --fix` does these (1):",
        "`tf2migrate check --fix --unsafe-fixes` does these; they may change behaviour (1):",
        "`tf2migrate fix` does these with the whole program (2):",
    ]
    assert text.count("TFM003 [") == 2
    notebook = CheckedFile("n.ipynb", TEXT, (finding("n.ipynb"),), (CellStart(1, 1),))
    assert "These are for you to look at (1):" in render_check(report(notebook), Style())


def test_text_of_any_length_and_any_characters_is_kept() -> None:
    text = "x = 'é\ud800'  # " + "y" * 5000 + "\n"
    one = Diagnostic("a.py", "TFM101", "session", "m", Location(1, 1), Location(1, 2))
    many = render_check(report(CheckedFile("a\udcff.py", text, (one,) * 400)), Style())
    assert many.count("a\udcff.py:1:1: TFM101 m") == 400


def test_files_that_could_not_be_read_are_not_counted_as_findings() -> None:
    assert render_check(report(unreadable()), Style()) == "No findings in 0 files.\n"


def test_a_finding_over_several_lines_is_underlined_to_the_end_of_its_first() -> None:
    wide = Diagnostic("a.py", "TFM101", "session", "m", Location(1, 3), Location(2, 5))
    assert "  |   ^\n" in render_check(report(CheckedFile("a.py", TEXT, (wide,))), Style())


def test_statistics_count_the_most_frequent_first() -> None:
    other = Diagnostic("a.py", "TFM101", "session", "m", Location(1, 1), Location(1, 2))
    both = report(CheckedFile("a.py", TEXT, (other, finding(), finding())))
    assert render_statistics(both, Style()).startswith("2  TFM003  typed_cast\n1  TFM101  session\n\n")


def test_statistics_have_the_native_share_of_files_and_folders() -> None:
    files = (
        CheckedFile("p/a/one.py", TEXT, (finding(),)),
        CheckedFile("p/a/two.py", TEXT, ()),
        CheckedFile("p/b/three.py", TEXT, ()),
        CheckedFile("p/b/none.py", "", (), mentions_tensorflow=False),
    )
    lines = render_statistics(report(*files), Style()).splitlines()
    assert lines[2:] == [
        "  0.0 % native  p/a/one.py (1 finding)",
        "100.0 % native  p/a/two.py",
        "100.0 % native  p/b/three.py",
        " 50.0 % native  p/a/ (1 finding)",
        "100.0 % native  p/b/",
        " 66.7 % native  all 3 files with TensorFlow (1 finding)",
    ]
    assert render_statistics(report(files[-1]), Style()) == ""


def test_json_edits_have_rows_and_columns_in_code_points() -> None:
    (data,) = json.loads(render_json(report()))
    assert data["fix"]["edits"] == [
        {"content": "tf.cast(", "location": {"row": 2, "column": 6}, "end_location": {"row": 2, "column": 17}},
        {"content": ", tf.float32", "location": {"row": 2, "column": 18}, "end_location": {"row": 2, "column": 18}},
    ]


def test_json_of_a_notebook_counts_within_the_cell() -> None:
    notebook = CheckedFile("n.ipynb", TEXT, (finding("n.ipynb"),), (CellStart(1, 2), CellStart(2, 5)))
    (data,) = json.loads(render_json(report(notebook)))
    assert (data["cell"], data["location"]) == (5, {"row": 1, "column": 6})
    assert data["fix"]["edits"][0]["location"] == {"row": 1, "column": 6}


def test_github_escapes_what_would_end_a_command() -> None:
    assert render_github(report()) == (
        "::warning title=TFM003 typed_cast,file=a.py,line=2,col=6,endLine=2,endColumn=17::TFM003: old: 50%25, new\n"
    )
    assert render_github(report(unreadable())).startswith("::error ")
    assert "file=a%2Cb%3A.py," in render_github(report(CheckedFile("a,b:.py", TEXT, (finding("a,b:.py"),))))


def test_gitlab_fingerprints_differ_for_equal_findings_and_do_not_depend_on_the_line() -> None:
    moved = Diagnostic("a.py", "TFM003", "typed_cast", "old: 50%, new", Location(1, 1), Location(1, 2))
    twice = json.loads(render_gitlab(report(CheckedFile("a.py", TEXT, (finding(), finding())))))
    once = json.loads(render_gitlab(report(CheckedFile("a.py", TEXT, (moved,)))))
    assert len({issue["fingerprint"] for issue in twice}) == 2
    assert once[0]["fingerprint"] == twice[0]["fingerprint"]
    assert once[0]["location"] == {"path": "a.py", "lines": {"begin": 1}}


def test_sarif_says_how_it_counts_columns_and_carries_fixes() -> None:
    (run,) = json.loads(render_sarif(report(CheckedFile("a b.py", TEXT, (finding("a b.py"),)), unreadable()), "9"))[
        "runs"
    ]
    assert run["columnKind"] == "unicodeCodePoints"
    assert run["invocations"] == [{"executionSuccessful": False}]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["TFM000", "TFM003", "TFM101"]
    first, second = run["results"]
    assert (first["ruleIndex"], second["ruleIndex"]) == (1, 0)
    assert first["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "a%20b.py"},
        "region": {"startLine": 2, "startColumn": 6, "endLine": 2, "endColumn": 17},
    }
    replaced = first["fixes"][0]["artifactChanges"][0]["replacements"][0]
    assert replaced["insertedContent"] == {"text": "tf.cast("}
    assert "fixes" not in second


def test_a_diff_of_text_without_a_last_line_end_can_be_read_by_patch() -> None:
    assert render_diff("a.py", "x\ny", "x\nz\n", Style()) == (
        "--- a.py\n+++ a.py\n@@ -1,2 +1,2 @@\n x\n-y\n\\ No newline at end of file\n+z\n"
    )
    assert render_diff("a.py", "x\n", "x\n", Style()) == ""


def test_a_diff_splits_at_line_feeds_alone() -> None:
    assert render_diff("a.py", "x = '\x0c\u2028'\n", "", Style()).count("\n-") == 1


def test_colors_wrap_and_empty_text_stays_empty() -> None:
    style = Style(color=True)
    assert style.red("x") == "\x1b[1;31mx\x1b[0m"
    assert style.red("") == ""
    assert "\x1b[32m+z\x1b[0m\n" in render_diff("a.py", "x\n", "z\n", style)
