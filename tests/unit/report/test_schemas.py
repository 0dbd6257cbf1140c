"""The forms that other programs read, held against their schemas by libraries that know them."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET

import pytest

from tf2migrate.model.diagnostics import Applicability, Diagnostic, Fix
from tf2migrate.model.results import CellStart, CheckedFile, CheckReport
from tf2migrate.model.source import Edit, Location, Span
from tf2migrate.report.check_json import GitlabWriter
from tf2migrate.report.junit import JunitWriter
from tf2migrate.report.sarif import SarifWriter
from tf2migrate.report.writer import render
from tf2migrate.workflow.pages import all_codes

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
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)
