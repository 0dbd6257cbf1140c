"""Every program fixture computes what its migration does; a bug planted in the migrated text is seen where it shows.

Bugs that `test_planted_bugs.py` plants in a pair with a map made by hand are not planted again: here the tool's own
maps say where the difference is.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from tf2migrate.migrate import migrate_program
from tf2migrate.model.plan import FileResult, SourceMap
from tf2migrate.model.source import Span
from tf2migrate.model.verdict import Verdict, VerdictKind
from tf2migrate.verify import verify_pair

PROGRAMS = Path(__file__).resolve().parents[2] / "fixtures" / "programs"
CASES = sorted(path.parent for path in PROGRAMS.glob("*/before.py"))
SLOT_AT_ONE = "        slot.assign(tf.ones_like(slot))\n"

TINY_GRADIENTS = """\
import numpy as np
import tensorflow as tf

x = tf.placeholder(tf.float32, [None])
w = tf.Variable(2.0)
loss = 1e-6 * tf.reduce_mean(tf.square(w * x))
train = tf.train.AdamOptimizer(0.1).minimize(loss)

with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for _ in range(4):
        sess.run(train, {x: [1.0, 2.0]})
        print(sess.run(w))
"""

ONE_OF_TWO = """\
import tensorflow as tf

x = tf.placeholder(tf.float32, [])
w = tf.Variable(3.0)
b = tf.Variable(1.0)
loss = tf.square(w * x + b)
train = tf.train.GradientDescentOptimizer(0.1).minimize(loss, var_list=[w])

with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for _ in range(3):
        sess.run(train, {x: 2.0})
        print(sess.run([loss, w, b], {x: 2.0}))
"""


@cache
def planned(original: Path) -> FileResult:
    (result,) = migrate_program(original)
    assert result.text is not None, result.refusals
    return result


def verify_changed(original: Path, folder: Path, *changes: tuple[str, str]) -> Verdict:
    """Return the verdict on the migrated text after each change, all lines staying where the map says."""
    result = planned(original)
    text, source_map = result.text or "", result.map
    assert source_map is not None
    for old, new in changes:
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in\n{text}"
        assert old.count("\n") == new.count("\n")
        source_map = moved(source_map, text.index(old) + len(old), len(new) - len(old))
        text = text.replace(old, new)
    migrated = folder / "after.py"
    migrated.write_text(text, encoding="utf-8")
    return verify_pair(original, migrated, source_map)


def moved(source_map: SourceMap, position: int, by: int) -> SourceMap:
    """Return a map in which what lies from a position on has moved."""

    def move(offset: int) -> int:
        return offset + by if offset >= position else offset

    sites = [
        site
        if site.migrated is None
        else replace(site, migrated=Span(move(site.migrated.start), move(site.migrated.end)))
        for site in source_map.sites
    ]
    return replace(source_map, sites=tuple(sites))


def assert_first_difference(verdict: Verdict, original: Path, piece: str, call: int | None) -> None:
    """Check where a bug is seen: at this run, or at what an earlier one adds to a variable."""
    assert verdict.verdict is VerdictKind.DIFFERS, verdict
    first = verdict.first_difference
    assert first is not None
    if call is not None and first.call is not None and first.call < call:
        assert first.reason.startswith("what this run"), first
        return
    source = original.read_text(encoding="utf-8")
    assert source.count(piece) == 1
    assert (first.original, first.call) == (f"before.py:{source.count(chr(10), 0, source.index(piece)) + 1}", call)
    assert verdict.exit_status == 1


# Runs that the program's own constants rule out (`test_branches_ruled_out.py` runs them with others), or that no one calls.
NOT_RUN = {"branches_ruled_out": ("before.py:37", "before.py:43"), "class_unused_session": ("before.py:19",)}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_migration_computes_the_same(case: Path) -> None:
    result = planned(case / "before.py")
    assert result.text == (case / "after.py").read_text(encoding="utf-8")
    verdict = verify_pair(case / "before.py", case / "after.py", result.map)
    assert (verdict.verdict, verdict.reason, verdict.first_difference) == (VerdictKind.EQUAL, "", None)
    assert verdict.compared.values > 0
    assert verdict.sites_not_run == NOT_RUN.get(case.name, ())


BUGS = {
    "an effect of the call that is lost": (
        "assign_at_run",
        (("    shift.assign(2.0)\n", "    pass\n"),),
        ("sess.run([tf.assign(shift, 2.0)", 3),
    ),
    "a batch that ends with the file": (
        "queue_of_lines",
        ((".repeat(2)", ".repeat(1)"),),
        ("print(l)", 3),
    ),
    "files in another order": (
        "queue_of_records",
        (('["part0.tfrecord", "part1.tfrecord"]', '["part1.tfrecord", "part0.tfrecord"]'),),
        ("sess.run([x, doubled]", 1),
    ),
    "images in another order": (
        "mnist_reader",
        ((", seed=7)", ", seed=8)"),),
        ("sess.run([train_op, loss]", 2),
    ),
    "a state that is not carried on": (
        "rnn_state_fed",
        (("train_step(data, state)", "train_step(data, initial_state)"),),
        ("sess.run([train_op, loss, final_state]", 3),
    ),
    "the parts of a state crosswise": (
        "rnn_state_fed",
        (("[ones, state.h]", "[state.h, ones]"),),
        ("sess.run(loss, {x: data, initial_state.c: ones", 9),
    ),
    "a state that is fed in the first run alone": (
        "rnn_state_fed_later",
        (('feed["in_state"] = state', "pass"),),
        ("sess.run([picked, out_state]", 2),
    ),
    "a stack of states that is not carried on": (
        "rnn_state_fed_by_element",
        (('feed["initial_state"] = state', 'feed["initial_state"] = initial_state'),),
        ("sess.run([loss, final_state, train_op]", 3),
    ),
    "another object's step": (
        "class_objects_run_outside",
        (("said = target_net.compute_q", "said = main_net.compute_q"),),
        ("sess.run(target_net.q", 1),
    ),
    "the network of another call": (
        "class_builder_called_twice",
        (("return self.compute_scaled_2_2(states)", "return self.compute_scaled(states)"),),
        ("self.sess.run(self.target_scaled", 2),
    ),
    "weights that are made too late": (
        "weights_copied_early",
        (("self.compute_q_target.get_concrete_function()", "self.compute_q_target.__name__"),),
        ("self.sess.run(self.q_target", 4),  # zeros, the first input, tell nothing
    ),
    "an activation before the normalizer": (
        "normalizers_given",
        (
            (
                "tf.nn.elu(self.batch_norm_2(self.conv(net), training=is_training))",
                "self.batch_norm_2(tf.nn.elu(self.conv(net)), training=is_training)",
            ),
        ),
        ("print(sess.run([loss, train]", 1),
    ),
    "an argument of a scope that is forgotten": (
        "argument_scopes",
        (
            (
                "self.fully_connected = tf.keras.layers.Dense(\n            6,\n            activation=tf.nn.elu,",
                "self.fully_connected = tf.keras.layers.Dense(\n            6,\n            activation=tf.nn.relu,",
            ),
        ),
        ("print(sess.run([total, train]", 1),
    ),
    "the default of what a scope's function is given": (
        "scope_of_a_function",
        (("0.01 * tf.nn.l2_loss(network.conv1.kernel)", "0.0005 * tf.nn.l2_loss(network.conv1.kernel)"),),
        ("print(sess.run([total, train]", 1),
    ),
    "variables of another object": (
        "class_objects_copied",
        (("(1 - tau) * their)", "(1 - tau) * our)"),),
        ("sess.run(follow)", 4),
    ),
    "a run that a count of the environment lets happen": (
        "counted_by_environment",
        (("0.99 * table", "0.98 * table"),),
        ("q = sess.run(values", 15),  # what the 14th run, the first to shrink, left
    ),
    "RMSProp slot at zero": (
        "optimizer_rmsprop",
        ((SLOT_AT_ONE, SLOT_AT_ONE.replace("ones", "zeros")),),
        ("sess.run([train_op, loss]", 2),
    ),
    "a slot of the optimizer that was chosen at zero": (
        "optimizer_by_option",
        ((SLOT_AT_ONE, SLOT_AT_ONE.replace("ones", "zeros")),),
        ("self.sess.run([self.loss, self.train_op]", 3),
    ),
    "the layer of another round": (
        "state_in_loops",
        (("self.dense_layers[i](h)", "self.dense_layers[0](h)"),),
        ("sess.run([loss, train]", 1),
    ),
    "a shortcut of another kind": (
        "state_under_conditions",
        (("0.5 * h", "0.6 * h"),),
        ("sess.run([loss, train]", 1),
    ),
    "a variable that is assigned before another is read": (
        "assigns_gathered_in_a_chain",
        (("older, newer.numpy()))", "older, newer.numpy())); older.assign(newer)"),),
        ("sess.run(newer)", 2),
    ),
    "a term of a collection of one's own that is not counted": (
        "losses_of_weights_collected",
        (("0.1 * tf.nn.l2_loss(inference.weight_variable_2", "0.0 * tf.nn.l2_loss(inference.weight_variable_2"),),
        ("sess.run([train, loss, error]", 1),
    ),
    "one object in the place of another": (
        "default_session_in_methods",
        (('value = Estimator("value")', "value = policy"),),
        ("sess.run([self.train_op, self.loss]", 2),
    ),
    "a sum that does not count on": (
        "class_as_record",
        (("penalties_value += ", "penalties_value = "),),
        ("sess.run([train_op, model.loss", 1),
    ),
    "a regularizer that is not halved": (
        "regularized_network",
        (("WEIGHT_DECAY * tf.nn.l2_loss(weight)", "WEIGHT_DECAY * tf.reduce_sum(weight**2)"),),
        ("sess.run([train_op, loss]", 1),
    ),
    "a term that is not counted": (
        "regularized_layers",
        (("            0.01 * tf.nn.l2_loss(dense_1.kernel),\n", "\n"),),
        ("sess.run([train_op, loss]", 1),
    ),
    "an initializer of another scope": (
        "scope_initializer",
        (("tf.random_uniform_initializer(-0.1, 0.1)([4])", "tf.random_uniform_initializer(-0.2, 0.2)([4])"),),
        ("sess.run(z", 1),
    ),
    "no last values": (
        "scipy_callbacks",
        (("assign(best)", "assign(start)"),),
        ("sess.run(v)", 2),
    ),
    "no Nesterov": ("optimizer_momentum_nesterov", ((", nesterov=True", ""),), ("sess.run([train_op, loss]", 2)),
    "Adagrad starts elsewhere": (
        "optimizer_adagrad",
        (("learning_rate=0.3,", "learning_rate=0.3, initial_accumulator_value=0.2,"),),
        ("sess.run([train_op, loss]", 2),
    ),
    "a draw used twice": (
        "random_drawn_anew",
        (
            ("    return noise\n", "    return KEPT.setdefault('noise', noise)\n"),
            ("import tensorflow as tf\n", "import tensorflow as tf; KEPT = {}\n"),
            ("@tf.function\ndef predict_noise", "\ndef predict_noise"),
        ),
        ("    print(sess.run(noise))\n    first", 2),
    ),
    "swapped arguments": ("helper_computes", (("train_step(a, b)", "train_step(b, a)"),), ("sess.run([gap", 6)),
    "an order of effects": (
        "control_dependencies",
        (("        after = counter * 10\n", "        after = (counter - add + step) * 10\n"),),
        ("sess.run(after, {step: 3}", 2),
    ),
    "a rate not assigned": (
        "feed_dict_variable",
        (("    optimizer.learning_rate.assign(rate)\n", "    optimizer.learning_rate.assign(0.5)\n"),),
        ("sess.run([train, loss]", 5),
    ),
    "not initialized again": (
        "reinitialized",
        (("    w.assign(1.5)\n", "    w.assign(1.5) if w == 1.5 else None\n"),),
        ("sess.run([train, loss]", 6),
    ),
    "slots kept": (
        "reinitialized",
        (("        slot.assign(tf.zeros_like(slot))\n", "        slot.assign(slot)\n"),),
        ("sess.run([train, loss]", 7),
    ),
    "a new session trained on": (
        "two_sessions",
        (("    w.assign(3.0)\n", "    pass\n"),),
        ('print("fresh"', 5),
    ),
    "another value of one expression": (
        "values_of_one_expression",
        (("return layers[2]", "return layers[1]"),),
        ("sess.run(layers[2]", 2),
    ),
    "another step handed on": (
        "steps_handed_on",
        (("Epochs(5).train(train_step, ", "Epochs(5).train(compute_loss, "),),
        ("sess.run(train_op", 3),
    ),
    "a value fed under the name of another": (
        "class_private_names",
        (('"Y": y}', '"Y": x[:, :1]}'),),
        ("self.sess.run([self._loss", 1),
    ),
    "a constant changed later": (
        "captured_host_value",
        (("x * initial_factor", "x * factor"),),
        ("sess.run(scaled", 1),
    ),
    "the wrong axis": (
        "rebound_names",
        (("tf.reduce_sum(h, axis=1)", "tf.reduce_sum(h, axis=0)"),),
        ("sess.run(h,", 3),
    ),
    "one of two updates": (
        "gradients_by_hand",
        (("    b.assign_sub(0.05 * grad_b)\n", "    pass\n"),),
        ("sess.run([loss, grad_w]", 6),
    ),
    "dropout in evaluation": (
        "dropout_keep_prob",
        (("predict_score(features, 1.0)", "predict_score(features, 0.5)"),),
        ("sess.run(score", 4),
    ),
    "gradients not clipped": (
        "gradients_clipped",
        (("tf.clip_by_value(grad, -0.5, 0.5)", "tf.clip_by_value(grad, -50.0, 50.0)"),),
        ("sess.run([train_op, loss]", 3),  # the first step of Adam has one size
    ),
    "gradients of half the size, which a step of Adam hides": (
        "optimizer_adam",
        (("tape.gradient(loss, variables), variables", "[g / 2 for g in tape.gradient(loss, variables)], variables"),),
        ("sess.run([train_op, loss]", 2),
    ),
    "a rate that Keras folds into its slot": (
        "optimizer_momentum_decayed",
        (
            (
                "\noptimizer = MomentumOptimizer(0.0, 0.9, use_nesterov=True)",
                "\noptimizer = tf.keras.optimizers.SGD(0.0, 0.9, nesterov=True)",
            ),
        ),
        ("sess.run([train_op, loss]", 6),
    ),
    "a step counted too late": (
        "optimizer_adagrad_da",
        (("self.global_step + 1", "self.global_step + 0"),),
        ("sess.run([train_op, loss]", 2),
    ),
    "a variable that no tape watches": (
        "trained_but_not_trainable",
        (("        tape.watch([scale])\n", "        pass\n"),),
        ("sess.run([train_op, loss]", 2),
    ),
    "what waits for a train op runs ahead of it": (
        "train_op_between_effects",
        (
            (
                "        loss = tf.reduce_mean(",
                "        largest_now = tf.reduce_max(tf.abs(w)); loss = tf.reduce_mean(",
            ),
            ("    largest_now = tf.reduce_max(tf.abs(w))\n", "    pass\n"),
        ),
        ("sess.run([train_op, loss, largest_now]", 1),
    ),
    "an average that is not kept up": (
        "moving_averages",
        (("    warm.apply([w])\n", "    pass\n"),),
        ("sess.run([w, mean_w", 21),
    ),
    "a rate that falls between its stairs": (
        "learning_rate_schedules",
        (("tf.exp(-0.5), staircase=True", "tf.exp(-0.5), staircase=False"),),
        ("sess.run(rates)", 3),
    ),
    "averages that do not move": (
        "normalization_constant_flag",
        (("            self.moving_mean.assign_sub((self.moving_mean - mean) * rate)\n", "            pass\n"),),
        ("sess.run(test_loss", 2),
    ),
    "averages that another run moves": (
        "normalization_moved_by_scope",
        (("@moving_averages(generator.batch", "@moving_averages(discriminator.batch_normalization, generator.batch"),),
        ("sess.run([g_train, g_loss]", 2),
    ),
    "averages that move too slowly": (
        "normalization_fed_flag",
        (("momentum=0.9)", "momentum=0.99)"),),
        ("sess.run([train_op, loss]", 2),
    ),
    "a variance without Bessel's correction": (
        "normalization_fed_flag",
        (("(self.moving_variance - variance)", "(self.moving_variance - variance * (63 / 64))"),),
        ("sess.run([train_op, loss]", 2),
    ),
    "averages where it trains": (
        "normalization_fed_flag",
        (("tf.cond(training, trained, inferred)", "tf.cond(training, inferred, trained)"),),
        ("sess.run([train_op, loss]", 1),
    ),
    "a gradient after another update": (
        "train_ops_grouped",
        (
            (
                "zip(fit_bias_gradients, fit_bias_variables)",
                "[(2.0 * tf.reduce_mean(tf.matmul(x, w) + b - y, 0) + 2.0 * (b - 1.0), b)]",
            ),
        ),
        ("sess.run([train_op, loss]", 2),
    ),
    "an effect that a run does not ask for": (
        "assign_ops",
        (("    mean = total", "    count.assign_add(1); mean = total"),),
        ("sess.run(mean)", 3),
    ),
    "results swapped": (
        "fetch_structure",
        (("(w.read_value(), loss)", "(loss, w.read_value())"),),
        ('{"loss": loss', 1),
    ),
    "two objects for one scope": (
        "scopes_and_reuse",
        (
            ("critic = Critic(x_size=4)", "critic, other = Critic(x_size=4), Critic(x_size=4)"),
            ("critic(made)\n        critic_loss", "other(made)\n        critic_loss"),
        ),
        ("sess.run([critic_train", 1),
    ),
    "a read after the assignment": (
        "assign_beside_read",
        (
            (
                "    doubled = count * 2\n    increment = count.assign_add(1)\n",
                "    increment = count.assign_add(1)\n    doubled = count * 2\n",
            ),
        ),
        ("sess.run([increment, doubled]", 1),
    ),
    "a value after its update": (
        "variable_fetched",
        (("    train_step(1.5)\n", "    train_step(1.5); b.assign_add(1e-3)\n"),),
        ('print("w"', 3),
    ),
}


@pytest.mark.parametrize("bug", BUGS.values(), ids=BUGS)
def test_a_planted_bug_is_seen_where_it_first_shows(
    bug: tuple[str, tuple[tuple[str, str], ...], tuple[str, int]], tmp_path: Path
) -> None:
    name, changes, (piece, call) = bug
    original = PROGRAMS / name / "before.py"
    assert_first_difference(verify_changed(original, tmp_path, *changes), original, piece, call)


@pytest.mark.parametrize(
    ("program", "change", "piece", "call"),
    [
        (TINY_GRADIENTS, ("epsilon=1e-08", "epsilon=1e-07"), "sess.run(w)", 2),
        (ONE_OF_TWO, ("variables = [w]", "variables = [w, b]"), "sess.run([loss, w, b]", 2),
    ],
    ids=["epsilon", "trained variables"],
)
def test_a_bug_in_a_program_that_shows_it(
    program: str, change: tuple[str, str], piece: str, call: int, tmp_path: Path
) -> None:
    original = tmp_path / "before.py"
    original.write_text(program, encoding="utf-8")
    assert verify_changed(original, tmp_path).verdict is VerdictKind.EQUAL
    assert_first_difference(verify_changed(original, tmp_path, change), original, piece, call)
