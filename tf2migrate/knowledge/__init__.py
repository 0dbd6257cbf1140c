"""What is known of TensorFlow's public symbols, without TensorFlow: generated tables under a hand-written overlay."""

from tf2migrate.knowledge.binding import bind
from tf2migrate.knowledge.lookup import (
    canonical,
    is_tf_module,
    keywords_of_tf2,
    lookup,
    parameters_of_tf2,
    resolves_in_tf2,
)
from tf2migrate.knowledge.native import NativeArgument, NativeCall, native_call

__all__ = [
    "NativeArgument",
    "NativeCall",
    "bind",
    "canonical",
    "is_tf_module",
    "keywords_of_tf2",
    "lookup",
    "native_call",
    "parameters_of_tf2",
    "resolves_in_tf2",
]
