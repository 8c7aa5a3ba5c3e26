"""The doctor's rules: each looks at plain facts and says whether that part is well."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique
from typing import TYPE_CHECKING, NamedTuple

from pattern_ci.catalog import HOOK_MODULES, WORKFLOWS
from pattern_ci.messages import doctor as messages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

# `rev-parse --path-format` came with this version; every question of ours needs it.
OLDEST_GIT = (2, 31)
OLDEST_PYTHON = (3, 11)
LARGE_CACHE = 1 << 30
_RANK = {"none": 0, "read": 1, "write": 2}


@unique
class Level(StrEnum):
    """How well a part is; only `fail` makes doctor end with exit code 1."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


class Check(NamedTuple):
    """One row of the report."""

    level: Level
    topic: str
    what: str
    next_step: str = ""

    def to_dict(self) -> dict[str, str]:
        """Plain data as `doctor --format json` prints it."""
        return {
            "level": self.level.value,
            "topic": self.topic,
            "what": self.what,
            "next": self.next_step,
        }


@dataclass(frozen=True, kw_only=True)
class Clone:
    """What kind of repository this is."""

    bare: bool = False
    shallow: bool = False
    partial: bool = False
    detached: bool = False
    commits: bool = True
    remotes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Hooks:
    """Our hooks: those that the configuration names, and whether git would run them."""

    named: frozenset[str] = frozenset()
    unreadable: str = ""
    installed: bool = False
    folder: str = ""


@dataclass(frozen=True, kw_only=True)
class Caller:
    """A job that calls one of our workflows; None grants whatever the default token may do."""

    path: str
    job: str
    workflow: str
    grants: Mapping[str, str] | None


@dataclass(frozen=True, kw_only=True)
class Online:
    """What GitHub says about the repository and the token, or why it says nothing."""

    full_name: str = ""
    default_branch: str = ""
    login: str = ""
    permissions: frozenset[str] = frozenset()
    problem: str = ""
    next_step: str = ""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Everything the rules look at; `clone` is None outside a repository."""

    git_version: tuple[int, ...]
    python_version: tuple[int, ...]
    where: str
    clone: Clone | None = None
    config_there: bool = False
    config_problems: tuple[str, ...] = ()
    train_enabled: bool = False
    hooks: Hooks = Hooks()
    cache_bytes: int = 0
    interrupted: bool = False
    patterns: int = 0
    broken_patterns: tuple[str, ...] = ()
    callers: tuple[Caller, ...] = ()
    automation_disabled: bool = False
    environment_problem: str = ""
    token: str = ""
    online: Online | None = None


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
    missing = sorted(set(HOOK_MODULES) - found.named)
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
    """The committed patterns can be read."""
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
        if caller.grants is None:
            said = messages.default_grants(caller.path, caller.job)
            yield Check(Level.WARN, "workflow", said, messages.next_grants(_needs(caller.workflow)))
            continue
        missing = lacking(caller.grants, _needs(caller.workflow))
        if missing:
            said = messages.lacks(caller.path, caller.job, missing)
            yield Check(Level.FAIL, "workflow", said, messages.next_grants(missing))
        else:
            yield Check(Level.OK, "workflow", messages.calls(caller.path, caller.workflow))


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
        yield Check(Level.OK, "token", messages.token(facts.token))


def online(facts: Facts) -> Iterator[Check]:
    """GitHub knows the token, and it may push."""
    found = facts.online
    if found is None:
        return
    if found.problem:
        yield Check(Level.FAIL, "github", found.problem, found.next_step)
        return
    said = messages.github(found.full_name, found.default_branch, found.login)
    yield Check(Level.OK, "github", said)
    if "push" not in found.permissions:
        yield Check(Level.FAIL, "github", messages.MAY_NOT_PUSH, messages.NEXT_PUSH)


_ALWAYS: tuple[Callable[[Facts], Iterator[Check]], ...] = (programs, repository)
_IN_A_REPOSITORY = (
    configuration, hooks, state, patterns, workflows, switches, online,
)  # fmt: skip
