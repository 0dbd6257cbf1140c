"""Starts the command line.

A hook checks every commit, and most commits have nothing to do with TensorFlow: such files are answered before anything
is imported that parses options, which takes longer than to read them.
"""

from __future__ import annotations

import sys

_HARMLESS = frozenset({"--force-exclude", "--no-cache", "--exit-zero", "--fix"})  # without findings they change nothing


def main() -> None:
    """Run the command that the arguments ask for."""
    if not _answered(sys.argv[1:]):
        from tf2migrate.cli import main as command_line

        command_line(prog_name="tf2migrate")


def _answered(arguments: list[str]) -> bool:
    """Say whether this was a plain check of files that can hold no finding; if so, the answer is printed."""
    paths = [argument for argument in arguments[1:] if argument not in _HARMLESS]
    if arguments[:1] != ["check"] or not paths or any(path.startswith("-") for path in paths):
        return False
    from tf2migrate.prefilter import are_unconcerned

    if not are_unconcerned(paths):
        return False
    sys.stdout.write(f"No findings in {len(paths)} file{'s' * (len(paths) != 1)}.\n")
    return True


def _leave_current_folder() -> None:
    """Take the folder that `python -m` begins with out of the search path: a checked file may be named `copy.py`."""
    from pathlib import Path  # the package has it already

    here = Path.cwd()
    if sys.path[:1] == [str(here)] and here != Path(__file__).resolve().parent.parent:
        del sys.path[0]


if __name__ == "__main__":
    _leave_current_folder()
    main()
