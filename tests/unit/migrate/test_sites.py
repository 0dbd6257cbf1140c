"""What becomes of each run: gone, read eagerly, or a call."""

from __future__ import annotations

import textwrap
from collections.abc import Callable

import pytest

from tf2migrate.migrate.refusal import Refused
from tf2migrate.migrate.sites import EagerSite, InitSite, StepSite, classify_sites, fetched, leaves
from tf2migrate.migrate.view import ProgramView

View = Callable[[str], ProgramView]

GRAPH = """
x = tf.placeholder(tf.float32, [])
w = tf.Variable(1.0)
b = tf.Variable(2.0)
fixed = tf.constant(3.0)
y = w * x
twice = w * 2.0
up = tf.assign_add(w, 1.0)
both = [w, b]
init = tf.global_variables_initializer()
sess = tf.Session()
"""


def kinds(view: View, run: str, graph: str = GRAPH) -> list[type]:
    return [type(site) for site in classify_sites(view(graph + textwrap.dedent(run)))]


@pytest.mark.parametrize(
    ("run", "kind"),
    [
        ("sess.run(init)", InitSite),
        ("init.run(session=sess)", InitSite),
        ("sess.run([init])", InitSite),
        ("sess.run(tf.global_variables_initializer())", InitSite),
        ("sess.run(w.initializer)", InitSite),
        ("sess.run(tf.variables_initializer([w]))", InitSite),
        ("sess.run(w)", EagerSite),
        ("w.eval(session=sess)", EagerSite),
        ("sess.run([w, b])", EagerSite),
        ("sess.run(both)", EagerSite),
        ("sess.run(fixed)", EagerSite),
        ("sess.run(fixed * 2.0)", EagerSite),
        ("sess.run(tf.assign(w, 5.0))", EagerSite),
        ("sess.run(w.assign(b + 1.0))", EagerSite),
        ("sess.run(tf.random_normal([2]))", EagerSite),
        ("sess.run(y, {x: 1.0})", StepSite),
        ("sess.run(twice)", StepSite),
        ("sess.run(up)", StepSite),
        ("sess.run([w, up])", StepSite),
        ("sess.run(twice + 1.0)", StepSite),
        ("sess.run(x, {x: 1.0})", StepSite),
    ],
)
def test_kinds_of_runs(view: View, run: str, kind: type) -> None:
    assert kinds(view, run) == [kind]


@pytest.mark.parametrize(
    "run",
    [
        "sess.run([tf.assign(w, b), tf.assign(b, w)])",
        "sess.run([tf.assign_add(w, 1.0), w])",
        "sess.run([tf.random_normal([]), tf.assign(w, 3.0)])",
    ],
)
def test_several_effects_made_at_the_run_are_no_eager_reads(view: View, run: str) -> None:
    assert kinds(view, run) == [StepSite]


def test_an_initializer_names_its_variables_but_no_slots(view: View) -> None:
    found = view(
        GRAPH.replace("init =", "train = tf.train.AdamOptimizer(0.1).minimize(tf.square(w))\ninit =") + "sess.run(init)"
    )
    (site,) = classify_sites(found)
    assert isinstance(site, InitSite)
    assert {found.nodes[v].op for v in site.variables} == {"tf.Variable"}
    assert len(site.variables) == 2


def test_sites_come_once_each_in_the_order_of_their_first_visit(view: View) -> None:
    found = view(GRAPH + "sess.run(init)\nfor i in range(2):\n    sess.run(up)\n    print(sess.run(y, {x: i}))\n")
    sites = classify_sites(found)
    assert [site.site.line for site in sites] == sorted(site.site.line for site in sites)
    assert [type(site) for site in sites] == [InitSite, StepSite, StepSite]


def test_the_leaves_of_a_fetch_in_order(view: View) -> None:
    found = view(GRAPH + "sess.run({'a': [y, w], 'b': (b,)}, {x: 1.0})")
    (visit,) = found.program.visits
    assert [found.nodes[leaf.node].op for leaf in leaves(visit.fetch)] == [
        *("operator.mul", "tf.Variable", "tf.Variable")
    ]
    assert len(fetched(visit)) == 3


@pytest.mark.parametrize(
    ("run", "code"),
    [
        ("sess.run([init, y], {x: 1.0})", "TFM974"),
        ("sess.run(up, {x: 1.0, w: 5.0})", "TFM979"),
        ("import sys\nsess.run([y, w][len(sys.argv)], {x: 1.0})", "TFM983"),
        ("import sys\nsess.run(sys.argv[1], {x: 1.0})", "TFM983"),
        ("for one in (init, up):\n    sess.run(one)", "TFM983"),
        ("import sys\nfeed = {x: 1.0}\nif sys.argv:\n    feed = None\nsess.run(y, feed)", "TFM983"),
        (
            "from collections import namedtuple\nPair = namedtuple('Pair', 'a b')\nsess.run(Pair(w, y), {x: 1.0})",
            "TFM983",
        ),
    ],
)
def test_what_is_not_certain_is_refused(view: View, run: str, code: str) -> None:
    with pytest.raises(Refused) as caught:
        classify_sites(view(GRAPH + run))
    refusal = caught.value.refusal
    assert refusal.code == code
    assert refusal.reason and refusal.advice
