"""Train ops: tape, gradients, update, and what stands in which order."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from typing import Any

import pytest

Migrate = Callable[..., Any]

GRAPH = """
x = tf.placeholder(tf.float32, [None])
w = tf.Variable(1.0)
b = tf.Variable(2.0)
out = x * w + b
loss = tf.reduce_sum(tf.square(out))
"""


def lines(text: str) -> str:
    return textwrap.dedent(text).strip("\n")


def test_one_train_op(migrate: Migrate) -> None:
    found = migrate(
        GRAPH + "train = tf.train.GradientDescentOptimizer(0.1).minimize(loss)\n",
        "_, value = sess.run([train, loss], {x: [1.0]})\nprint(value)\n",
    )
    assert found.function("train_step") == lines("""
        def train_step(x):
            with tf.GradientTape() as tape:
                out = x * w + b
                loss = tf.reduce_sum(tf.square(out))
            variables = tape.watched_variables()
            optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
            return loss
        """)
    assert "optimizer = tf.keras.optimizers.SGD(0.1)" in found.rest
    assert "value = train_step([1.0]).numpy()" in found.rest


def test_what_the_loss_does_not_need_stands_behind_the_tape_and_before_the_update(migrate: Migrate) -> None:
    found = migrate(
        GRAPH + "worst = tf.reduce_max(tf.abs(out))\ntrain = tf.train.AdamOptimizer(0.1).minimize(loss)\n",
        "print(sess.run([train, worst], {x: [1.0]})[1])\n",
    )
    text = found.function("train_step")
    order = [
        text.index(piece) for piece in ("loss = ", "\n    worst = ", "\n    variables = ", "apply_gradients", "return")
    ]
    assert order == sorted(order)


def test_a_loss_without_a_name_is_computed_under_the_tape(migrate: Migrate) -> None:
    found = migrate(
        GRAPH + "train = tf.train.GradientDescentOptimizer(0.1).minimize(tf.reduce_mean(out))\n",
        "sess.run(train, {x: [1.0]})\n",
    )
    text = found.function("train_step")
    assert "        loss = tf.reduce_mean(out)\n" in text
    assert "tape.gradient(loss, variables)" in text
    assert "return" not in text


def test_a_list_of_variables_is_kept(migrate: Migrate) -> None:
    found = migrate(
        GRAPH + "train = tf.train.GradientDescentOptimizer(0.1).minimize(loss, var_list=[w])\n",
        "sess.run(train, {x: [1.0]})\n",
    )
    assert "    variables = [w]\n" in found.function("train_step")


def test_the_global_step_is_counted_behind_the_update(migrate: Migrate) -> None:
    found = migrate(
        GRAPH
        + "step = tf.Variable(0, trainable=False)\n"
        + "train = tf.train.GradientDescentOptimizer(0.1).minimize(loss, global_step=step)\n",
        "_, before = sess.run([train, loss], {x: [1.0]})\nprint(before, sess.run(step))\n",
    )
    text = found.function("train_step")
    assert text.index("apply_gradients") < text.index("step.assign_add(1)") < text.index("return loss")


def test_two_train_ops_of_one_run_see_the_same_variables(migrate: Migrate) -> None:
    found = migrate(
        GRAPH
        + "other = tf.reduce_sum(out)\n"
        + "first = tf.train.GradientDescentOptimizer(0.1).minimize(loss, var_list=[w])\n"
        + "second = tf.train.GradientDescentOptimizer(0.2).minimize(other, var_list=[b])\n",
        "sess.run([first, second], {x: [1.0]})\n",
    )
    text = found.function("train_step")
    assert "with tf.GradientTape() as first_tape, tf.GradientTape() as second_tape:" in text
    gradients = [text.index(piece) for piece in ("first_tape.gradient", "second_tape.gradient")]
    updates = [text.index(piece) for piece in ("zip(first_gradients", "zip(second_gradients")]
    assert max(gradients) < min(updates)
    assert "optimizer_2 = tf.keras.optimizers.SGD(0.2)" in found.rest


def test_an_optimizer_of_two_losses_is_built_for_both(migrate: Migrate) -> None:
    found = migrate(
        GRAPH
        + "optimizer = tf.train.AdamOptimizer(0.1)\n"
        + "first = optimizer.minimize(loss, var_list=[w])\n"
        + "second = optimizer.minimize(tf.reduce_sum(out), var_list=[b])\n",
        "sess.run(first, {x: [1.0]})\nsess.run(second, {x: [1.0]})\n",
    )
    assert found.text.count("optimizer.build([w, b])") == 1
    assert found.text.index("optimizer.build") < found.text.index("\nfirst_train_step(")


def test_sparse_gradients_are_made_dense(migrate: Migrate) -> None:
    found = migrate(
        """
        rows = tf.placeholder(tf.int32, [None])
        table = tf.Variable(tf.ones([5, 2]))
        loss = tf.reduce_sum(tf.nn.embedding_lookup(table, rows))
        train = tf.train.GradientDescentOptimizer(0.1).minimize(loss)
        """,
        "sess.run(train, {rows: [1, 1]})\n",
    )
    text = found.function("train_step")
    assert "tf.convert_to_tensor(g) for g in gradients" in text
    assert text.index("convert_to_tensor") < text.index("apply_gradients")


@pytest.mark.parametrize("optimizer", ["MomentumOptimizer(0.1, 0.9)", "RMSPropOptimizer(0.1)", "FtrlOptimizer(0.1)"])
def test_sparse_gradients_whose_law_is_another_are_applied_by_fused_operations(
    migrate: Migrate, optimizer: str
) -> None:
    found = migrate(
        f"""
        rows = tf.placeholder(tf.int32, [None])
        table = tf.Variable(tf.ones([5, 2]))
        loss = tf.reduce_sum(tf.nn.embedding_lookup(table, rows))
        train = tf.train.{optimizer}.minimize(loss)
        """,
        "sess.run(train, {rows: [1, 1]})\n",
    )
    assert f"\noptimizer = {optimizer}\n" in found.text
    assert f"tf.raw_ops.ResourceSparseApply{optimizer.partition('Optimizer')[0]}(grad=values" in found.text
    assert "convert_to_tensor" not in found.text


def test_a_changing_rate_under_momentum_is_applied_by_fused_operations(migrate: Migrate) -> None:
    train = "train = tf.train.MomentumOptimizer(tf.reduce_sum(out) * 0.1, 0.9).minimize(loss)\n"
    found = migrate(GRAPH + train, "sess.run(train, {x: [1.0]})\n")
    text = found.function("train_step")
    assert "optimizer = MomentumOptimizer(0.0, 0.9)" in found.text
    assert text.index("learning_rate.assign(tf.reduce_sum(out) * 0.1)") < text.index("apply_gradients")
    assert "ResourceSparseApply" not in found.text


def test_a_name_that_the_program_uses_is_left_to_it(migrate: Migrate) -> None:
    train = "def FtrlOptimizer():\n    return 0.1\ntrain = tf.train.FtrlOptimizer(FtrlOptimizer()).minimize(loss)\n"
    found = migrate(GRAPH + train, "sess.run(train, {x: [1.0]})\n")
    assert "optimizer = FusedFtrlOptimizer(FtrlOptimizer())" in found.text


@pytest.mark.parametrize(
    ("train", "code"),
    [
        ("tf.train.FtrlOptimizer(0.1, beta=0.5).minimize(loss)", "TFM981"),
        ("tf.train.GradientDescentOptimizer(0.1).minimize(loss, unheard_of=0)", "TFM981"),
        ("tf.train.GradientDescentOptimizer(0.1).minimize(*[loss])", "TFM981"),
        ("tf.train.AdamOptimizer(**{'learning_rate': 0.1}).minimize(loss)", "TFM981"),
    ],
)
def test_train_ops_without_a_native_form_are_refused(migrate: Migrate, train: str, code: str) -> None:
    found = migrate(GRAPH + f"train = {train}\n", "sess.run(train, {x: [1.0]})\n")
    assert found.refused == (code, f"train = {train}")


@pytest.mark.parametrize(
    ("made", "keras"),
    [
        ("AdamOptimizer()", "Adam(0.001, epsilon=1e-08)"),
        ("AdamOptimizer(1e-3)", "Adam(1e-3, epsilon=1e-08)"),
        ("AdamOptimizer(learning_rate=0.1)", "Adam(learning_rate=0.1, epsilon=1e-08)"),
        ("AdamOptimizer(0.1, 0.8, 0.9, 0.5)", "Adam(0.1, beta_1=0.8, beta_2=0.9, epsilon=0.5)"),
        ("AdamOptimizer(0.1, beta2=0.9)", "Adam(0.1, beta_2=0.9, epsilon=1e-08)"),
        ("AdamOptimizer(0.1, name='adam', use_locking=True)", "Adam(0.1, epsilon=1e-08)"),
        ("GradientDescentOptimizer(1)", "SGD(1.0)"),
        ("GradientDescentOptimizer(RATE)", "SGD(RATE)"),
        ("GradientDescentOptimizer(RATE / 2)", "SGD(RATE / 2)"),
        ("GradientDescentOptimizer(COUNT)", "SGD(float(COUNT))"),
        ("GradientDescentOptimizer(np.float32(0.1))", "SGD(float(np.float32(0.1)))"),
        ("MomentumOptimizer(0.1, 0.9)", "SGD(0.1, momentum=0.9)"),
        ("MomentumOptimizer(0.1, 0.9, use_nesterov=True)", "SGD(0.1, momentum=0.9, nesterov=True)"),
        ("RMSPropOptimizer(0.1)", "RMSprop(0.1, epsilon=1e-10)"),
        ("RMSPropOptimizer(0.1, 0.8, 0.1, 1e-6)", "RMSprop(0.1, rho=0.8, momentum=0.1, epsilon=1e-6)"),
        ("AdagradOptimizer(0.1)", "Adagrad(0.1, epsilon=0.0)"),
        (
            "AdagradOptimizer(0.1, initial_accumulator_value=0.5)",
            "Adagrad(0.1, initial_accumulator_value=0.5, epsilon=0.0)",
        ),
        ("AdadeltaOptimizer()", "Adadelta(0.001, epsilon=1e-08)"),
    ],
)
def test_optimizers_say_the_defaults_that_changed(migrate: Migrate, made: str, keras: str) -> None:
    found = migrate(
        f"RATE = 0.5\nCOUNT = 2\n{GRAPH}train = tf.train.{made}.minimize(loss)\n", "sess.run(train, {x: [1.0]})\n"
    )
    assert f"optimizer = tf.keras.optimizers.{keras}\n" in found.text


def test_a_slot_that_starts_at_one_is_set(migrate: Migrate) -> None:
    found = migrate(GRAPH + "train = tf.train.RMSPropOptimizer(0.1).minimize(loss)\n", "sess.run(train, {x: [1.0]})\n")
    assert found.text.index("optimizer.build([w, b])") < found.text.index("train_step([1.0])")
    assert "slot.assign(tf.ones_like(slot))" in found.text


def test_a_fed_learning_rate_is_assigned_before_the_update(migrate: Migrate) -> None:
    found = migrate(
        GRAPH
        + "rate = tf.placeholder(tf.float32, [])\ntrain = tf.train.GradientDescentOptimizer(rate).minimize(loss)\n",
        "sess.run(train, {x: [1.0], rate: 0.1})\n",
    )
    text = found.function("train_step")
    assert text.startswith("def train_step(x, rate):")
    assert text.index("optimizer.learning_rate.assign(rate)") < text.index("apply_gradients")


# --- gradients and updates in two steps ------------------------------------------------------------------------------

DESCENT = "optimizer = tf.train.GradientDescentOptimizer(0.1)\n"


def test_gradients_are_taken_by_a_tape_and_mapped_behind_it(migrate: Migrate) -> None:
    found = migrate(
        GRAPH
        + DESCENT
        + "pairs = optimizer.compute_gradients(loss)\n"
        + "clipped = [(tf.clip_by_value(g, -1, 1), v) for g, v in pairs]\n"
        + "train = optimizer.apply_gradients(clipped)\n",
        "print(sess.run([train, loss], {x: [1.0]})[1])\n",
    )
    assert found.function("train_step") == lines("""
        def train_step(x):
            with tf.GradientTape() as tape:
                out = x * w + b
                loss = tf.reduce_sum(tf.square(out))
            variables = tape.watched_variables()
            pairs = list(zip(tape.gradient(loss, variables), variables))
            clipped = [(tf.clip_by_value(g, -1, 1), v) for g, v in pairs]
            optimizer.apply_gradients(clipped)
            return loss
        """)


def test_gradients_that_another_loss_needs_are_taken_within_its_tape(migrate: Migrate) -> None:
    found = migrate(
        GRAPH
        + DESCENT
        + "grad = optimizer.compute_gradients(loss, [w])[0][0]\n"
        + "train = optimizer.minimize(loss + tf.square(grad))\n",
        "sess.run(train, {x: [1.0]})\n",
    )
    text = found.function("train_step")
    assert "        grad = list(zip(tf.gradients(loss, [w]), [w]))[0][0]\n" in text
    assert text.count("GradientTape") == 1


def test_each_of_several_train_ops_of_one_statement_has_its_own_variables(migrate: Migrate) -> None:
    found = migrate(
        GRAPH + DESCENT + "train = [optimizer.minimize(loss, var_list=[v]) for v in (w, b)]\n",
        "sess.run(train, {x: [1.0]})\n",
    )
    assert found.refused[0] == "TFM973"
    found = migrate(
        GRAPH + DESCENT + "train = [optimizer.minimize(loss, var_list=[w]), optimizer.minimize(out, var_list=[b])]\n",
        "sess.run(train, {x: [1.0]})\n",
    )
    text = found.function("train_step")
    assert "train_tape.gradient(loss, train_variables)" in text
    assert "train_tape_2.gradient(out, train_variables_2)" in text


def test_a_variable_that_is_not_trainable_is_watched(migrate: Migrate) -> None:
    found = migrate(
        GRAPH.replace("tf.Variable(2.0)", "tf.Variable(2.0, trainable=False)")
        + DESCENT
        + "train = optimizer.minimize(loss, var_list=[w, b])\n",
        "sess.run(train, {x: [1.0]})\n",
    )
    text = found.function("train_step")
    assert text.index("tape.watch([b])") < text.index("out = x * w + b")


def test_what_the_loss_does_not_train_is_left_out_by_name(migrate: Migrate) -> None:
    found = migrate(
        GRAPH.replace("x * w + b", "x * w + tf.stop_gradient(b)") + DESCENT + "train = optimizer.minimize(loss)\n",
        "sess.run(train, {x: [1.0]})\n",
    )
    assert "    variables = [w]\n" in found.function("train_step")


def test_a_loss_whose_name_is_bound_again_is_kept(migrate: Migrate) -> None:
    found = migrate(
        GRAPH + DESCENT + "train = optimizer.minimize(loss)\nloss = loss / 2.0\n",
        "print(sess.run([train, loss], {x: [1.0]})[1])\n",
    )
    text = found.function("train_step")
    assert text.index("loss_2 = loss\n") < text.index("loss = loss / 2.0")
    assert "tape.gradient(loss_2, variables)" in text


def test_a_list_of_fetches_holds_none_for_a_train_op(migrate: Migrate) -> None:
    found = migrate(
        GRAPH + DESCENT + "train = optimizer.minimize(loss)\nfetches = [train, loss]\n",
        "print(sess.run(fetches, {x: [1.0]}))\n",
    )
    assert "fetches = [None, loss]" in found.text


def test_other_effects_of_one_statement_are_kept_ahead_of_the_update(migrate: Migrate) -> None:
    found = migrate(
        GRAPH
        + DESCENT
        + "count = tf.Variable(0)\nboth = tf.group(optimizer.minimize(loss), tf.assign_add(count, 1))\n",
        "sess.run(both, {x: [1.0]})\n",
    )
    text = found.function("both_step")
    assert text.index("tape.gradient") > text.index("count.assign_add(1)") > text.index("loss = ")


def test_an_average_begins_before_the_first_step(migrate: Migrate) -> None:
    found = migrate(
        GRAPH + "ema = tf.train.ExponentialMovingAverage(0.9)\nkeep = ema.apply()\n",
        "sess.run(keep)\nprint(sess.run(ema.average(w)))\n",
    )
    assert "\nema.apply([w, b])  # makes the averages" in found.text
    assert "    ema.apply([w, b])" in found.function("keep_step")


def test_collections_are_written_out(migrate: Migrate) -> None:
    found = migrate(
        GRAPH + "listed = tf.trainable_variables()\nc = tf.Variable(3.0)\nprint(len(tf.trainable_variables()))\n",
        "print(sess.run(listed))\n",
    )
    assert "listed = [w, b]\n" in found.text
    assert "print(len([*listed, c]))" in found.text


def test_a_variable_in_a_fetched_list_is_read_before_the_update(migrate: Migrate) -> None:
    found = migrate(
        GRAPH
        + DESCENT
        + "pairs = optimizer.compute_gradients(loss)\ntrain = optimizer.apply_gradients(pairs)\nfetches = [loss, w, train]\n",
        "print(sess.run([pairs, train], {x: [1.0]}))\nprint(sess.run(fetches, {x: [1.0]}), sess.run(pairs, {x: [1.0]}))\n",
    )
    assert "return [[(pairs[0][0], w_before), (pairs[1][0], b_before)], None]" in found.text
    assert "return [loss, w_before, None]" in found.text
    assert "return pairs\n" in found.text
