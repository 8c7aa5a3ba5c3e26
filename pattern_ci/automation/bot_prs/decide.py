"""Which candidates become pull requests: facts in, one action a candidate out.

Nothing here reads or writes. Where a fact is missing that an action would rest on, the decision
names it as a question, and is made anew once it is answered. A question that cannot be answered
leaves its candidate alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pattern_ci.automation.bot_prs import marker as markers
from pattern_ci.automation.bot_prs.facts import Ask, Candidate, Decision, Facts, Question, Tip
from pattern_ci.model.proposal import Action, Reason, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pattern_ci.automation.bot_prs.marker import Marker
    from pattern_ci.model.github import PullRequest

# A candidate that shares this much of its members with a rejected one is the same.
SAME_SHARE = 0.5


def decide(facts: Facts) -> Decision:
    """One action a candidate, highest confidence first; the limits are exact."""
    actions: list[Action] = []
    questions: list[Question] = []
    room = facts.open_limit - sum(pull.state == "open" for pull in facts.pull_requests)
    allowed, seen = facts.new_per_run, set[str]()
    for candidate in ranked(facts.candidates):
        if candidate.identity in seen:
            actions.append(_action(candidate, Verdict.SKIP, Reason.DUPLICATE))
            continue
        seen.add(candidate.identity)
        outcome = _judge(candidate, facts)
        if isinstance(outcome, Question):
            questions.append(outcome)
            continue
        if outcome.verdict is Verdict.OPEN:
            if room < 1 or allowed < 1:
                full = Reason.OPEN_LIMIT if room < 1 else Reason.NEW_LIMIT
                outcome = _action(candidate, Verdict.WAIT, full)
            elif candidate.identity not in facts.in_base:
                questions.append(Question(Ask.BASE, candidate.identity, candidate.identity))
            if outcome.verdict is Verdict.OPEN:
                room, allowed = room - 1, allowed - 1
        actions.append(outcome)
    return Decision(tuple(actions), tuple(questions))


def ranked(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Highest confidence first; ties by pattern id, then identity, so that runs agree."""
    return sorted(candidates, key=lambda item: (-item.confidence, item.pattern_id, item.identity))


def _action(
    candidate: Candidate,
    verdict: Verdict,
    reason: Reason,
    *,
    detail: str = "",
    pull_request: int | None = None,
    expected: str | None = None,
) -> Action:
    return Action(
        identity=candidate.identity,
        pattern_id=candidate.pattern_id,
        verdict=verdict,
        reason=reason,
        detail=detail,
        pull_request=pull_request,
        expected=expected,
    )


def _judge(candidate: Candidate, facts: Facts) -> Action | Question:
    """The first rule that has an opinion decides."""
    for rule in _RULES:
        outcome = rule(candidate, facts)
        if outcome is not None:
            return outcome
    return _action(candidate, Verdict.OPEN, Reason.NEW)


def _refused(candidate: Candidate, facts: Facts) -> Action | None:
    name = candidate.identity
    if name in facts.known:
        return _action(candidate, Verdict.NONE, Reason.KNOWN, detail=facts.known[name])
    if name in facts.invalid:
        return _action(candidate, Verdict.SKIP, Reason.INVALID, detail=facts.invalid[name])
    if name in facts.unknown:
        return _action(candidate, Verdict.SKIP, Reason.UNKNOWN, detail=facts.unknown[name])
    return None


def identities(pull: PullRequest, prefix: str) -> frozenset[str]:
    """What a pull request proposes, by its branch and by its marker, should one be edited."""
    named = markers.branch_identity(pull.head_ref, prefix)
    marker = markers.read(pull.body)
    marked = marker.identity if marker and marker.handler == markers.HANDLER else None
    return frozenset(found for found in (named, marked) if found)


def _of(candidate: Candidate, facts: Facts, state: str) -> list[PullRequest]:
    return [
        pull
        for pull in facts.pull_requests
        if pull.state == state and candidate.identity in identities(pull, facts.prefix)
    ]


def _open_one(candidate: Candidate, facts: Facts) -> Action | Question | None:
    found = _of(candidate, facts, "open")
    if not found:
        return None
    pull = found[0]
    marker = markers.read(pull.body)
    if marker is None or not _is_ours(pull, marker, candidate, facts):
        return _action(candidate, Verdict.SKIP, Reason.EDITED, pull_request=pull.number)
    tip = facts.tips.get(pull.head_ref)
    if tip == marker.head:
        if marker.digest == candidate.digest:
            return _action(candidate, Verdict.NONE, Reason.UP_TO_DATE, pull_request=pull.number)
        return _update(candidate, pull, Reason.CHANGED, tip=tip, recorded=tip)
    if tip is None:
        return _action(candidate, Verdict.SKIP, Reason.EDITED, pull_request=pull.number)
    return _moved_branch(candidate, facts, pull=pull, marker=marker, tip=tip)


def _is_ours(pull: PullRequest, marker: Marker, candidate: Candidate, facts: Facts) -> bool:
    """Whether we wrote it and nobody has changed its text, its target or its branch's name."""
    return (
        pull.author == facts.login
        and pull.base_ref == facts.base
        and pull.head_ref == facts.prefix + candidate.identity
        and marker.handler == markers.HANDLER
        and marker.identity == candidate.identity
        and marker.left_alone(pull.body)
    )


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
        return _action(candidate, Verdict.SKIP, Reason.EDITED, pull_request=pull.number)
    reason = Reason.BODY_UNFINISHED if _holds(commit, candidate) else Reason.CHANGED
    return _update(candidate, pull, reason, tip=tip, recorded=marker.head)


def _update(
    candidate: Candidate, pull: PullRequest, reason: Reason, *, tip: str, recorded: str
) -> Action:
    return Action(
        identity=candidate.identity,
        pattern_id=candidate.pattern_id,
        verdict=Verdict.UPDATE,
        reason=reason,
        pull_request=pull.number,
        expected=tip,
        recorded=recorded,
    )


def _ours(commit: Tip | None, candidate: Candidate) -> Tip | None:
    """The commit if it is one of ours for this candidate, as we made it."""
    if commit is None or not commit.intact or commit.identity != candidate.identity:
        return None
    return commit


def _holds(commit: Tip, candidate: Candidate) -> bool:
    return commit.digest == candidate.digest and commit.files == candidate.files


def _closed_one(candidate: Candidate, facts: Facts) -> Action | None:
    closed = _of(candidate, facts, "closed")
    for pull in closed:
        if pull.merged:
            return _action(candidate, Verdict.NONE, Reason.MERGED, pull_request=pull.number)
    if closed:
        number = closed[0].number
        return _action(candidate, Verdict.SKIP, Reason.REJECTED, pull_request=number)
    return None


def _like_a_closed_one(candidate: Candidate, facts: Facts) -> Action | None:
    """Rejection also covers what is the same under another identity (design, section 6.8)."""
    living = {
        name
        for pull in facts.pull_requests
        if pull.state == "open" or pull.merged
        for name in identities(pull, facts.prefix)
    }
    for pull in facts.pull_requests:
        marker = markers.read(pull.body)
        if marker is None or marker.handler != markers.HANDLER or marker.identity in living:
            continue
        share = candidate.members.share_in(marker.members)
        if share >= SAME_SHARE:
            detail = f"{share:.0%}"
            return _action(
                candidate, Verdict.SKIP, Reason.SAME_AS_REJECTED,
                detail=detail, pull_request=pull.number,
            )  # fmt: skip
    return None


def _too_little(candidate: Candidate, facts: Facts) -> Action | None:
    """A review costs a person minutes; a template that saves a few words does not pay them back."""
    if candidate.confidence < facts.min_confidence:
        detail = f"confidence {candidate.confidence:.2f}, {facts.min_confidence:.2f} are needed"
    elif candidate.saving < facts.min_saving:
        detail = f"it saves {candidate.saving:.0%}, {facts.min_saving:.0%} are needed"
    else:
        return None
    return _action(candidate, Verdict.NONE, Reason.TOO_LITTLE, detail=detail)


def _on_base(candidate: Candidate, facts: Facts) -> Action | None:
    found = facts.in_base.get(candidate.identity)
    if found is None:
        return None
    if found.same:
        return _action(candidate, Verdict.NONE, Reason.IN_BASE, detail=found.path)
    return _action(candidate, Verdict.SKIP, Reason.IN_THE_WAY, detail=found.path)


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
        return _action(candidate, Verdict.SKIP, Reason.STRANGE_BRANCH, detail=branch)
    reason = Reason.BRANCH_READY if _holds(commit, candidate) else Reason.BRANCH_OUTDATED
    return _action(candidate, Verdict.OPEN, reason, expected=tip)


_RULES = (
    _refused,
    _open_one,
    _closed_one,
    _like_a_closed_one,
    _too_little,
    _on_base,
    _on_branch,
)
