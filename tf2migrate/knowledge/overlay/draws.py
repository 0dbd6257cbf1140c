"""Random ops and initializers."""

from __future__ import annotations

from tf2migrate.knowledge.overlay.forms import Verdict, compat, form, rewritten

_DEFAULTS = "other defaults in TensorFlow 2"
_FLOAT = {"dtype": "tf.float32"}
_VARIANCE = "tf.keras.initializers.VarianceScaling"
_CONTRIB_NORMAL = "1.3 * 0.87962566103423978**2"  # contrib widens a truncated normal by 1.3, Keras by what it lost


def verdicts() -> dict[str, Verdict]:
    """Return the verdicts of this family."""
    return _draws() | _initializers() | _scaled() | _contrib()


def _draws() -> dict[str, Verdict]:
    return {
        "tf.multinomial": rewritten(
            "tf.random.categorical",
            "renamed, with another order of arguments",
            form("tf.random.categorical", "logits; num_samples; dtype=output_dtype; seed; name"),
        ),
        "tf.random_poisson": rewritten(
            "tf.random.poisson",
            "the shape comes first in TensorFlow 2",
            form("tf.random.poisson", "shape; lam; dtype; seed; name"),
        ),
        "tf.random.stateless_multinomial": rewritten(
            "tf.random.stateless_categorical",
            "renamed, with another order of arguments",
            form("tf.random.stateless_categorical", "logits; num_samples; seed; dtype=output_dtype; name"),
        ),
        "tf.set_random_seed": rewritten(
            "tf.random.set_seed",
            "one seed gives other numbers in eager execution than in a graph",
            form("tf.random.set_seed", "seed"),
        ),
    }


def _initializers() -> dict[str, Verdict]:
    return {
        "tf.zeros_initializer": _initializer("tf.zeros_initializer", ""),
        "tf.ones_initializer": _initializer("tf.ones_initializer", ""),
        "tf.constant_initializer": rewritten(
            "tf.constant_initializer",
            "no dtype of its own",
            form("tf.constant_initializer", "value", _FLOAT | {"verify_shape": "False"}),
        ),
        "tf.random_normal_initializer": _initializer("tf.random_normal_initializer", "mean; stddev=stddev!1.0; seed"),
        "tf.random_uniform_initializer": _initializer(
            "tf.random_uniform_initializer", "minval=minval!0.0; maxval=maxval!1.0; seed"
        ),
        "tf.truncated_normal_initializer": _initializer(
            "tf.keras.initializers.TruncatedNormal", "mean=mean!0.0; stddev=stddev!1.0; seed"
        ),
        "tf.orthogonal_initializer": _initializer("tf.keras.initializers.Orthogonal", "gain; seed"),
        "tf.initializers.identity": _initializer("tf.keras.initializers.Identity", "gain"),
        "tf.uniform_unit_scaling_initializer": compat("no Keras initializer scales by all dimensions but the last"),
    }


def _initializer(target: str, arguments: str) -> Verdict:
    return rewritten(target, _DEFAULTS, form(target, arguments, _FLOAT))


def _scaled() -> dict[str, Verdict]:
    arguments = "scale=scale!1.0; mode=mode!'fan_in'; distribution=distribution!'truncated_normal'; seed"
    glorot = {"uniform": "GlorotUniform", "normal": "GlorotNormal"}
    found = {
        f"tf.glorot_{name}_initializer": _initializer(f"tf.keras.initializers.{target}", "seed")
        for name, target in glorot.items()
    }
    found["tf.variance_scaling_initializer"] = rewritten(
        _VARIANCE,
        _DEFAULTS,
        form(_VARIANCE, arguments, _FLOAT | {"distribution": "'uniform'"}),
        form(_VARIANCE, arguments, _FLOAT | {"distribution": "'truncated_normal'"}),
        form(_VARIANCE, arguments, _FLOAT | {"distribution": "'untruncated_normal'"}),
        form(
            _VARIANCE,
            "scale=scale!1.0; mode=mode!'fan_in'; distribution=''truncated_normal''; seed",
            _FLOAT | {"distribution": "'normal'"},
            "distribution",
        ),
    )
    for name in ("he", "lecun"):
        for law in ("normal", "uniform"):
            target = f"tf.keras.initializers.{name.capitalize()}{law.capitalize()}"
            found[f"tf.initializers.{name}_{law}"] = rewritten(target, "the same law", form(target, "seed"))
    return found


def _contrib() -> dict[str, Verdict]:
    uniform = form(
        _VARIANCE,
        "scale=factor!2.0; mode=mode:{}.lower(); distribution=''uniform''; seed",
        _FLOAT | {"uniform": "True", "mode": "given"},
    )
    xavier_normal = form(
        _VARIANCE,
        f"scale='{_CONTRIB_NORMAL}'; mode=''fan_avg''; distribution=''truncated_normal''; seed",
        _FLOAT | {"uniform": "False"},
    )
    xavier_uniform = form("tf.keras.initializers.GlorotUniform", "seed", _FLOAT | {"uniform": "True"})
    scaled = f"2.0 * {_CONTRIB_NORMAL}"
    modes = [
        form(
            _VARIANCE,
            f"scale=factor!{law[1]}:{law[2]}; mode=''{mode.lower()}''; distribution=''{law[3]}''; seed",
            _FLOAT | {"uniform": law[0], "mode": f"'{mode}'"},
        )
        for mode in ("FAN_IN", "FAN_OUT", "FAN_AVG")
        for law in (
            ("False", scaled, f"{{}} * {_CONTRIB_NORMAL}", "truncated_normal"),
            ("True", "2.0", "{}", "uniform"),
        )
    ]
    found: dict[str, Verdict] = {}
    for module in ("tf.contrib.layers", "tf.contrib.slim"):
        for name in ("xavier_initializer", "xavier_initializer_conv2d"):
            found[f"{module}.{name}"] = rewritten(
                "tf.keras.initializers.GlorotUniform", "the same law", xavier_uniform, xavier_normal
            )
        found[f"{module}.variance_scaling_initializer"] = rewritten(_VARIANCE, _DEFAULTS, *modes, uniform)
    return found | _regularizers()


def _regularizers() -> dict[str, Verdict]:
    found: dict[str, Verdict] = {}
    found["tf.contrib.layers.l2_regularizer"] = rewritten(
        "tf.keras.regularizers.L2",
        "contrib halves the sum of squares",
        form("tf.keras.regularizers.L2", "l2=scale:0.5 * {}", dropped="scope"),
    )
    found["tf.contrib.layers.l1_regularizer"] = rewritten(
        "tf.keras.regularizers.L1", "the same law", form("tf.keras.regularizers.L1", "l1=scale", dropped="scope")
    )
    found["tf.contrib.slim.l2_regularizer"] = found["tf.contrib.layers.l2_regularizer"]
    found["tf.contrib.slim.l1_regularizer"] = found["tf.contrib.layers.l1_regularizer"]
    return found
