# mypy: allow-untyped-defs, allow-untyped-calls, no-check-untyped-defs
"""Runs one side of a comparison; its only argument is the path of the order, a JSON file."""

import importlib
import json
import os
import sys
import types

PACKAGE = "_tf2migrate_child"  # a name that no program's own module has


def main():
    """Load the package beside this file under a private name and hand it the order."""
    folder = os.path.dirname(os.path.abspath(__file__))
    package = types.ModuleType(PACKAGE)
    package.__path__ = [folder]
    sys.modules[PACKAGE] = package
    with open(sys.argv[1]) as stream:
        order = json.load(stream)
    sys.path[0] = order["folder_of_entry"]
    importlib.import_module(PACKAGE + ".program").run(order)


if __name__ == "__main__":
    main()
