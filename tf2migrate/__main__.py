"""Runs the command line as `python -m tf2migrate`."""

from __future__ import annotations

from tf2migrate.cli import main

if __name__ == "__main__":
    main(prog_name="tf2migrate")
