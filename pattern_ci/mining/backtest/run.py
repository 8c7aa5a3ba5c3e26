"""A whole backtest of one repository at one revision."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from pattern_ci import git, git_trees
from pattern_ci.database import Cache
from pattern_ci.messages import backtest as messages
from pattern_ci.mining.backtest import companions, protocol, pull_requests, recipes, report
from pattern_ci.mining.backtest.families import families
from pattern_ci.mining.backtest.past import Past
from pattern_ci.mining.backtest.renames import renamed
from pattern_ci.mining.backtest.templates import Templates, cuts
from pattern_ci.mining.backtest.timeline import Timeline
from pattern_ci.mining.history import parse
from pattern_ci.mining.versions import MIN_MEMBERS, cache_path
from pattern_ci.model import backtest as records

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pattern_ci.mining.backtest.templates import Row

    Tell = Callable[[str, int, int], None]

LIMIT = 400
# Of the later half, so that one mining run has something to predict.
STALE_AT = (0.6, 0.75, 0.9)
# The protocol for companions asks about so many commits at most (research), whatever the limit.
MAX_COMMITS = 1_000


class Options(NamedTuple):
    """What to read and how much of it; `since` is in seconds since 1970, `shown` what was typed."""

    rev: str = "HEAD"
    since: int | None = None
    shown: str | None = None
    limit: int = LIMIT
    cache: bool = True
    ignore: Sequence[str] = ()
    min_members: int = MIN_MEMBERS


class Result(NamedTuple):
    """The report, and every prediction that it sums up."""

    report: records.Backtest
    predictions: list[records.Prediction]


def backtest(repo: git.Repo, options: Options, tell: Tell) -> Result:
    """Run every protocol; the result depends on the repository and the options alone.

    Raises RevisionError and HistoryUnreadableError.
    """
    rev = git.resolve(repo, options.rev)
    tell("history", 0, 1)
    timeline = Timeline(parse(git_trees.log_raw(repo, rev)))
    tell("history", 1, 1)
    past = Past(repo, timeline, options.ignore)
    past.move(timeline.number[rev])
    commits = _commits(past, options)
    kinds = families(past.tree.live, min_members=options.min_members)
    with Cache(cache_path(repo) if options.cache else None) as store:
        run = Templates(repo, past, store, min_members=options.min_members)
        added = _templates(repo, run, past, (rev, options, tell))
        usable = store.usable or not options.cache
    numbers = recipes.asked(timeline, [one.number for one in commits.asked])
    learned = recipes.score(repo, past, numbers)
    at = cuts(repo, past, rev, STALE_AT)
    together = companions.Run(past).report(commits.asked, at, learned, tell)
    warnings = pull_requests.report(repo, past, rev, _heads(options), tell)
    whole = records.Backtest(
        rev=rev,
        commits=len(timeline.commits),
        limit=options.limit,
        since=options.shown,
        limits=messages.limits(
            shallow=git.is_shallow(repo),
            missing=len(run.studies.missing),
            usable=usable,
            heads=warnings is not None,
            renames=added.renames,
        ),
        templates=added.templates,
        together=replace(together, sampled=commits.sampled),
        warnings=warnings,
        families=kinds,
    )
    return Result(whole, [report.prediction(row, timeline) for row in added.rows])


def _heads(options: Options) -> pull_requests.Asked:
    return pull_requests.Asked(options.limit, options.ignore, options.min_members)


class _Added(NamedTuple):
    templates: records.Templates
    rows: list[Row]
    renames: bool


class _Commits(NamedTuple):
    asked: list[companions.Asked]
    sampled: bool


def _commits(past: Past, options: Options) -> _Commits:
    """The commits to ask about, oldest first; `past` stands at the revision."""
    most = min(options.limit, MAX_COMMITS)
    found = list(protocol.asked_commits(past.timeline, past.tree.excluded, options.since))
    return _Commits(companions.split(past, found[:most][::-1]), len(found) > most)


def _templates(
    repo: git.Repo, run: Templates, past: Past, asked: tuple[str, Options, Tell]
) -> _Added:
    rev, options, tell = asked
    timeline = past.timeline
    first = protocol.first_asked(timeline, options.since)
    everything = protocol.candidates(timeline, past.tree.excluded)
    moved = renamed(repo, timeline, everything, first)
    found = [one for one in everything if one.number >= first and one not in (moved or ())]
    targets, sampled = run.choose(found, limit=options.limit)
    at = cuts(repo, past, rev, STALE_AT)
    rows = run.rows(targets, at, tell)
    end = timeline.commits[timeline.number[rev]].time
    summed = report.templates(rows, at, timeline, report.Asked(found, sampled, end))
    return _Added(summed, rows, moved is not None)
