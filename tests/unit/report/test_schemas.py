"""The forms that other programs read, held against their schemas by libraries that know them."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path
from urllib.request import urlopen

import pytest

from tf2migrate.model.diagnostics import Applicability, Diagnostic, Fix
from tf2migrate.model.results import CellStart, CheckedFile, CheckReport
from tf2migrate.model.source import Edit, Location, Span
from tf2migrate.report.check_json import GithubWriter, GitlabWriter, JsonWriter
from tf2migrate.report.check_text import TextWriter
from tf2migrate.report.junit import JunitWriter
from tf2migrate.report.sarif import SarifWriter
from tf2migrate.report.style import Style
from tf2migrate.report.writer import render
from tf2migrate.workflow.pages import all_codes

ROOT = Path(__file__).resolve().parents[3]
TEXT = "x = tf.to_float(1)\ny = 2\n"
FIX = Fix("Cast", (Edit(Span(4, 15), "tf.cast("),), Applicability.SAFE)
FOUND = Diagnostic("a b.py", "TFM003", "typed_cast", 'old <&> "x" \x00', Location(1, 5), Location(1, 16), FIX)
BAD = Diagnostic("b.py", "TFM000", "unreadable-file", "bad", Location(3, 1), Location(3, 1))
REPORT = CheckReport(
    (
        CheckedFile("a b.py", TEXT, (FOUND, FOUND)),
        CheckedFile("clean.py", TEXT, ()),
        CheckedFile("/n.ipynb", TEXT, (Diagnostic("/n.ipynb", *("TFM101", "session", "m"), Location(2, 1), Location(2, 2)),), (CellStart(1, 1), CellStart(2, 3))),
        CheckedFile("b.py", "", (BAD,), failed=True),
    )
)  # fmt: skip
EMPTY = CheckReport((CheckedFile("clean.py", TEXT, ()),))


@pytest.mark.parametrize(("report", "count"), [(REPORT, 4), (EMPTY, 0), (CheckReport(()), 0)])
def test_sarif(report: CheckReport, count: int) -> None:
    sarif = pytest.importorskip("sarif_pydantic")
    text = render(SarifWriter("1.0", all_codes()), report)
    document = sarif.Sarif.model_validate_json(text)
    (run,) = document.runs
    assert len(run.results or []) == count
    data = json.loads(text)["runs"][0]
    identifiers = [rule["id"] for rule in data["tool"]["driver"]["rules"]]
    assert len(set(identifiers)) == len(identifiers)
    assert all(identifiers[one["ruleIndex"]] == one["ruleId"] for one in data["results"])
    known = {"tool", "columnKind", "results", "invocations"}  # names that the schema has for a run
    assert data.keys() == known


def test_sarif_that_is_wrong_would_be_noticed() -> None:
    sarif = pytest.importorskip("sarif_pydantic")
    broken = json.loads(render(SarifWriter("1.0", all_codes()), REPORT))
    broken["runs"][0]["results"][0]["message"] = "no object"
    with pytest.raises(ValueError, match="message"):
        sarif.Sarif.model_validate(broken)


@pytest.mark.parametrize("report", [REPORT, EMPTY, CheckReport(())])
def test_junit(report: CheckReport) -> None:
    root = ET.fromstring(render(JunitWriter(), report))
    assert root.tag == "testsuites"
    assert len(root) > 0
    for suite in root:
        cases = suite.findall("testcase")
        assert suite.tag == "testsuite" and suite.attrib["name"]
        assert int(suite.attrib["tests"]) == len(cases) > 0
        assert int(suite.attrib["failures"]) == len(suite.findall("testcase/failure"))
        assert int(suite.attrib["errors"]) == len(suite.findall("testcase/error"))
        assert all(case.attrib["name"] and case.attrib["classname"] for case in cases)


# What Jenkins's schema (junit-10.xsd, pytest's `xunit2`) has for each element: attributes, those it must have, children.
JUNIT = {
    "testsuites": ({"name", "time", "tests", "failures", "errors"}, set(), {"testsuite"}),
    "testsuite": (
        {"name", "tests", "failures", "errors", "skipped", "time", "timestamp", "hostname", "id", "package"},
        {"name", "tests", "failures", "errors"},
        {"properties", "testcase", "system-out", "system-err"},
    ),
    "testcase": (
        {"name", "classname", "group", "time"},
        {"name", "classname"},
        {"failure", "error", "skipped", "system-out", "system-err"},
    ),
    "failure": ({"type", "message"}, set(), set()),
    "error": ({"type", "message"}, set(), set()),
}


@pytest.mark.parametrize("report", [REPORT, EMPTY, CheckReport(())])
def test_junit_has_only_what_the_schema_has(report: CheckReport) -> None:
    text = render(JunitWriter(), report)
    assert text.startswith('<?xml version="1.0" encoding="UTF-8"?>\n')
    for element in ET.fromstring(text).iter():
        attributes, needed, children = JUNIT[element.tag]
        assert needed <= element.attrib.keys() <= attributes
        assert {child.tag for child in element} <= children
        assert all(element.attrib[name].isdigit() for name in ("tests", "failures", "errors") if name in element.attrib)
        assert float(element.attrib.get("time", 0)) == 0


def test_junit_names_the_place() -> None:
    root = ET.fromstring(render(JunitWriter(), REPORT))
    names = [case.attrib["name"] for case in root.iter("testcase")]
    assert names[0] == "TFM003 typed_cast at line 1, column 5"
    assert names[2] == "TFM101 session at line 1, column 1, cell 3"
    (failure, *_) = root.iter("failure")
    assert failure.attrib["message"] == 'old <&> "x" ?'


def test_gitlab_has_what_a_code_quality_report_needs() -> None:
    issues = json.loads(render(GitlabWriter(), REPORT))
    for issue in issues:
        assert issue.keys() == {"check_name", "description", "fingerprint", "severity", "location"}
        assert issue["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert issue["location"].keys() == {"path", "lines"}
        assert issue["location"]["lines"].keys() == {"begin"} and issue["location"]["lines"]["begin"] >= 1
        assert re.fullmatch("[0-9a-f]{64}", issue["fingerprint"])
        assert issue["description"] and re.fullmatch("TFM[0-9]{3}", issue["check_name"])
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)
    assert render(GitlabWriter(), EMPTY) == "[]\n"


def test_paths_for_code_hosts_begin_at_the_top_of_the_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    report = CheckReport((replace(REPORT.files[0], path=str(tmp_path / "a" / "b.py")),))
    (issue, _) = json.loads(render(GitlabWriter(), report))
    assert issue["location"]["path"] == "a/b.py"
    found = CheckedFile(str(tmp_path / "a.py"), TEXT, (replace(FOUND, path=str(tmp_path / "a.py")),))
    assert ",file=a.py," in render(GithubWriter(), CheckReport((found,)))


def test_findings_of_notebooks_name_the_cell() -> None:
    (book,) = (file for file in REPORT.files if file.cells)
    report = CheckReport((book,))
    (result,) = json.loads(render(SarifWriter("1.0", all_codes()), report))["runs"][0]["results"]
    assert result["message"]["text"] == "m (cell 3)"
    assert result["locations"][0]["logicalLocations"] == [{"name": "cell 3", "kind": "cell"}]
    assert json.loads(render(GitlabWriter(), report))[0]["description"] == "TFM101: m (cell 3)"
    assert render(GithubWriter(), report).endswith("::TFM101: m (cell 3)\n")
    assert json.loads(render(JsonWriter(), report))[0]["cell"] == 3
    assert "/n.ipynb:cell 3:1:1" in render(TextWriter(Style()), report)


def test_every_finding_and_rule_has_its_page() -> None:
    rules = json.loads(render(SarifWriter("1.0", all_codes()), EMPTY))["runs"][0]["tool"]["driver"]["rules"]
    for rule in rules:
        page = (ROOT / "docs" / "rules" / f"{rule['id']}.md").read_text(encoding="utf-8")
        assert rule["help"]["markdown"].rstrip() == page.rstrip()
        assert "helpUri" not in rule  # the page of this installation is not on the machine that reads the report
    for one in json.loads(render(JsonWriter(), REPORT)):
        with urlopen(one["url"]) as page:
            assert page.read().decode().startswith(f"# {one['code']}")
    linked = render(TextWriter(Style(color=True)), REPORT)
    assert all(f"file://{ROOT.as_posix()}/docs/rules/{code}.md" in linked for code in ("TFM003", "TFM101"))


def test_pages_are_linked_where_they_are_published() -> None:
    site = "https://docs.test/rules/"
    rules = json.loads(render(SarifWriter("1.0", all_codes(), site), EMPTY))["runs"][0]["tool"]["driver"]["rules"]
    assert all(rule["helpUri"] == f"{site}{rule['id']}.md" for rule in rules)
    assert all(one["url"] == f"{site}{one['code']}.md" for one in json.loads(render(JsonWriter(site), REPORT)))
    assert f"{site}TFM003.md" in render(TextWriter(Style(color=True), site), REPORT)
