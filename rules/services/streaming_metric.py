"""Metrics made of local variables.

## What it does
Finds `tf.metrics.*` of TensorFlow 1.

## Why
They return a value and an operation that updates it. The metrics of TensorFlow 2 are objects.

## Example
```python
import tensorflow as tf

value, update = tf.compat.v1.metrics.accuracy(labels, predictions)
```

## Use instead
```python
import tensorflow as tf

accuracy = tf.keras.metrics.Accuracy()
accuracy.update_state(labels, predictions)
```

## Fix safety
No fix within one expression: `tf2migrate fix` does it for the whole program.
"""

from __future__ import annotations

from tf2migrate.lint import SymbolRule


class StreamingMetric(SymbolRule):
    """Reports each reference."""

    code = "TFM810"
    symbols = frozenset(
        {
            "tf.metrics.accuracy",
            "tf.metrics.auc",
            "tf.metrics.average_precision_at_k",
            "tf.metrics.false_negatives",
            "tf.metrics.false_positives",
            "tf.metrics.mean",
            "tf.metrics.mean_absolute_error",
            "tf.metrics.mean_cosine_distance",
            "tf.metrics.mean_iou",
            "tf.metrics.mean_per_class_accuracy",
            "tf.metrics.mean_relative_error",
            "tf.metrics.mean_squared_error",
            "tf.metrics.mean_tensor",
            "tf.metrics.percentage_below",
            "tf.metrics.precision",
            "tf.metrics.precision_at_k",
            "tf.metrics.recall",
            "tf.metrics.recall_at_k",
            "tf.metrics.root_mean_squared_error",
            "tf.metrics.sensitivity_at_specificity",
            "tf.metrics.sparse_average_precision_at_k",
            "tf.metrics.specificity_at_sensitivity",
            "tf.metrics.true_negatives",
            "tf.metrics.true_positives",
        }
    )
    legacy_only = True
    message = "`{name}` keeps its state in local variables; `tf2migrate fix` leaves such programs as they are"
