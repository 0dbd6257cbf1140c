"""What an expression denotes: imports, aliases and scopes to canonical TensorFlow symbols."""

from tf2migrate.names.paths import canonical_path
from tf2migrate.names.resolver import Names, Use

__all__ = ["Names", "Use", "canonical_path"]
