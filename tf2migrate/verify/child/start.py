# mypy: allow-untyped-defs, allow-untyped-calls, no-check-untyped-defs
"""Runs one side of a comparison: `start.py ORDER`, a JSON file; or many, each forked off: `start.py --serve SIDE`."""

import importlib
import json
import os
import sys
import types

PACKAGE = "_tf2migrate_child"  # a name that no program's own module has


def load_package():
    """Make the package beside this file importable under a private name; return a function that imports its parts."""
    package = types.ModuleType(PACKAGE)
    package.__path__ = [os.path.dirname(os.path.abspath(__file__))]
    sys.modules[PACKAGE] = package
    return lambda name: importlib.import_module(PACKAGE + "." + name)


def main():
    """Serve, or run the program that the order names."""
    part = load_package()
    if sys.argv[1] == "--serve":
        part("serve").serve(sys.argv[2])
        return
    with open(sys.argv[1]) as stream:
        order = json.load(stream)
    enclosure = part("enclosure").Enclosure(order["kept"], order["layers"])
    part("program").run(order, enclosure)


if __name__ == "__main__":
    main()
