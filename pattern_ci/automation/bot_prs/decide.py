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
from pattern_ci.automation.bot_prs.rules import about, judge
from pattern_ci.model.dashboard import Wish
from pattern_ci.model.proposal import Action, Reason, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable


def decide(facts: Facts, closing: frozenset[int] = frozenset()) -> Decision:
    """One action a candidate, highest rank first; the limits are exact.

    `closing` are pull requests that this run closes: their places are free.
    """
    actions: list[Action] = []
    questions: list[Question] = []
    room = _Room(facts, closing)
    seen = set[str]()
    for candidate in ranked(facts.candidates):
        if candidate.identity in seen:
            actions.append(about(candidate, Verdict.SKIP, Reason.DUPLICATE))
            continue
        seen.add(candidate.identity)
        outcome = judge(candidate, facts)
        if isinstance(outcome, Question):
            questions.append(outcome)
            continue
        if outcome.verdict in (Verdict.OPEN, Verdict.REOPEN):
            outcome = room.enter(candidate, outcome)
            if _opens(outcome) and candidate.identity not in facts.in_base:
                questions.append(Question(Ask.BASE, candidate.identity, candidate.identity))
        actions.append(outcome)
    return Decision(tuple(actions), tuple(questions))


def _opens(action: Action) -> bool:
    return action.verdict in (Verdict.OPEN, Verdict.REOPEN)


class _Room:
    """Places that are left, over all kinds together; a kind may have a limit of its own."""

    def __init__(self, facts: Facts, closing: frozenset[int]) -> None:
        self._facts = facts
        self._open = sum(
            pull.state == "open" and pull.number not in closing for pull in facts.pull_requests
        )
        self._new = 0

    def enter(self, candidate: Candidate, action: Action) -> Action:
        """The action, or waiting; what somebody asked for by a box passes the limits."""
        if self._facts.wished(Wish.OPEN, candidate.identity):
            self._open += 1
            return action
        limit = self._facts.limit_of(candidate.kind)
        if self._open >= limit.open:
            return about(candidate, Verdict.WAIT, Reason.OPEN_LIMIT)
        if self._new >= limit.new:
            return about(candidate, Verdict.WAIT, Reason.NEW_LIMIT)
        self._open, self._new = self._open + 1, self._new + 1
        return action


def ranked(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Highest rank first; ties by name, then identity, so that runs agree."""
    return sorted(candidates, key=lambda item: (-item.rank, item.name, item.identity))
