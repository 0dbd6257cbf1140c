"""Migration: from the facts of a program to native TF2 text."""

from tf2migrate.migrate.attempts import migrate_program

__all__ = ["migrate_program"]
