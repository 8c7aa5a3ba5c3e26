"""Whatever people and crashes do between runs, the promises of a pull request hold."""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from pattern_ci.model.bot_change import ChangeKind
from testing.fake_github import DiedError, FakeGitHub
from tests.automation.worlds import PREFIX, name, proposal, publish_all
from tests.automation.worlds import settings as limits

if TYPE_CHECKING:
    from pattern_ci.model.github import PullRequest

NUMBERS = (1, 2, 3, 4, 5)
CONTENTS = ("one", "two", "three")
_PEOPLE = ("close", "merge", "reopen", "push", "set back", "delete branch", "edit text", "tick")
# A round: somebody does something to one of those that are open or ticks a box, days pass, content
# changes or a candidate comes or goes, a run.
_round = st.tuples(
    st.sampled_from(_PEOPLE),
    st.integers(0, 4),
    st.sets(st.integers(0, 3), min_size=1, max_size=3),
    st.sampled_from([0, 0, 1, 2, 3, 4, 5, 6, 8]),
    st.sampled_from([0, 0, 1, 2, 4, 8]),
)


@dataclass
class History:
    """A repository, what is proposed now, and what people have done so far."""

    world: FakeGitHub = field(default_factory=FakeGitHub)
    contents: dict[int, int] = field(default_factory=lambda: dict.fromkeys(NUMBERS, 0))
    rejected: set[int] = field(default_factory=set)
    theirs: dict[int, object] = field(default_factory=dict)
    gone: set[int] = field(default_factory=set)
    wished: set[int] = field(default_factory=set)

    def run(self, killed_after: int = 0) -> None:
        """One run, killed after so many writes (0: not), and what must hold after it."""
        self.world.revive()
        if killed_after:
            self.world.die_after(killed_after)
        before = self._open()
        closed = {number for number in self.rejected if number not in before}
        with contextlib.suppress(DiedError):
            self._publish()
        self.world.revive()
        after = self._open()
        new = set(after) - set(before)
        asked = len(new & self.wished)
        assert len(new) - asked <= limits().limit.new
        assert len(new) == asked or len(after) - asked <= limits().limit.open
        assert not new & closed, "what was closed came back"
        for number, look in self.theirs.items():
            assert self._look(number) == look, "what a person edited was written"
        if not killed_after:
            self._rests()

    def _publish(self) -> None:
        here = [each for each in NUMBERS if each not in self.gone]
        wanted = [proposal(each, CONTENTS[self.contents[each]]) for each in here]
        publish_all(
            self.world, *wanted, limits=limits(dashboard=True), now=self.world.now,
            kinds=frozenset({ChangeKind.PATTERN}), rev=self.world.tip("main"),
        )  # fmt: skip

    def _rests(self) -> None:
        """Two runs fill every place; the next one on the same state writes nothing."""
        for _ in range(4):
            self.world.revive()
            self._publish()
        assert not self.world.writes
        assert "[x]" not in self._page()
        self.wished.clear()

    def change(self, which: int) -> None:
        """The history of the repository goes on, and a candidate's content with it."""
        number = NUMBERS[which]
        self.contents[number] = (self.contents[number] + 1) % len(CONTENTS)

    def days_pass(self, days: int) -> None:
        """Time goes by, and a candidate goes or comes back with it."""
        self.world.now += timedelta(days=days)
        self.gone ^= {NUMBERS[days % len(NUMBERS)]} if days else set()

    def _page(self) -> str:
        pages = self.world.issues(author=self.world.login, state="open")
        assert len(pages) <= 1
        return pages[0].body if pages else ""

    def _tick(self, which: int) -> None:
        boxes = re.findall(r"^- \[ \] (<!-- .* -->)", self._page(), re.MULTILINE)
        if not boxes:
            return
        box = boxes[which % len(boxes)]
        (issue,) = self.world.issues(author=self.world.login, state="open")
        self.world.human_ticks(issue.number, box)
        wish, identity = re.findall(r"(\w+)=([0-9a-f]+)", box)[0]
        number = next((each for each in NUMBERS if name(each) == identity), 0)
        if wish == "open":
            self.rejected.discard(number)
            self.wished.add(number)
            # Nothing of theirs is on a branch that is gone, or set back to a commit of ours.
            if self._holds_nothing_of_theirs(PREFIX + identity):
                self.theirs.pop(number, None)
        elif wish == "restart":
            self.theirs.pop(number, None)

    def _holds_nothing_of_theirs(self, branch: str) -> bool:
        tip = dict(self.world.branches(PREFIX)).get(branch)
        commit = None if tip is None else self.world.commit(tip)
        return commit is None or "Pattern-CI-Identity" in commit.message

    def people(self, what: str, which: int) -> None:
        """Somebody does something to the pull request of a candidate, if there is one."""
        # Who closed one is told by the time: a person comes later than the run before.
        self.world.now += timedelta(hours=2)
        if what == "tick":
            self._tick(which)
            return
        number = NUMBERS[which]
        pull = self._newest(number)
        branch = PREFIX + name(number)
        if pull is None:
            return
        there = branch in dict(self.world.branches(PREFIX))
        if what == "reopen" and pull.state == "closed" and not pull.merged and there:
            self.world.human_reopens(pull.number)
            self.rejected.discard(number)
        elif pull.state == "open":
            self._change(what, number, pull)
        if number in self.theirs:
            self.theirs[number] = self._look(number)

    def _change(self, what: str, number: int, pull: PullRequest) -> None:
        if what == "close":
            self.world.human_closes(pull.number)
            self.rejected.add(number)
        elif what == "merge":
            self.world.human_merges(pull.number)
        elif what == "delete branch":
            self.world.human_deletes(pull.head_ref)
            self.rejected.add(number)
        elif what == "push":
            self.world.human_pushes(pull.head_ref, {f"notes{number}.md": pull.head_sha})
            self.theirs[number] = None
        elif what == "set back" and number not in self.theirs:
            commit = self.world.commit(pull.head_sha)
            assert commit is not None
            # Amid an unfinished update, an older commit of ours is what a kill leaves as well.
            settled = f"head={pull.head_sha}" in pull.body
            if settled and commit.parents[0] != self.world.tip("main"):
                self.world.human_sets(pull.head_ref, commit.parents[0])
                self.theirs[number] = None
        elif what == "edit text":
            self.world.human_edits(pull.number, body=pull.body + "\nI like it.\n")
            self.theirs[number] = None

    def _open(self) -> dict[int, PullRequest]:
        pulls = self.world.pull_requests(state="open", head_prefix=PREFIX)
        refs = {PREFIX + name(number): number for number in NUMBERS}
        return {refs[pull.head_ref]: pull for pull in pulls}

    def _newest(self, number: int) -> PullRequest | None:
        pulls = self.world.pull_requests(state="all", head_prefix=PREFIX)
        return next((pull for pull in pulls if pull.head_ref == PREFIX + name(number)), None)

    def _look(self, number: int) -> object:
        """All that a run could write of a candidate."""
        branch = PREFIX + name(number)
        pulls = self.world.pull_requests(state="all", head_prefix=PREFIX)
        tips = dict(self.world.branches(PREFIX))
        return tips.get(branch), [
            (pull.number, pull.title, pull.body, pull.state)
            for pull in pulls
            if pull.head_ref == branch
        ]


@settings(max_examples=120, deadline=None)
@given(st.lists(_round, min_size=2, max_size=8))
def test_promises_hold_in_every_history(
    rounds: list[tuple[str, int, set[int], int, int]],
) -> None:
    """Limits are exact, closed stays closed, edited is not written, a second run writes nothing."""
    history = History()
    history.run()
    for what, which, changes, killed_after, days in rounds:
        history.people(what, which)
        history.days_pass(days)
        for number in changes:
            history.change(number)
        history.run(killed_after)
    history.run()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 9), max_size=6), st.lists(st.integers(0, 4), max_size=4))
def test_crashes_alone_change_nothing_in_the_end(kills: list[int], changes: list[int]) -> None:
    """However often runs are killed, those that follow come to rest with what is wanted."""
    history = History()
    for kill in kills:
        history.run(kill)
        if changes:
            history.change(changes.pop())
    for _ in range(6):
        history.run()

    pulls = history.world.pull_requests(state="all")
    assert len(pulls) == 3
    for number in (1, 2, 3):
        wanted = proposal(number, CONTENTS[history.contents[number]])
        there = history.world.tree(PREFIX + name(number))
        assert there == {**history.world.tree("main"), **wanted.files}
