"""Convolutions and pooling of `tf.nn`: windows that move over one, two or three axes."""

from __future__ import annotations

from dataclasses import dataclass

from tf2migrate.analysis.graph.inference.dims import UNSURE, Dim, Shape, combine, product, unknown
from tf2migrate.analysis.graph.inference.operands import Law, Operands, listed, number


@dataclass(frozen=True, slots=True)
class Windows:
    """What moves over the spatial axes: sizes, steps, distances within a window, and how the edges count."""

    sizes: Shape
    strides: Shape
    rates: Shape
    padding: object  # "SAME", "VALID", or what the program gives instead

    def over(self, lengths: Shape) -> Shape:
        """Return how many windows fit on each axis."""
        columns = zip(lengths, self.sizes, self.strides, self.rates, strict=True)
        return tuple(self._fit(*column) for column in columns)

    def through_blocks(self, lengths: Shape) -> Shape:
        """Return how many fit where older versions take an image apart for windows with holes, all axes together."""
        plain = set(self.rates) == {1}
        known = all(isinstance(number, int) for number in (*lengths, *self.rates)) and set(self.strides) == {1}
        return self.over(lengths) if plain or known else unknown(len(lengths))

    def _fit(self, length: Dim, size: Dim, stride: Dim, rate: Dim) -> Dim:
        if self.padding == "SAME":
            return combine(lambda whole, step: -(-whole // step), length, stride)
        if self.padding == "VALID":
            return combine(lambda w, k, s, r: max(0, -(-(w - (k - 1) * r) // s)), length, size, stride, rate)
        return UNSURE


def spread(value: object, count: int, default: Dim = UNSURE) -> Shape:
    """Return the numbers of a parameter, one for each axis: given one by one, as one for all, or not at all."""
    if value is None:
        return (default,) * count
    single = number(value)
    if isinstance(single, int):
        return (single,) * count
    found = listed(value)
    if found is None or len(found) not in (1, count):
        return (UNSURE,) * count
    return found if len(found) == count else found * count


def arranged(shape: Shape | None, spatial: int, first: bool) -> tuple[Dim, Shape, Dim]:
    """Return batch, lengths and channels of a shape; `first` says that the channels stand before the lengths."""
    if shape is None or len(shape) != spatial + 2:
        return UNSURE, unknown(spatial), UNSURE
    return (shape[0], shape[2:], shape[1]) if first else (shape[0], shape[1:-1], shape[-1])


def arrange(batch: Dim, lengths: Shape, channels: Dim, first: bool) -> Shape:
    """Return the shape that `arranged` takes apart."""
    return (batch, channels, *lengths) if first else (batch, *lengths, channels)


def channels_first(op: Operands) -> bool | None:
    """Say whether the channels stand before the lengths, None where that is not known."""
    layout = op.text("data_format", default="N..C")
    if not isinstance(layout, str):
        return None
    return layout.startswith("NC") or layout == "CHANNELS_FIRST"


def inner(value: object, spatial: int, first: bool, default: Dim = UNSURE) -> Shape:
    """Return the numbers of the spatial axes of a parameter that may name all axes."""
    found = listed(value)
    if found is not None and len(found) == spatial + 2:
        return found[2:] if first else found[1:-1]
    return spread(value, spatial, default)


def padding(op: Operands, default: object = UNSURE) -> object:
    """Return how the edges count."""
    found = op.first("padding")
    return default if found is None else found.upper() if isinstance(found, str) else UNSURE


def _convolution(spatial: int, direct: bool = True) -> Law:
    def law(op: Operands) -> Shape | None:
        shape, kernel, first = op.shape("input", "value"), op.shape("filter", "filters"), channels_first(op)
        if first is None or _is_other_rank(shape, spatial) or _is_other_rank(kernel, spatial):
            return None
        kernel = unknown(spatial + 2) if kernel is None else kernel
        strides = inner(op.first("strides", "stride"), spatial, first, 1)
        rates = inner(op.first("dilations", "dilation_rate", "rate"), spatial, first, 1)
        batch, lengths, _ = arranged(shape, spatial, first)
        windows = Windows(kernel[:spatial], strides, rates, padding(op))
        fitting = windows.over(lengths) if direct else windows.through_blocks(lengths)
        return arrange(batch, fitting, kernel[-1], first)

    return law


def _is_other_rank(shape: Shape | None, spatial: int) -> bool:
    return shape is not None and len(shape) != spatial + 2


def _of_any_rank(op: Operands) -> Shape | None:
    shape = op.shape("input") or op.shape("filter", "filters")
    return None if shape is None or not 3 <= len(shape) <= 5 else _convolution(len(shape) - 2, False)(op)


def _by_channel(op: Operands) -> Shape | None:
    """Return the shape of a convolution that keeps the channels apart, and may mix them behind."""
    shape, first = op.shape("input"), channels_first(op)
    kernel, mixing = op.shape("filter", "depthwise_filter"), op.shape("pointwise_filter")
    if first is None or _is_other_rank(shape, 2) or _is_other_rank(kernel, 2):
        return None
    kernel = unknown(4) if kernel is None else kernel
    strides, rates = inner(op.first("strides"), 2, first), inner(op.first("rate", "dilations"), 2, first, 1)
    batch, lengths, channels = arranged(shape, 2, first)
    found = product((kernel[2] if channels is None else channels, kernel[3]))
    if op.first("pointwise_filter") is not None:
        found = UNSURE if mixing is None else mixing[-1]
    return arrange(batch, Windows(kernel[:2], strides, rates, padding(op)).through_blocks(lengths), found, first)


def _transposed(spatial: int) -> Law:
    def law(op: Operands) -> Shape | None:
        shape = op.numbers("output_shape")
        if shape is None or len(shape) != spatial + 2:
            return unknown(spatial + 2)
        sizes = tuple(UNSURE if dim is None or dim == -1 else dim for dim in shape)
        return (UNSURE, *sizes[1:]) if UNSURE in sizes else sizes

    return law


def _pool(spatial: int) -> Law:
    def law(op: Operands) -> Shape | None:
        shape, first = op.shape("value", "input"), channels_first(op)
        if first is None or _is_other_rank(shape, spatial):
            return None
        sizes, strides = inner(op.first("ksize"), spatial, first), inner(op.first("strides"), spatial, first)
        batch, lengths, channels = arranged(shape, spatial, first)
        windows = Windows(sizes, strides, (1,) * spatial, padding(op))
        return arrange(batch, windows.over(lengths), channels, first)

    return law


def _pool_of_any_rank(op: Operands) -> Shape | None:
    shape, first = op.shape("input"), channels_first(op)
    if shape is None or first is None or not 3 <= len(shape) <= 5:
        return None
    spatial = len(shape) - 2
    sizes = spread(op.first("window_shape"), spatial)
    strides, rates = (spread(op.first(*names), spatial, 1) for names in (("strides",), ("dilation_rate", "dilations")))
    batch, lengths, channels = arranged(shape, spatial, first)
    return arrange(batch, Windows(sizes, strides, rates, padding(op)).through_blocks(lengths), channels, first)


LAWS: dict[str, Law] = {
    **{f"tf.nn.conv{number_}d": _convolution(number_) for number_ in (1, 2, 3)},
    "tf.nn.convolution": _of_any_rank,
    "tf.nn.atrous_conv2d": _convolution(2, False),
    "tf.nn.depthwise_conv2d": _by_channel,
    "tf.nn.depthwise_conv2d_native": _by_channel,
    "tf.nn.separable_conv2d": _by_channel,
    **{f"tf.nn.conv{number_}d_transpose": _transposed(number_) for number_ in (1, 2, 3)},
    "tf.nn.atrous_conv2d_transpose": _transposed(2),
    "tf.nn.max_pool": _pool(2),
    "tf.nn.avg_pool": _pool(2),
    **{f"tf.nn.{kind}_pool{number_}d": _pool(number_) for kind in ("max", "avg") for number_ in (1, 2, 3)},
    "tf.nn.max_pool_with_argmax": _pool(2),
    "tf.nn.pool": _pool_of_any_rank,
}
