"""Small print of the publisher: what is not closed, not listed, not believed, not done again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from pattern_ci.automation.bot_prs.facts import Limit
from pattern_ci.errors import GitHubRateLimitError, GitHubUnavailableError
from pattern_ci.model.bot_change import ChangeKind
from pattern_ci.model.safe import Markdown
from testing.fake_github import DiedError, FakeGitHub
from tests.automation.worlds import NOW, PREFIX, name, proposal, publish_all, said, settings

if TYPE_CHECKING:
    from pattern_ci.automation.bot_prs.publish import Published
    from pattern_ci.model.bot_change import BotChange

ON = settings(dashboard=True)
ROOMY = ON._replace(limit=Limit(50, 50))
BRANCH = PREFIX + name(1)
SPEC = "patterns/specs/p1.pattern.yaml"


def _run(world: FakeGitHub, *changes: BotChange, **facts: Any) -> Published:
    whole = frozenset({ChangeKind.PATTERN})
    given = {"limits": ON, "kinds": whole, "rev": world.tip("main"), "now": world.now, **facts}
    return publish_all(world, *changes, **given)


def _opened(*changes: BotChange, login: str = "pattern-bot") -> FakeGitHub:
    world = FakeGitHub(login=login)
    world.now = NOW
    _run(world, *changes, limits=ROOMY)
    world.revive()
    return world


def _verdicts(done: Published) -> list[tuple[str, str]]:
    return [said(action) for action in done.actions]


def _board(world: FakeGitHub) -> tuple[int, str]:
    (issue,) = world.issues(author=world.login)
    return issue.number, issue.body


def test_a_conflict_that_github_goes_on_to_see_is_solved_once() -> None:
    """A branch that starts at the tip of the base branch is not started anew again and again."""
    world = _opened(proposal(1))
    world.human_pushes("main", {"elsewhere.txt": "new"})
    world.conflicted.add(1)
    assert _verdicts(_run(world, proposal(1))) == [("update", "conflict")]
    world.revive()

    done = _run(world, proposal(1))

    assert _verdicts(done) == [("none", "up_to_date")]
    assert not world.writes


def test_another_kind_takes_no_place() -> None:
    """A rule that was learned from the same files is beside the pattern, not in its stead."""
    world = _opened(proposal(1))
    rule = proposal(2, kind=ChangeKind.RULE, members=proposal(1).members)

    done = _run(world, rule, kinds=frozenset({ChangeKind.RULE}))

    assert _verdicts(done)[1] == ("none", "left_open")
    assert world.pull(1).state == "open"


def test_branches_are_tidied_up_ten_a_run() -> None:
    """Each costs a write, and none is lost by waiting."""
    many = [proposal(number) for number in range(1, 13)]
    world = _opened(*many)
    for number in range(1, 13):
        world.human_merges(number)

    _run(world, *many)
    assert len(world.branches(PREFIX)) == 2
    _run(world, *many)

    assert not world.branches(PREFIX)


@pytest.mark.parametrize(("content", "expected"), [
    (proposal(1).files[SPEC], ("close", "by_hand")),
    ("identity: 'something else'\n", ("none", "left_open")),
])  # fmt: skip
def test_merged_by_hand_is_seen_without_a_candidate(
    content: str, expected: tuple[str, str]
) -> None:
    """Once it is in the registry the history may propose it no more; the base branch decides."""
    world = _opened(proposal(1))
    world.human_pushes("main", {SPEC: content})

    assert _verdicts(_run(world, merged={name(1): SPEC})) == [expected]


def test_an_answer_of_somebody_else_answers_nothing() -> None:
    """Whoever copies our comment cannot swallow a wish."""
    changes = [proposal(number) for number in (1, 2, 3)]
    world, twin = FakeGitHub(), FakeGitHub()
    for each in (world, twin):
        _run(each, *changes)
        each.human_ticks(_board(each)[0], "PAT-P-003")
    _run(twin, *changes)
    (answer,) = twin.comments(_board(twin)[0])
    world.human_comments(_board(world)[0], answer.body, author="stranger")

    done = _run(world, *changes)

    assert [one.done for one in done.answers] == [True]


def test_an_error_that_is_about_no_change_is_on_the_page() -> None:
    """The pull request is there; that its checks could not be started is told all the same."""
    world = FakeGitHub(login="github-actions[bot]")

    _run(world, proposal(1), limits=ON._replace(checks_workflow="gone.yml"))

    assert "## Errors" in _board(world)[1]
    assert "could not start a workflow" in _board(world)[1]


def test_what_was_merged_after_all_is_not_listed_as_rejected() -> None:
    """Closed, asked for once more, merged: the last word counts."""
    world = _opened(proposal(1), proposal(2))
    world.human_closes(1)
    _run(world, proposal(1), proposal(2))
    world.human_ticks(_board(world)[0], "PAT-P-001")
    _run(world, proposal(1), proposal(2))
    (again,) = [pull for pull in world.pull_requests(state="open") if pull.head_ref == BRANCH]
    world.human_merges(again.number)

    _run(world, proposal(2))

    assert "Rejected" not in _board(world)[1]


def test_what_we_closed_ourselves_is_not_listed_as_rejected() -> None:
    """No longer needed is no rejection, and a merged one is none."""
    world = _opened(proposal(1), proposal(2), proposal(3))
    world.human_merges(2)

    for _ in range(2):
        _run(world, proposal(3))

    assert world.pull(1).state == "closed"
    assert "Rejected" not in _board(world)[1]


def test_two_of_five_hundred_are_opened_and_all_are_counted() -> None:
    """However long the list, a run asks for what it opens, and the page says how many wait."""
    many = [replace(proposal(one), rank=1 - one / 1000) for one in range(1, 501)]
    world = FakeGitHub()

    _run(world, *many)

    assert len(world.pull_requests(state="open")) == 2
    assert world.usage()["reads"] < 20
    assert "- and 458 more" in _board(world)[1]


def test_an_open_report_counts_before_a_closed_one() -> None:
    """Two were opened at the same time and somebody closed the newer: the other is still there."""
    report = proposal(1, files={}, kind=ChangeKind.REPORT)
    world = FakeGitHub()
    publish_all(world, report)
    world.create_issue(title=report.title, body=Markdown(world.issue(1).body))
    world.human_closes_issue(2)

    done = publish_all(world, report)

    assert [(said(one), one.number) for one in done.actions] == [(("none", "up_to_date"), 1)]


def test_reports_of_two_kinds_about_one_identity_are_two() -> None:
    """A quarantine and a report may be about the same pattern."""
    report = proposal(1, files={}, kind=ChangeKind.REPORT)
    quarantine = replace(report, kind=ChangeKind.QUARANTINE, digest="other")
    world = FakeGitHub()
    for _ in range(2):
        publish_all(world, report, quarantine)

    assert len(world.issues(author=world.login)) == 2
    assert [write["verb"] for write in world.writes] == ["create_issue", "create_issue"]


def _stopped_between_branch_and_text() -> FakeGitHub:
    world = _opened(proposal(1))
    world.die_after(2)
    with pytest.raises(DiedError):
        _run(world, proposal(1, "two"))
    world.revive()
    return world


def test_a_box_about_another_commit_throws_no_text_away() -> None:
    """The branch is ours and unfinished, the text is a person's, the box is made up."""
    world = _stopped_between_branch_and_text()
    world.human_edits(1, body=world.pull(1).body + "\nmine\n")
    number, body = _board(world)
    box = f"- [x] <!-- pattern-ci:box restart={name(1)}@{'0' * 40} -->"
    world.human_edits_issue(number, body=f"{body}\n{box}\n")

    done = _run(world, proposal(1, "two"))

    assert [one.done for one in done.answers] == [False]
    assert world.pull(1).body.endswith("mine\n")


def test_what_is_written_after_edits_were_thrown_away_is_kept() -> None:
    """The run that threw them away died before it took the tick back; a person writes again."""
    world = _opened(proposal(1))
    world.human_pushes(BRANCH, {"mine.txt": "mine"})
    _run(world, proposal(1))
    world.human_ticks(_board(world)[0], "PAT-P-001")
    world.die_after(3)
    with pytest.raises(DiedError):
        _run(world, proposal(1))
    world.revive()
    world.human_edits(1, body=world.pull(1).body + "\nmine again\n")

    done = _run(world, proposal(1))

    assert _verdicts(done) == [("skip", "edited")]
    assert world.pull(1).body.endswith("mine again\n")


def test_a_text_that_was_copied_from_another_makes_both_theirs() -> None:
    """Marker and branch name two identities: nothing is written to either."""
    world = _opened(proposal(1), proposal(2))
    world.human_edits(2, body=world.pull(1).body)

    done = _run(world, proposal(1, "two"), proposal(2, "two"))

    assert _verdicts(done) == [("skip", "edited"), ("skip", "edited")]
    assert {write["verb"] for write in world.writes} == {"update_issue"}


def test_another_kind_is_not_rejected_with_it() -> None:
    """Whoever rejects a pattern has said nothing about a rule on the same files."""
    world = _opened(proposal(1))
    world.human_closes(1)
    rule = proposal(2, kind=ChangeKind.RULE, members=proposal(1).members)

    assert said(_run(world, rule).actions[0]) == ("open", "new")


def test_a_closing_that_fails_holds_no_wish_back() -> None:
    """The place that did not become free is taken from those that nobody asked for."""
    changes = [proposal(number) for number in (1, 2, 3, 4, 5)]
    world = _opened(*changes[:3])
    _run(world, *changes)
    world.human_ticks(_board(world)[0], "PAT-P-005")
    world.fail("update_pull_request", GitHubUnavailableError("a fault."))

    done = _run(world, *changes[1:])

    assert [one.done for one in done.answers] == [True]
    assert sorted(pull.title[-3:] for pull in world.pull_requests(state="open")) == [
        "001", "002", "003", "005",
    ]  # fmt: skip


def test_a_merge_with_our_message_is_somebody_elses() -> None:
    """Ours have one parent; what else a merge brought is not in its trailers."""
    world = FakeGitHub()
    world.die_after(2)
    with pytest.raises(DiedError):
        _run(world, proposal(1))
    world.revive()
    ours = world.commit(world.tip(BRANCH))
    assert ours is not None
    other = world.human_pushes("other", {"other.txt": "other"})
    merge = world._store((*ours.parents, other), ours.message, world.tree(BRANCH))
    world.human_sets(BRANCH, merge)

    assert _verdicts(_run(world, proposal(1))) == [("skip", "strange_branch")]
    assert world.tip(BRANCH) == merge


def test_a_read_that_meets_a_limit_ends_the_run() -> None:
    """The next request would meet it as well: told once, nothing written."""
    world = _opened(proposal(3))
    limit = GitHubRateLimitError("the limit is used up.")
    world.fail("file_text", limit)
    quiet = ON._replace(dashboard=False)

    done = _run(world, proposal(1), proposal(2), proposal(3, "two"), limits=quiet)

    assert done.errors == (limit,)
    assert not world.writes
    assert {verdict for verdict, _ in _verdicts(done)} <= {"skip", "wait"}


def test_a_reason_that_somebody_else_gave_is_not_ours() -> None:
    """Whoever copies our comment does not keep us from giving the reason."""
    world, twin = _opened(proposal(1)), _opened(proposal(1))
    _run(twin)
    (comment,) = twin.comments(1)
    world.human_comments(1, comment.body, author="stranger")

    _run(world)

    assert [said.author for said in world.comments(1)] == ["stranger", world.login]


def test_other_evidence_for_the_same_files_makes_no_commit() -> None:
    """The digest is over what the text says as well; an empty commit would be noise."""
    world = _opened(proposal(1))
    quiet = ON._replace(dashboard=False)

    _run(world, proposal(1, digest="sha256:ab", text=Markdown("Better.\n")), limits=quiet)

    assert [write["verb"] for write in world.writes] == ["update_pull_request"]
    assert world.pull(1).body.endswith("Better.\n")
