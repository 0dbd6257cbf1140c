"""What is known of TensorFlow's public symbols, without TensorFlow: generated tables under a hand-written overlay."""

from tf2migrate.knowledge.binding import bind
from tf2migrate.knowledge.lookup import (
    canonical,
    entries,
    is_tf_module,
    keywords_of_tf2,
    lookup,
    parameters_of_tf2,
    resolves_in_tf2,
)

__all__ = [
    "bind",
    "canonical",
    "entries",
    "is_tf_module",
    "keywords_of_tf2",
    "lookup",
    "parameters_of_tf2",
    "resolves_in_tf2",
]
