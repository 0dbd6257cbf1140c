from __future__ import annotations

from html.parser import HTMLParser

from tf2migrate.model.results import Verification
from tf2migrate.model.trace import Call, Curve, Trace, VariableLine
from tf2migrate.model.verdict import Compared, Difference, Verdict, VerdictKind
from tf2migrate.report.verify_html import render_verify_html

CALLS = tuple(Call(number, "before.py:2", "after.py:1", 10.0**-number, 1e-7) for number in range(1, 9))
TRACE = Trace(
    CALLS,
    (Curve("loss<x>", "before.py:2", (1, 2, 3), (3.0, 2.0, 1.0), (3.0, 2.0, 1.5)),),
    (VariableLine("w", "kernel", 12, 0.5, 0.25, False),),
    {"before.py": "import a\nsess.run(loss)\n"},
    {"after.py": "step()\n"},
)
DIFFERENCE = Difference("before.py:2", "after.py:1", 3, "loss<x>", 0.5, 0.5, "numbers differ")
VOID = {"meta", "br", "hr", "polyline", "polygon", "circle", "line"}


class Balanced(HTMLParser):
    """Fails on a tag that is closed wrongly, and notes what is loaded from elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.loaded: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.loaded += [value or "" for name, value in attributes if name in ("src", "href")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag


def page(verdict: Verdict) -> str:
    text = render_verify_html(Verification("before.py", "after.py", verdict), "0.0")
    parser = Balanced()
    parser.feed(text)
    assert (parser.open, parser.loaded) == ([], [])
    return text


def test_a_difference_has_its_lines_curves_errors_and_variables() -> None:
    text = page(Verdict(VerdictKind.DIFFERS, "numbers differ", Compared(8, 8), DIFFERENCE, noise=1e-7, trace=TRACE))
    assert 'here">sess.run(loss)</td>' in text
    assert 'here">step()</td>' in text
    assert "loss&lt;x&gt; at run 3" in text and "loss<x>" not in text
    assert text.count("<svg") == 2
    assert "ten times the original&#x27;s own noise" in text
    assert 'class="badge bad">differs' in text
    assert "kernel" in text


def test_a_verdict_without_anything_is_a_page_too() -> None:
    text = page(Verdict(VerdictKind.NOT_VERIFIED, "a module is missing"))
    assert "a module is missing" in text
    assert "<svg" not in text


def test_constant_and_single_values_can_be_drawn() -> None:
    curve = Curve("loss", "before.py:2", (1, 2, 3), (0.0, 0.0, 0.0), (0.0, 0.0, 0.0))
    calls = (Call(1, "before.py:2", "after.py:1", 0.0),)
    assert page(Verdict(VerdictKind.EQUAL, trace=Trace(calls, (curve,)))).count("<svg") == 2
