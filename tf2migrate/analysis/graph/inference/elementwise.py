"""Operations that give one element for each element, and those that make one tensor of several alike."""

from __future__ import annotations

from tf2migrate.analysis.graph.inference.dims import UNSURE, Shape, broadcast, merge, merge_dims
from tf2migrate.analysis.graph.inference.operands import Law, Operands, shapes_of

# By the name of the argument that has the shape.
SAME = {
    "x": """
        abs negative neg sign reciprocal inv square sqrt rsqrt exp expm1 log log1p ceil floor round rint cos sin tan
        acos asin atan cosh sinh tanh acosh asinh atanh lgamma digamma erf erfc sigmoid logical_not cast to_float
        to_double to_int32 to_int64 to_bfloat16 to_complex64 is_finite is_inf is_nan cumsum cumprod bitwise.invert
        nn.sigmoid nn.tanh nn.dropout nn.l2_normalize saturate_cast
    """,
    "features": "nn.relu nn.relu6 nn.elu nn.selu nn.softplus nn.softsign nn.leaky_relu nn.swish",
    "logits": "nn.softmax nn.log_softmax",
    "input": """
        identity stop_gradient nn.lrn nn.local_response_normalization check_numerics debugging.check_numerics
        guarantee_const Print real imag angle reverse_sequence matrix_band_part fft ifft
    """,
    "tensor": "reverse zeros_like ones_like",
    "value": "random_shuffle",
    "t": "clip_by_norm clip_by_average_norm",
    "image": """
        image.random_flip_left_right image.random_flip_up_down image.flip_left_right image.flip_up_down
        image.random_brightness image.random_contrast image.random_hue image.random_saturation image.adjust_hue
        image.adjust_saturation image.adjust_gamma image.per_image_standardization image.per_image_whitening
        image.convert_image_dtype image.adjust_brightness
    """,
    "images": "image.adjust_contrast image.rgb_to_hsv image.hsv_to_rgb",
}
PAIRS = {
    ("x", "y"): """
        add subtract sub multiply mul divide div realdiv truediv floordiv floor_div mod floormod truncatediv truncatemod
        div_no_nan maximum minimum pow squared_difference atan2 equal not_equal less less_equal greater greater_equal
        logical_and logical_or logical_xor bitwise.bitwise_and bitwise.bitwise_or bitwise.bitwise_xor
    """,
    ("a", "x"): "igamma igammac",
}
OPERATORS = """
    add sub mul truediv div floordiv mod pow and or xor less less_equal greater greater_equal
"""
UNARY = "neg abs invert pos"


def same(*names: str) -> Law:
    """Return the law that the result is shaped like an argument."""
    return lambda op: op.shape(*names)


def pairwise(*names: str) -> Law:
    """Return the law of broadcasting."""
    return lambda op: broadcast([op.shape(name) for name in names])


def _clip(op: Operands) -> Shape | None:
    return broadcast([op.shape("t"), op.shape("clip_value_min"), op.shape("clip_value_max")])


def _batch_normalization(op: Operands) -> Shape | None:
    given = [op.shape(name) for name in ("x", "mean", "variance")]
    scaling = [op.shape(name) for name in ("offset", "scale") if op.first(name) is not None]
    return broadcast([*given, *scaling])


def _add_n(op: Operands) -> Shape | None:
    values = op.first("inputs")
    shapes = shapes_of(values)
    return op.shape("inputs") if shapes is None else merge(shapes)


def bias_add(value: Shape | None, bias: Shape | None, first: bool) -> Shape | None:
    """Return the shape of a sum of images and one number for each channel."""
    if value is None or len(value) < 2:
        return None
    axis = 1 if first else len(value) - 1
    size = bias[0] if bias is not None and len(bias) == 1 else UNSURE
    return (*value[:axis], merge_dims(value[axis], size), *value[axis + 1 :])


def _bias_add(op: Operands) -> Shape | None:
    layout = op.text("data_format", default="NHWC")
    if not isinstance(layout, str):
        return None
    return bias_add(op.shape("value"), op.shape("bias"), layout.startswith("NC"))


def _where(op: Operands) -> Shape | None:
    if op.first("x") is not None:
        return merge([op.shape("x", "t"), op.shape("y", "e")])
    condition = op.shape("condition")
    return None if condition is None else (None, len(condition))


def _named(words: dict[str, str]) -> dict[str, Law]:
    laws = {name: same(name) for name in words}
    return {f"tf.{word}": laws[name] for name, text in words.items() for word in text.split()}


LAWS: dict[str, Law] = {
    **_named(SAME),
    **{f"tf.{word}": pairwise(*names) for names, text in PAIRS.items() for word in text.split()},
    **{f"operator.{word}": pairwise("x", "y") for word in OPERATORS.split()},
    **{f"operator.{word}": same("x") for word in UNARY.split()},
    "tf.clip_by_value": _clip,
    "tf.nn.batch_normalization": _batch_normalization,
    "tf.add_n": _add_n,
    "tf.accumulate_n": _add_n,
    "tf.nn.bias_add": _bias_add,
    "tf.where": _where,
    "tf.select": _where,
}
