"""What every port does alike with issues, labels and reactions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pattern_ci.errors import GitHubNotFoundError
from pattern_ci.model.safe import Markdown, Title
from tests.github.worlds import OnFake, OnPlan, OnPyGithub

if TYPE_CHECKING:
    from tests.github.worlds import Live, World

BODY = Markdown("One\n\n- [ ] box")


class Contract:
    """One test a promise of the port; subclasses say which port."""

    def test_an_issue_is_opened_and_listed(self, world: World) -> None:
        """What was opened has the fields that it was given, and is found by its author."""
        made = world.port.create_issue(title=Title("Dashboard"), body=BODY, labels=("pattern",))

        assert (made.title, made.body, made.state) == ("Dashboard", BODY, "open")
        assert (made.author, made.labels) == ("pattern-bot", ("pattern",))
        assert list(world.port.issues(author="pattern-bot")) == [made]

    def test_only_issues_of_the_author_are_listed(self, world: World) -> None:
        """Issues of others are left out, and so are pull requests, which GitHub lists too."""
        world.people.human_opens_issue(title="theirs")
        world.branch("bot/x", {"x": "1"})
        world.port.create_pull_request(
            title=Title("t"), body=Markdown("b"), head="bot/x", base="main"
        )
        one = world.port.create_issue(title=Title("one"), body=BODY)
        two = world.port.create_issue(title=Title("two"), body=BODY)

        assert [issue.title for issue in world.port.issues(author="maintainer")] == ["theirs"]
        assert list(world.port.issues(author="pattern-bot")) == [two, one]
        assert tuple(world.port.issues(author="nobody")) == ()

    def test_an_issue_changes_where_it_was_told_to(self, world: World) -> None:
        """A new body leaves title and state; a closed issue is found among the closed ones."""
        made = world.port.create_issue(title=Title("one"), body=BODY)

        changed = world.port.update_issue(made.number, body=Markdown("new"))
        assert (changed.title, changed.body, changed.state) == ("one", "new", "open")
        world.port.update_issue(made.number, state="closed")
        assert tuple(world.port.issues(author="pattern-bot")) == ()
        (closed,) = world.port.issues(author="pattern-bot", state="closed")
        assert (closed.title, closed.body) == ("one", "new")
        assert tuple(world.port.issues(author="pattern-bot", state="all")) == (closed,)

    def test_a_number_that_is_not_there_does_not_change(self, world: World) -> None:
        """Nothing is opened instead."""
        with pytest.raises(GitHubNotFoundError):
            world.port.update_issue(99, body=Markdown("new"))
        with pytest.raises(GitHubNotFoundError):
            world.port.add_labels(99, ["one"])
        with pytest.raises(GitHubNotFoundError):
            world.port.remove_label(99, "one")
        assert tuple(world.port.issues(author="pattern-bot", state="all")) == ()

    def test_labels_are_added_to_those_that_are_there(self, world: World) -> None:
        """On pull requests and issues alike; what is on already is no error."""
        world.people.human_pushes("bot/x", {"x": "1"})
        number = world.people.human_opens("bot/x")
        world.people.human_labels(number, ["theirs"])
        issue = world.port.create_issue(title=Title("one"), body=BODY)
        world.port.add_labels(number, ["ours", "theirs"])
        world.port.add_labels(issue.number, ["ours"])

        (pull,) = world.port.pull_requests(state="open")
        (found,) = world.port.issues(author="pattern-bot")
        assert set(pull.labels) == {"ours", "theirs"}
        assert found.labels == ("ours",)

    def test_a_label_is_taken_off(self, world: World) -> None:
        """The others stay, and one that is not on is no error."""
        world.people.human_pushes("bot/x", {"x": "1"})
        number = world.people.human_opens("bot/x")
        world.people.human_labels(number, ["one, two/three", "stays"])
        world.port.remove_label(number, "one, two/three")
        world.port.remove_label(number, "never was")

        (pull,) = world.port.pull_requests(state="open")
        assert pull.labels == ("stays",)

    def test_an_issue_has_comments(self, world: World) -> None:
        """As a pull request has."""
        made = world.port.create_issue(title=Title("one"), body=BODY)
        world.port.create_comment(made.number, Markdown("hello"))

        assert [comment.body for comment in world.port.comments(made.number)] == ["hello"]

    def test_reacting_twice_is_no_error(self, world: World) -> None:
        """A run that is repeated reacts again."""
        world.people.human_pushes("bot/x", {"x": "1"})
        comment = world.people.human_comments(world.people.human_opens("bot/x"), "/pattern explain")

        world.port.react(comment, "+1")
        world.port.react(comment, "+1")
        world.port.react(comment, "rocket")


class LiveContract(Contract):
    """Promises about what a plan cannot know."""

    def test_reactions_are_kept_once(self, world: World, live: Live) -> None:
        """One of each kind; a comment that is not there has none."""
        self.test_reacting_twice_is_no_error(world)
        (comment,) = world.port.comments(1)

        assert live.reactions_to(comment.id) == [("pattern-bot", "+1"), ("pattern-bot", "rocket")]
        with pytest.raises(GitHubNotFoundError):
            world.port.react(comment.id + 1000, "+1")

    def test_issues_that_are_switched_off_are_not_there(self, world: World, live: Live) -> None:
        """None is listed, none can be opened, and the line has GitHub's reason."""
        world.port.create_issue(title=Title("one"), body=BODY)
        live.human_switches_issues_off()

        assert tuple(world.port.issues(author="pattern-bot")) == ()
        with pytest.raises(GitHubNotFoundError, match="could not open an issue") as caught:
            world.port.create_issue(title=Title("two"), body=BODY)
        assert "disabled" in caught.value.why


class TestFake(OnFake, LiveContract):
    """On the fake."""


class TestPlan(OnPlan, Contract):
    """On the plan."""


class TestPyGithub(OnPyGithub, LiveContract):
    """On PyGithub."""
