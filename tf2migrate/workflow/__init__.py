"""What the commands do, without printing: wiring of the layers, and the only writing of files."""

from tf2migrate.workflow.check import CheckOptions, check_paths, check_source
from tf2migrate.workflow.errors import UsageError
from tf2migrate.workflow.fix import FixOptions, fix_paths
from tf2migrate.workflow.migrate import migrate_tree
from tf2migrate.workflow.selection import Selection, find_code
from tf2migrate.workflow.verify import verify_program

__all__ = [
    "CheckOptions",
    "FixOptions",
    "Selection",
    "UsageError",
    "check_paths",
    "check_source",
    "find_code",
    "fix_paths",
    "migrate_tree",
    "verify_program",
]
