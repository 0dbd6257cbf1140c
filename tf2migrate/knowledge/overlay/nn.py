"""tf.nn: convolutions, pooling, losses by logits, embeddings, normalization, dropout."""

from __future__ import annotations

from tf2migrate.knowledge.overlay.forms import Verdict, compat, form, rewritten

_ARGUMENTS = "arguments have other names or another order in TensorFlow 2"
_FILTERS = "filters=filter|filters"
_INPUT = "input=value|input"
_DILATIONS = "dilations=dilations|dilation_rate"
_RATE = "dilations=dilations|rate"
_KEPT = "keepdims=keepdims|keep_dims"
_SAMPLED = "weights; biases; labels; inputs; num_sampled; num_classes; num_true; sampled_values; remove_accidental_hits"

_FORMS: dict[str, tuple[str, str, str]] = {
    "tf.nn.conv1d": (
        "tf.nn.conv1d",
        f"{_INPUT}; filters; stride; padding; data_format; dilations; name",
        "use_cudnn_on_gpu",
    ),
    "tf.nn.conv2d": (
        "tf.nn.conv2d",
        f"input; {_FILTERS}; strides; padding; data_format; dilations; name",
        "use_cudnn_on_gpu",
    ),
    "tf.nn.conv3d": ("tf.nn.conv3d", f"input; {_FILTERS}; strides; padding; data_format; dilations; name", ""),
    "tf.nn.conv2d_transpose": (
        "tf.nn.conv2d_transpose",
        f"{_INPUT}; {_FILTERS}; output_shape; strides; padding; data_format; dilations; name",
        "",
    ),
    "tf.nn.conv3d_transpose": (
        "tf.nn.conv3d_transpose",
        f"{_INPUT}; {_FILTERS}; output_shape; strides; padding; data_format; dilations; name",
        "",
    ),
    "tf.nn.convolution": (
        "tf.nn.convolution",
        f"input; {_FILTERS}; strides; padding; data_format; {_DILATIONS}; name",
        "",
    ),
    "tf.nn.depthwise_conv2d": (
        "tf.nn.depthwise_conv2d",
        f"input; filter; strides; padding; data_format; {_RATE}; name",
        "",
    ),
    "tf.nn.separable_conv2d": (
        "tf.nn.separable_conv2d",
        f"input; depthwise_filter; pointwise_filter; strides; padding; data_format; {_RATE}; name",
        "",
    ),
    "tf.nn.pool": (
        "tf.nn.pool",
        f"input; window_shape; pooling_type; strides; padding; data_format; {_DILATIONS}; name",
        "",
    ),
    "tf.nn.max_pool": ("tf.nn.max_pool", f"{_INPUT}; ksize; strides; padding; data_format; name", ""),
    "tf.nn.avg_pool": ("tf.nn.avg_pool", f"{_INPUT}; ksize; strides; padding; data_format; name", ""),
    "tf.nn.max_pool_with_argmax": (
        "tf.nn.max_pool_with_argmax",
        "input; ksize; strides; padding; data_format; output_dtype=output_dtype|Targmax; include_batch_in_index; name",
        "",
    ),
    "tf.nn.dilation2d": (
        "tf.nn.dilation2d",
        f"input; {_FILTERS}; strides; padding; data_format='\"NHWC\"'; dilations=rates|dilations; name",
        "",
    ),
    "tf.nn.moments": ("tf.nn.moments", f"x; axes; shift; {_KEPT}; name", ""),
    "tf.nn.weighted_moments": ("tf.nn.weighted_moments", f"x; axes; frequency_weights; {_KEPT}; name", ""),
    "tf.nn.sufficient_statistics": ("tf.nn.sufficient_statistics", f"x; axes; shift; {_KEPT}; name", ""),
    "tf.nn.softmax": ("tf.nn.softmax", "logits; axis=axis|dim; name", ""),
    "tf.nn.log_softmax": ("tf.nn.log_softmax", "logits; axis=axis|dim; name", ""),
    "tf.nn.l2_normalize": ("tf.nn.l2_normalize", "x; axis=axis|dim; epsilon; name", ""),
    "tf.nn.softmax_cross_entropy_with_logits_v2": (
        "tf.nn.softmax_cross_entropy_with_logits",
        "labels; logits; axis=axis|dim; name",
        "",
    ),
    "tf.nn.sparse_softmax_cross_entropy_with_logits": (
        "tf.nn.sparse_softmax_cross_entropy_with_logits",
        "labels; logits; name",
        "",
    ),
    "tf.nn.sigmoid_cross_entropy_with_logits": (
        "tf.nn.sigmoid_cross_entropy_with_logits",
        "labels; logits; name",
        "",
    ),
    "tf.nn.weighted_cross_entropy_with_logits": (
        "tf.nn.weighted_cross_entropy_with_logits",
        "labels=labels|targets; logits; pos_weight; name",
        "",
    ),
    "tf.nn.batch_norm_with_global_normalization": (
        "tf.nn.batch_norm_with_global_normalization",
        "input=t|input; mean=m|mean; variance=v|variance; beta; gamma; variance_epsilon; "
        "scale_after_normalization; name",
        "",
    ),
    "tf.nn.crelu": ("tf.nn.crelu", "features; axis; name", ""),
    "tf.nn.in_top_k": ("tf.nn.in_top_k", "targets; predictions; k; name", ""),
}


def verdicts() -> dict[str, Verdict]:
    """Return the verdicts of this family."""
    found = {
        path: rewritten(target, _ARGUMENTS, form(target, arguments, dropped=dropped))
        for path, (target, arguments, dropped) in _FORMS.items()
    }
    return found | _losses() | _embeddings() | _sequences() | _fractional() | _irregular()


def _losses() -> dict[str, Verdict]:
    target = "tf.nn.softmax_cross_entropy_with_logits"
    return {
        "tf.nn.softmax_cross_entropy_with_logits": rewritten(
            target,
            "TensorFlow 1 lets no gradient into the labels",
            form(target, "labels; logits; axis=axis|dim; name", {"labels": "constant"}),
            form(target, "labels=labels:tf.stop_gradient({}); logits; axis=axis|dim; name"),
        ),
    }


def _embeddings() -> dict[str, Verdict]:
    several = "several shards are laid out by another strategy in TensorFlow 2"
    lookup = form("tf.nn.embedding_lookup", "params; ids; max_norm; name", {"params": "single"}, _EMBEDDING_DROPPED)
    divided = form(
        "tf.nn.embedding_lookup", "params; ids; max_norm; name", {"partition_strategy": "'div'"}, "validate_indices"
    )
    safe = "tf.nn.safe_embedding_lookup_sparse"
    safe_arguments = "embedding_weights; sparse_ids; sparse_weights; combiner; default_id; max_norm; name"
    found = {safe: rewritten(safe, several, form(safe, safe_arguments, {"partition_strategy": "'div'"}))}
    found["tf.nn.embedding_lookup"] = rewritten("tf.nn.embedding_lookup", several, lookup, divided)
    sparse = "params; sp_ids; sp_weights; combiner=combiner!'mean'; max_norm; name"
    found["tf.nn.embedding_lookup_sparse"] = rewritten(
        "tf.nn.embedding_lookup_sparse",
        several,
        form("tf.nn.embedding_lookup_sparse", sparse, {"params": "single"}, "partition_strategy"),
        form("tf.nn.embedding_lookup_sparse", sparse, {"partition_strategy": "'div'"}),
    )
    for name, more in (("nce_loss", ""), ("sampled_softmax_loss", "; seed")):
        path = f"tf.nn.{name}"
        arguments = f"{_SAMPLED}{more}; name"
        found[path] = rewritten(
            path,
            several,
            form(path, arguments, {"weights": "single", "biases": "single"}, "partition_strategy"),
            form(path, arguments, {"partition_strategy": "'div'"}),
        )
    return found


_EMBEDDING_DROPPED = "partition_strategy validate_indices"


def _sequences() -> dict[str, Verdict]:
    unmerged = "TensorFlow 2 does not merge repeated labels"
    return {
        "tf.nn.ctc_loss": rewritten(
            "tf.nn.ctc_loss",
            "equal for sparse labels with the last class as blank",
            form(
                "tf.nn.ctc_loss",
                "labels; logits=inputs|logits; label_length='None'; logit_length=sequence_length; "
                "logits_time_major=time_major; blank_index='-1'",
                {
                    "labels": "sparse",
                    "preprocess_collapse_repeated": "False",
                    "ctc_merge_repeated": "True",
                    "ignore_longer_outputs_than_inputs": "False",
                },
            ),
        ),
        "tf.nn.ctc_beam_search_decoder": rewritten(
            "tf.nn.ctc_beam_search_decoder",
            unmerged,
            form(
                "tf.nn.ctc_beam_search_decoder",
                "inputs; sequence_length; beam_width; top_paths",
                {"merge_repeated": "False"},
            ),
        ),
        "tf.nn.fused_batch_norm": compat("tf.raw_ops.FusedBatchNormV3 gives its numbers, with more results"),
    }


def _fractional() -> dict[str, Verdict]:
    unseeded = {"deterministic": "False", "seed": "0", "seed2": "0"}
    return {
        path: rewritten(
            path,
            "seeds are derived in another way",
            form(path, "value; pooling_ratio; pseudo_random; overlapping; name", unseeded),
        )
        for path in ("tf.nn.fractional_max_pool", "tf.nn.fractional_avg_pool")
    }


def _irregular() -> dict[str, Verdict]:
    rest = "noise_shape; seed; name"
    return {
        "tf.nn.dropout": rewritten(
            "tf.nn.dropout",
            "the second argument was the probability to keep, and is the probability to drop",
            form("tf.nn.dropout", f"x; rate=keep_prob:1 - {{}}; {rest}", {"rate": "absent", "keep_prob": "given"}),
            form("tf.nn.dropout", f"x; rate; {rest}", {"rate": "given", "keep_prob": "absent"}),
        ),
        "tf.nn.xw_plus_b": rewritten(
            "tf.nn.bias_add",
            "a product and a bias",
            form("tf.matmul", "a=x; b=weights", dropped="name", wrap="tf.nn.bias_add({call}, {biases})"),
        ),
        "tf.nn.relu_layer": rewritten(
            "tf.nn.relu",
            "a product, a bias and a relu",
            form("tf.matmul", "a=x; b=weights", dropped="name", wrap="tf.nn.relu(tf.nn.bias_add({call}, {biases}))"),
        ),
        "tf.nn.erosion2d": rewritten(
            "tf.nn.erosion2d",
            _ARGUMENTS,
            form(
                "tf.nn.erosion2d",
                "value; filters=kernel; strides; padding; data_format='\"NHWC\"'; dilations=rates; name",
            ),
        ),
        "tf.nn.depthwise_conv2d_native": rewritten(
            "tf.raw_ops.DepthwiseConv2dNative",
            "the op itself",
            form(
                "tf.raw_ops.DepthwiseConv2dNative",
                "input; filter; strides; padding; data_format; dilations; name",
            ),
        ),
    }
