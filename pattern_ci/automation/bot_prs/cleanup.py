"""What of ours has lost its purpose: pull requests to close, branches to delete.

Only what is untouched goes: our login, our marker, our branch, the commit that we left it at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pattern_ci.automation.bot_prs import marker as markers
from pattern_ci.automation.bot_prs.claims import closed_by_us, identities
from pattern_ci.automation.bot_prs.facts import Ask, Decision, Question
from pattern_ci.automation.bot_prs.ours import is_untouched
from pattern_ci.automation.bot_prs.outcome import ranked
from pattern_ci.automation.bot_prs.rules import REOPEN_WITHIN, SAME_SHARE, judge
from pattern_ci.model.dashboard import Wish
from pattern_ci.model.proposal import Action, Reason, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pattern_ci.automation.bot_prs.facts import Candidate, Facts
    from pattern_ci.automation.bot_prs.marker import Marker
    from pattern_ci.model.github import PullRequest

# Each branch costs a write, and nothing is lost by leaving some for the next run.
PRUNED_PER_RUN = 10
_PROPOSED = (Verdict.OPEN, Verdict.REOPEN, Verdict.UPDATE)


def leftovers(facts: Facts) -> Decision:
    """One action for every open pull request of ours that no candidate of this run is about."""
    here = {candidate.identity for candidate in facts.candidates}
    found = [
        _leftover(pull, facts)
        for pull in facts.pull_requests
        if pull.state == "open" and here.isdisjoint(identities(pull, facts.prefix))
    ]
    return Decision(
        tuple(one for one in found if isinstance(one, Action)),
        tuple(one for one in found if isinstance(one, Question)),
    )


def _leftover(pull: PullRequest, facts: Facts) -> Action | Question:
    marker = markers.read(pull.body)
    # One that somebody opened again after we had closed it is wanted.
    if marker is None or marker.closed or not is_untouched(pull, facts):
        return _about(pull, facts, Verdict.SKIP, Reason.EDITED)
    name = marker.identity
    if name in facts.unknown:
        return _about(pull, facts, Verdict.SKIP, Reason.UNKNOWN, facts.unknown[name])
    if name in facts.merged:
        return _merged(pull, facts, name)
    return _without_candidate(pull, facts, marker)


def _merged(pull: PullRequest, facts: Facts, name: str) -> Action | Question:
    if name not in facts.in_base:
        return Question(Ask.BASE, name, name)
    found = facts.in_base[name]
    if found is None or not found.same:
        return _about(pull, facts, Verdict.NONE, Reason.LEFT_OPEN)
    return _about(pull, facts, Verdict.CLOSE, Reason.BY_HAND, found.path)


def _without_candidate(pull: PullRequest, facts: Facts, marker: Marker) -> Action | Question:
    better = _superseding(marker, facts)
    if isinstance(better, Question):
        return better
    kind = marker.handler if better is None else better.kind.value
    if kind not in {kind.value for kind in facts.kinds}:
        return _about(pull, facts, Verdict.NONE, Reason.LEFT_OPEN)
    if facts.at_base is None:
        return Question(Ask.AT_BASE, marker.identity, marker.identity)
    if not facts.at_base:
        return _about(pull, facts, Verdict.NONE, Reason.LEFT_OPEN)
    if better is not None:
        return _about(pull, facts, Verdict.CLOSE, Reason.SUPERSEDED, better.name)
    return _about(pull, facts, Verdict.CLOSE, Reason.NOT_NEEDED)


def _superseding(marker: Marker, facts: Facts) -> Candidate | Question | None:
    """The first candidate with a pull request of its own that says so, or that shares half of the
    members; a question where it must be known first whether it gets one.
    """
    for candidate in ranked(facts.candidates):
        alike = candidate.members.share_in(marker.members) >= SAME_SHARE
        same = alike and candidate.kind.value == marker.handler
        if not same and marker.identity not in candidate.replaces:
            continue
        outcome = judge(candidate, facts)
        if isinstance(outcome, Question):
            return outcome
        if outcome.verdict in _PROPOSED or outcome.reason is Reason.UP_TO_DATE:
            return candidate
    return None


def _about(
    pull: PullRequest, facts: Facts, verdict: Verdict, reason: Reason, detail: str = ""
) -> Action:
    return Action(
        identity=next(iter(sorted(identities(pull, facts.prefix))), ""),
        name=pull.title,
        verdict=verdict,
        reason=reason,
        detail=detail,
        pull_request=pull.number,
        expected=facts.tips.get(pull.head_ref) if verdict is Verdict.CLOSE else None,
    )


def prunable(facts: Facts) -> list[Action]:
    """Branches whose pull request is over: merged ones at once, others when none may come back."""
    found = list(_prunable(facts))
    return found[:PRUNED_PER_RUN]


def _prunable(facts: Facts) -> Iterator[Action]:
    heads = {pull.head_ref for pull in facts.pull_requests if pull.state == "open"}
    needed = heads | facts.stacked | {facts.base}
    wanted = {candidate.identity for candidate in facts.candidates}
    for branch, tip in sorted(facts.tips.items()):
        pulls = [pull for pull in facts.pull_requests if pull.head_ref == branch]
        if branch in needed or not pulls:
            continue
        newest = pulls[0]
        marker = markers.read(newest.body)
        if marker is None or not is_untouched(newest, facts):
            continue
        # A candidate that we may open again needs its branch; so does a crash in between.
        asked = facts.wished(Wish.OPEN, marker.identity)
        if marker.identity in wanted and (asked or closed_by_us(newest)):
            continue
        if newest.merged or _is_old(newest, facts):
            yield Action(
                identity=marker.identity,
                name=branch,
                verdict=Verdict.PRUNE,
                reason=Reason.OVER,
                pull_request=newest.number,
                expected=tip,
            )


def _is_old(pull: PullRequest, facts: Facts) -> bool:
    return pull.closed_at is not None and facts.now - pull.closed_at > REOPEN_WITHIN
