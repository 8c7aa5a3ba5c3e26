"""The rules for one change, in order: the first that has an opinion decides."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from pattern_ci.automation.bot_prs import marker as markers
from pattern_ci.automation.bot_prs.claims import closed_by_us
from pattern_ci.automation.bot_prs.facts import Ask, Question
from pattern_ci.automation.bot_prs.open_ones import by_hand, holds, is_ours, open_one, our_commit
from pattern_ci.automation.bot_prs.ours import of
from pattern_ci.automation.bot_prs.outcome import about
from pattern_ci.messages.train import saves_little, too_unsure
from pattern_ci.model.dashboard import Wish
from pattern_ci.model.proposal import Reason, Verdict

if TYPE_CHECKING:
    from pattern_ci.automation.bot_prs.facts import Candidate, Facts
    from pattern_ci.model.proposal import Action

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


def _refused(candidate: Candidate, facts: Facts) -> Action | Question | None:
    name = candidate.identity
    if name in facts.unknown:
        return about(candidate, Verdict.SKIP, Reason.UNKNOWN, detail=facts.unknown[name])
    if name in facts.merged:
        return by_hand(candidate, facts, facts.merged[name])
    if name in facts.known:
        return about(candidate, Verdict.NONE, Reason.KNOWN, detail=facts.known[name])
    if name in facts.invalid:
        return about(candidate, Verdict.SKIP, Reason.INVALID, detail=facts.invalid[name])
    return None


def _closed_one(candidate: Candidate, facts: Facts) -> Action | None:
    """Merged is done, closed by a person is rejected; what we closed ourselves may come back."""
    closed = of(candidate.identity, facts, "closed")
    for pull in closed:
        if pull.merged:
            return about(candidate, Verdict.NONE, Reason.MERGED, pull=pull)
    by_people = [pull for pull in closed if not closed_by_us(pull)]
    # A box is about the closing that its page showed, not about one that came after.
    seen = facts.wishes.get((Wish.OPEN, candidate.identity))
    if by_people and seen != str(by_people[0].number):
        return about(candidate, Verdict.SKIP, Reason.REJECTED, pull=by_people[0])
    return None


def _like_a_closed_one(candidate: Candidate, facts: Facts) -> Action | None:
    """Rejection also covers what is the same under another identity (design, section 6.8)."""
    if facts.wished(Wish.OPEN, candidate.identity):
        return None
    for pull, marker in facts.rejected:
        if marker.handler != candidate.kind.value:
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
        detail = too_unsure(candidate.rank, facts.min_rank)
    elif candidate.saving < facts.min_saving:
        detail = saves_little(candidate.saving, facts.min_saving)
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
        if marker is None or not closed_by_us(pull) or pull.closed_at is None:
            continue
        lately = facts.now - pull.closed_at <= REOPEN_WITHIN
        tip = facts.tips.get(pull.head_ref)
        if lately and tip == marker.head and is_ours(pull, marker, candidate, facts):
            wished = facts.wished(Wish.OPEN, candidate.identity)
            return about(
                candidate, Verdict.REOPEN, Reason.NEEDED_AGAIN,
                pull=pull, expected=tip, recorded=tip, wished=wished,
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
    commit = our_commit(facts.commits[tip], candidate)
    if commit is None:
        return about(candidate, Verdict.SKIP, Reason.STRANGE_BRANCH, detail=branch)
    reason = Reason.BRANCH_READY if holds(commit, candidate) else Reason.BRANCH_OUTDATED
    wished = facts.wished(Wish.OPEN, candidate.identity)
    return about(candidate, Verdict.OPEN, reason, expected=tip, wished=wished)


_RULES = (
    _refused,
    open_one,
    _closed_one,
    _like_a_closed_one,
    _too_little,
    _on_base,
    _closed_lately,
    _on_branch,
)
