"""The doctor's rules: each looks at plain facts and says whether that part is well."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pattern_ci.catalog import OFFERED_HOOKS, WORKFLOWS
from pattern_ci.messages import doctor as messages
from pattern_ci.setup import cron, online
from pattern_ci.setup.records import Check, Level

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pattern_ci.setup.records import Caller, Facts

# `rev-parse --path-format` came with this version; every question of ours needs it.
OLDEST_GIT = (2, 31)
OLDEST_PYTHON = (3, 11)
LARGE_CACHE = 1 << 30
_RANK = {"none": 0, "read": 1, "write": 2}


def examine(facts: Facts) -> tuple[Check, ...]:
    """Every row, in the order in which a newcomer would set things up."""
    rules = _ALWAYS if facts.clone is None else (*_ALWAYS, *_IN_A_REPOSITORY)
    return tuple(check for rule in rules for check in rule(facts))


def programs(facts: Facts) -> Iterator[Check]:
    """Git and Python are recent enough."""
    for name, found, oldest in (
        ("git", facts.git_version, OLDEST_GIT),
        ("python", facts.python_version, OLDEST_PYTHON),
    ):
        level = Level.OK if found >= oldest else Level.FAIL
        step = "" if level is Level.OK else messages.install(name, oldest)
        yield Check(level, name, messages.version(found), step)


def repository(facts: Facts) -> Iterator[Check]:
    """What this repository lets us see."""
    clone = facts.clone
    if clone is None:
        yield Check(
            Level.FAIL, "repository", messages.no_repository(facts.where), messages.NEXT_REPOSITORY
        )
        return
    limits = [
        (not clone.commits, messages.NO_COMMITS, messages.NEXT_COMMIT),
        (clone.shallow, messages.SHALLOW, messages.NEXT_UNSHALLOW),
        (clone.partial, messages.PARTIAL, messages.NEXT_PARTIAL),
        (clone.bare, messages.BARE, messages.NEXT_BARE),
        (clone.detached, messages.DETACHED, messages.NEXT_DETACHED),
    ]
    warned = [Check(Level.WARN, "repository", what, step) for holds, what, step in limits if holds]
    yield from warned or [Check(Level.OK, "repository", messages.whole(clone.remotes))]


def configuration(facts: Facts) -> Iterator[Check]:
    """The configuration is there and valid, and so are the environment's names."""
    if facts.environment_problem:
        yield Check(Level.FAIL, "environment", facts.environment_problem)
    if facts.config_problems:
        for problem in facts.config_problems:
            yield Check(Level.FAIL, "config", problem, messages.NEXT_CONFIG)
    elif not facts.config_there:
        yield Check(Level.WARN, "config", messages.NO_CONFIG, messages.NEXT_INIT)
    else:
        yield Check(Level.OK, "config", messages.config_valid(facts.train_enabled))


def hooks(facts: Facts) -> Iterator[Check]:
    """Our hooks are named, and git would run them."""
    found = facts.hooks
    missing = sorted({hook.id for hook in OFFERED_HOOKS} - found.named)
    if found.unreadable:
        yield Check(Level.FAIL, "hooks", found.unreadable, messages.NEXT_HOOKS_FILE)
    elif not found.named:
        yield Check(Level.WARN, "hooks", messages.NO_HOOKS, messages.NEXT_INIT)
    elif not found.installed:
        said = messages.not_installed(found.folder)
        yield Check(Level.WARN, "hooks", said, messages.NEXT_INSTALL)
    else:
        yield Check(Level.OK, "hooks", messages.hooks_run(sorted(found.named), missing))


def state(facts: Facts) -> Iterator[Check]:
    """The local cache is not too large, and no change was cut off half-way."""
    large = facts.cache_bytes > LARGE_CACHE
    yield Check(
        Level.WARN if large else Level.OK,
        "cache",
        messages.cache(facts.cache_bytes),
        messages.NEXT_LARGE_CACHE if large else "",
    )
    if facts.interrupted:
        yield Check(Level.WARN, "cache", messages.INTERRUPTED, messages.NEXT_INTERRUPTED)


def patterns(facts: Facts) -> Iterator[Check]:
    """The committed patterns can be read, and share their folder with nothing else."""
    if facts.foreign:
        yield Check(Level.WARN, "patterns", messages.foreign(facts.foreign), messages.NEXT_FOREIGN)
    if facts.broken_patterns:
        said = messages.broken(facts.broken_patterns)
        yield Check(Level.FAIL, "patterns", said, messages.NEXT_VALIDATE)
    step = "" if facts.patterns or facts.broken_patterns else messages.NEXT_TRAIN
    yield Check(Level.OK, "patterns", messages.usable(facts.patterns), step)


def workflows(facts: Facts) -> Iterator[Check]:
    """A workflow calls ours, and its job grants what ours needs."""
    if not facts.callers:
        yield Check(Level.WARN, "workflow", messages.NO_WORKFLOW, messages.NEXT_INIT)
    for caller in facts.callers:
        yield _calling(caller, facts)
    calling = {caller.path for caller in facts.callers}
    for flow in facts.flows:
        if flow.path in calling and not flow.starts:
            said = messages.never_starts(flow.path)
            yield Check(Level.FAIL, "workflow", said, messages.NEXT_WHOLE)


def _calling(caller: Caller, facts: Facts) -> Check:
    needs = _needs(caller.workflow)
    if caller.grants is None:
        settings = facts.online.settings if facts.online else None
        refused = settings is not None and settings.default_access == "read"
        said = messages.default_grants(caller.path, caller.job)
        step = messages.next_grants(caller.path, caller.job, needs)
        return Check(Level.FAIL if refused else Level.WARN, "workflow", said, step)
    missing = lacking(caller.grants, needs)
    if not missing:
        said = messages.calls(caller.path, caller.workflow)
        return Check(Level.OK, "workflow", said)
    said = messages.lacks(caller.path, caller.job, missing)
    # A block of permissions is whole: what it leaves out is not granted at all.
    step = messages.next_grants(caller.path, caller.job, {**caller.grants, **missing})
    return Check(Level.FAIL, "workflow", said, step)


def schedules(facts: Facts) -> Iterator[Check]:
    """A schedule of ours can be read, and can be made up for by hand when GitHub drops a run."""
    for flow in facts.scheduled:
        if cron.largest_gap(flow.crons) is None:
            said = messages.unreadable_schedule(flow.path, flow.crons)
            yield Check(Level.WARN, "schedule", said, messages.NEXT_SCHEDULE)
        if not flow.by_hand:
            said = messages.not_by_hand(flow.path)
            yield Check(Level.WARN, "schedule", said, messages.NEXT_BY_HAND)


def _needs(workflow: str) -> dict[str, str]:
    return {
        grant.scope: grant.access
        for flow in WORKFLOWS
        if flow.file == workflow
        for grant in flow.permissions
    }


def lacking(grants: Mapping[str, str], needs: Mapping[str, str]) -> dict[str, str]:
    """The needs that the grants do not cover."""
    return {
        scope: access
        for scope, access in needs.items()
        if _RANK.get(grants.get(scope, "none"), 0) < _RANK[access]
    }


def switches(facts: Facts) -> Iterator[Check]:
    """The kill switch and the token."""
    if facts.automation_disabled:
        yield Check(Level.WARN, "kill switch", messages.DISABLED, messages.NEXT_ENABLE)
    if not facts.token:
        yield Check(Level.OK, "token", messages.NO_TOKEN)
    else:
        login = facts.online.login if facts.online else ""
        yield Check(Level.OK, "token", messages.token(facts.token, login))


_ALWAYS: tuple[Callable[[Facts], Iterator[Check]], ...] = (programs, repository)
_IN_A_REPOSITORY = (
    configuration, hooks, state, patterns, workflows, schedules, switches, *online.RULES,
)  # fmt: skip
