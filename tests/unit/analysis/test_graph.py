"""Which graph values a program makes, and how the facts name them."""

from __future__ import annotations

import pytest

from tf2migrate.model.facts import GraphValue, Kind, Known, Sequence, Symbol


def test_constants_have_no_inputs(evaluate):
    facts = evaluate("a = tf.constant(1)\nb = tf.zeros([2])")
    assert [node.kind for node in facts.program.nodes] == [Kind.TENSOR, Kind.TENSOR]
    assert all(node.inputs == () for node in facts.program.nodes)


def test_operators_methods_and_elements(evaluate):
    facts = evaluate("a = tf.constant([1, 2])\nb = -a + 2\nc = 3 * b\nd = c[0]\ne = a < 1\nf = abs(a)\nb += a")
    assert facts.ops()[1:] == [
        "operator.neg", "operator.add", "operator.mul", "operator.getitem",
        "operator.less", "operator.abs", "operator.add",
    ]  # fmt: skip


def test_equality_of_tensors_is_identity(evaluate):
    facts = evaluate("a = tf.constant(1)\nb = tf.constant(1)\nsame = a == a\nother = a == b")
    written = {write.cell.key: write.value for write in facts.program.writes}
    assert (written["same"], written["other"]) == (Known(True), Known(False))
    assert facts.ops() == ["tf.constant", "tf.constant"]
    assert "compare" in facts.escapes()


def test_arguments_by_parameter_name_with_their_places(evaluate):
    facts = evaluate("x = tf.placeholder(tf.float32, shape=[None, 3])")
    node = facts.op("tf.placeholder")
    assert node.arguments["dtype"] == Symbol("tf.float32")
    shape = node.arguments["shape"]
    assert isinstance(shape, Sequence)
    assert shape.items == (Known(None), Known(3))
    assert node.argument_at["shape"].column == 37


@pytest.mark.parametrize(
    ("imports", "prefix"),
    [
        ("import tensorflow as tf", "tf"),
        ("import tensorflow", "tensorflow"),
        ("import tensorflow as T", "T"),
        ("import tensorflow.compat.v1 as tf", "tf"),
        ("from tensorflow.compat import v1", "v1"),
        ("from tensorflow import placeholder as ph, Session, float32\nclass n: pass\nn.placeholder = ph", "n"),
        ("try:\n    import tensorflow.compat.v1 as tf\nexcept ImportError:\n    import tensorflow as tf", "tf"),
        ("import tensorflow\ntf = tensorflow", "tf"),
    ],
)
def test_every_import_style_gives_canonical_paths(evaluate, imports, prefix):
    facts = evaluate(f"{imports}\nx = {prefix}.placeholder('float32')  # import tensorflow")
    assert facts.ops() == ["tf.placeholder"]


def test_a_local_called_tf_is_no_tensorflow(evaluate):
    facts = evaluate(
        "class Other:\n    def constant(self, x):\n        return x\ndef f(tf):\n    return tf.constant(1)\nf(Other())"
    )
    assert facts.program.nodes == ()


def test_private_modules_are_public_names(evaluate):
    facts = evaluate(
        "from tensorflow.python.framework import ops\nv = tf.Variable(1)\n"
        "ops.reset_default_graph()\ni = tf.global_variables_initializer()"
    )
    assert facts.op("tf.reset_default_graph").kind is Kind.OBJECT
    assert facts.op("tf.global_variables_initializer").targets == ()


def test_minimize_trains_what_the_loss_reaches(evaluate):
    facts = evaluate(
        """
        used, unused = tf.Variable(1., name="used"), tf.Variable(1., name="unused")
        frozen = tf.Variable(1., trainable=False, name="frozen")
        stopped = tf.Variable(1., name="stopped")
        loss = used * frozen + tf.stop_gradient(stopped)
        train = tf.train.AdamOptimizer(0.1).minimize(loss)
        later = tf.Variable(1., name="later")
        init = tf.global_variables_initializer()
        """
    )
    train = facts.op("tf.train.Optimizer.minimize")
    assert [facts.program.nodes[node].name for node in train.targets] == ["used"]
    assert train.arguments["optimizer"] == GraphValue(facts.op("tf.train.AdamOptimizer").id)
    assert facts.names()[4:] == ["beta1_power", "beta2_power", "used/Adam", "used/Adam_1", "later"]
    initialized = [facts.program.nodes[node].name for node in facts.op("tf.global_variables_initializer").targets]
    assert initialized == facts.names()


def test_an_initializer_sets_what_exists_when_it_is_made(evaluate):
    facts = evaluate("a = tf.Variable(1)\ninit = tf.global_variables_initializer()\nb = tf.Variable(2)")
    assert facts.op("tf.global_variables_initializer").targets == (facts.of_kind(Kind.VARIABLE)[0].id,)


def test_global_step_is_changed_by_training(evaluate):
    facts = evaluate(
        "w = tf.Variable(1.)\nstep = tf.train.get_or_create_global_step()\n"
        "t = tf.train.GradientDescentOptimizer(0.1).minimize(w * w, global_step=step)"
    )
    train = facts.op("tf.train.Optimizer.minimize")
    assert [facts.program.nodes[node].name for node in train.targets] == ["Variable", "global_step"]


def test_gradients_applied_by_hand(evaluate):
    facts = evaluate(
        """
        w = tf.Variable(1., name="w")
        opt = tf.train.GradientDescentOptimizer(0.1)
        pairs = opt.compute_gradients(w * w)
        clipped = [(tf.clip_by_value(g, -1., 1.), v) for g, v in pairs]
        train = opt.apply_gradients(clipped)
        """
    )
    train = facts.op("tf.train.Optimizer.apply_gradients")
    assert train.kind is Kind.TRAIN
    assert [facts.program.nodes[node].name for node in train.targets] == ["w"]
    assert facts.op("tf.clip_by_value").id in train.inputs


def test_tf_gradients_gives_one_for_each(evaluate):
    facts = evaluate(
        "a, b, c = tf.Variable(1.), tf.Variable(1.), tf.Variable(1.)\nga, gb, gc = tf.gradients(a * b, [a, b, c])"
    )
    assert facts.ops().count("tf.gradients") == 2
    written = {write.cell.key: write.value for write in facts.program.writes}
    assert written["gc"] == Known(None)


def test_assigns_name_their_variable(evaluate):
    facts = evaluate("v = tf.Variable(1.)\na = tf.assign(v, 2.)\nb = v.assign_add(1.)")
    variable = facts.of_kind(Kind.VARIABLE)[0].id
    assert [(node.op, node.targets) for node in facts.of_kind(Kind.ASSIGN)] == [
        ("tf.assign", (variable,)),
        ("tf.assign_add", (variable,)),
    ]


def test_control_dependencies_reach_the_nodes_inside(evaluate):
    facts = evaluate(
        "a = tf.constant(1)\nwith tf.control_dependencies([a]):\n    b = tf.constant(2)\nc = tf.constant(3)"
    )
    made = [node for node in facts.program.nodes if node.op == "tf.constant"]
    assert [node.controls for node in made] == [(), (made[0].id,), ()]


def test_random_and_stateful_ops_are_marked(evaluate):
    facts = evaluate("a = tf.random_normal([2])\nb = tf.Print(a, [a])\nc = tf.nn.dropout(a, 0.5)\nd = tf.constant(1)")
    assert [(node.random, node.stateful) for node in facts.program.nodes] == [
        (True, False), (False, True), (True, False), (False, False),
    ]  # fmt: skip


def test_results_of_several(evaluate):
    facts = evaluate(
        """
        x = tf.placeholder(tf.float32, [4, 4])
        mean, variance = tf.nn.moments(x, [0])
        a, b = tf.split(x, 2)
        values, indices = tf.nn.top_k(x)
        best = tf.nn.top_k(x).values
        """
    )
    assert facts.ops(line=3) == ["tf.nn.moments"] * 2
    assert facts.ops(line=4) == ["tf.split"] * 2
    assert all(op == "tf.nn.top_k" for op in facts.ops(line=6))


def test_both_branches_of_cond_are_built(evaluate):
    facts = evaluate("p = tf.placeholder(tf.bool)\nr = tf.cond(p, lambda: tf.constant(1), lambda: tf.zeros([]))")
    assert facts.ops()[1:] == ["tf.constant", "tf.zeros", "tf.cond"]
    assert set(facts.op("tf.cond").inputs) == {0, 1, 2}


def test_a_loop_gives_what_its_variables_are(evaluate):
    facts = evaluate(
        "i, s = tf.while_loop(lambda i, s: i < 3, lambda i, s: (i + 1, s * 2.), [tf.constant(0), tf.constant(1.)])"
    )
    assert facts.ops().count("tf.while_loop") == 2
    assert "operator.less" in facts.ops()


def test_collections_hold_what_programs_put_there(evaluate):
    facts = evaluate(
        """
        v = tf.get_variable("v", [2], collections=["mine", tf.GraphKeys.GLOBAL_VARIABLES])
        tf.add_to_collection("mine", tf.constant(1))
        s = tf.Session()
        s.run(tf.get_collection("mine"))
        """
    )
    assert facts.fetched() == ["tf.get_variable", "tf.constant"]


def test_an_empty_collection_is_a_finding(evaluate):
    assert "TFM955" in evaluate("tf.get_collection('losses')").findings()


def test_static_reads(evaluate):
    facts = evaluate(
        "x = tf.placeholder(tf.float32, [None, 3], name='x')\nn = x.get_shape()[1]\n"
        "m = x.shape.as_list()\nd = x.dtype\ns = x.name"
    )
    assert [(read.what, read.place.expression.line) for read in facts.program.static_reads] == [
        ("shape", 3), ("shape", 4), ("dtype", 5), ("name", 6),
    ]  # fmt: skip
    written = {write.cell.key: write.value for write in facts.program.writes}
    assert (written["n"], written["d"], written["s"]) == (Known(3), Symbol("tf.float32"), Known("x:0"))


@pytest.mark.parametrize(
    ("code", "into"),
    [
        ("print([x])", "print"),
        ("'%s' % x", "format"),
        ("f'{x}'", "format"),
        ("'{}'.format(x)", "format"),
        ("str(x)", "format"),
        ("import numpy as np\nnp.sum(x)", "numpy.sum"),
        ("if x:\n    pass", "bool"),
        ("x in [1]", "compare"),
        ("import numpy as np\nnp.zeros(3)[x]", "index"),
        ("float(x)", "float"),
    ],
)
def test_a_graph_value_that_leaves_the_graph(evaluate, code, into):
    assert into in evaluate(f"x = tf.constant(1)\n{code}").escapes()


@pytest.mark.parametrize(
    "code", ["y = [x]", "d = {1: x}\nd[1]", "a = b = x", "x is None", "isinstance(x, int)", "len([x])"]
)
def test_a_graph_value_that_stays(evaluate, code):
    assert evaluate(f"x = tf.constant(1)\n{code}").escapes() == []


@pytest.mark.parametrize(
    ("code", "finding"),
    [
        ("tf.enable_eager_execution()", "TFM960"),
        ("tf.estimator.Estimator(None)", "TFM950"),
        ("tf.import_graph_def(None)", "TFM952"),
        ("tf.load_op_library('./ops.so').double(tf.constant(1.0))", "TFM964"),
        ("tf.get_default_graph().gradient_override_map({'Sign': 'Identity'})", "TFM965"),
        ("tf.train.ClusterSpec({'ps': ['localhost:2222']})", "TFM966"),
        ("tf.get_default_graph().as_graph_def()", "TFM953"),
        ("tf.get_default_graph().get_operations()", "TFM953"),
        ("import helper\nhelper.go(tf.Session())", "TFM954"),
        ("tf.train.start_queue_runners(tf.Session())", "TFM958"),
        ("tf.get_default_graph().get_tensor_by_name('nowhere:0')", "TFM963"),
    ],
)
def test_findings(evaluate, code, finding):
    assert finding in evaluate(code).findings()


def test_a_tensor_by_name(evaluate):
    facts = evaluate(
        "x = tf.placeholder(tf.float32, name='x')\n"
        "y = tf.get_default_graph().get_tensor_by_name('x:0')\ntf.Session().run(y, {y: 1})"
    )
    assert facts.fetched() == ["tf.placeholder"]
    assert facts.findings() == []
