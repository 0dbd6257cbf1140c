"""What run sites fetch and feed."""

from __future__ import annotations

import pytest

from tf2migrate.model.facts import FetchLeaf, FetchNest, FetchUnknown, Grade, Host, Kind, Known

SCRIPT = """
x = tf.placeholder(tf.float32, [None, 2], name="x")
w = tf.Variable(tf.zeros([2, 1]), name="w")
y = tf.matmul(x, w)
loss = tf.reduce_mean(y)
train = tf.train.GradientDescentOptimizer(0.1).minimize(loss)
sess = tf.Session()
"""


def test_a_fetched_tensor_and_what_is_fed(evaluate):
    facts = evaluate(SCRIPT + "sess.run(y, {x: [[1., 2.]]})")
    assert facts.fetched() == ["tf.matmul"]
    assert facts.fed() == ["x"]
    assert facts.visit().grade is Grade.EXACT
    assert facts.visit().form == "run"
    feed = facts.visit().feeds[0]
    assert (feed.key_at.line, feed.key_at.kind) == (8, "Name")
    assert feed.value_at.kind == "List"


def test_a_list_keeps_its_structure_and_places(evaluate):
    facts = evaluate(SCRIPT + "_, value = sess.run([train, loss], feed_dict={x: [[1., 2.]]})")
    fetch = facts.visit().fetch
    assert isinstance(fetch, FetchNest)
    assert fetch.type == "list"
    assert [leaf.at.column for leaf in fetch.items if isinstance(leaf, FetchLeaf)] == [21, 28]


def test_results_are_none_for_operations_and_values_of_their_tensor(evaluate):
    facts = evaluate(SCRIPT + "nothing, value = sess.run([train, loss])")
    written = {write.cell.key: write.value for write in facts.program.writes}
    assert written["nothing"] == Known(None)
    assert written["value"] == Host("fetched", facts.op("tf.reduce_mean").id)


@pytest.mark.parametrize("fetch", ["(train, loss)", "{'a': train, 'b': loss}", "[train, [loss]]"])
def test_nested_fetches(evaluate, fetch):
    facts = evaluate(SCRIPT + f"sess.run({fetch})")
    assert facts.fetched() == ["tf.train.Optimizer.minimize", "tf.reduce_mean"]
    assert facts.visit().grade is Grade.EXACT


def test_the_structure_of_a_result_is_that_of_the_fetch(evaluate):
    facts = evaluate(
        SCRIPT
        + """
a, (b, c) = sess.run([x, (y, loss)], {x: [[1., 2.]]})
sess.run(y, {x: b})
"""
    )
    assert facts.visit().feeds[0].value == Host("fetched", facts.op("tf.matmul").id)


@pytest.mark.parametrize(
    "feeding",
    [
        "feed = {}\nfeed[x] = [[1., 2.]]\nsess.run(y, feed)",
        "feed = dict()\nfeed.update({x: [[1., 2.]]})\nsess.run(y, feed_dict=feed)",
        "feed = {x: 1}\nsess.run(y, dict(feed))",
        "feed = {x: 1}\nsess.run(y, {**feed})",
        "feed = {k: v for k, v in [(x, 1)]}\nsess.run(y, feed)",
        "def feeds():\n    return {x: 1}\nsess.run(y, feeds())",
        "sess.run(y, {'x:0': 1})",
        "kwargs = {'feed_dict': {x: 1}}\nsess.run(y, **kwargs)",
    ],
)
def test_feeds_in_every_form(evaluate, feeding):
    facts = evaluate(SCRIPT + feeding)
    assert facts.fed() == ["x"]
    assert facts.visit().grade is Grade.EXACT


def test_where_an_entry_of_a_feed_variable_is_written(evaluate):
    facts = evaluate(SCRIPT + "feed = {}\nfeed[x] = [[1., 2.]]\nsess.run(y, feed)")
    feed = facts.visit().feeds[0]
    assert (feed.key_at.line, feed.value_at.line) == (9, 9)
    assert facts.visit().feeds_at.line == 10


def test_a_feed_under_an_unknown_condition_may_be(evaluate):
    facts = evaluate(SCRIPT + "import sys\nfeed = {}\nif len(sys.argv) > 1:\n    feed[x] = 1\nsess.run(y, feed)")
    assert facts.fed() == ["x"]
    assert facts.visit().grade is Grade.MAY


def test_a_feed_dict_that_is_not_known(evaluate):
    facts = evaluate(SCRIPT + "import other\nsess.run(y, other.feeds())")
    assert facts.visit().grade is Grade.UNKNOWN
    assert facts.visit().reasons


def test_eval_of_a_tensor_takes_feeds_first_and_of_a_variable_the_session(evaluate):
    facts = evaluate(SCRIPT + "with sess.as_default():\n    y.eval({x: 1})\nw.eval(sess)")
    assert [visit.form for visit in facts.program.visits] == ["eval", "eval"]
    session = facts.of_kind(Kind.SESSION)[0].id
    assert [visit.session for visit in facts.program.visits] == [session, session]
    assert facts.fed(0) == ["x"]
    assert facts.visit(1).feeds == ()


def test_an_operation_runs_itself(evaluate):
    facts = evaluate(SCRIPT + "with tf.Session():\n    train.run({x: 1})\n    tf.global_variables_initializer().run()")
    assert [visit.form for visit in facts.program.visits] == ["op_run", "op_run"]
    assert facts.fed(0) == ["x"]


def test_an_interactive_session_is_the_default(evaluate):
    facts = evaluate("s = tf.InteractiveSession()\na = tf.constant(1)\na.eval()")
    assert facts.visit().session == facts.of_kind(Kind.SESSION)[0].id


def test_the_default_session_ends_with_its_block(evaluate):
    facts = evaluate("a = tf.constant(1)\nwith tf.Session() as s:\n    a.eval()\na.eval()")
    assert facts.visit(0).session is not None
    assert facts.visit(1).session is None


def test_ops_made_inside_run(evaluate):
    facts = evaluate("sess = tf.Session()\nsess.run(tf.global_variables_initializer())\nsess.run(tf.constant(1) + 2)")
    assert facts.fetched() == ["operator.add"]


def test_a_structured_fetch_that_is_fed_back(evaluate):
    facts = evaluate(
        """
        cell = tf.nn.rnn_cell.BasicLSTMCell(4)
        x = tf.placeholder(tf.float32, [1, 3, 2], name="x")
        start = cell.zero_state(1, tf.float32)
        out, state = tf.nn.dynamic_rnn(cell, x, initial_state=start)
        sess = tf.Session()
        held = sess.run(start)
        for _ in range(3):
            held = sess.run(state, {x: 1, start: held})
        """
    )
    assert facts.visit().grade is Grade.EXACT
    assert len(facts.visit().feeds) == 3
    fetch = facts.visit().fetch
    assert isinstance(fetch, FetchNest)
    assert fetch.type == "LSTMStateTuple"


def test_fetching_nothing_of_the_graph_is_unknown(evaluate):
    facts = evaluate("import other\nsess = tf.Session()\nsess.run(other.thing())")
    assert isinstance(facts.visit().fetch, FetchUnknown)
    assert facts.visit().grade is Grade.UNKNOWN


def test_a_list_of_unknown_length_may_be(evaluate):
    facts = evaluate(
        """
        import sys
        parts = []
        for i in range(len(sys.argv)):
            parts.append(tf.constant(i))
        tf.Session().run(parts)
        """
    )
    assert facts.visit().grade is Grade.MAY


def test_one_of_two_tensors_is_a_choice(evaluate):
    facts = evaluate(
        "import sys\na, b = tf.constant(1), tf.constant(2)\nc = a if sys.argv[1:] else b\ntf.Session().run(c)"
    )
    assert facts.visit().grade is Grade.MAY
    assert facts.fetched() == ["tf.constant", "tf.constant"]


def test_an_empty_fetch_is_a_finding(evaluate):
    assert "TFM956" in evaluate("tf.Session().run([])").findings()


def test_saver_and_load_run_the_session(evaluate):
    facts = evaluate(
        """
        v = tf.Variable(1., name="v")
        s = tf.Session()
        saver = tf.train.Saver()
        saver.save(s, "m")
        saver.restore(s, "m")
        v.load(2., s)
        """
    )
    assert [visit.form for visit in facts.program.visits] == ["saver.save", "saver.restore", "variable.load"]
    assert facts.fetched_names(0) == ["v"]


def test_run_of_something_unknown_is_a_visit_of_unknown_grade(evaluate):
    facts = evaluate("import other\nx = tf.constant(1)\nother.session().run(x)")
    assert facts.visit().grade is Grade.UNKNOWN
    assert facts.fetched() == ["tf.constant"]


def test_run_of_a_library_is_no_visit(evaluate):
    assert evaluate("import subprocess\nsubprocess.run(['ls'])").program.visits == ()


@pytest.mark.parametrize(
    ("made", "what"),
    [
        ("import csv\nfor row in csv.reader(open('a.csv')):\n    fed = row", "list of str"),
        ("import csv\nfor row in csv.reader(open('a.csv')):\n    fed = row[1:]", "list of str"),
        ("import csv\nfor row in csv.reader(open('a.csv')):\n    fed = row[0]", "str"),
        ("for line in open('a.txt'):\n    fed = line.strip()", "str"),
        ("with open('a.txt') as f:\n    for line in f.readlines():\n        fed = line.split(',')[0]", "str"),
        ("with open('a.txt') as f:\n    fed = f.read().upper()", "str"),
        ("for line in open('a.txt'):\n    fed = line.find('a')", "int"),
        ("import numpy as np\nfed = np.loadtxt('a.txt')[0]", "element"),
    ],
)
def test_text_that_is_read_stays_text(evaluate, made: str, what: str) -> None:
    facts = evaluate(f"{SCRIPT}{made}\nsess.run(y, {{x: fed}})")
    value = facts.visit().feeds[0].value
    assert isinstance(value, Host) and value.what == what
