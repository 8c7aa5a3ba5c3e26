"""The rules for one change, in order: the first that has an opinion decides."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from pattern_ci.automation.bot_prs import marker as markers
from pattern_ci.automation.bot_prs.facts import (
    Ask,
    Candidate,
    Facts,
    Question,
    Tip,
)
from pattern_ci.automation.bot_prs.ours import identities, is_untouched, of, opened_by_us
from pattern_ci.model.dashboard import Wish
from pattern_ci.model.proposal import Action, Reason, Verdict

if TYPE_CHECKING:
    from pattern_ci.automation.bot_prs.marker import Marker
    from pattern_ci.model.github import PullRequest

# A change that shares this much of its members with a rejected one is the same.
SAME_SHARE = 0.5
# Within this time a pull request that we closed is opened again instead of a second one.
REOPEN_WITHIN = timedelta(days=7)


def judge(candidate: Candidate, facts: Facts) -> Action | Question:
    """What happens to a candidate, the limits aside, or what must be known first."""
    for rule in _RULES:
        outcome = rule(candidate, facts)
        if outcome is not None:
            return outcome
    wished = facts.wished(Wish.OPEN, candidate.identity)
    return about(candidate, Verdict.OPEN, Reason.NEW, wished=wished)


def about(
    candidate: Candidate,
    verdict: Verdict,
    reason: Reason,
    *,
    detail: str = "",
    pull: PullRequest | None = None,
    expected: str | None = None,
    recorded: str | None = None,
    wished: bool = False,
) -> Action:
    """An action about a candidate."""
    return Action(
        identity=candidate.identity,
        name=candidate.name,
        verdict=verdict,
        reason=reason,
        detail=detail,
        pull_request=None if pull is None else pull.number,
        expected=expected,
        recorded=recorded,
        wished=wished,
    )


def _refused(candidate: Candidate, facts: Facts) -> Action | Question | None:
    name = candidate.identity
    if name in facts.unknown:
        return about(candidate, Verdict.SKIP, Reason.UNKNOWN, detail=facts.unknown[name])
    if name in facts.merged:
        return _by_hand(candidate, facts, facts.merged[name])
    if name in facts.known:
        return about(candidate, Verdict.NONE, Reason.KNOWN, detail=facts.known[name])
    if name in facts.invalid:
        return about(candidate, Verdict.SKIP, Reason.INVALID, detail=facts.invalid[name])
    return None


def _by_hand(candidate: Candidate, facts: Facts, path: str) -> Action | Question:
    """The base branch has it; a pull request of ours that is still open has lost its purpose."""
    pull = next(iter(of(candidate.identity, facts, "open")), None)
    if pull is None:
        return about(candidate, Verdict.NONE, Reason.KNOWN, detail=path)
    if candidate.identity not in facts.in_base:
        return Question(Ask.BASE, candidate.identity, candidate.identity)
    found = facts.in_base[candidate.identity]
    if found is None or not found.same:
        return about(candidate, Verdict.NONE, Reason.KNOWN, detail=path, pull=pull)
    return _needless(candidate, facts, pull=pull, path=found.path)


def _needless(candidate: Candidate, facts: Facts, *, pull: PullRequest, path: str) -> Action:
    if is_untouched(pull, facts):
        return about(candidate, Verdict.CLOSE, Reason.BY_HAND, detail=path, pull=pull)
    return _edited(candidate, facts, pull)


def _edited(candidate: Candidate, facts: Facts, pull: PullRequest) -> Action:
    """Left alone; the tip says what would be thrown away if somebody asked for that."""
    tip = facts.tips.get(pull.head_ref) if opened_by_us(pull, facts) else None
    return about(candidate, Verdict.SKIP, Reason.EDITED, pull=pull, expected=tip)


def _open_one(candidate: Candidate, facts: Facts) -> Action | Question | None:
    found = of(candidate.identity, facts, "open")
    if not found:
        return None
    pull = found[0]
    marker, tip = markers.read(pull.body), facts.tips.get(pull.head_ref)
    if tip and facts.given_up(candidate.identity, tip) and opened_by_us(pull, facts):
        return _anew(candidate, facts, Reason.WISHED, pull=pull, tip=tip)
    if marker is None or tip is None or not _is_ours(pull, marker, candidate, facts):
        return _edited(candidate, facts, pull)
    if tip != marker.head:
        return _moved_branch(candidate, facts, pull=pull, marker=marker, tip=tip)
    return _as_we_left_it(candidate, facts, pull=pull, marker=marker)


def _as_we_left_it(
    candidate: Candidate, facts: Facts, *, pull: PullRequest, marker: Marker
) -> Action | Question:
    tip = marker.head
    if facts.wished(Wish.REBASE, candidate.identity):
        return _anew(candidate, facts, Reason.WISHED, pull=pull, tip=tip)
    if pull.number not in facts.conflicts:
        return Question(Ask.CONFLICT, str(pull.number), candidate.identity)
    if facts.conflicts[pull.number]:
        return _anew(candidate, facts, Reason.CONFLICT, pull=pull, tip=tip)
    if marker.digest == candidate.digest:
        return about(candidate, Verdict.NONE, Reason.UP_TO_DATE, pull=pull)
    return _update(candidate, pull, Reason.CHANGED, tip=tip, recorded=tip)


def _is_ours(pull: PullRequest, marker: Marker, candidate: Candidate, facts: Facts) -> bool:
    """Whether we wrote it and nobody has changed its text, its target or its branch's name."""
    return (
        opened_by_us(pull, facts)
        and pull.head_ref == facts.prefix + candidate.identity
        and marker.identity == candidate.identity
        and marker.left_alone(pull.body)
    )


def _anew(
    candidate: Candidate, facts: Facts, reason: Reason, *, pull: PullRequest, tip: str
) -> Action | Question:
    """The branch starts anew at the tip of the base branch, if what is there lets it."""
    if candidate.identity not in facts.in_base:
        return Question(Ask.BASE, candidate.identity, candidate.identity)
    found = facts.in_base[candidate.identity]
    if found is not None and not found.same:
        return about(candidate, Verdict.SKIP, Reason.IN_THE_WAY, detail=found.path, pull=pull)
    if found is not None:
        return _needless(candidate, facts, pull=pull, path=found.path)
    return about(
        candidate, Verdict.UPDATE, reason,
        pull=pull, expected=tip, recorded=tip, wished=reason is Reason.WISHED,
    )  # fmt: skip


def _moved_branch(
    candidate: Candidate, facts: Facts, *, pull: PullRequest, marker: Marker, tip: str
) -> Action | Question:
    """A person pushed, or we were stopped after the branch and before the text.

    Ours says in its trailers which commit it replaces. A branch that somebody set back to an older
    commit of ours fails this test, as it should.
    """
    if tip not in facts.commits:
        return Question(Ask.TIP, tip, candidate.identity)
    commit = _ours(facts.commits[tip], candidate)
    if commit is None or commit.replaces != marker.head:
        return _edited(candidate, facts, pull)
    reason = Reason.BODY_UNFINISHED if _holds(commit, candidate) else Reason.CHANGED
    return _update(candidate, pull, reason, tip=tip, recorded=marker.head)


def _update(
    candidate: Candidate, pull: PullRequest, reason: Reason, *, tip: str, recorded: str
) -> Action:
    return about(candidate, Verdict.UPDATE, reason, pull=pull, expected=tip, recorded=recorded)


def _ours(commit: Tip | None, candidate: Candidate) -> Tip | None:
    """The commit if it is one of ours for this candidate, as we made it."""
    if commit is None or not commit.intact or commit.identity != candidate.identity:
        return None
    return commit


def _holds(commit: Tip, candidate: Candidate) -> bool:
    return commit.digest == candidate.digest and commit.files == candidate.files


def _closed_one(candidate: Candidate, facts: Facts) -> Action | None:
    """Merged is done, closed by a person is rejected; what we closed ourselves may come back."""
    closed = of(candidate.identity, facts, "closed")
    for pull in closed:
        if pull.merged:
            return about(candidate, Verdict.NONE, Reason.MERGED, pull=pull)
    by_people = [pull for pull in closed if not _closed_by_us(pull)]
    if by_people and not facts.wished(Wish.OPEN, candidate.identity):
        return about(candidate, Verdict.SKIP, Reason.REJECTED, pull=by_people[0])
    return None


def _closed_by_us(pull: PullRequest) -> bool:
    marker = markers.read(pull.body)
    return marker is not None and bool(marker.closed)


def _like_a_closed_one(candidate: Candidate, facts: Facts) -> Action | None:
    """Rejection also covers what is the same under another identity (design, section 6.8)."""
    if facts.wished(Wish.OPEN, candidate.identity):
        return None
    living = {
        name
        for pull in facts.pull_requests
        if pull.state == "open" or pull.merged or _closed_by_us(pull)
        for name in identities(pull, facts.prefix)
    }
    for pull in facts.pull_requests:
        marker = markers.read(pull.body)
        if marker is None or marker.identity in living or marker.handler != candidate.kind.value:
            continue
        share = candidate.members.share_in(marker.members)
        if share >= SAME_SHARE:
            detail = f"{share:.0%}"
            return about(candidate, Verdict.SKIP, Reason.SAME_AS_REJECTED, detail=detail, pull=pull)
    return None


def _too_little(candidate: Candidate, facts: Facts) -> Action | None:
    """A review costs a person minutes; a template that saves a few words does not pay them back."""
    if facts.wished(Wish.OPEN, candidate.identity):
        return None
    if candidate.rank < facts.min_rank:
        detail = f"confidence {candidate.rank:.2f}, {facts.min_rank:.2f} are needed"
    elif candidate.saving < facts.min_saving:
        detail = f"it saves {candidate.saving:.0%}, {facts.min_saving:.0%} are needed"
    else:
        return None
    return about(candidate, Verdict.NONE, Reason.TOO_LITTLE, detail=detail)


def _on_base(candidate: Candidate, facts: Facts) -> Action | None:
    found = facts.in_base.get(candidate.identity)
    if found is None:
        return None
    if found.same:
        return about(candidate, Verdict.NONE, Reason.IN_BASE, detail=found.path)
    return about(candidate, Verdict.SKIP, Reason.IN_THE_WAY, detail=found.path)


def _closed_lately(candidate: Candidate, facts: Facts) -> Action | None:
    """What we closed in the last days and nobody has touched is opened again, not made twice."""
    for pull in of(candidate.identity, facts, "closed")[:1]:
        marker = markers.read(pull.body)
        if marker is None or not marker.closed or pull.closed_at is None:
            continue
        lately = facts.now - pull.closed_at <= REOPEN_WITHIN
        tip = facts.tips.get(pull.head_ref)
        if lately and tip == marker.head and _is_ours(pull, marker, candidate, facts):
            return about(
                candidate, Verdict.REOPEN, Reason.NEEDED_AGAIN,
                pull=pull, expected=tip, recorded=tip,
            )  # fmt: skip
    return None


def _on_branch(candidate: Candidate, facts: Facts) -> Action | Question | None:
    """A branch without a pull request: we were stopped in between, or somebody else made it."""
    branch = facts.prefix + candidate.identity
    tip = facts.tips.get(branch)
    if tip is None:
        return None
    if tip not in facts.commits:
        return Question(Ask.TIP, tip, candidate.identity)
    commit = _ours(facts.commits[tip], candidate)
    if commit is None:
        return about(candidate, Verdict.SKIP, Reason.STRANGE_BRANCH, detail=branch)
    reason = Reason.BRANCH_READY if _holds(commit, candidate) else Reason.BRANCH_OUTDATED
    wished = facts.wished(Wish.OPEN, candidate.identity)
    return about(candidate, Verdict.OPEN, reason, expected=tip, wished=wished)


_RULES = (
    _refused,
    _open_one,
    _closed_one,
    _like_a_closed_one,
    _too_little,
    _on_base,
    _closed_lately,
    _on_branch,
)
