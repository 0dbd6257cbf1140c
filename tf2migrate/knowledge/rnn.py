"""TensorFlow 1's cells, the loops over them and its distributions as small definitions to be emitted, by 1.15's law.

Each keeps the layout, the names and the initial values of TensorFlow 1's weights, so that checkpoints load and numbers
stay. A program gets those definitions that it uses, and of them what its calls ask for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache

from tf2migrate.knowledge.emitted import ANY, Emitted
from tf2migrate.knowledge.host_classes import HOST_CLASSES
from tf2migrate.knowledge.mnist import FAKE, READERS
from tf2migrate.knowledge.tables import DATA, entry

WIDTH = 100
_HANDED_ON = frozenset({"sequence_length", "averages", FAKE})  # what a definition asks of the ones that it calls
_CONDITION = re.compile(r"  #\? (?P<absent>not )?(?P<feature>\w+)$")
_OPENED = re.compile(r"^( *def \w+)\(\n((?: +[\w=.]+(?: = [\w.]+)?,\n)+) *\):$", re.MULTILINE)
_TENSORFLOW = re.compile(r"\btf\.")
_NUMPY = re.compile(r"\bnp\.")
_MODULES = {
    name: re.compile(rf"(?<![\w.]){name}\.") for name in "collections contextlib json numbers pickle re".split()
}
_MODULES["numpy"] = _NUMPY
_NAME = re.compile(r"^(?:class |def )?(\w+)")


_NONE = ("None",)
_TUPLE = {"state_is_tuple": ("True",)}
_CELL = {**_TUPLE, "reuse": ANY, "name": ANY, "dtype": ("None", "tf.float32")}
_LSTM = {**_CELL, "use_peepholes": ("False",), "cell_clip": _NONE, "num_proj": _NONE, "proj_clip": _NONE}
_LSTM |= {"num_unit_shards": ("None", "1"), "num_proj_shards": ("None", "1")}
_LOOP = {"parallel_iterations": ANY, "swap_memory": ANY, "scope": ANY, "time_major": ("False",)}
_DROPOUT = {"seed": _NONE, "state_keep_prob": ("1", "1.0"), "variational_recurrent": ("False",), "dtype": ANY}
_DROPOUT["input_size"] = ANY
_INITIALIZERS = ("kernel_initializer", "bias_initializer")
_CELLS: Mapping[str, tuple[str, Mapping[str, tuple[str, ...]], tuple[str, ...]]] = {
    "BasicLSTMCell": ("num_units forget_bias activation", _CELL, ()),
    "LSTMCell": ("num_units initializer forget_bias activation", _LSTM, ("initializer",)),
    "BasicRNNCell": ("num_units activation", _CELL, ()),
    "GRUCell": ("num_units activation kernel_initializer bias_initializer", _CELL, _INITIALIZERS),
    "MultiRNNCell": ("cells", _TUPLE, ()),
    "DropoutWrapper": ("cell input_keep_prob output_keep_prob", _DROPOUT, ()),
    "ResidualWrapper": ("cell", {"residual_fn": _NONE}, ()),
    "OutputProjectionWrapper": ("cell output_size activation", {"reuse": ANY}, ()),
    "LSTMStateTuple": ("c h", {}, ()),
    "static_rnn": ("cell inputs initial_state dtype sequence_length", _LOOP, ("sequence_length",)),
    "dynamic_rnn": (
        "cell inputs sequence_length initial_state dtype time_major",
        _LOOP,
        ("sequence_length", "time_major"),
    ),
    "static_bidirectional_rnn": (
        "cell_fw cell_bw inputs initial_state_fw initial_state_bw dtype sequence_length",
        _LOOP,
        ("sequence_length",),
    ),
    "bidirectional_dynamic_rnn": (
        "cell_fw cell_bw inputs sequence_length initial_state_fw initial_state_bw dtype",
        _LOOP,
        ("sequence_length",),
    ),
}
_DROPPED = "input_keep_prob output_keep_prob state_keep_prob variational_recurrent input_size dtype seed"
_HIDDEN = {"DropoutWrapper": ("cell", *_DROPPED.split()), "ResidualWrapper": ("cell", "residual_fn")}
_LOSS = "logits targets weights average_across_timesteps"
_LOSS_CHECKED = {"softmax_loss_function": _NONE, "name": ANY, "sum_over_timesteps": ("False",)}
_LOSS_CHECKED["sum_over_batch"] = ("False",)
_SEQUENCES = {
    "tf.contrib.seq2seq.sequence_loss": (
        f"{_LOSS} average_across_batch",
        _LOSS_CHECKED,
        ("average_across_timesteps", "average_across_batch"),
    ),
    "tf.contrib.legacy_seq2seq.rnn_decoder": (
        "decoder_inputs initial_state cell loop_function",
        {"scope": ANY},
        ("loop_function",),
    ),
    "tf.contrib.legacy_seq2seq.sequence_loss": (
        f"{_LOSS} average_across_batch",
        _LOSS_CHECKED,
        ("average_across_timesteps",),
    ),
    "tf.contrib.legacy_seq2seq.sequence_loss_by_example": (_LOSS, _LOSS_CHECKED, ("average_across_timesteps",)),
}
_OWN_NAMES = {"tf.contrib.legacy_seq2seq.sequence_loss": "sequence_loss_of_steps"}
_WEIGHTED = {"scope": ANY, "loss_collection": ANY}
_WEIGHTED["reduction"] = (
    "tf.losses.Reduction.SUM_BY_NONZERO_WEIGHTS",
    "tf.losses.Reduction.SUM_OVER_NONZERO_WEIGHTS",
)
_LOSSES = {
    "tf.losses.compute_weighted_loss": "losses weights",
    "tf.losses.softmax_cross_entropy": "onehot_labels logits weights label_smoothing",
    "tf.losses.sigmoid_cross_entropy": "multi_class_labels logits weights label_smoothing",
    "tf.losses.hinge_loss": "labels logits weights",
    "tf.losses.huber_loss": "labels predictions weights delta",
    "tf.losses.log_loss": "labels predictions weights epsilon",
    "tf.losses.cosine_distance": "labels predictions axis weights",
}
_DISTRIBUTION = {"validate_args": ("False",), "allow_nan_stats": ("True",), "name": ANY}
_DISTRIBUTIONS: Mapping[str, tuple[str, Mapping[str, tuple[str, ...]]]] = {
    "Normal": ("loc scale", _DISTRIBUTION),
    "Categorical": ("logits probs dtype", _DISTRIBUTION),
    "Bernoulli": ("logits probs dtype", _DISTRIBUTION),
    "Uniform": ("low high", _DISTRIBUTION),
    "kl_divergence": ("distribution_a distribution_b", {"allow_nan_stats": ("True",), "name": ANY}),
}
_DENSITY = {"sample": ("sample",), "log_prob": ("log_prob",), "prob": ("prob", "log_prob"), "entropy": ("entropy",)}
_MEAN = {"mean": ("mean",), "variance": ("variance",)}
_SPREAD = {"stddev": ("stddev",), "variance": ("variance", "stddev")}
_MODE = {"mode": ("mode",)}
_BOUNDED = {"log_prob": ("log_prob", "uniform_prob"), "prob": ("uniform_prob",), "stddev": ("stddev",)}
DISTRIBUTION_METHODS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "Normal": {**_DENSITY, **_MEAN, **_SPREAD},
    "Categorical": {**_DENSITY, **_MODE},
    "Bernoulli": {**_DENSITY, **_MEAN, **_MODE},
    "Uniform": {**_DENSITY, **_MEAN, **_BOUNDED},
}
"""What the emitted distributions can do, with the features that each method asks for."""
_NORMALIZATION = (
    "axis momentum epsilon center scale beta_initializer gamma_initializer moving_mean_initializer "
    "moving_variance_initializer beta_constraint gamma_constraint trainable name fused_ranks"
)
_NORMALIZATION_CHECKED = {"renorm": ("False",), "fused": ("None", "True"), "virtual_batch_size": _NONE}
_NORMALIZATION_CHECKED |= {"adjustment": _NONE, "renorm_clipping": _NONE}
_SHARED_FEATURES = {"average_across_timesteps": "averages", "average_across_batch": "averages"}


def _emitted() -> dict[str, Emitted]:
    found: dict[str, Emitted] = {}
    for name, (parameters, ignored, features) in _CELLS.items():
        loop = name.endswith("rnn")
        for module in ("tf.nn" if loop else "tf.nn.rnn_cell", "tf.contrib.rnn"):
            if (module, name) != ("tf.nn.rnn_cell", "OutputProjectionWrapper"):
                signature = _HIDDEN.get(name, ())
                found[f"{module}.{name}"] = replace(_one(name, parameters, ignored, features), signature=signature)
    for path, (parameters, ignored, features) in _SEQUENCES.items():
        name = _OWN_NAMES.get(path, path.rpartition(".")[2])
        found[path] = _one(name, parameters, ignored, features)
    for path, parameters in _LOSSES.items():
        found[path] = replace(_one(path.rpartition(".")[2], parameters, _WEIGHTED, ()), aliases={"dim": "axis"})
    for name, (parameters, ignored) in _DISTRIBUTIONS.items():
        methods = DISTRIBUTION_METHODS.get(name, {})
        for module in ("tf.distributions", "tf.contrib.distributions"):
            found[f"{module}.{name}"] = replace(_one(name, parameters, ignored, ()), methods=methods)
    return found


def _one(name: str, parameters: str, ignored: Mapping[str, tuple[str, ...]], features: tuple[str, ...]) -> Emitted:
    named = {feature: _SHARED_FEATURES.get(feature, feature) for feature in features}
    return Emitted(name, tuple(parameters.split()), ignored, named)


EMITTED: Mapping[str, Emitted] = _emitted()
"""What is emitted, by TensorFlow 1's path."""

_LAYER = _one("BatchNormalization", _NORMALIZATION, _NORMALIZATION_CHECKED, ("fused_ranks",))
DEFINED: Mapping[str, Emitted] = {
    **EMITTED,
    **READERS,
    **HOST_CLASSES,
    "tf.layers.BatchNormalization": _LAYER,
    "tf.image.resize_images": _one(
        "resize_images",
        "images size method align_corners",
        {"preserve_aspect_ratio": ("False",), "name": ANY},
        (),
    ),
    "tf.layers.moving_averages": Emitted("moving_averages", (), {}, {}),
}
"""All that is emitted: also layers that take their parameters from Keras, and what tells them what to do."""


def parameters_of_emitted(path: str) -> tuple[str, ...]:
    """Return TensorFlow 1's parameters, in order, of what is emitted."""
    if DEFINED[path].signature:
        return DEFINED[path].signature
    known = entry(path)
    if known is None or not known.parameters:
        known = entry(path.replace("tf.contrib.rnn.", "tf.nn."))  # an alias there
    return tuple(name for name, _ in known.parameters if "*" not in name) if known is not None else ()


_FILES = ("rnn_cells", "distributions", "normalization", "mnist_reader", "host_classes", "images")


@cache
def _definitions() -> dict[str, str]:
    texts = [(DATA / f"{name}.py.txt").read_text(encoding="utf-8") for name in _FILES]
    parts = [part for text in texts for part in text.rstrip("\n").split("\n\n\n")]
    return {_name(part): part for part in parts}


def _name(definition: str) -> str:
    match = _NAME.match(definition)
    assert match is not None
    return match[1]


def definitions(
    used: Mapping[str, frozenset[str]],
    tensorflow: str = "tf",
    names: Mapping[str, str] | None = None,
    numpy: str = "np",
) -> list[str]:
    """Return the definitions that a program needs, in order; `used` are their names with the features of each.

    `names` are what those are called whose own name the program has for something else.
    """
    everything = _definitions()
    wanted = needed(used)
    parts = [_with_features(text, wanted[name]) for name, text in everything.items() if name in wanted]
    for old, new in (names or {}).items():
        parts = [re.sub(rf"(?<![\w.\"]){old}\b", new, part) for part in parts]
    return [_NUMPY.sub(f"{numpy}.", _TENSORFLOW.sub(f"{tensorflow}.", part)) for part in parts]


def needed(used: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    """Return the definitions that some need, with the features of each: themselves and what they call."""
    everything = _definitions()
    wanted: dict[str, frozenset[str]] = {}
    pending = list(used.items())
    while pending:
        name, features = pending.pop()
        known = wanted.get(name)
        if known is not None and features <= known:
            continue
        wanted[name] = features | (known or frozenset())
        text = _with_features(everything[name], wanted[name])
        others = [other for other in everything if other != name and re.search(rf"(?<![\w.]){other}\b", text)]
        pending.extend((other, wanted[name] & _HANDED_ON) for other in others)
    return wanted


def modules_of(used: Mapping[str, frozenset[str]]) -> list[str]:
    """Return the modules of the standard library that the definitions of a program use, and numpy."""
    texts = [_with_features(_definitions()[name], features) for name, features in needed(used).items()]
    return [module for module, use in _MODULES.items() if any(use.search(text) for text in texts)]


def _with_features(text: str, features: frozenset[str]) -> str:
    """Return a definition without the lines that its features rule out; short signatures on one line."""
    lines: list[str] = []
    for line in text.split("\n"):
        match = _CONDITION.search(line)
        if match is None:
            lines.append(line)
        elif (match["feature"] in features) is (match["absent"] is None):
            lines.append(line[: match.start()])
    return _OPENED.sub(_on_one_line, "\n".join(lines))


def _on_one_line(match: re.Match[str]) -> str:
    parameters = ", ".join(line.strip().rstrip(",") for line in match[2].splitlines())
    line = f"{match[1]}({parameters}):"
    return line if len(line) <= WIDTH else match[0]
