"""Calls of operations on tensors: element by element, along axes, laid out anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from random import Random
from typing import Any

from shape_calls import BY_RANK, Case, Given, drawn, options, tensor

from tf2migrate.analysis.graph.inference.elementwise import OPERATORS, PAIRS, SAME, UNARY

# --- element by element -----------------------------------------------------------------------------------------------

_KINDS = {
    "logical_not": "bools", "invert": "ints", "real": "complex", "imag": "complex", "fft": "complex",
    "ifft": "complex", "angle": "complex",
}  # fmt: skip
_BOOLEANS = ("logical_and", "logical_or", "logical_xor", "and", "or", "xor")
_MORE: dict[str, Given] = {
    "tf.cast": {"dtype": {"dtype": "int32"}},
    "tf.saturate_cast": {"dtype": {"dtype": "int32"}},
    "tf.nn.dropout": {"keep_prob": 0.5},
    "tf.nn.l2_normalize": {"axis": -1},
    "tf.reverse": {"axis": [0]},
    "tf.clip_by_norm": {"clip_norm": 1.0},
    "tf.clip_by_average_norm": {"clip_norm": 1.0},
    "tf.check_numerics": {"message": "x"},
    "tf.debugging.check_numerics": {"message": "x"},
    "tf.Print": {"data": [1]},
    "tf.matrix_band_part": {"num_lower": -1, "num_upper": 0},
    "tf.reverse_sequence": {"seq_lengths": {"ints": [None]}, "seq_axis": 1, "batch_axis": 0},
    "tf.image.random_brightness": {"max_delta": 0.1},
    "tf.image.random_hue": {"max_delta": 0.1},
    "tf.image.random_contrast": {"lower": 0.1, "upper": 0.2},
    "tf.image.random_saturation": {"lower": 0.1, "upper": 0.2},
    "tf.image.adjust_hue": {"delta": 0.1},
    "tf.image.adjust_brightness": {"delta": 0.1},
    "tf.image.adjust_saturation": {"saturation_factor": 0.1},
    "tf.image.adjust_contrast": {"contrast_factor": 0.1},
    "tf.image.convert_image_dtype": {"dtype": {"dtype": "float64"}},
}


def elementwise(random: Random) -> Iterator[Case]:
    for name, text in SAME.items():
        for word in text.split():
            ranks = ([5, 6, 3], [2, 5, 6, 3], [None, None, None, 3]) if "image" in name else BY_RANK
            kind = _KINDS.get(word.split(".")[-1], "tensor")
            for shape in ([None, 2, 3, 4], [2, 2, 3, 4]) if word.endswith(("lrn", "normalization")) else ranks:
                yield (
                    f"tf.{word}",
                    {name: tensor(list(shape) if shape is not None else None, kind), **_MORE.get(f"tf.{word}", {})},
                )
    for word in UNARY.split():
        for shape in BY_RANK:
            yield f"operator.{word}", {"x": tensor(shape, "ints")}


def pairs(random: Random) -> Iterator[Case]:
    words = [(f"tf.{word}", names) for names, text in PAIRS.items() for word in text.split()]
    for path, (first, second) in [*words, *((f"operator.{word}", ("x", "y")) for word in OPERATORS.split())]:
        kind = "ints" if "bitwise" in path else "bools" if path.endswith(_BOOLEANS) else "tensor"
        for _ in range(12):
            a, b = drawn(random, random.randrange(4)), drawn(random, random.randrange(4))
            for place in range(1, min(len(a), len(b)) + 1):
                if random.random() < 0.8 and None not in (a[-place], b[-place]) and 1 not in (a[-place], b[-place]):
                    b[-place] = a[-place]
            yield path, {first: tensor(a, kind), second: tensor(b, kind)}
        yield path, {first: tensor([None, 3], kind), second: tensor(None, kind)}
        if kind == "tensor":
            yield path, {first: tensor([None, 3], kind), second: 2.0}
            yield path, {first: tensor([None, 3], kind), second: [1.0, 2.0, 3.0]}


def combined(random: Random) -> Iterator[Case]:
    for x, low, high in product(
        ([None, 3], [2, 3], None), ({"tensor": []}, {"tensor": [3]}, 0.0), (1.0, {"tensor": [2, 3]})
    ):
        yield "tf.clip_by_value", {"t": tensor(x), "clip_value_min": low, "clip_value_max": high}
    for x, size in product(([None, 4, 4, 6], [None, 6], [2, None], [2, 6], None), (6, 1, None)):
        bare: Given = {"x": tensor(x), "variance_epsilon": 0.1}
        for offset, scale in product((..., None, tensor([size])), repeat=2):
            extra = {"offset": None if offset is ... else offset, "scale": None if scale is ... else scale}
            yield "tf.nn.batch_normalization", {**bare, "mean": tensor([size]), "variance": tensor([size]), **extra}
    for shapes in ([[None, 3], [2, 3]], [[None, 3], None], [[2, None], [None, 3]], [None, None], [[2, 3]]):
        for path in ("tf.add_n", "tf.accumulate_n"):
            yield path, {"inputs": [tensor(shape) for shape in shapes]}
    for value, bias, layout in product(
        ([None, 4, 4, 6], [2, 6, 4, 6], [None, 6], [2, None], None), ([6], [None]), (..., "NHWC", "NCHW")
    ):
        yield (
            "tf.nn.bias_add",
            dict(options(value=[tensor(value)], bias=[tensor(bias)], data_format=[layout]).__next__()),
        )
    for x, y in product(([None, 3], [2, 3], [2, None], None), repeat=2):
        yield "tf.where", {"condition": tensor(x, "bools"), "x": tensor(x), "y": tensor(y)}
        yield "tf.where", {"condition": tensor([None], "bools"), "x": tensor(x), "y": tensor(y)}
    for shape in BY_RANK:
        yield "tf.where", {"condition": tensor(shape, "bools")}


# --- axes -------------------------------------------------------------------------------------------------------------


def reductions(random: Random) -> Iterator[Case]:
    every: list[Any] = [
        ...,
        None,
        0,
        1,
        -1,
        [0],
        [0, 1],
        [1, 2],
        [-1, 0],
        {"tuple": [1]},
        [],
        {"ints": []},
        {"ints": [2]},
    ]
    for word in "sum mean max min prod any all logsumexp".split():
        kind = "bools" if word in ("any", "all") else "tensor"
        for shape, axis, name, keep, as_name in product(
            ([None, 4, 3], [2, 3, 1], [5], None),
            every if word in ("sum", "mean") else every[:6],
            ("axis", "reduction_indices"),
            (..., True, False),
            ("keepdims", "keep_dims"),
        ):
            if random.random() < 0.3:
                given = {"input_tensor": tensor(shape, kind), name: axis, as_name: keep}
                yield f"tf.reduce_{word}", {key: one for key, one in given.items() if one is not ...}
    for shape, axes, keep in product(
        ([None, 4, 4, 6], [2, 6], [None, 6], None), ([0], [0, 1, 2], [1, 2], [-1], 0), (..., True, False)
    ):
        yield from (("tf.nn.moments", one) for one in options(x=[tensor(shape)], axes=[axes], keep_dims=[keep]))
    for given in options(
        input_tensor=[tensor([None, 3]), tensor([2, 3])], axis=[..., 0, 1, [0, 1]], keepdims=[..., True]
    ):
        yield "tf.count_nonzero", given
    for given in options(
        tensor=[tensor([None, 3]), tensor([2, 3])], axis=[..., 0, 1, -1], keepdims=[..., True], ord=[..., 1]
    ):
        yield "tf.norm", given
    for path in ("tf.argmax", "tf.argmin"):
        for given in options(input=[tensor(shape) for shape in BY_RANK], axis=[..., 0, 1, -1, {"ints": []}]):
            yield path, given
        for given in options(input=[tensor([None, 3]), tensor([2, 3, 4])], dimension=[0, 1, -1]):
            yield path, given
    for path in ("tf.arg_max", "tf.arg_min"):
        yield from ((path, one) for one in options(input=[tensor([None, 3]), tensor([2, 3, 4])], dimension=[0, 1, -1]))


def losses(random: Random) -> Iterator[Case]:
    both = ([None, 3], [2, 3], [None, None], [None, 4, 3], [2, 4, 3], None)
    for labels, logits in product(both, repeat=2):
        given = {"labels": tensor(labels), "logits": tensor(logits)}
        for path in (
            "softmax_cross_entropy_with_logits",
            "softmax_cross_entropy_with_logits_v2",
            "sigmoid_cross_entropy_with_logits",
        ):
            yield f"tf.nn.{path}", given
        yield "tf.nn.softmax_cross_entropy_with_logits", {**given, "dim": 0}
        yield (
            "tf.nn.weighted_cross_entropy_with_logits",
            {"targets": tensor(labels), "logits": tensor(logits), "pos_weight": 2.0},
        )
        sparse = None if labels is None else labels[:-1]
        yield (
            "tf.nn.sparse_softmax_cross_entropy_with_logits",
            {"labels": tensor(sparse, "ints"), "logits": tensor(logits)},
        )
        for name in "absolute_difference hinge_loss huber_loss log_loss mean_squared_error".split():
            for reduction in (..., "none", "weighted_mean"):
                yield (
                    f"tf.losses.{name}",
                    next(
                        options(
                            labels=[tensor(labels)],
                            **{"logits" if name == "hinge_loss" else "predictions": [tensor(logits)]},
                            reduction=[reduction],
                        )
                    ),
                )
        yield "tf.losses.softmax_cross_entropy", {"onehot_labels": tensor(labels), "logits": tensor(logits)}
        yield "tf.losses.sigmoid_cross_entropy", {"multi_class_labels": tensor(labels), "logits": tensor(logits)}
        yield "tf.losses.sparse_softmax_cross_entropy", {"labels": tensor(sparse, "ints"), "logits": tensor(logits)}
        yield "tf.losses.cosine_distance", {"labels": tensor(labels), "predictions": tensor(logits), "axis": 1}
    for predictions, targets in product(([None, 3], [2, 3], None), ([None], [2], None)):
        yield "tf.nn.in_top_k", {"predictions": tensor(predictions), "targets": tensor(targets, "ints"), "k": 1}
    for shape in BY_RANK:
        yield "tf.nn.l2_loss", {"t": tensor(shape)}
        yield "tf.global_norm", {"t_list": [tensor(shape), tensor([2])]}


# --- layout -----------------------------------------------------------------------------------------------------------


def layout(random: Random) -> Iterator[Case]:
    sizes: list[Any] = [-1, 2, 3, 6, {"size": [[None, 2], 0]}, {"size": [[2, 2], 0]}, {"ints": []}]
    for source in ([None, 6], [4, 6], [None, None], [2, None, 6], [24], [2, 3, 4], [0, 4], None):
        for wanted in (
            [-1],
            [],
            [-1, 6],
            [-1, 2, 3],
            [4, 6],
            [2, -1],
            {"ints": [2]},
            {"ints": [None]},
            {"sizes": [None, 6]},
        ):
            yield "tf.reshape", {"tensor": tensor(source), "shape": wanted}
        for _ in range(25):
            yield (
                "tf.reshape",
                {"tensor": tensor(source), "shape": [random.choice(sizes) for _ in range(random.randint(1, 3))]},
            )
    for shape in BY_RANK:
        for axis, name in product((0, 1, -1, -2, {"ints": []}), ("axis", "dim")):
            yield "tf.expand_dims", {"input": tensor(shape), name: axis}
    for shape in ([None, 1, 3], [2, 1, 3], [1, 1], [None, 1, 1, 6], None):
        for axis, name in product((None, 0, 1, -1, [1], [1, 2], [1, -2]), ("axis", "squeeze_dims")):
            yield "tf.squeeze", {"input": tensor(shape), name: axis}
    for shape, perm in product(
        ([None, 2, 3], [1, 2, 3], None), (..., None, [0, 2, 1], [2, 0, 1], {"ints": [3]}, {"tuple": [1, 0, 2]})
    ):
        yield "tf.transpose", next(options(a=[tensor(shape)], perm=[perm]))
        yield "tf.matrix_transpose", {"a": tensor(shape)}
    for shape, pads in product(
        ([None, 3], [2, None], [2, 3], None), ([[0, 0], [1, 2]], [[1, 1], [0, 0]], {"ints": [2, 2]})
    ):
        yield "tf.pad", {"tensor": tensor(shape), "paddings": pads}
    for shape, times in product(
        ([None, 3], [2, 3], None), ([1, 2], [3, 1], {"ints": [2]}, {"ints": [None]}, [{"size": [[None], 0]}, 2])
    ):
        yield "tf.tile", {"input": tensor(shape), "multiples": times}
        yield "tf.broadcast_to", {"input": tensor(shape), "shape": times}
    for shape, k in product(([None, 5], [2, 5], [5], None), (..., 2, {"ints": []})):
        yield "tf.nn.top_k", next(options(input=[tensor(shape)], k=[k]))
    for shape in ([None], [3], [2, 3], None):
        yield "tf.diag", {"diagonal": tensor(shape)}
        yield "tf.diag_part", {"input": tensor(None if shape is None else shape * 2)}


def together(random: Random) -> Iterator[Case]:
    for _ in range(120):
        base = drawn(random, random.randint(1, 3))
        values = [
            tensor(None if random.random() < 0.05 else [None if random.random() < 0.2 else dim for dim in base])
            for _ in range(random.randint(1, 3))
        ]
        axis = random.choice((0, 1, -1, -2, {"ints": []}))
        yield "tf.concat", {"values": values, "axis": axis}
        yield "tf.stack", {"values": values, "axis": random.choice((0, 1, -1))}
        yield "tf.parallel_stack", {"values": values}
    yield "tf.concat", {"values": tensor([None, 3]), "axis": 0}
    for axis in (0, 1, -1):
        yield "tf.concat", {"values": [tensor([None, 3]), tensor([2, 4])], "axis": axis}
        yield "tf.concat", {"values": [tensor([None, 3]), [[1.0, 2.0]]], "axis": axis}
        yield "tf.stack", {"values": [tensor([3]), [1.0, 2.0, 3.0]], "axis": axis}
    for shape, axis, num in product(([None, 3, 2], [4, 3, 2], [None, None], None), (..., 0, 1, -1), (..., 3, 2)):
        yield "tf.unstack", next(options(value=[tensor(shape)], axis=[axis], num=[num]))
    for shape, count, axis in product(
        ([None, 6, 4], [6, 6, 4], None), (2, 3, [1, 5], [2, -1], [2, 2, 2], {"ints": [2]}), (..., 0, 1, -1)
    ):
        yield "tf.split", next(options(value=[tensor(shape)], num_or_size_splits=[count], axis=[axis]))


def indices(random: Random) -> Iterator[Case]:
    bounds: tuple[Any, ...] = (None, None, 0, 1, 2, -1, -2, 7)
    parts: list[Callable[[], Any]] = [
        lambda: {"slice": [None, None, None]},
        lambda: {"slice": [random.choice(bounds), random.choice(bounds), random.choice((None, None, 2, -1))]},
        lambda: {"slice": [{"ints": []}, None, None]},
        lambda: random.choice((0, 1, -1)),
        lambda: {"ints": []},
        lambda: None,
    ]  # fmt: skip
    for _ in range(400):
        key = [random.choice(parts)() for _ in range(random.randint(1, 3))]
        if random.random() < 0.3:
            key.insert(random.randrange(len(key) + 1), {"ellipsis": 0})
        shape = drawn(random, random.randint(2, 4))
        subscript = key[0] if len(key) == 1 else {"tuple": key}
        if subscript is not None:
            yield "operator.getitem", {"x": tensor(shape), "slice": subscript}
    for shape in ([None, 5], [4, 5], None):
        for begin, size in product(
            ([0, 0], [0, 2], {"ints": [2]}, [{"ints": []}, 0]),
            ([-1, 2], [2, -1], [1, 1], {"ints": [2]}, [{"ints": []}, 1]),
        ):
            yield "tf.slice", {"input_": tensor(shape), "begin": begin, "size": size}
    for params, ids in product(([7, 5], [None, 5], [7, 2, 3], None), ([], [None], [None, 4], [2, 3], None)):
        for axis in (..., 0, 1, -1):
            yield "tf.gather", next(options(params=[tensor(params)], indices=[tensor(ids, "ints")], axis=[axis]))
        yield "tf.gather_nd", {"params": tensor(params), "indices": tensor(None if ids is None else [*ids, 1], "ints")}
        yield "tf.nn.embedding_lookup", {"params": tensor(params), "ids": tensor(ids, "ints")}
        yield "tf.nn.embedding_lookup", {"params": [tensor(params)], "ids": tensor(ids, "ints")}
        for depth, axis in product((4, {"ints": []}, {"size": [[3], 0]}), (..., -1, 0, 1)):
            yield "tf.one_hot", next(options(indices=[tensor(ids, "ints")], depth=[depth], axis=[axis]))
        yield "tf.boolean_mask", {"tensor": tensor(params), "mask": tensor([None], "bools")}
        yield "tf.boolean_mask", {"tensor": tensor(params), "mask": tensor([7], "bools")}


# --- products ---------------------------------------------------------------------------------------------------------


def products(random: Random) -> Iterator[Case]:
    matrices = ([None, 3], [2, 3], [3, 4], [None, None], [5, 2, 3], [None, 3, 4], [1, 2, 3], [None, None, 3], None)
    for a, b, turn_a, turn_b in product(matrices, matrices, (..., True), (..., True)):
        yield "tf.matmul", next(options(a=[tensor(a)], b=[tensor(b)], transpose_a=[turn_a], transpose_b=[turn_b]))
        yield "operator.matmul", {"x": tensor(a), "y": tensor(b)}
    yield "tf.matmul", {"a": tensor([None, 3]), "b": tensor([4, 3]), "adjoint_b": True}
    for x, weights, biases in product(
        ([None, 3], [2, None], None), ([3, 4], [None, 4], [3, None], None), ([4], [None], None)
    ):
        given = {"x": tensor(x), "weights": tensor(weights), "biases": tensor(biases)}
        yield "tf.nn.xw_plus_b", given
        yield "tf.nn.relu_layer", given
    for a, b in product(([None, 2, 3], [2, 3], [4, 2, 3], None), ([3, 4], [3, None], [2, 3, 5], None)):
        for axes in (1, 2, 0, [[-1], [0]], [[1, 2], [0, 1]], [1, 0], [[2], [0]]):
            yield "tf.tensordot", {"a": tensor(a), "b": tensor(b), "axes": axes}
    for equation in ("bij,jk->bik", "ij,jk->ik", "bij,bjk->bik", "bi,bi->b"):
        for a, b in product(([None, 2, 3], [2, 3], [None, 3]), ([3, 4], [None, 3, 4], [None, 3])):
            yield "tf.einsum", {"equation": equation, "1": tensor(a), "2": tensor(b)}
    for a, b in product(([None, 3], [2, 3]), repeat=2):
        yield "tf.cross", {"a": tensor(a), "b": tensor(b)}


GENERATORS = [elementwise, pairs, combined, reductions, losses, layout, together, indices, products]
