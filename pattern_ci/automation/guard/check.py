"""The whole check of a change of the library: read, compare, judge."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pattern_ci import git, git_objects, git_trees
from pattern_ci.automation.guard import identities, reads, replay, truths, versions
from pattern_ci.automation.guard.breaking import judge, owners
from pattern_ci.messages import guard as messages
from pattern_ci.model.config import CONFIG_PATH, Config
from pattern_ci.registry import validation
from pattern_ci.registry.config import read_config

if TYPE_CHECKING:
    from pathlib import Path

    from pattern_ci.automation.guard.records import Side
    from pattern_ci.model.config import OnBreak
    from pattern_ci.model.finding import Finding

_RULES = (versions.check, identities.check, truths.check)
_CONFIG_BYTES = 1 << 20


class Guarded(NamedTuple):
    """Findings in order of place, the patterns to quarantine, and what was looked at."""

    findings: tuple[Finding, ...]
    quarantine: tuple[str, ...]
    patterns: int
    changed: tuple[str, ...]
    note: str


def guard(
    repo: git.Repo,
    library: Path,
    folder: str,
    *,
    since: str,
    rev: str | None = None,
    on_break: OnBreak | None = None,
) -> Guarded:
    """Validate the library and hold what changed since the fork point to its guarantees.

    The library is the one on disk, or with `rev` that of a commit, of which nothing is checked
    out. `folder` is where it stands in the repository. Whether a break fails or quarantines is
    said by the configuration at the fork point, which the change itself cannot edit.
    """
    base = reads.fork_point(repo, since, rev or "HEAD")
    before = reads.library_at(repo, base, folder, shown=folder)
    if rev is None:
        after = reads.library_here(library, shown=folder)
    else:
        after = reads.library_at(repo, git.resolve(repo, rev), folder, shown=folder)
    change = reads.compare(
        repo, before, after, rev=git.resolve(repo, rev or "HEAD"), since=since, on_disk=rev is None
    )
    replayed = replay.replay(change)
    found = [*after.findings, *validation.library_findings(after.facts), *replayed.findings]
    found += [finding for rule in _RULES for finding in rule(change)]
    found += _config_findings(repo, rev)
    judged = judge(
        validation.ordered(found), owners(before, after), on_break or _policy(repo, base)
    )
    return Guarded(
        judged.findings,
        judged.quarantine,
        _count(after),
        tuple(sorted({one.spec.pattern_id for one in change.changed})),
        messages.guarded(len(change.changed), replayed.compared, since),
    )


def _count(side: Side) -> int:
    return len(side.facts.suites)


def _policy(repo: git.Repo, base: str) -> OnBreak:
    text = _config_at(repo, base)
    return (read_config(text)[0] if text else Config()).registry.on_break


def _config_findings(repo: git.Repo, rev: str | None) -> list[Finding]:
    if rev is None:
        return validation.config_findings(repo.work_tree) if repo.work_tree else []
    text = _config_at(repo, git.resolve(repo, rev))
    return list(read_config(text)[1]) if text else []


def _config_at(repo: git.Repo, commit: str) -> str | None:
    entries = [
        entry for entry in git_trees.tree(repo, commit, CONFIG_PATH) if entry.path == CONFIG_PATH
    ]
    found = git_objects.blobs(repo, [entry.blob for entry in entries], max_bytes=_CONFIG_BYTES)
    return next((git.decode(raw) for raw in found.values()), None)
