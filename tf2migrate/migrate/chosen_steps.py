"""Runs of which some visits feed a value that others leave as it is made: the call chooses between two steps."""

from __future__ import annotations

from collections import defaultdict

from tf2migrate.migrate.iterators import is_element
from tf2migrate.migrate.refusal import UNCERTAIN_RUN, Refused
from tf2migrate.migrate.results import Returns
from tf2migrate.migrate.sites import StepSite, fetch_shape
from tf2migrate.migrate.state_plan import HomePlan
from tf2migrate.migrate.steps import Step, Units
from tf2migrate.migrate.workbench import Workbench
from tf2migrate.model.source import NodeRef

_SHORT = 50  # of a choice that stands on the line of its run


def check_one_step_each(units: Units, steps: list[Step]) -> None:
    """Refuse a run that fetches or is fed one thing here and another there, if its feed dict does not tell which."""
    users: dict[NodeRef, list[Step]] = defaultdict(list)
    sites: dict[NodeRef, StepSite] = {}
    for step in steps:
        for site in step.sites:
            users[site.site].append(step)
            sites[site.site] = site
    for at, found in users.items():
        if len(found) > 1 and not _can_choose(units, found, sites[at]):
            reason = "this run fetches or is fed one thing here and another there"
            raise Refused(UNCERTAIN_RUN, at, reason, "write a run for each")


def _can_choose(units: Units, steps: list[Step], site: StepSite) -> bool:
    if len(steps) != 2 or steps[0].rebuilt or steps[1].rebuilt:
        return False
    fewer, more = sorted(steps, key=lambda step: len(step.parameters))
    added = {*more.parameters} - {*fewer.parameters}
    named = all(visit.feeds_at is not None and visit.feeds_at.kind == "Name" for visit in site.visits)
    drawn = any(is_element(units.view.nodes[feed.node]) for visit in site.visits for feed in visit.feeds)
    same = fetch_shape(units.view, fewer.visit.fetch) == fetch_shape(units.view, more.visit.fetch)
    nested = {*fewer.parameters} <= {*more.parameters}
    return bool(added) and nested and named and same and not drawn and all(units.has_value(one) for one in added)


def other_step(plan: HomePlan, step: Step, site: StepSite) -> Step | None:
    """Return the step between which and another one a run chooses."""
    return next((one for one in plan.steps if one is not step and site in one.sites), None)


def is_written_elsewhere(plan: HomePlan, step: Step, site: StepSite) -> bool:
    """Say whether the step with more parameters writes the run."""
    other = other_step(plan, step, site)
    return other is not None and len(other.parameters) > len(step.parameters)


def choice_text(bench: Workbench, plan: HomePlan, step: Step, other: Step, site: StepSite, callees: list[str]) -> str:
    """Return what a run calls that feeds a value or does not: the feed dict tells which."""
    feeds_at = site.visits[0].feeds_at
    assert feeds_at is not None
    file = bench.of(feeds_at)
    feeds = file.renderer.source(file.syntax.index.span(feeds_at))
    added = next(one for one in step.parameters if one not in other.parameters)
    text = f'{callees[0]} if "{plan.parameter_names[added]}" in {feeds} else {callees[1]}'
    if len(text) <= _SHORT:
        return f"({text})"
    outer = file.syntax.index.indent(site.site.line)
    return f"(\n{outer}{file.syntax.indent}{text}\n{outer})"


def check_same_results(site: StepSite, one: Returns, other: Returns) -> None:
    """Refuse a choice between steps that return their results in different forms."""
    if (one.paths, one.structured) != (other.paths, other.structured):
        reason = "this run chooses between two steps, one of which gives more to other runs"
        raise Refused(UNCERTAIN_RUN, site.site, reason, "write a run for each")
