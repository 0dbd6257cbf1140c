from __future__ import annotations

from tf2migrate.model.plan import SiteMap, SourceMap
from tf2migrate.model.source import NodeRef, Span
from tf2migrate.verify.edited import follow_edits

PLANNED = "import a\nx = step(1)\nfor i in range(3):\n    y = step(i)\n"


def planned_map() -> SourceMap:
    sites = [
        SiteMap(NodeRef("p.py", "Call", 5, 4, 5, 9), Span(PLANNED.index(text), PLANNED.index(text) + 7), (((), ()),))
        for text in ("step(1)", "step(i)")
    ]
    return SourceMap("p.py", ((2, 5), (4, 8)), tuple(sites))


def test_sites_move_with_their_lines() -> None:
    edited = "# ours\n" + PLANNED.replace("for", "# again\nfor")
    followed = follow_edits(planned_map(), PLANNED, edited)
    assert followed is not None
    assert (followed.kept, followed.sites, followed.map.lines) == (2, 2, ((3, 5), (6, 8)))
    spans = [site.migrated for site in followed.map.sites]
    assert [edited[span.start : span.end] for span in spans if span] == ["step(1)", "step(i)"]


def test_a_site_whose_line_changed_is_left_out() -> None:
    followed = follow_edits(planned_map(), PLANNED, PLANNED.replace("y = step(i)", "y = step(i) + 1"))
    assert followed is not None
    assert (followed.kept, followed.sites, followed.map.lines) == (1, 2, ((2, 5),))


def test_another_program_is_not_followed() -> None:
    assert follow_edits(planned_map(), PLANNED, "print(1)\nprint(2)\n") is None
