"""Static shapes of what operations give, from those of their inputs: the laws that networks are built with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from tf2migrate.analysis.values import NONE, Known, V

Shape = tuple[V, ...]

SAME = frozenset(
    "tf.nn.relu tf.nn.relu6 tf.nn.elu tf.nn.selu tf.nn.leaky_relu tf.nn.softplus tf.nn.tanh tf.nn.sigmoid "
    "tf.nn.softmax "
    "tf.tanh tf.sigmoid tf.identity tf.stop_gradient tf.square tf.sqrt tf.exp tf.log tf.abs tf.negative tf.cast "
    "tf.to_float tf.nn.dropout tf.layers.dropout tf.contrib.layers.dropout tf.nn.bias_add tf.nn.lrn "
    "tf.nn.local_response_normalization tf.layers.batch_normalization tf.contrib.layers.batch_norm".split()
)
BROADCAST = frozenset(
    "operator.add operator.sub operator.mul operator.truediv tf.add tf.subtract tf.multiply tf.divide tf.maximum "
    "tf.minimum".split()
)


def inferred(
    op: str, inputs: Sequence[Shape | None], given: Mapping[str, V], listed: Callable[[V], Shape | None]
) -> Shape | None:
    """Return the dimensions of an operation's result, None where they do not follow from what is known.

    `inputs` are the shapes of its graph inputs, `listed` reads a list of numbers.
    """
    first = inputs[0] if inputs else None
    if op in SAME:
        return first
    if op in BROADCAST:
        return _broadcast(inputs)
    if first is None:
        return None
    if op == "tf.matmul" and len(inputs) > 1 and inputs[1] is not None and not set(given) - {"a", "b", "name"}:
        return (*first[:-1], inputs[1][-1])
    if op in ("tf.layers.dense", "tf.contrib.layers.fully_connected"):
        return (*first[:-1], _number(given.get("units", given.get("num_outputs"))))
    if op in ("tf.layers.flatten", "tf.contrib.layers.flatten"):
        return (first[0], _product(first[1:]))
    if len(first) != 4 or given.get("data_format", NONE) not in (NONE, Known("NHWC"), Known("channels_last")):
        return None
    return _image(op, first, inputs, given, listed)


def _image(
    op: str, first: Shape, inputs: Sequence[Shape | None], given: Mapping[str, V], listed: Callable[[V], Shape | None]
) -> Shape | None:
    """Return the dimensions of a convolution or pooling of images in the order batch, height, width, channels."""
    if op in ("tf.nn.conv2d", "tf.nn.max_pool", "tf.nn.avg_pool"):
        kernel = inputs[1] if op == "tf.nn.conv2d" and len(inputs) > 1 else listed(given.get("ksize", NONE))
        strides = listed(given.get("strides", NONE))
        if kernel is None or strides is None or len(kernel) != 4 or len(strides) != 4:
            return None
        channels = kernel[3] if op == "tf.nn.conv2d" else first[3]
        window = kernel[:2] if op == "tf.nn.conv2d" else kernel[1:3]
        return _windowed(first, window, strides[1:3], given.get("padding", NONE), channels)
    if op == "tf.layers.conv2d" and not {"dilation_rate"} & set(given):
        sizes, strides = _pair(given.get("kernel_size", NONE), listed), _pair(given.get("strides", Known(1)), listed)
        return _windowed(first, sizes, strides, given.get("padding", Known("valid")), _number(given.get("filters")))
    if op in ("tf.layers.max_pooling2d", "tf.layers.average_pooling2d"):
        sizes, strides = _pair(given.get("pool_size", NONE), listed), _pair(given.get("strides", NONE), listed)
        return _windowed(first, sizes, strides, given.get("padding", Known("valid")), first[3])
    return None


def _windowed(first: Shape, sizes: Shape | None, strides: Shape | None, padding: V, channels: V) -> Shape | None:
    if sizes is None or strides is None or not isinstance(padding, Known):
        return None
    same = str(padding.value).lower() == "same"
    lengths = zip(first[1:3], sizes, strides, strict=True)
    sides = tuple(_window(length, size, stride, same) for length, size, stride in lengths)
    return (first[0], *sides, channels)


def _window(length: V, size: V, stride: V, same: bool) -> V:
    numbers = [value.value for value in (length, size, stride) if isinstance(value, Known)]
    if len(numbers) != 3 or not all(isinstance(number, int) for number in numbers):
        return NONE
    whole, kernel, step = (int(number) for number in numbers)  # type: ignore[call-overload]
    return Known(-(-whole // step) if same else -(-(whole - kernel + 1) // step))


def _pair(value: V, listed: Callable[[V], Shape | None]) -> Shape | None:
    if isinstance(value, Known) and isinstance(value.value, int):
        return (value, value)
    found = listed(value)
    return found if found is not None and len(found) == 2 else None


def _broadcast(inputs: Sequence[Shape | None]) -> Shape | None:
    if not inputs or any(shape is None for shape in inputs):
        return None
    shapes = sorted((shape for shape in inputs if shape is not None), key=len)
    longest = shapes[-1]
    for shape in shapes[:-1]:
        tail = longest[len(longest) - len(shape) :]
        if any(one not in (other, Known(1)) for one, other in zip(shape, tail, strict=True)):
            return None
    return longest if not any(item == Known(1) for item in longest) else None


def _product(dimensions: Shape) -> V:
    total = 1
    for dimension in dimensions:
        if not isinstance(dimension, Known) or not isinstance(dimension.value, int):
            return NONE
        total *= dimension.value
    return Known(total)


def _number(value: V | None) -> V:
    return value if isinstance(value, Known) and isinstance(value.value, int) else NONE
