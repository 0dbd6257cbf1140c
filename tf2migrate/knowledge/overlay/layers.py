"""tf.layers and the layers of contrib: Keras layers where they hold variables, ops where they do not."""

from __future__ import annotations

from tf2migrate.knowledge.overlay.forms import Verdict, form, rewritten
from tf2migrate.model.api import Rewrite

_STATE = "holds variables: the migration makes the layer once and calls it"
_APPLIED = "{call}({inputs})"
_WEIGHTS = (
    "activation; use_bias; kernel_initializer; bias_initializer; kernel_regularizer; bias_regularizer; "
    "activity_regularizer; kernel_constraint; bias_constraint; trainable; name"
)
_CONVOLVED = "filters; kernel_size; strides; padding; data_format"
_SEPARABLE = (
    "activation; use_bias; depthwise_initializer; pointwise_initializer; bias_initializer; depthwise_regularizer; "
    "pointwise_regularizer; bias_regularizer; activity_regularizer; depthwise_constraint; pointwise_constraint; "
    "bias_constraint; trainable; name"
)
_NORMALIZED = (
    "axis; momentum; epsilon; center; scale; beta_initializer; gamma_initializer; moving_mean_initializer; "
    "moving_variance_initializer; beta_regularizer; gamma_regularizer; beta_constraint; gamma_constraint; "
    "trainable; name"
)

_LAYERS = {
    "dense": ("Dense", f"units; {_WEIGHTS}"),
    "conv1d": ("Conv1D", f"{_CONVOLVED}; dilation_rate; {_WEIGHTS}"),
    "conv2d": ("Conv2D", f"{_CONVOLVED}; dilation_rate; {_WEIGHTS}"),
    "conv3d": ("Conv3D", f"{_CONVOLVED}; dilation_rate; {_WEIGHTS}"),
    "conv2d_transpose": ("Conv2DTranspose", f"{_CONVOLVED}; {_WEIGHTS}"),
    "conv3d_transpose": ("Conv3DTranspose", f"{_CONVOLVED}; {_WEIGHTS}"),
    "separable_conv1d": ("SeparableConv1D", f"{_CONVOLVED}; dilation_rate; depth_multiplier; {_SEPARABLE}"),
    "separable_conv2d": ("SeparableConv2D", f"{_CONVOLVED}; dilation_rate; depth_multiplier; {_SEPARABLE}"),
}
_SPATIAL = {"1d": "NWC", "2d": "NHWC", "3d": "NDHWC"}
_PLAIN_DENSE = {"normalizer_fn": "None", "normalizer_params": "None", "reuse": "None"}


def verdicts() -> dict[str, Verdict]:
    """Return the verdicts of this family."""
    return _keras_layers() | _pooling() | _contrib() | _dropout() | _plain()


def _keras_layers() -> dict[str, Verdict]:
    found: dict[str, Verdict] = {}
    for name, (layer, arguments) in _LAYERS.items():
        target = f"tf.keras.layers.{layer}"
        once = {"reuse": "None"}
        found[f"tf.layers.{name}"] = rewritten(target, _STATE, form(target, arguments, once, "inputs", _APPLIED))
        found[f"tf.layers.{layer}"] = rewritten(target, _STATE, form(target, arguments))
    target = "tf.keras.layers.BatchNormalization"
    reason = "moving averages move in UPDATE_OPS, which a program may never have run"
    found["tf.layers.batch_normalization"] = rewritten(
        target,
        reason,
        form(target, _NORMALIZED, {"training": "False"}, "inputs fused", _APPLIED[:-1] + ", training=False)"),
        form(target, _NORMALIZED, {"training": "given"}, "inputs fused", _APPLIED[:-1] + ", training={training})"),
    )
    found["tf.layers.BatchNormalization"] = rewritten(target, reason, form(target, _NORMALIZED, dropped="fused"))
    return found


def _pooling() -> dict[str, Verdict]:
    found: dict[str, Verdict] = {}
    pooled = "input=inputs; ksize=pool_size; strides"
    for size, layout in _SPATIAL.items():
        for name, op in (("max_pooling", "max_pool"), ("average_pooling", "avg_pool")):
            target = f"tf.nn.{op}{size}"
            forms = [
                form(
                    target,
                    f"{pooled}; padding='\"{padding.upper()}\"'; data_format='\"{layout}\"'; name",
                    {"padding": f"'{padding}'", "data_format": "'channels_last'"},
                )
                for padding in ("valid", "same")
            ]
            forms.append(
                form(
                    target,
                    f"{pooled}; padding=padding:{{}}.upper(); data_format='\"{layout}\"'; name",
                    {"data_format": "'channels_last'"},
                )
            )
            found[f"tf.layers.{name}{size}"] = rewritten(target, "holds no variables: the op", *forms)
    return found


def _dropout() -> dict[str, Verdict]:
    arguments = "x=inputs; rate=rate!0.5; noise_shape; seed"
    dropped = "tf.nn.dropout"
    switched = "tf.cond({training}, lambda: {call}, lambda: {inputs})"
    forms = (
        form("tf.identity", "input=inputs", {"training": "False"}, "rate noise_shape seed name"),
        form(dropped, arguments, {"training": "True"}, "name"),
        form(dropped, arguments, {"training": "boolean", "inputs": "atom"}, "name", switched),
    )
    reason = "drops nothing unless it trains"
    found = {"tf.layers.dropout": rewritten(dropped, reason, *forms)}
    rest = "noise_shape; seed"
    kept = "rate=keep_prob!0.5:1 - {}"
    for module in ("tf.contrib.layers", "tf.contrib.slim"):
        found[f"{module}.dropout"] = rewritten(
            dropped,
            reason,
            form(dropped, f"x=inputs; {kept}; {rest}", {"is_training": "True", "outputs_collections": "None"}, "scope"),
            form(
                "tf.identity",
                "input=inputs",
                {"is_training": "False", "outputs_collections": "None"},
                "keep_prob noise_shape seed scope",
            ),
            form(
                dropped,
                f"x=inputs; {kept}; {rest}",
                {"is_training": "boolean", "inputs": "atom", "outputs_collections": "None"},
                "scope",
                "tf.cond({is_training}, lambda: {call}, lambda: {inputs})",
            ),
        )
    return found


def _plain() -> dict[str, Verdict]:
    target = "tf.keras.layers.Flatten"
    flat = form(target, "", {"data_format": "'channels_last'"}, "inputs name", _APPLIED)
    contrib = form(target, "", {"outputs_collections": "None"}, "inputs scope", _APPLIED)
    reason = "holds no variables"
    return {
        "tf.layers.flatten": rewritten(target, reason, flat),
        "tf.layers.Flatten": rewritten(target, reason, form(target, "data_format; name")),
        "tf.layers.Dropout": rewritten(
            "tf.keras.layers.Dropout",
            "call it with training=",
            form("tf.keras.layers.Dropout", "rate; noise_shape; seed"),
        ),
        "tf.contrib.layers.flatten": rewritten(target, reason, contrib),
        "tf.contrib.slim.flatten": rewritten(target, reason, contrib),
        "tf.layers": rewritten("tf.keras.layers", _STATE),
    }


def _contrib() -> dict[str, Verdict]:
    found: dict[str, Verdict] = {}
    for module in ("tf.contrib.layers", "tf.contrib.slim"):
        found[f"{module}.fully_connected"] = rewritten("tf.keras.layers.Dense", _STATE, *_dense())
        found[f"{module}.linear"] = rewritten("tf.keras.layers.Dense", _STATE)
        for name in ("conv2d", "convolution2d"):
            found[f"{module}.{name}"] = rewritten("tf.keras.layers.Conv2D", _STATE, *_conv2d())
        for name, op in (("max_pool2d", "max_pool2d"), ("avg_pool2d", "avg_pool2d")):
            found[f"{module}.{name}"] = rewritten(f"tf.nn.{op}", "holds no variables: the op", _pool2d(f"tf.nn.{op}"))
        found[f"{module}.batch_norm"] = rewritten(
            "tf.keras.layers.BatchNormalization", "decay .999, no scale, moving averages in UPDATE_OPS"
        )
    return found


def _dense() -> tuple[Rewrite, ...]:
    arguments = (
        "units=num_outputs; activation=activation_fn!tf.nn.relu; kernel_initializer=weights_initializer; {bias}; "
        "trainable; name=scope"
    )
    return _with_and_without_bias("tf.keras.layers.Dense", arguments)


def _conv2d() -> tuple[Rewrite, ...]:
    arguments = (
        "filters=num_outputs; kernel_size; strides=stride; padding=padding!'same':{{}}.lower(); dilation_rate=rate; "
        "activation=activation_fn!tf.nn.relu; kernel_initializer=weights_initializer; {bias}; trainable; name=scope"
    )
    return _with_and_without_bias("tf.keras.layers.Conv2D", arguments, {"data_format": "None"})


def _with_and_without_bias(target: str, arguments: str, more: dict[str, str] | None = None) -> tuple[Rewrite, ...]:
    plain = {**_PLAIN_DENSE, **(more or {})}
    return (
        form(
            target,
            arguments.format(bias="use_bias='False'"),
            plain | {"biases_initializer": "None given"},
            "inputs",
            _APPLIED,
        ),
        form(target, arguments.format(bias="bias_initializer=biases_initializer"), plain, "inputs", _APPLIED),
    )


def _pool2d(target: str) -> Rewrite:
    return form(
        target,
        "input=inputs; ksize=kernel_size; strides=stride!2; padding=padding!'VALID'",
        {"outputs_collections": "None", "data_format": "'NHWC'"},
        "scope",
    )
