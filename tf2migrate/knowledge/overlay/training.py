"""Optimizers and learning rate schedules. Keras classes where their law on dense gradients is TensorFlow 1's."""

from __future__ import annotations

from tf2migrate.knowledge.overlay.forms import Verdict, compat, form, rewritten

_OPTIMIZERS = "tf.keras.optimizers"
_SCHEDULES = "tf.keras.optimizers.schedules"
_NO_CLASS = "no Keras class has its law: a small class over the raw op does"
_DROPPED = "use_locking name"

_CLASSES: dict[str, tuple[str, str, str, dict[str, str]]] = {
    "GradientDescentOptimizer": ("SGD", "learning_rate", "equal to the last bit", {}),
    "MomentumOptimizer": (
        "SGD",
        "learning_rate; momentum; nesterov=use_nesterov",
        "equal while the rate never changes: Keras folds it into the slot",
        {"learning_rate": "literal"},
    ),
    "AdamOptimizer": (
        "Adam",
        "learning_rate=learning_rate!0.001; beta_1=beta1; beta_2=beta2; epsilon=epsilon!1e-08",
        "Keras takes 1 - beta_2 in double: updates differ by 6.9e-6 of themselves",
        {},
    ),
    "RMSPropOptimizer": (
        "RMSprop",
        "learning_rate; rho=decay; momentum; epsilon=epsilon!1e-10; centered",
        "equal once built and its velocity slots set to one, TensorFlow 1's initial value",
        {},
    ),
    "AdagradOptimizer": (
        "Adagrad",
        "learning_rate; initial_accumulator_value; epsilon='0.0'",
        "equal; TensorFlow 1 adds no epsilon",
        {},
    ),
    "AdadeltaOptimizer": (
        "Adadelta",
        "learning_rate=learning_rate!0.001; rho; epsilon=epsilon!1e-08",
        "equal with TensorFlow 1's epsilon",
        {},
    ),
    "FtrlOptimizer": (
        "Ftrl",
        "learning_rate; learning_rate_power; initial_accumulator_value; l1_regularization_strength; "
        "l2_regularization_strength; l2_shrinkage_regularization_strength",
        "equal",
        {},
    ),
}


def verdicts() -> dict[str, Verdict]:
    """Return the verdicts of this family."""
    return _optimizers() | _schedules() | _keras()


def _keras() -> dict[str, Verdict]:
    slope = "Keras 3's hard sigmoid has another slope: write tf.clip_by_value(0.2 * x + 0.5, 0., 1.)"
    return {f"tf.keras.{module}.hard_sigmoid": compat(slope) for module in ("activations", "backend")}


def _optimizers() -> dict[str, Verdict]:
    found = {
        f"tf.train.{name}": rewritten(
            f"{_OPTIMIZERS}.{target}", reason, form(f"{_OPTIMIZERS}.{target}", arguments, conditions, _DROPPED)
        )
        for name, (target, arguments, reason, conditions) in _CLASSES.items()
    }
    for name in ("AdagradDAOptimizer", "ProximalAdagradOptimizer", "ProximalGradientDescentOptimizer"):
        found[f"tf.train.{name}"] = compat(_NO_CLASS)
    found["tf.train.SyncReplicasOptimizer"] = compat("tf.distribute takes its place")
    return found


def _schedules() -> dict[str, Verdict]:
    step = "{call}({global_step})"
    rate = "initial_learning_rate=learning_rate"
    table = {
        "exponential_decay": ("ExponentialDecay", f"{rate}; decay_steps; decay_rate; staircase; name"),
        "inverse_time_decay": ("InverseTimeDecay", f"{rate}; decay_steps; decay_rate; staircase; name"),
        "polynomial_decay": ("PolynomialDecay", f"{rate}; decay_steps; end_learning_rate; power; cycle; name"),
        "cosine_decay": ("CosineDecay", f"{rate}; decay_steps; alpha; name"),
        "cosine_decay_restarts": ("CosineDecayRestarts", f"{rate}; first_decay_steps; t_mul; m_mul; alpha; name"),
    }
    found = {
        f"tf.train.{name}": rewritten(
            f"{_SCHEDULES}.{target}",
            "the schedule at the global step",
            form(f"{_SCHEDULES}.{target}", arguments, dropped="global_step", wrap=step),
        )
        for name, (target, arguments) in table.items()
    }
    found["tf.train.piecewise_constant"] = rewritten(
        f"{_SCHEDULES}.PiecewiseConstantDecay",
        "the schedule at the global step",
        form(f"{_SCHEDULES}.PiecewiseConstantDecay", "boundaries; values; name", dropped="x", wrap="{call}({x})"),
    )
    for name in ("natural_exp_decay", "linear_cosine_decay", "noisy_linear_cosine_decay"):
        found[f"tf.train.{name}"] = compat("no Keras schedule has its law: write the formula")
    return found
