"""tf.image: TensorFlow 2 samples from the centres of pixels where TensorFlow 1 did from their corners."""

from __future__ import annotations

from tf2migrate.knowledge.overlay.forms import Verdict, form, rewritten, same
from tf2migrate.model.api import Rewrite

_CORNERS = "TensorFlow 2 samples from the centres of pixels"
_ARGUMENTS = "arguments have other names or another order in TensorFlow 2"
_RAW = {
    "bilinear": ("BILINEAR", "0", "tf.raw_ops.ResizeBilinear"),
    "nearest": ("NEAREST_NEIGHBOR", "1", "tf.raw_ops.ResizeNearestNeighbor"),
    "bicubic": ("BICUBIC", "2", "tf.raw_ops.ResizeBicubic"),
    "area": ("AREA", "3", "tf.raw_ops.ResizeArea"),
}


def verdicts() -> dict[str, Verdict]:
    """Return the verdicts of this family."""
    centred = "images; size; align_corners; half_pixel_centers; name"
    found = {
        f"tf.image.resize_{name}": rewritten(target, _CORNERS, form(target, arguments))
        for name, target, arguments in (
            ("bilinear", "tf.raw_ops.ResizeBilinear", centred),
            ("nearest_neighbor", "tf.raw_ops.ResizeNearestNeighbor", centred),
            ("bicubic", "tf.raw_ops.ResizeBicubic", centred),
            ("area", "tf.raw_ops.ResizeArea", "images; size; align_corners; name"),
        )
    }
    found["tf.image.resize_images"] = rewritten("tf.raw_ops.ResizeBilinear", _CORNERS, *_resizes())
    return found | _irregular()


def _irregular() -> dict[str, Verdict]:
    return {
        "tf.extract_image_patches": rewritten(
            "tf.image.extract_patches",
            _ARGUMENTS,
            form("tf.image.extract_patches", "images; sizes=ksizes|sizes; strides; rates; padding; name"),
        ),
        "tf.image.crop_and_resize": rewritten(
            "tf.image.crop_and_resize",
            _ARGUMENTS,
            form(
                "tf.image.crop_and_resize",
                "image; boxes; box_indices=box_ind|box_indices; crop_size; method; extrapolation_value; name",
            ),
        ),
        "tf.image.draw_bounding_boxes": rewritten(
            "tf.image.draw_bounding_boxes",
            "colors has no default in TensorFlow 2",
            form("tf.image.draw_bounding_boxes", "images; boxes; colors=colors!None; name"),
        ),
        "tf.image.extract_glimpse": rewritten(
            "tf.raw_ops.ExtractGlimpse",
            "TensorFlow 2 counts offsets from another corner",
            form("tf.raw_ops.ExtractGlimpse", "input; size; offsets; centered; normalized; uniform_noise; name"),
        ),
        "tf.image.sample_distorted_bounding_box": rewritten(
            "tf.image.sample_distorted_bounding_box",
            "seeds are derived in another way",
            form(
                "tf.image.sample_distorted_bounding_box",
                "image_size; bounding_boxes; min_object_covered; aspect_ratio_range; area_range; max_attempts; "
                "use_image_if_no_bounding_boxes; name",
                {"seed": "None", "seed2": "None"},
            ),
        ),
        "tf.image.ResizeMethod": same("names the methods of resizing; their values differ"),
    }


def _resizes() -> list[Rewrite]:
    """Return the forms of `resize_images`, which keeps images that have the size already as they are."""
    forms: list[Rewrite] = []
    for constant, number, target in _RAW.values():
        for method in (f"tf.image.ResizeMethod.{constant}", number):
            conditions = {"method": method, "preserve_aspect_ratio": "False", "images": "dtype=floating"}
            forms.append(form(target, "images; size; align_corners; name", {**conditions, "images|images": "rank=4"}))
            forms.append(
                form(
                    target,
                    "images=images:tf.expand_dims({}, 0); size; align_corners; name",
                    {**conditions, "images|images": "rank=3"},
                    wrap="tf.squeeze({call}, 0)",
                )
            )
    return forms
