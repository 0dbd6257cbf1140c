"""Reasons in verdicts that other parts act upon."""

from __future__ import annotations

OTHER_SITES = "the two programs come to different run sites here"
ONE_SIDE = "only the {} comes to this run"
UPDATE = "what this run and those since the last look add to variable {} differs"
OTHER_RUNS = (OTHER_SITES, ONE_SIDE.partition("}")[2])  # the runs of the two programs cannot be paired one by one
OTHER_CONSTANT = "{} of the optimizer of variable {} is {:g} in the original, {:g} in the migrated program"
NO_COUNTERPARTS = "no number is printed, and variables have no counterpart: {}"
ONLY_WORDS = "only words are compared, and what holds numbers is not: {}"
NOTHING = "nothing could be compared: no value was fetched, nothing printed or written"
ROUNDING_ALONE = (
    "its optimizers round in another way, and the network amplifies it: {} updates are TensorFlow 1's but for rounding,"
    " at most {:.2g} of what that may be"
)
