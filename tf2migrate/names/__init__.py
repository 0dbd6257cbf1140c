"""What an expression denotes: imports, aliases and scopes to canonical TensorFlow symbols."""

from tf2migrate.names.modules import ProjectModules
from tf2migrate.names.paths import canonical_path
from tf2migrate.names.resolver import Names, Use

__all__ = ["Names", "ProjectModules", "Use", "canonical_path"]
