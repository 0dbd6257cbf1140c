"""Branches, loops, early exits, exceptions: what joins, what repeats, what never happens."""

from __future__ import annotations

import pytest

from tf2migrate.model.facts import Grade, Host, Kind, Known

UNKNOWN = "import sys\nflag = len(sys.argv) > 1\n"


def held(facts, name):
    return {write.cell.key: write.value for write in facts.program.writes}[name]


def last_read(facts, name):
    return [read.value for read in facts.program.reads if read.cell.key == name][-1]


def test_a_known_condition_takes_one_branch(evaluate):
    facts = evaluate("n = 3\nif n > 2:\n    a = tf.constant(1)\nelse:\n    a = tf.zeros([])\ntf.Session().run(a)")
    assert facts.fetched() == ["tf.constant"]
    assert facts.visit().grade is Grade.EXACT
    assert [ref.line for ref in facts.program.coverage.calls] == [6]


def test_an_unknown_condition_takes_both(evaluate):
    facts = evaluate(UNKNOWN + "if flag:\n    a = tf.constant(1)\nelse:\n    a = tf.zeros([])\ntf.Session().run(a)")
    assert facts.fetched() == ["tf.constant", "tf.zeros"]
    assert facts.visit().grade is Grade.MAY
    assert [node.certain for node in facts.of_kind(Kind.TENSOR)] == [False, False]
    assert facts.of_kind(Kind.SESSION)[0].certain


def test_a_branch_does_not_see_what_the_other_wrote(evaluate):
    facts = evaluate(
        UNKNOWN
        + """
box = {}
a = tf.constant(1)
if flag:
    a = tf.zeros([])
    box["k"] = a
else:
    tf.Session().run(a)
"""
    )
    assert facts.fetched() == ["tf.constant"]


def test_a_conditional_write_to_an_attribute_joins(evaluate):
    facts = evaluate(
        UNKNOWN
        + """
class Box: pass
box = Box()
box.x = tf.constant(1)
if flag:
    box.x = tf.zeros([])
tf.Session().run(box.x)
"""
    )
    assert sorted(facts.fetched()) == ["tf.constant", "tf.zeros"]


def test_a_branch_that_returns_does_not_reach_the_join(evaluate):
    facts = evaluate(
        UNKNOWN
        + """
def build():
    if flag:
        x = tf.zeros([])
        return x
    x = tf.constant(1)
    tf.Session().run(x)
    return x
tf.Session().run(build())
"""
    )
    assert facts.fetched(0) == ["tf.constant"]
    assert sorted(facts.fetched(1)) == ["tf.constant", "tf.zeros"]


def test_what_a_returning_branch_wrote_is_there_after_the_call(evaluate):
    facts = evaluate(
        UNKNOWN
        + """
class Box: pass
box = Box()
box.x = tf.constant(1)
def change():
    if flag:
        if flag:
            box.x = tf.zeros([])
            return
    box.x = tf.ones([])
change()
tf.Session().run(box.x)
"""
    )
    assert sorted(facts.fetched()) == ["tf.ones", "tf.zeros"]


def test_exit_under_an_unknown_flag_ends_that_branch(evaluate):
    facts = evaluate(UNKNOWN + "x = tf.constant(1)\nif flag:\n    x = None\n    sys.exit(1)\ntf.Session().run(x)")
    assert facts.fetched() == ["tf.constant"]
    assert facts.visit().grade is Grade.EXACT


def test_a_function_that_always_raises_ends_the_branch(evaluate):
    facts = evaluate(
        UNKNOWN
        + "def fail():\n    raise ValueError\nx = tf.constant(1)\nif flag:\n    x = 3\n    fail()\ntf.Session().run(x)"
    )
    assert facts.visit().grade is Grade.EXACT


def test_none_is_dropped_where_the_program_tests_for_it(evaluate):
    facts = evaluate(UNKNOWN + "x = tf.constant(1) if flag else None\nif x is not None:\n    tf.Session().run(x)")
    assert facts.visit().grade is Grade.EXACT


def test_a_known_loop_is_unrolled(evaluate):
    facts = evaluate("xs = [tf.constant(i) for i in range(3)]\ns = tf.Session()\nfor x in xs:\n    s.run(x)")
    assert [facts.fetched(index) for index in range(3)] == [["tf.constant"]] * 3
    assert not any(visit.repeated for visit in facts.program.visits)


def test_a_long_loop_that_builds_nothing_is_evaluated_with_an_unknown_index(evaluate):
    facts = evaluate("x = tf.placeholder(tf.float32)\ns = tf.Session()\nfor i in range(1000):\n    s.run(x, {x: i})")
    assert all(visit.repeated for visit in facts.program.visits)
    assert len(facts.program.visits) == 2
    assert facts.visit().certain
    assert facts.visit().grade is Grade.EXACT


def test_a_long_loop_that_builds_is_unrolled(evaluate):
    facts = evaluate("x = tf.constant(1.)\nfor i in range(40):\n    x = x * 2.\n")
    assert facts.ops().count("operator.mul") == 40
    assert not any(node.repeated for node in facts.program.nodes)


def test_what_one_pass_stores_the_next_reads(evaluate):
    facts = evaluate(
        UNKNOWN
        + """
state = None
x = tf.placeholder(tf.float32)
s = tf.Session()
for i in range(len(sys.argv)):
    if state is None:
        state = s.run(x, {x: 0})
    else:
        s.run(x + 1, {x: state})
"""
    )
    assert ["operator.add"] in [facts.fetched(index) for index in range(len(facts.program.visits))]


def test_a_counter_is_not_a_constant_after_a_loop(evaluate):
    facts = evaluate(UNKNOWN + "n = 0\nfor i in range(1000):\n    n += 1\nm = n")
    assert held(facts, "m") == Host("int")


def test_a_loop_that_always_breaks_does_not_end_the_program(evaluate):
    facts = evaluate(
        UNKNOWN + "for i in range(1000):\n    break\nwhile True:\n    if flag:\n        break\nx = tf.constant(1)"
    )
    assert facts.ops() == ["tf.constant"]


def test_nothing_follows_an_endless_loop(evaluate):
    facts = evaluate("while True:\n    pass\nx = tf.constant(1)")
    assert facts.ops() == []


def test_while_with_a_known_count_that_builds(evaluate):
    facts = evaluate("x = tf.constant(1.)\ni = 0\nwhile i < 3:\n    x = x * 2.\n    i += 1\n")
    assert facts.ops().count("operator.mul") == 3


def test_else_of_a_loop(evaluate):
    facts = evaluate(
        "for i in range(2):\n    pass\nelse:\n    a = tf.constant(1)\nfor i in range(2):\n"
        "    break\nelse:\n    b = tf.zeros([])"
    )
    assert facts.ops() == ["tf.constant"]


@pytest.mark.parametrize(
    "text",
    [
        "try:\n    import cPickle as pickle\nexcept ImportError:\n    import pickle\nx = tf.constant(1)",
        "try:\n    raise ValueError()\nexcept ValueError:\n    x = tf.constant(1)",
        "try:\n    raise ValueError()\nexcept KeyError:\n    y = tf.zeros([])\n"
        "except ValueError:\n    x = tf.constant(1)",
        "try:\n    x = tf.constant(1)\nfinally:\n    pass",
    ],
)
def test_exceptions_with_one_way(evaluate, text):
    facts = evaluate(text + "\ntf.Session().run(x)")
    assert facts.fetched() == ["tf.constant"]
    assert facts.visit().grade is Grade.EXACT


def test_a_handler_may_happen(evaluate):
    facts = evaluate(
        """
        x = tf.constant(1)
        s = tf.Session()
        try:
            while True:
                s.run(x)
        except tf.errors.OutOfRangeError:
            s.run(x + 1)
        s.run(x + 2)
        """
    )
    assert facts.lines_visited()[-2:] == [8, 9]


def test_match_evaluates_every_case(evaluate):
    facts = evaluate(
        UNKNOWN + "match flag:\n    case True:\n        x = tf.constant(1)\n    case _:\n"
        "        x = tf.zeros([])\ntf.Session().run(x)"
    )
    assert sorted(facts.fetched()) == ["tf.constant", "tf.zeros"]


def test_host_arithmetic_is_computed(evaluate):
    facts = evaluate("n = sum([len('abc'), 2 ** 3, 7 // 2, int('4')]) - max(1, 2)\nname = 'v_%d' % n + '{}'.format(1)")
    assert (held(facts, "n"), held(facts, "name")) == (Known(16), Known("v_161"))


def test_numbers_that_are_too_large_are_not_computed(evaluate):
    facts = evaluate("a = 10 ** 10 ** 10\nb = 'x' * 10 ** 9")
    assert isinstance(held(facts, "a"), Host)
    assert isinstance(held(facts, "b"), Host)


def test_rebinding_keeps_every_definition(evaluate):
    facts = evaluate(
        "h = tf.constant(1.)\nfor _ in range(2):\n    h = tf.nn.relu(h)\n"
        "tf.Session().run(h)\nh = tf.tanh(h)\ntf.Session().run(h)"
    )
    assert facts.fetched(0) == ["tf.nn.relu"]
    assert facts.fetched(1) == ["tf.tanh"]
    writes = [write for write in facts.program.writes if write.cell.key == "h"]
    assert [write.time for write in writes] == sorted(write.time for write in writes)
    assert len(writes) == 4


def test_reads_carry_the_value_at_their_time(evaluate):
    facts = evaluate("a = tf.constant(1)\nb = a\na = tf.zeros([])\nc = a")
    values = [facts.program.nodes[read.value.node].op for read in facts.program.reads if read.cell.key == "a"]
    assert values == ["tf.constant", "tf.zeros"]


def test_aliased_containers_are_one(evaluate):
    facts = evaluate("l = [tf.constant(1)]\nk = l\nk += [tf.zeros([])]\nl.append(tf.ones([]))\ntf.Session().run(k)")
    assert facts.fetched() == ["tf.constant", "tf.zeros", "tf.ones"]
    assert len({write.cell.owner for write in facts.program.writes if write.cell.key in ("*", 2)}) == 1


def test_last_read_of_a_rebound_name(evaluate):
    facts = evaluate("n = 1\nn = n + 1\nm = n")
    assert last_read(facts, "n") == Known(2)


def test_finally_happens_on_every_way_out(evaluate):
    facts = evaluate(
        UNKNOWN
        + """
x = tf.constant(1)
for i in range(2):
    try:
        if flag:
            break
    finally:
        x = tf.zeros([])
tf.Session().run(x)
"""
    )
    assert set(facts.fetched()) == {"tf.zeros"}


def test_a_handler_sees_what_was_written_before_the_exception(evaluate):
    facts = evaluate(
        UNKNOWN
        + """
def check():
    if flag:
        raise ValueError()
x = tf.constant(1)
try:
    x = tf.zeros([])
    check()
    x = tf.ones([])
except ValueError:
    tf.Session().run(x)
"""
    )
    assert "tf.zeros" in facts.fetched()
