"""Resizing of images.

## What it does
Finds `tf.image.resize_bilinear` and its kin.

## Why
TensorFlow 2 has `tf.image.resize` with half-pixel centres: other numbers.

## Example
```python
import tensorflow as tf

y = tf.image.resize_bilinear(x, [8, 8])
```

## Use instead
```python
import tensorflow as tf

y = tf.image.resize(x, [8, 8])
```

## Fix safety
No fix: the grids differ.
"""

from __future__ import annotations

from tf2migrate.lint import SymbolRule


class ImageResize(SymbolRule):
    """Reports each reference."""

    code = "TFM902"
    symbols = frozenset(
        {
            "tf.image.resize_area",
            "tf.image.resize_bicubic",
            "tf.image.resize_bilinear",
            "tf.image.resize_images",
            "tf.image.resize_nearest_neighbor",
        }
    )
    message = "`{name}` is gone: `tf.image.resize` uses half-pixel centres and gives other numbers"
