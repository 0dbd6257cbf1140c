"""Classes of contrib that compute nothing in a graph: what is emitted for them."""

from __future__ import annotations

from collections.abc import Mapping

from tf2migrate.knowledge.emitted import Emitted

_TRAINING = "tf.contrib.training"
_WORDS = "tf.contrib.learn.preprocessing"
_SET = ("override_from_dict", "set_hparam")

HOST_CLASSES: Mapping[str, Emitted] = {
    f"{_TRAINING}.HParams": Emitted(
        "HParams",
        (),
        {"hparam_def": ("None",), "model_structure": ("None",)},
        {},
        methods={
            **{name: (name,) for name in ("get", "del_hparam", "set_hparam", "to_json")},
            "override_from_dict": _SET,
            "parse": ("parse", *_SET),
            "parse_json": ("parse_json", *_SET),
        },
        signature=("hparam_def", "model_structure"),
        keywords=True,
        lacking=frozenset(
            "to_proto from_proto set_from_map set_model_structure get_model_structure _hparam_types".split()
        ),
        advice="a dataclass takes its place",
    ),
    f"{_WORDS}.CategoricalVocabulary": Emitted(
        "CategoricalVocabulary",
        ("unknown_token",),
        {"support_reverse": ("True",)},
        {},
        signature=("unknown_token", "support_reverse"),
        advice="a dict takes its place",
    ),
    f"{_WORDS}.VocabularyProcessor": Emitted(
        "VocabularyProcessor",
        ("max_document_length", "min_frequency", "vocabulary", "tokenizer_fn"),
        {},
        {},
        methods={"save": ("save",), "restore": ("restore",)},
        signature=("max_document_length", "min_frequency", "vocabulary", "tokenizer_fn"),
        advice="number the words in a few lines of Python, or use tf.keras.layers.TextVectorization",
    ),
}
"""What is emitted, by TensorFlow 1's path."""
