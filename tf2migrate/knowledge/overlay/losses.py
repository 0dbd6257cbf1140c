"""tf.losses: the mean over all elements where no weights are given; each also joins the collection of losses."""

from __future__ import annotations

from tf2migrate.knowledge.overlay.forms import Verdict, compat, form, rewritten

_REASON = "the mean over all elements; the migration accounts for the collection of losses"
_MEAN = "tf.reduce_mean({call})"
_PLAIN = {
    "weights": "1.0",
    "reduction": "'weighted_sum_by_nonzero_weights'",
    "loss_collection": "'losses'",
}
_FLOAT_PREDICTIONS = "predictions:tf.cast({}, tf.float32)"
_FLOAT_LABELS = "labels:tf.cast({}, tf.float32)"


def verdicts() -> dict[str, Verdict]:
    """Return the verdicts of this family."""
    found = {
        "tf.losses.mean_squared_error": _difference("tf.math.squared_difference", _MEAN),
        "tf.losses.absolute_difference": _difference("tf.subtract", "tf.reduce_mean(tf.abs({call}))"),
        "tf.losses.softmax_cross_entropy": _softmax(),
        "tf.losses.sparse_softmax_cross_entropy": rewritten(
            "tf.nn.sparse_softmax_cross_entropy_with_logits",
            _REASON,
            form(
                "tf.nn.sparse_softmax_cross_entropy_with_logits", "labels; logits", _PLAIN, dropped="scope", wrap=_MEAN
            ),
        ),
        "tf.losses.sigmoid_cross_entropy": _sigmoid(),
        "tf.losses.hinge_loss": rewritten(
            "tf.keras.losses.Hinge",
            _REASON,
            form("tf.keras.losses.Hinge", "", _PLAIN, "labels logits scope", "{call}({labels}, {logits})"),
        ),
        "tf.losses.huber_loss": rewritten(
            "tf.keras.losses.Huber",
            _REASON,
            form(
                "tf.keras.losses.Huber", "delta", _PLAIN, "labels predictions scope", "{call}({labels}, {predictions})"
            ),
        ),
        "tf.losses.log_loss": compat("Keras clips probabilities where TensorFlow 1 adds epsilon: write the formula"),
        "tf.losses.cosine_distance": compat(
            "Keras has the cosine similarity's negative: write 1 - the sum of products"
        ),
        "tf.losses.mean_pairwise_squared_error": compat("no counterpart: write the formula"),
        "tf.losses.compute_weighted_loss": compat("no counterpart: multiply by the weights and divide by their number"),
    }
    return found | {
        f"tf.losses.{name}": compat("a collection has no counterpart: keep the losses in a list")
        for name in ("add_loss", "get_losses", "get_regularization_loss", "get_regularization_losses", "get_total_loss")
    }


def _difference(target: str, wrap: str) -> Verdict:
    both = {"labels": "dtype=float32", "predictions": "dtype=float32"}
    return rewritten(
        target,
        _REASON,
        form(target, "x=predictions; y=labels", _PLAIN | both, "scope", wrap),
        form(target, f"x=predictions; y={_FLOAT_LABELS}", _PLAIN | {"predictions": "dtype=float32"}, "scope", wrap),
        form(target, f"x={_FLOAT_PREDICTIONS}; y={_FLOAT_LABELS}", _PLAIN, "scope", wrap),
    )


def _softmax() -> Verdict:
    target = "tf.nn.softmax_cross_entropy_with_logits"
    plain = _PLAIN | {"label_smoothing": "0"}
    stopped = "labels=onehot_labels:tf.stop_gradient({}); logits"
    return rewritten(
        target,
        _REASON,
        form(
            target,
            "labels=onehot_labels; logits",
            plain
            | {"onehot_labels": "dtype=float32", "logits": "dtype=float32", "onehot_labels|onehot_labels": "constant"},
            "scope",
            _MEAN,
        ),
        form(target, stopped, plain | {"onehot_labels": "dtype=float32", "logits": "dtype=float32"}, "scope", _MEAN),
        form(
            target,
            "labels=onehot_labels:tf.stop_gradient(tf.cast({}, tf.float32)); logits",
            plain | {"logits": "dtype=float32"},
            "scope",
            _MEAN,
        ),
        form(
            target,
            "labels=onehot_labels:tf.stop_gradient(tf.cast({}, {logits}.dtype)); logits",
            plain | {"logits": "atom"},
            "scope",
            _MEAN,
        ),
    )


def _sigmoid() -> Verdict:
    target = "tf.nn.sigmoid_cross_entropy_with_logits"
    plain = _PLAIN | {"label_smoothing": "0"}
    return rewritten(
        target,
        _REASON,
        form(
            target,
            "labels=multi_class_labels; logits",
            plain | {"multi_class_labels": "dtype=float32", "logits": "dtype=float32"},
            "scope",
            _MEAN,
        ),
        form(
            target,
            "labels=multi_class_labels:tf.cast({}, tf.float32); logits",
            plain | {"logits": "dtype=float32"},
            "scope",
            _MEAN,
        ),
        form(
            target,
            "labels=multi_class_labels:tf.cast({}, {logits}.dtype); logits",
            plain | {"logits": "atom"},
            "scope",
            _MEAN,
        ),
    )
