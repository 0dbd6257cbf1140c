"""Images: sizes that the program names, blocks that become channels."""

from __future__ import annotations

from tf2migrate.analysis.graph.inference.dims import UNSURE, Dim, Shape, combine, product, unknown
from tf2migrate.analysis.graph.inference.operands import Law, Operands
from tf2migrate.analysis.graph.inference.windows import Windows


def _placed(shape: Shape | None, height: Dim, width: Dim, rank: int | None = None) -> Shape | None:
    """Return the shape of an image, or of a batch of them, of another size."""
    source = unknown(rank) if shape is None and rank is not None else shape
    if source is None or len(source) not in (3, 4):
        return None
    return (*source[:-3], height, width, source[-1])


def _resize(rank: int | None) -> Law:
    def law(op: Operands) -> Shape | None:
        size = op.numbers("size") or (UNSURE, UNSURE)
        if len(size) != 2 or UNSURE in size or op.flag("preserve_aspect_ratio") is not False:
            size = (UNSURE, UNSURE)
        return _placed(op.shape("images", "image"), size[0], size[1], rank)

    return law


def _cropped(height: str, width: str) -> Law:
    return lambda op: _placed(op.shape("image"), op.number(height), op.number(width))


def _random_crop(op: Operands) -> Shape | None:
    size = op.numbers("size")
    if size is None:
        shape = op.shape("value")
        return None if shape is None else unknown(len(shape))
    return tuple(UNSURE if dim == -1 else dim for dim in size)


def _colors(count: int) -> Law:
    def law(op: Operands) -> Shape | None:
        shape = op.shape("images")
        return None if not shape else (*shape[:-1], count)

    return law


def _decoded(op: Operands) -> Shape | None:
    channels = op.number("channels", default=0)
    return (None, None, None if channels == 0 else channels)


def _blocks_to_channels(op: Operands) -> Shape | None:
    shape, block = op.shape("input"), op.number("block_size")
    if shape is None or len(shape) != 4 or op.text("data_format", default="NHWC") != "NHWC":
        return None
    sides = tuple(combine(lambda length, size: length // size, dim, block) for dim in shape[1:3])
    return (shape[0], *sides, product((shape[3], block, block)))


def _channels_to_blocks(op: Operands) -> Shape | None:
    shape, block = op.shape("input"), op.number("block_size")
    if shape is None or len(shape) != 4 or op.text("data_format", default="NHWC") != "NHWC":
        return None
    channels = combine(lambda count, size: count // (size * size), shape[3], block)
    return (shape[0], product((shape[1], block)), product((shape[2], block)), channels)


def _patches(op: Operands) -> Shape | None:
    shape, sizes = op.shape("images"), op.numbers("ksizes", "sizes")
    strides, rates = op.numbers("strides"), op.numbers("rates")
    if shape is None or len(shape) != 4 or sizes is None or strides is None or rates is None:
        return None
    if not len(sizes) == len(strides) == len(rates) == 4:
        return None
    windows = Windows(sizes[1:3], strides[1:3], rates[1:3], op.text("padding"))
    known = all(isinstance(length, int) for length in shape[1:3])  # TensorFlow looks at both together
    fitting = windows.over(shape[1:3]) if known else unknown(2)
    return (shape[0], *fitting, product((*sizes[1:3], shape[3])))


_RESIZES = "bilinear nearest_neighbor bicubic area"
_CROP_OR_PAD = "resize_image_with_crop_or_pad resize_image_with_pad resize_with_crop_or_pad"

LAWS: dict[str, Law] = {
    "tf.image.resize_images": _resize(None),
    "tf.image.resize": _resize(None),
    **{f"tf.image.resize_{word}": _resize(4) for word in _RESIZES.split()},
    **{f"tf.image.{word}": _cropped("target_height", "target_width") for word in _CROP_OR_PAD.split()},
    "tf.image.crop_to_bounding_box": _cropped("target_height", "target_width"),
    "tf.image.pad_to_bounding_box": _cropped("target_height", "target_width"),
    "tf.random_crop": _random_crop,
    "tf.image.rgb_to_grayscale": _colors(1),
    "tf.image.grayscale_to_rgb": _colors(3),
    "tf.image.decode_jpeg": _decoded,
    "tf.image.decode_png": _decoded,
    "tf.space_to_depth": _blocks_to_channels,
    "tf.depth_to_space": _channels_to_blocks,
    "tf.extract_image_patches": _patches,
    "tf.image.extract_image_patches": _patches,
}
