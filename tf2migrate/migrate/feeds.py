"""Feed dicts that have a name: their keys become the names of parameters."""

from __future__ import annotations

import ast

from tf2migrate.migrate.fed_structures import FedStructures, is_whole
from tf2migrate.migrate.iterators import is_element
from tf2migrate.migrate.refusal import FEED_FORM, Refused
from tf2migrate.migrate.steps import Step
from tf2migrate.migrate.workbench import Workbench
from tf2migrate.model.source import NodeRef


class FeedNames:
    """Rewrites `{x: a}` outside of run calls to `{"x": a}`."""

    def __init__(self, bench: Workbench) -> None:
        self.bench = bench
        self.keys: dict[NodeRef, str] = {}

    def name_shared_dicts(self, steps: list[Step], names: dict[int, str], structures: FedStructures) -> None:
        """Register the new keys of every feed dict that is written elsewhere than at its run."""
        for step in steps:
            for site in step.sites:
                for visit in site.visits:
                    if visit.feeds_at is not None and visit.feeds_at.kind == "Dict":
                        continue
                    for feed in visit.feeds:
                        if is_element(self.bench.view.nodes[feed.node]):
                            continue  # drawn, not fed
                        parameter = structures.parameter(feed.node)
                        if parameter not in names:
                            raise Refused(
                                FEED_FORM,
                                site.site,
                                "a shared feed dict feeds a placeholder of another part of the program",
                                "write the feeds at the run",
                            )
                        if parameter in structures.values and not is_whole(visit, structures.values[parameter]):
                            raise Refused(
                                FEED_FORM,
                                site.site,
                                "a shared feed dict feeds the values of a tuple one by one",
                                "feed the whole tuple: its structure is a key, too",
                            )
                        self._name(feed.key_at, names[parameter], site.site)

    def _name(self, key_at: NodeRef | None, name: str, site: NodeRef) -> None:
        node = self.bench.of(key_at).syntax.nodes.get(key_at) if key_at is not None else None
        if key_at is None or not isinstance(node, ast.expr):
            raise Refused(
                FEED_FORM, site, "a key of the feed dict is not written as an expression", "write the feeds at the run"
            )
        if self.keys.get(key_at, name) != name:
            raise Refused(
                FEED_FORM, site, "one key of a feed dict stands for several placeholders", "write the feeds at the run"
            )
        if key_at not in self.keys:
            self.keys[key_at] = name
            file = self.bench.of(key_at)
            file.renderer.add(file.syntax.span(node), f'"{name}"')
