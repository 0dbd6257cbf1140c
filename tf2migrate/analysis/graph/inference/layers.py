"""Layers that make their own weights, of `tf.layers` and contrib: sizes are arguments, or the defaults of the layer."""

from __future__ import annotations

from dataclasses import dataclass

from tf2migrate.analysis.graph.inference.dims import UNSURE, Dim, Shape, combine, product, unknown
from tf2migrate.analysis.graph.inference.operands import Law, Operands
from tf2migrate.analysis.graph.inference.windows import (
    Windows,
    arrange,
    arranged,
    channels_first,
    padding,
    spread,
)

_INPUTS = ("inputs", "input", "0")


@dataclass(frozen=True, slots=True)
class _Words:
    """The names that a family of layers has for the same things."""

    units: str = "filters"
    size: str = "kernel_size"
    strides: str = "strides"
    rate: str = "dilation_rate"
    padding: str = "VALID"


_LAYERS = _Words()
_CONTRIB = _Words("num_outputs", "kernel_size", "stride", "rate", "SAME")


def _dense(op: Operands) -> Shape | None:
    shape = op.shape(*_INPUTS)
    return None if not shape else (*shape[:-1], op.number("units", "num_outputs"))


def _flatten(op: Operands) -> Shape | None:
    shape = op.shape(*_INPUTS)
    if not shape or 0 in shape:
        return None if not shape else (shape[0], UNSURE)
    return (shape[0], product(shape[1:]))


def _convolution(words: _Words, spatial: int | None = None, mixing: bool = False) -> Law:
    def law(op: Operands) -> Shape | None:
        shape, first = op.shape(*_INPUTS), channels_first(op)
        count = len(shape) - 2 if spatial is None and shape is not None else spatial
        if first is None or count is None or not 1 <= count <= 3 or (shape is not None and len(shape) != count + 2):
            return None
        batch, lengths, channels = arranged(shape, count, first)
        sizes = spread(op.first(words.size), count)
        strides, rates = spread(op.first(words.strides), count, 1), spread(op.first(words.rate), count, 1)
        made = op.number(words.units)
        if mixing and op.first(words.units) is None:
            made = product((channels, op.number("depth_multiplier", default=1)))
        return arrange(
            batch, Windows(sizes, strides, rates, padding(op, words.padding)).through_blocks(lengths), made, first
        )

    return law


def _transposed(words: _Words, spatial: int) -> Law:
    def law(op: Operands) -> Shape | None:
        shape, first = op.shape(*_INPUTS), channels_first(op)
        if first is None or (shape is not None and len(shape) != spatial + 2):
            return None
        batch, lengths, _ = arranged(shape, spatial, first)
        sizes, strides = spread(op.first(words.size), spatial), spread(op.first(words.strides), spatial, 1)
        edges = padding(op, words.padding)
        columns = zip(lengths, sizes, strides, strict=True)
        return arrange(batch, tuple(_stretched(*column, edges) for column in columns), op.number(words.units), first)

    return law


def _stretched(length: Dim, size: Dim, stride: Dim, edges: object) -> Dim:
    if edges == "SAME":
        return combine(lambda whole, step: whole * step, length, stride)
    if edges == "VALID":
        return combine(lambda whole, window, step: whole * step + max(window - step, 0), length, size, stride)
    return UNSURE


def _pool(size: str, strides: str, spatial: int, step: Dim = UNSURE, of: int | None = None) -> Law:
    def law(op: Operands) -> Shape | None:
        shape, first = op.shape(*_INPUTS), channels_first(op)
        if first is None or (shape is not None and len(shape) != spatial + 2):
            return None
        batch, lengths, channels = arranged(shape, spatial, first)
        sizes = spread(op.first(size), spatial, UNSURE if of is None else of)
        given = op.first(strides)
        steps = sizes if given is None and of is not None else spread(given, spatial, step)
        windows = Windows(sizes, steps, (1,) * spatial, padding(op, "VALID"))
        return arrange(batch, windows.over(lengths), channels, first)

    return law


def _global_pool(spatial: int) -> Law:
    def law(op: Operands) -> Shape | None:
        shape, first = op.shape(*_INPUTS), channels_first(op)
        if first is None or shape is None or len(shape) != spatial + 2:
            return None if first is None or shape is not None else unknown(2)
        batch, _, channels = arranged(shape, spatial, first)
        return (batch, channels)

    return law


def _same(op: Operands) -> Shape | None:
    return op.shape(*_INPUTS)


_SAME_LAYERS = "dropout batch_normalization BatchNormalization Dropout Activation LayerNormalization LeakyReLU ReLU"
_SAME_CONTRIB = "dropout batch_norm layer_norm instance_norm group_norm bias_add softmax unit_norm"
_DENSE_CONTRIB = "fully_connected linear relu relu6"


def _of_layers() -> dict[str, Law]:
    found: dict[str, Law] = {"dense": _dense, "flatten": _flatten, "Flatten": _flatten}
    for word in _SAME_LAYERS.split():
        found[word] = _same
    for count in (1, 2, 3):
        found[f"conv{count}d"] = _convolution(_LAYERS, count)
        found[f"separable_conv{count}d"] = _convolution(_LAYERS, count)
        for kind, plain in (("max", "MaxPooling"), ("average", "AveragePooling")):
            found[f"{kind}_pooling{count}d"] = _pool("pool_size", "strides", count)
            found[f"{plain}{count}D"] = _pool("pool_size", "strides", count, of=2)
            found[f"Global{plain}{count}D"] = _global_pool(count)
    found["conv2d_transpose"] = _transposed(_LAYERS, 2)
    found["conv3d_transpose"] = _transposed(_LAYERS, 3)
    return found


def _of_contrib() -> dict[str, Law]:
    found: dict[str, Law] = dict.fromkeys(_DENSE_CONTRIB.split(), _dense)
    found["flatten"] = _flatten
    for word in _SAME_CONTRIB.split():
        found[word] = _same
    for word in ("conv2d", "convolution2d"):
        found[word] = _convolution(_CONTRIB, 2)
        found[f"{word}_transpose"] = _transposed(_CONTRIB, 2)
    found["convolution"] = _convolution(_CONTRIB)
    for word in ("separable_conv2d", "separable_convolution2d"):
        found[word] = _convolution(_CONTRIB, 2, mixing=True)
    for kind in ("max", "avg"):
        found[f"{kind}_pool2d"] = _pool("kernel_size", "stride", 2, 2)
        found[f"{kind}_pool3d"] = _pool("kernel_size", "stride", 3, 2)
    return found


LAWS: dict[str, Law] = {
    **{f"tf.layers.{name}": law for name, law in _of_layers().items()},
    **{f"tf.contrib.layers.{name}": law for name, law in _of_contrib().items()},
}
