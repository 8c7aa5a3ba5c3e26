"""Which changes become pull requests: facts in, one action a change out.

Nothing here reads or writes. Where a fact is missing that an action would rest on, the decision
names it as a question, and is made anew once it is answered. A question that cannot be answered
leaves its change alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pattern_ci.automation.bot_prs.facts import (
    Ask,
    Candidate,
    Decision,
    Facts,
    Question,
)
from pattern_ci.automation.bot_prs.outcome import about, ranked
from pattern_ci.automation.bot_prs.rules import judge
from pattern_ci.model.proposal import Action, Reason, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator


def decide(facts: Facts, closing: frozenset[int] = frozenset()) -> Decision:
    """One action a candidate, highest rank first; the limits are exact.

    `closing` are pull requests that this run closes: their places are free.
    """
    actions: list[Action] = []
    questions: list[Question] = []
    judged = list(_judged(facts))
    asked = sum(not isinstance(one, Question) and _opens(one) and one.wished for _, one in judged)
    room = _Room(facts, closing, asked)
    for candidate, outcome in judged:
        if isinstance(outcome, Question):
            questions.append(outcome)
            continue
        action = room.enter(candidate, outcome) if _opens(outcome) else outcome
        if _opens(action) and candidate.identity not in facts.in_base:
            questions.append(Question(Ask.BASE, candidate.identity, candidate.identity))
        actions.append(action)
    return Decision(tuple(actions), tuple(questions))


def _judged(facts: Facts) -> Iterator[tuple[Candidate, Action | Question]]:
    """Each candidate in order of rank with what happens to it, the limits aside."""
    seen = set[str]()
    for candidate in ranked(facts.candidates):
        if candidate.identity in seen:
            yield candidate, about(candidate, Verdict.SKIP, Reason.DUPLICATE)
        else:
            seen.add(candidate.identity)
            yield candidate, judge(candidate, facts)


def _opens(action: Action) -> bool:
    return action.verdict in (Verdict.OPEN, Verdict.REOPEN)


class _Room:
    """Places that are left, over all kinds together; a kind may have a limit of its own.

    What somebody asked for by a box passes the limits, and has its place before any other.
    """

    def __init__(self, facts: Facts, closing: frozenset[int], asked: int) -> None:
        self._facts = facts
        self._open = asked + sum(
            pull.state == "open" and pull.number not in closing for pull in facts.pull_requests
        )
        self._new = 0

    def enter(self, candidate: Candidate, action: Action) -> Action:
        """The action, or waiting."""
        if action.wished:
            return action
        limit = self._facts.limit_of(candidate.kind)
        if self._open >= limit.open:
            return about(candidate, Verdict.WAIT, Reason.OPEN_LIMIT)
        if self._new >= limit.new:
            return about(candidate, Verdict.WAIT, Reason.NEW_LIMIT)
        self._open, self._new = self._open + 1, self._new + 1
        return action
