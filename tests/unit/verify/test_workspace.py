from __future__ import annotations

import json
from pathlib import Path

import pytest

from tf2migrate.model.plan import SiteMap, SourceMap
from tf2migrate.model.source import NodeRef, Span
from tf2migrate.model.verdict import VerifyOptions
from tf2migrate.verify.instrument import SITE
from tf2migrate.verify.workspace import CannotCompare, Workspace, read_pair

BEFORE = "sess = 1\nloss = sess.run(a)\n"
AFTER = "loss = step()\n"


def source_map(path: str) -> SourceMap:
    site = SiteMap(NodeRef(path, "Call", 2, 7, 2, 18), Span(7, 13), (((), ()),))
    return SourceMap(path, ((1, 2),), (site,))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project" / "inner"
    folder.mkdir(parents=True)
    (folder / "before.py").write_text(BEFORE, encoding="utf-8")
    (folder / "data.txt").write_text("1", encoding="utf-8")
    (folder / ".git").mkdir()
    (folder / ".git" / "config").write_text("", encoding="utf-8")
    other = tmp_path / "migrated"
    other.mkdir()
    (other / "before.py").write_text(AFTER, encoding="utf-8")
    return tmp_path


def test_both_copies_are_instrumented_and_share_data(project: Path) -> None:
    original, migrated = project / "project" / "inner" / "before.py", project / "migrated" / "before.py"
    options = VerifyOptions(root=project / "project")
    pair = read_pair(original, migrated, source_map(str(original)), options)
    (project / "work").mkdir()
    workspace = Workspace(project / "work", pair, options)
    order, folder = workspace.lay_out("original", "original", 200, 10.0)
    assert (folder / "before.py").read_text(encoding="utf-8") == f"sess = 1\nloss = {SITE}(0, (sess.run(a)))\n"
    pristine = json.loads(order.read_text(encoding="utf-8"))["pristine"]
    assert Path(pristine[str(folder / "before.py")]).read_text(encoding="utf-8") == BEFORE
    _, folder = workspace.lay_out("emitted", "migrated", 5)
    assert (folder / "before.py").read_text(encoding="utf-8") == f"loss = {SITE}(0, (step()))\n"
    assert (folder / "data.txt").read_text(encoding="utf-8") == "1"
    assert not (folder / ".git").exists()
    assert original.read_text(encoding="utf-8") == BEFORE
    assert pair.originals_of(("inner/before.py", 1)) == {("inner/before.py", 2)}
    assert [(site.original, site.migrated) for site in pair.sites] == [("inner/before.py:2", "inner/before.py:1")]


def test_a_site_that_is_no_expression_is_named(project: Path) -> None:
    original, migrated = project / "project" / "inner" / "before.py", project / "migrated" / "before.py"
    wrong = SourceMap("before.py", (), (SiteMap(NodeRef("before.py", "Call", 2, 7, 2, 18), Span(0, 13), ()),))
    pair = read_pair(original, migrated, wrong, VerifyOptions())
    assert (pair.sites, pair.unreadable_sites) == ([], ["before.py:2"])


def test_what_cannot_be_laid_out_is_one_line(project: Path) -> None:
    original = project / "project" / "inner" / "before.py"
    with pytest.raises(CannotCompare, match="cannot be read"):
        read_pair(original, project / "none.py", None, VerifyOptions())
    with pytest.raises(CannotCompare, match="does not lie in"):
        read_pair(original, project / "migrated" / "before.py", None, VerifyOptions(root=project / "migrated"))
    with pytest.raises(CannotCompare, match="does not lie in"):
        read_pair(original, original, source_map("elsewhere.py"), VerifyOptions())


def test_two_names_of_one_mark() -> None:
    """What marks the processes of an order is said by the child and looked for by the parent."""
    from tf2migrate.verify import process

    child = Path(process.CHILD).parent / "program.py"
    assert f'MARK = "{process.MARK}"' in child.read_text(encoding="utf-8")
