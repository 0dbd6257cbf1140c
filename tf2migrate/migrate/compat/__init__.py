"""Level compat: a component of files that runs as TensorFlow 1 under `tf.compat.v1`."""

from tf2migrate.migrate.compat.component import CompatInput, migrate_to_compat

__all__ = ["CompatInput", "migrate_to_compat"]
