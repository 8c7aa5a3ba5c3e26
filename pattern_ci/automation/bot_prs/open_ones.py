"""The rules for a change whose pull request is open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pattern_ci.automation.bot_prs import marker as markers
from pattern_ci.automation.bot_prs.facts import Ask, Question
from pattern_ci.automation.bot_prs.ours import is_untouched, of, opened_by_us
from pattern_ci.automation.bot_prs.outcome import about
from pattern_ci.model.dashboard import Wish
from pattern_ci.model.proposal import Reason, Verdict

if TYPE_CHECKING:
    from pattern_ci.automation.bot_prs.facts import Candidate, Facts, Tip
    from pattern_ci.automation.bot_prs.marker import Marker
    from pattern_ci.model.github import PullRequest
    from pattern_ci.model.proposal import Action


def by_hand(candidate: Candidate, facts: Facts, path: str) -> Action | Question:
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
    if not is_untouched(pull, facts):
        return _edited(candidate, facts, pull)
    marker = markers.read(pull.body)
    if marker is not None and marker.closed:
        # Somebody opened it again after we had closed it.
        return about(candidate, Verdict.SKIP, Reason.EDITED, pull=pull)
    tip = facts.tips.get(pull.head_ref)
    return about(candidate, Verdict.CLOSE, Reason.BY_HAND, detail=path, pull=pull, expected=tip)


def _edited(candidate: Candidate, facts: Facts, pull: PullRequest) -> Action:
    """Left alone; the tip says what would be thrown away if somebody asked for that."""
    tip = facts.tips.get(pull.head_ref) if opened_by_us(pull, facts) else None
    return about(candidate, Verdict.SKIP, Reason.EDITED, pull=pull, expected=tip)


def open_one(candidate: Candidate, facts: Facts) -> Action | Question | None:
    found = of(candidate.identity, facts, "open")
    if not found:
        return None
    pull = found[0]
    marker, tip = markers.read(pull.body), facts.tips.get(pull.head_ref)
    if tip and opened_by_us(pull, facts):
        outcome = _given_up(candidate, facts, pull=pull, marker=marker, tip=tip)
        if outcome is not None:
            return outcome
    if marker is None or tip is None or not is_ours(pull, marker, candidate, facts):
        return _edited(candidate, facts, pull)
    if tip != marker.head:
        return _moved_branch(candidate, facts, pull=pull, marker=marker, tip=tip)
    return _as_we_left_it(candidate, facts, pull=pull, marker=marker)


def _given_up(
    candidate: Candidate, facts: Facts, *, pull: PullRequest, marker: Marker | None, tip: str
) -> Action | Question | None:
    """What somebody asked to be thrown away; a run that was stopped on the way is finished."""
    seen = facts.wishes.get((Wish.RESTART, candidate.identity))
    if not seen or (tip != seen and marker is not None and marker.head == tip):
        return None
    if tip == seen:
        return _anew(candidate, facts, Reason.WISHED, pull=pull, tip=tip)
    if tip not in facts.commits:
        return Question(Ask.TIP, tip, candidate.identity)
    commit = our_commit(facts.commits[tip], candidate)
    if commit is None or commit.replaces != seen:
        return None
    return _finish(candidate, commit, pull=pull, tip=tip, recorded=seen, wished=True)


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
    return about(candidate, Verdict.UPDATE, Reason.CHANGED, pull=pull, expected=tip, recorded=tip)


def is_ours(pull: PullRequest, marker: Marker, candidate: Candidate, facts: Facts) -> bool:
    """Whether we wrote it and nobody has changed its text, its target or its branch's name."""
    return (
        opened_by_us(pull, facts)
        and pull.head_ref == facts.prefix + candidate.identity
        and marker.identity == candidate.identity
        and marker.left_alone(pull.body)
    )


def _anew(
    candidate: Candidate,
    facts: Facts,
    reason: Reason,
    *,
    pull: PullRequest,
    tip: str,
    recorded: str = "",
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
        pull=pull, expected=tip, recorded=recorded or tip, wished=reason is Reason.WISHED,
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
    commit = our_commit(facts.commits[tip], candidate)
    if commit is None or commit.replaces != marker.head:
        return _edited(candidate, facts, pull)
    asked = facts.wished(Wish.REBASE, candidate.identity)
    if asked and not commit.base:
        return _anew(candidate, facts, Reason.WISHED, pull=pull, tip=tip, recorded=marker.head)
    return _finish(candidate, commit, pull=pull, tip=tip, recorded=marker.head, wished=asked)


def _finish(
    candidate: Candidate,
    commit: Tip,
    *,
    pull: PullRequest,
    tip: str,
    recorded: str,
    wished: bool,
) -> Action:
    reason = Reason.BODY_UNFINISHED if holds(commit, candidate) else Reason.CHANGED
    return about(
        candidate, Verdict.UPDATE, reason,
        pull=pull, expected=tip, recorded=recorded, wished=wished,
    )  # fmt: skip


def our_commit(commit: Tip | None, candidate: Candidate) -> Tip | None:
    """The commit if it is one of ours for this candidate, as we made it."""
    if commit is None or not commit.intact or commit.identity != candidate.identity:
        return None
    return commit


def holds(commit: Tip, candidate: Candidate) -> bool:
    return commit.digest == candidate.digest and commit.files == candidate.files
