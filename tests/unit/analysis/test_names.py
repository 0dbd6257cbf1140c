"""Names as TF1 gives them: scopes, reuse, anonymous counters."""

from __future__ import annotations

from tf2migrate.model.facts import Kind


def test_variables_follow_the_name_scope_and_get_variable_the_variable_scope(evaluate):
    facts = evaluate(
        """
        with tf.variable_scope("a"):
            tf.Variable(1, name="v")
            tf.get_variable("g", [1])
        with tf.variable_scope("a"):
            tf.Variable(1, name="v")
            tf.get_variable("h", [1])
        with tf.name_scope("n"):
            tf.Variable(1)
            tf.get_variable("k", [1])
        """
    )
    assert facts.names() == ["a/v", "a/g", "a_1/v", "a/h", "n/Variable", "k"]


def test_names_are_made_unique(evaluate):
    facts = evaluate("for _ in range(3):\n    tf.Variable(1)\ntf.Variable(1, name='w')\ntf.Variable(1, name='w')")
    assert facts.names() == ["Variable", "Variable_1", "Variable_2", "w", "w_1"]


def test_reuse_gives_the_same_variable(evaluate):
    facts = evaluate(
        """
        def layer(x, reuse):
            with tf.variable_scope("s", reuse=reuse):
                return x * tf.get_variable("w", [1])
        a = layer(tf.constant(1.), False)
        b = layer(tf.constant(2.), True)
        """
    )
    assert facts.names() == ["s/w"]
    [first, second] = [node for node in facts.program.nodes if node.op == "operator.mul"]
    assert first.inputs[1] == second.inputs[1]


def test_reuse_variables_and_auto_reuse(evaluate):
    facts = evaluate(
        """
        with tf.variable_scope("s") as scope:
            tf.get_variable("w", [1])
            scope.reuse_variables()
            tf.get_variable("w", [1])
        for _ in range(2):
            with tf.variable_scope("t", reuse=tf.AUTO_REUSE):
                tf.get_variable("w", [1])
        with tf.variable_scope(scope, reuse=True):
            tf.get_variable("w")
        """
    )
    assert facts.names() == ["s/w", "t/w"]


def test_anonymous_layers_are_counted_and_restart_with_their_scope(evaluate):
    facts = evaluate(
        """
        x = tf.placeholder(tf.float32, [None, 4])
        for _ in range(2):
            tf.layers.dense(x, 2)
        with tf.variable_scope("s"):
            tf.layers.dense(x, 2)
            tf.layers.dense(x, 2, use_bias=False)
        with tf.variable_scope("s", reuse=True):
            tf.layers.dense(x, 2)
        """
    )
    assert facts.names() == [
        "dense/kernel", "dense/bias", "dense_1/kernel", "dense_1/bias",
        "s/dense/kernel", "s/dense/bias", "s/dense_1/kernel",
    ]  # fmt: skip


def test_layers_put_their_weights_and_updates_into_collections(evaluate):
    facts = evaluate(
        """
        x = tf.placeholder(tf.float32, [None, 4])
        y = tf.layers.batch_normalization(x, training=True)
        s = tf.Session()
        s.run(tf.get_collection(tf.GraphKeys.UPDATE_OPS))
        s.run(tf.trainable_variables())
        s.run(tf.global_variables())
        """
    )
    assert facts.fetched(0) == ["tf.layers.batch_normalization.update"] * 2
    assert facts.fetched_names(1) == ["batch_normalization/gamma", "batch_normalization/beta"]
    assert len(facts.fetched_names(2)) == 4


def test_a_layer_that_does_not_train_updates_nothing(evaluate):
    facts = evaluate("x = tf.placeholder(tf.float32, [None, 4])\ny = tf.layers.batch_normalization(x)")
    assert facts.of_kind(Kind.ASSIGN) == []


def test_a_layer_object_makes_its_weights_once(evaluate):
    facts = evaluate("x = tf.placeholder(tf.float32, [None, 4])\nd = tf.layers.Dense(2, name='d')\na = d(x)\nb = d(a)")
    assert facts.names() == ["d/kernel", "d/bias"]
    assert facts.of_kind(Kind.LAYER)[0].targets == tuple(node.id for node in facts.of_kind(Kind.VARIABLE))


def test_cells_name_their_weights_by_the_function_that_unrolls_them(evaluate):
    facts = evaluate(
        """
        x = tf.placeholder(tf.float32, [1, 3, 2])
        tf.nn.dynamic_rnn(tf.nn.rnn_cell.GRUCell(4), x, dtype=tf.float32)
        cells = [tf.contrib.rnn.BasicLSTMCell(4) for _ in range(2)]
        with tf.variable_scope("stack"):
            tf.nn.dynamic_rnn(tf.contrib.rnn.MultiRNNCell(cells), x, dtype=tf.float32)
        """
    )
    assert facts.names() == [
        "rnn/gru_cell/gates/kernel", "rnn/gru_cell/gates/bias",
        "rnn/gru_cell/candidate/kernel", "rnn/gru_cell/candidate/bias",
        "stack/rnn/multi_rnn_cell/cell_0/basic_lstm_cell/kernel",
        "stack/rnn/multi_rnn_cell/cell_0/basic_lstm_cell/bias",
        "stack/rnn/multi_rnn_cell/cell_1/basic_lstm_cell/kernel",
        "stack/rnn/multi_rnn_cell/cell_1/basic_lstm_cell/bias",
    ]  # fmt: skip


def test_filters_by_name_and_by_scope(evaluate):
    facts = evaluate(
        """
        for scope in ("d", "g"):
            with tf.variable_scope(scope):
                tf.get_variable("w", [1])
        s = tf.Session()
        s.run([v for v in tf.trainable_variables() if "d" in v.name.split("/")[0]])
        s.run(tf.get_collection(tf.GraphKeys.TRAINABLE_VARIABLES, scope="g"))
        s.run([v for v in tf.global_variables() if v.name.startswith("d/")])
        """
    )
    assert [facts.fetched_names(index) for index in range(3)] == [["d/w"], ["g/w"], ["d/w"]]


def test_names_made_of_an_index_of_unknown_range_keep_instances_apart(evaluate):
    facts = evaluate(
        """
        import multiprocessing
        class Net:
            def __init__(self, scope):
                with tf.variable_scope(scope):
                    self.w = tf.get_variable("w", [1])
                self.params = tf.get_collection(tf.GraphKeys.TRAINABLE_VARIABLES, scope=scope)
        nets = []
        for i in range(multiprocessing.cpu_count()):
            nets.append(Net("net_%i" % i))
        s = tf.Session()
        for net in nets:
            s.run(net.params)
        """
    )
    assert [visit.grade.value for visit in facts.program.visits] == ["exact"] * len(facts.program.visits)
    assert facts.names() == [None, None]


def test_reset_starts_names_anew(evaluate):
    facts = evaluate("tf.Variable(1)\ntf.reset_default_graph()\ntf.Variable(1)")
    assert facts.names() == ["Variable", "Variable"]
    assert len({node.graph for node in facts.of_kind(Kind.VARIABLE)}) == 2


def test_two_graphs_have_their_own_variables(evaluate):
    facts = evaluate(
        """
        g = tf.Graph()
        with g.as_default():
            tf.get_variable("w", [1])
            inner = tf.global_variables_initializer()
        tf.get_variable("w", [1])
        outer = tf.global_variables_initializer()
        """
    )
    assert facts.names() == ["w", "w"]
    assert [len(node.targets) for node in facts.of_kind(Kind.INITIALIZER)] == [1, 1]
