"""The rules, one module each, found by the registry of `tf2migrate.lint`."""

if __name__ != "tf2migrate.rules":  # a second copy of every rule would have classes of its own
    raise ImportError(f"import the rules as tf2migrate.rules, not as {__name__}")
