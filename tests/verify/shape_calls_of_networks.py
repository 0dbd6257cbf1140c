"""Calls of what networks are built from: windows, layers, images, cells, and what makes tensors."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from random import Random
from typing import Any

from shape_calls import Case, Given, options, tensor

# --- windows ----------------------------------------------------------------------------------------------------------

_IMAGES: tuple[Any, ...] = ([None, 7, 8, 3], [2, None, 9, 3], [4, 5, 5, None], [None, None, None, None], None)
_FIRST: tuple[Any, ...] = ([None, 3, 7, 8], [2, 3, None, 9], None)
_EDGES = ("SAME", "VALID")


def _laid_out(random: Random) -> Iterator[tuple[Any, Any]]:
    for shape in _IMAGES:
        yield shape, random.choice((..., "NHWC"))
    for shape in _FIRST:
        yield shape, "NCHW"


def _four(pair: list[int], layout: Any) -> list[int]:
    return [1, 1, *pair] if layout == "NCHW" else [1, *pair, 1]


def convolutions(random: Random) -> Iterator[Case]:
    kernels: tuple[Any, ...] = ([3, 3, 3, 6], [2, 1, 3, None], None)
    for (shape, layout), kernel, step, rate, edges in product(
        list(_laid_out(random)), kernels, ([1, 1], [2, 3]), (..., [1, 1], [2, 1]), _EDGES
    ):
        rates = rate if rate is ... else _four(rate, layout)
        yield "tf.nn.conv2d", next(options(
            input=[tensor(shape)], filter=[tensor(kernel)], strides=[_four(step, layout)], dilations=[rates],
            padding=[edges], data_format=[layout],
        ))  # fmt: skip
    for shape, kernel, edges in product(_IMAGES, ([3, 3, 3, 2], [3, 2, None, 2], None), _EDGES):
        both = {"input": tensor(shape), "strides": [1, 2, 2, 1], "padding": edges}
        yield "tf.nn.depthwise_conv2d", {**both, "filter": tensor(kernel)}
        yield "tf.nn.depthwise_conv2d_native", {**both, "filter": tensor(kernel)}
        yield (
            "tf.nn.separable_conv2d",
            {**both, "depthwise_filter": tensor(kernel), "pointwise_filter": tensor([1, 1, 6, 5])},
        )
        yield "tf.nn.depthwise_conv2d", {**both, "filter": tensor(kernel), "strides": [1, 1, 1, 1], "rate": [2, 2]}
        yield "tf.nn.atrous_conv2d", {"value": tensor(shape), "filters": tensor(kernel), "rate": 2, "padding": edges}
        for dilation, step in ((..., ...), (..., [2, 2]), ([2, 2], ...)):
            yield "tf.nn.convolution", next(options(
                input=[tensor(shape)], filter=[tensor(kernel)], padding=[edges], dilation_rate=[dilation], strides=[step]
            ))  # fmt: skip
        yield (
            "tf.nn.conv2d",
            {
                "input": tensor(shape),
                "filter": tensor(kernel),
                "strides": [1, 1, 1, 1],
                "padding": [[0, 0], [1, 1], [1, 1], [0, 0]],
            },
        )
    for shape, step, edges in product(([None, 9, 3], [2, None, 3], None), (1, 2), _EDGES):
        yield "tf.nn.conv1d", {"value": tensor(shape), "filters": tensor([3, 3, 4]), "stride": step, "padding": edges}
        yield "tf.nn.convolution", {"input": tensor(shape), "filter": tensor([3, 3, 4]), "padding": edges}
    for shape, step, edges in product(([None, 5, 6, 7, 3], [2, None, 6, 6, 3], None), (1, 2), _EDGES):
        strides = [1, step, 1, step, 1]
        yield (
            "tf.nn.conv3d",
            {"input": tensor(shape), "filter": tensor([3, 2, 2, 3, 4]), "strides": strides, "padding": edges},
        )
        for kind in ("max", "avg"):
            yield (
                f"tf.nn.{kind}_pool3d",
                {"input": tensor(shape), "ksize": [1, 2, 2, 2, 1], "strides": strides, "padding": edges},
            )


def transposed(random: Random) -> Iterator[Case]:
    batch: tuple[Any, ...] = (2, {"size": [[None, 4, 4, 3], 0]}, {"ints": []})
    for shape, size, kernel in product(([None, 4, 4, 3], [2, 4, 4, 3], None), batch, ([3, 3, 6, 3], None)):
        for out in ([size, 8, 8, 6], [size, {"ints": []}, 8, 6], {"ints": [4]}):
            yield "tf.nn.conv2d_transpose", {
                "value": tensor(shape), "filter": tensor(kernel), "output_shape": out, "strides": [1, 2, 2, 1], "padding": "SAME",
            }  # fmt: skip
        yield "tf.nn.conv3d_transpose", {
            "value": tensor([None, 2, 2, 2, 3]), "filter": tensor([3, 3, 3, 6, 3]), "output_shape": [size, 4, 4, 4, 6],
            "strides": [1, 2, 2, 2, 1], "padding": "SAME",
        }  # fmt: skip


def pooling(random: Random) -> Iterator[Case]:
    for (shape, layout), size, step, edges in product(
        list(_laid_out(random)), ([2, 2], [3, 2]), ([1, 1], [2, 3]), _EDGES
    ):
        for kind in ("max", "avg"):
            yield f"tf.nn.{kind}_pool", next(options(
                value=[tensor(shape)], ksize=[_four(size, layout)], strides=[_four(step, layout)], padding=[edges],
                data_format=[layout],
            ))  # fmt: skip
        if layout != "NCHW":
            given = {"input": tensor(shape), "ksize": size, "strides": step, "padding": edges}
            yield "tf.nn.max_pool2d", given
            yield "tf.nn.avg_pool2d", given
            yield "tf.nn.max_pool_with_argmax", {**given, "ksize": _four(size, ...), "strides": _four(step, ...)}
            for pool in ("MAX", "AVG"):
                yield (
                    "tf.nn.pool",
                    {
                        "input": tensor(shape),
                        "window_shape": size,
                        "strides": step,
                        "padding": edges,
                        "pooling_type": pool,
                    },
                )
    for shape, step, edges in product(([None, 9, 3], [2, None, 3]), (1, 2), _EDGES):
        for kind in ("max", "avg"):
            yield f"tf.nn.{kind}_pool1d", {"input": tensor(shape), "ksize": 2, "strides": step, "padding": edges}


# --- layers -----------------------------------------------------------------------------------------------------------


def layers(random: Random) -> Iterator[Case]:
    for shape, units in product(([None, 5], [2, 5], [None, 3, 5], [2, 3, 4, 5]), (1, 7)):
        yield "tf.layers.dense", {"inputs": tensor(shape), "units": units}
        for word in ("fully_connected", "linear", "relu", "relu6"):
            yield f"tf.contrib.layers.{word}", {"inputs": tensor(shape), "num_outputs": units}
    for shape in ([None, 5], [None, 2, 3], [2, 3, 4, 5], [None, None, 3], [None], [2, None, 3], None):
        for module in ("layers", "contrib.layers"):
            yield f"tf.{module}.flatten", {"inputs": tensor(shape)}
            yield f"tf.{module}.dropout", {"inputs": tensor(shape)}
    for shape in ([None, 6], [2, 4, 4, 6], [None, None, None, 6]):
        yield "tf.layers.batch_normalization", {"inputs": tensor(shape)}
        for word in ("batch_norm", "layer_norm", "bias_add", "unit_norm"):
            more = {"dim": 1} if word == "unit_norm" else {}
            yield f"tf.contrib.layers.{word}", {"inputs": tensor(shape), **more}
        yield "tf.contrib.layers.instance_norm", {"inputs": tensor(shape)}
        yield "tf.contrib.layers.group_norm", {"inputs": tensor(shape), "groups": 2}
        yield "tf.contrib.layers.softmax", {"logits": tensor(shape)}


def layer_windows(random: Random) -> Iterator[Case]:
    for shape, size, step, edges, rate in product(
        _IMAGES[:2], (3, [2, 3]), (..., 2, [1, 2]), (..., "same", "VALID"), (..., 2)
    ):
        given = {"inputs": tensor(shape), "filters": 5, "kernel_size": size, "strides": step, "padding": edges}
        named = {name: one for name, one in given.items() if one is not ...}
        rated = named if rate is ... else {**named, "dilation_rate": rate}
        yield "tf.layers.conv2d", rated
        yield "tf.layers.separable_conv2d", rated
        yield "tf.layers.conv2d_transpose", named
        pool = {"inputs": tensor(shape), "pool_size": size, "strides": 2 if step is ... else step}
        for word in ("max_pooling2d", "average_pooling2d"):
            yield f"tf.layers.{word}", pool if edges is ... else {**pool, "padding": edges}
        contrib = {"inputs": tensor(shape), "kernel_size": size, "stride": step, "padding": edges}
        plain = {name: one.upper() if name == "padding" else one for name, one in contrib.items() if one is not ...}
        for word in ("conv2d", "convolution2d", "convolution"):
            yield f"tf.contrib.layers.{word}", {**plain, "num_outputs": 5, **({} if rate is ... else {"rate": rate})}
        for word in ("conv2d_transpose", "convolution2d_transpose"):
            yield f"tf.contrib.layers.{word}", {**plain, "num_outputs": 5}
        for word, made in product(("separable_conv2d", "separable_convolution2d"), (5, None)):
            yield f"tf.contrib.layers.{word}", {**plain, "num_outputs": made, "depth_multiplier": 2}
        for word in ("max_pool2d", "avg_pool2d"):
            yield f"tf.contrib.layers.{word}", plain
    for word in ("conv2d", "conv2d_transpose"):
        for edges in _EDGES:
            yield f"tf.layers.{word}", {
                "inputs": tensor([None, 3, 7, 8]), "filters": 5, "kernel_size": 3, "padding": edges, "data_format": "channels_first",
            }  # fmt: skip
    for step, edges in product((1, 2), _EDGES):
        one, three = tensor([None, 9, 3]), tensor([2, 7, None, 8, 3])
        given = {"filters": 5, "kernel_size": 3, "strides": step, "padding": edges}
        yield "tf.layers.conv1d", {"inputs": one, **given}
        yield "tf.layers.separable_conv1d", {"inputs": one, **given}
        yield "tf.layers.conv3d", {"inputs": three, **given}
        yield "tf.layers.conv3d_transpose", {"inputs": three, **given}
        for kind in ("max", "average"):
            yield f"tf.layers.{kind}_pooling1d", {"inputs": one, "pool_size": 2, "strides": step, "padding": edges}
            yield f"tf.layers.{kind}_pooling3d", {"inputs": three, "pool_size": 2, "strides": step, "padding": edges}
        for kind in ("max", "avg"):
            yield (
                f"tf.contrib.layers.{kind}_pool3d",
                {"inputs": three, "kernel_size": 2, "stride": step, "padding": edges},
            )


# --- images, and what is made anew ------------------------------------------------------------------------------------


def images(random: Random) -> Iterator[Case]:
    for shape, size in product(
        ([None, 7, 8, 3], [2, 7, 8, None], [7, 8, 3], None), ([4, 5], {"ints": [2]}, [{"ints": []}, 5])
    ):
        for word in ("images", "bilinear", "nearest_neighbor", "bicubic", "area"):
            yield f"tf.image.resize_{word}", {"images": tensor(shape), "size": size}
        yield "tf.image.resize", {"images": tensor(shape), "size": size}
        yield "tf.image.resize_images", {"images": tensor(shape), "size": size, "preserve_aspect_ratio": True}
    for shape in ([None, 7, 8, 3], [7, 8, 3], [None, None, None, 3], None):
        target = {"target_height": 4, "target_width": 5}
        for word in ("resize_image_with_crop_or_pad", "resize_with_crop_or_pad", "resize_image_with_pad"):
            yield f"tf.image.{word}", {"image": tensor(shape), **target}
        offsets = {"offset_height": 0, "offset_width": 0}
        yield "tf.image.crop_to_bounding_box", {"image": tensor(shape), **offsets, **target}
        yield "tf.image.pad_to_bounding_box", {"image": tensor(shape), **offsets, "target_height": 9, "target_width": 9}
        yield "tf.image.rgb_to_grayscale", {"images": tensor(shape)}
        yield "tf.image.grayscale_to_rgb", {"images": tensor(None if shape is None else [*shape[:-1], 1])}
        for size in ([4, 4, 3], [2, 4, 4, 3], {"ints": [3]}):
            yield "tf.random_crop", {"value": tensor(shape), "size": size}
    for channels in (..., 0, 1, 3):
        for kind in ("jpeg", "png"):
            yield f"tf.image.decode_{kind}", next(options(contents=[tensor([], "bytes")], channels=[channels]))
    for shape in ([None, 4, 8, 12], [2, None, 4, 4], None):
        yield "tf.space_to_depth", {"input": tensor(shape), "block_size": 2}
        yield "tf.depth_to_space", {"input": tensor(shape), "block_size": 2}
        for path, edges in product(("tf.extract_image_patches", "tf.image.extract_image_patches"), _EDGES):
            yield (
                path,
                {
                    "images": tensor(shape),
                    "ksizes": [1, 2, 3, 1],
                    "strides": [1, 2, 1, 1],
                    "rates": [1, 1, 1, 1],
                    "padding": edges,
                },
            )


def made(random: Random) -> Iterator[Case]:
    sizes: list[Any] = [
        [2, 3],
        [],
        [4],
        {"tuple": [5]},
        [{"ints": []}, 3],
        {"ints": [2]},
        {"ints": [None]},
        [{"size": [[None, 4], 0]}, {"size": [[None, 4], 1]}],
        {"sizes": [None, 3]},
    ]
    for size in sizes:
        for word in ("random_normal", "random_uniform", "truncated_normal", "zeros", "ones"):
            yield f"tf.{word}", {"shape": size}
        yield "tf.fill", {"dims": size, "value": 1.0}
        yield "tf.random_gamma", {"shape": size, "alpha": {"tensor": [3]}}
        yield "tf.random_poisson", {"lam": 1.0, "shape": size}
        for shape in ([2, 3], [None, 3], None):
            if size in ([2, 3], [4]):
                yield "tf.placeholder_with_default", {"input": tensor([2, 3]), "shape": shape}
                yield "tf.ensure_shape", {"x": tensor(shape), "shape": [None, 3]}
    for word in ("zeros", "ones"):
        yield f"tf.{word}", {"shape": 5}
    for shape in ([None, 3], [2], None, []):
        yield "tf.placeholder", {"dtype": {"dtype": "float32"}, "shape": shape}
        for path in ("tf.shape", "tf.size", "tf.rank"):
            yield path, {"input": tensor(shape)}
        yield "tf.convert_to_tensor", {"value": tensor(shape)}
    for shape, count in product(([None, 5], [2, 5], None), (1, 3, {"ints": []})):
        for path in ("tf.multinomial", "tf.random.categorical"):
            yield path, {"logits": tensor(shape), "num_samples": count}
    for given in (
        {"start": 5},
        {"start": 2, "limit": 9},
        {"start": 2, "limit": 9, "delta": 3},
        {"start": 9, "limit": 2, "delta": -2},
        {"start": {"ints": []}},
    ):
        yield "tf.range", given
    for path, count in product(("tf.linspace", "tf.lin_space"), (5, {"ints": []})):
        yield path, {"start": 0.0, "stop": 1.0, "num": count}
    for value in (1.0, [1.0, 2.0], [[1, 2, 3], [4, 5, 6]], "a", True):
        yield "tf.constant", {"value": value}
        yield "tf.convert_to_tensor", {"value": value}
        yield "tf.Variable", {"initial_value": value}
    yield "tf.constant", {"value": 0.1, "shape": [2, 3]}
    for shape in ([2, 3], [], 4):
        yield "tf.get_variable", {"shape": shape}
    yield "tf.get_variable", {"initializer": [[1.0, 2.0]]}
    yield "tf.Variable", {"initial_value": tensor([2, 3])}
    yield "tf.Variable", {"initial_value": tensor([None, 3]), "validate_shape": False}
    for given in (
        {"lengths": {"ints": [None]}},
        {"lengths": {"ints": [3]}, "maxlen": 4},
        {"lengths": {"ints": [3]}, "maxlen": {"ints": []}},
    ):
        yield "tf.sequence_mask", given
    for given in (
        {"num_rows": 3},
        {"num_rows": 3, "num_columns": 2},
        {"num_rows": {"ints": []}},
        {"num_rows": 2, "batch_shape": [4]},
    ):
        yield "tf.eye", given


# --- recurrent networks -----------------------------------------------------------------------------------------------


def _cells() -> Iterator[Given]:
    lstm: Given = {"cell": ["BasicLSTMCell", {"num_units": 5}]}
    gru: Given = {"cell": ["GRUCell", {"num_units": 4}]}
    yield from (
        lstm,
        gru,
        {"cell": ["BasicRNNCell", {"num_units": 3}]},
        {"cell": ["LSTMCell", {"num_units": 5, "num_proj": 2}]},
    )
    yield {"cell": ["BasicLSTMCell", {"num_units": 5, "state_is_tuple": False}]}
    yield {"cell": ["DropoutWrapper", {"cell": lstm, "output_keep_prob": 0.5}]}
    yield {"cell": ["MultiRNNCell", {"cells": [lstm, gru]}]}
    yield {"cell": ["MultiRNNCell", {"cells": [gru, gru], "state_is_tuple": False}]}


def recurrent(random: Random) -> Iterator[Case]:
    for cell in _cells():
        for size in (3, {"size": [[None, 2], 0]}, {"ints": []}):
            yield "cell.zero_state", {"cell": cell, "batch_size": size}
        for shape in ([None, 6], [2, 6]):
            yield "cell.__call__", {"cell": cell, "inputs": tensor(shape)}
            yield "tf.nn.static_rnn", {"cell": cell, "inputs": [tensor(shape)] * 3}
        for shape, major in product(([None, 4, 6], [2, 4, 6], [None, None, 6]), (..., True)):
            yield "tf.nn.dynamic_rnn", next(options(cell=[cell], inputs=[tensor(shape)], time_major=[major]))


GENERATORS = [convolutions, transposed, pooling, layers, layer_windows, images, made, recurrent]
