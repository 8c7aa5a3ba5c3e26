"""What every port does alike: the fake, the plan over it, and PyGithub against `emulate`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pattern_ci.errors import GitHubConflictError, GitHubError, GitHubNotFoundError
from pattern_ci.model.safe import Markdown, Title
from tests.github.conftest import FILES
from tests.github.worlds import OnFake, OnPlan, OnPyGithub

if TYPE_CHECKING:
    from tests.github.worlds import Live, World

NOWHERE = "0" * 40
EXISTS = "it exists already"
MOVED = "it is not where it was"


class Contract:
    """One test a promise of the port; subclasses say which port."""

    def test_our_login_is_discovered(self, world: World) -> None:
        """The identity is the login that belongs to the token."""
        assert world.port.identity() == "pattern-bot"

    def test_the_repository_names_its_default_branch(self, world: World) -> None:
        """The repository tells its name, default branch and what the token may do."""
        found = world.port.repository()

        assert found.full_name == world.port.slug
        assert found.default_branch == "main"
        assert "push" in found.permissions

    def test_a_branch_has_a_tip_or_is_none(self, world: World) -> None:
        """A branch is answered with its tip, a missing one with None, a prefix of one too."""
        tip = world.people.human_pushes("feature/one", {"x": "1"})

        assert world.port.branch_sha("feature/one") == tip
        assert world.port.branch_sha("feature") is None
        assert world.port.branch_sha("nope") is None

    def test_branches_are_found_by_prefix(self, world: World) -> None:
        """Only branches that start with the prefix come, sorted by name."""
        two = world.people.human_pushes("bot/two", {"x": "2"})
        one = world.people.human_pushes("bot/one", {"x": "1"})
        world.people.human_pushes("other/one", {"x": "3"})

        assert tuple(world.port.branches("bot/")) == (("bot/one", one), ("bot/two", two))
        assert tuple(world.port.branches("none/")) == ()

    def test_a_commit_holds_the_bytes_it_was_given(self, world: World) -> None:
        """Line ends, other encodings, empty files and no final newline survive."""
        texts = {
            "crlf": "a\r\nb\r\n",
            "open": "end",
            "latin": "caf\udce9\n",
            "empty": "",
            "ü/é": "ß",
        }
        sha = world.commit(texts)

        assert {path: world.port.file_text(path, ref=sha) for path in texts} == texts
        assert world.port.file_text("src/a.py", ref=sha) == FILES["src/a.py"]

    def test_a_commit_moves_no_branch(self, world: World) -> None:
        """A new commit is on no branch until somebody says so."""
        before = world.people.tip("main")
        sha = world.commit({"new": "1"})

        assert sha != before
        assert world.port.branch_sha("main") == before

    def test_a_commit_can_delete(self, world: World) -> None:
        """None as text removes the file and leaves the others."""
        sha = world.commit({"src/a.py": None})

        assert world.port.file_text("src/a.py", ref=sha) is None
        assert world.port.file_text("src/b.py", ref=sha) == FILES["src/b.py"]

    def test_a_commit_tells_what_it_changed(self, world: World) -> None:
        """A commit is read with its message, parents and every path that differs."""
        base = world.people.tip("main")
        sha = world.commit({"new": "1", "src/a.py": None, "src/b.py": FILES["src/b.py"]})

        found = world.port.commit(sha)
        assert found is not None
        assert (found.sha, found.message, found.parents) == (sha, "add", (base,))
        assert found.paths == ("new", "src/a.py")

    def test_an_unknown_commit_is_none(self, world: World) -> None:
        """A commit that is not there is None, and none can be made on top of it."""
        assert world.port.commit(NOWHERE) is None
        with pytest.raises(GitHubNotFoundError):
            world.commit({"x": "1"}, on=NOWHERE)

    def test_a_file_is_text_or_none(self, world: World) -> None:
        """A folder, a missing file and a missing ref have no text; a branch serves as ref."""
        assert world.port.file_text("src/a.py", ref="main") == FILES["src/a.py"]
        assert world.port.file_text("src", ref="main") is None
        assert world.port.file_text("nope", ref="main") is None
        assert world.port.file_text("src/a.py", ref="nope") is None

    def test_a_new_branch_is_seen_at_once(self, world: World) -> None:
        """A created branch has the tip it was given and is listed."""
        sha = world.branch("bot/x", {"new": "1"})

        assert world.port.branch_sha("bot/x") == sha
        assert tuple(world.port.branches("bot/")) == (("bot/x", sha),)
        assert world.port.file_text("new", ref="bot/x") == "1"

    def test_a_branch_is_created_once(self, world: World) -> None:
        """A branch that exists is a conflict and stays where it is."""
        tip = world.people.human_pushes("bot/x", {"x": "1"})

        with pytest.raises(GitHubConflictError, match=EXISTS):
            world.port.create_branch("bot/x", world.people.tip("main"))
        assert world.port.branch_sha("bot/x") == tip

    def test_a_branch_needs_a_commit(self, world: World) -> None:
        """A branch at a commit that is not there is refused."""
        with pytest.raises(GitHubNotFoundError):
            world.port.create_branch("bot/x", NOWHERE)
        assert world.port.branch_sha("bot/x") is None

    def test_a_branch_moves_forward(self, world: World) -> None:
        """A branch moves to a commit on top of it."""
        first = world.branch("bot/x", {"new": "1"})
        second = world.commit({"new": "2"}, on=first)
        world.port.update_branch("bot/x", second, expected=first)

        assert world.port.branch_sha("bot/x") == second
        assert world.port.file_text("new", ref="bot/x") == "2"

    def test_a_branch_that_a_person_moved_is_left_alone(self, world: World) -> None:
        """When the tip is not the expected one, nothing moves."""
        ours = world.people.human_pushes("bot/x", {"x": "1"})
        theirs = world.people.human_pushes("bot/x", {"x": "2"})
        new = world.commit({"x": "3"}, on=ours)

        with pytest.raises(GitHubConflictError, match=MOVED):
            world.port.update_branch("bot/x", new, expected=ours)
        assert world.port.branch_sha("bot/x") == theirs

    def test_a_branch_never_moves_sideways(self, world: World) -> None:
        """A commit that is not on top of the tip would lose work, and is refused."""
        tip = world.people.human_pushes("bot/x", {"x": "1"})
        beside = world.commit({"x": "2"})

        with pytest.raises(GitHubConflictError, match=MOVED):
            world.port.update_branch("bot/x", beside, expected=tip)
        assert world.port.branch_sha("bot/x") == tip

    def test_a_branch_that_is_gone_does_not_move(self, world: World) -> None:
        """Moving or deleting a branch that a person deleted is a conflict, not a new branch."""
        tip = world.people.human_pushes("bot/x", {"x": "1"})
        world.people.human_deletes("bot/x")

        with pytest.raises(GitHubConflictError, match=MOVED):
            world.port.update_branch("bot/x", tip, expected=tip)
        with pytest.raises(GitHubConflictError, match=MOVED):
            world.port.delete_branch("bot/x", expected=tip)
        assert world.port.branch_sha("bot/x") is None

    def test_a_branch_is_deleted_where_it_was_seen(self, world: World) -> None:
        """A branch goes if its tip is the expected one, and only then."""
        old = world.people.human_pushes("bot/x", {"x": "1"})
        tip = world.people.human_pushes("bot/x", {"x": "2"})

        with pytest.raises(GitHubConflictError, match=MOVED):
            world.port.delete_branch("bot/x", expected=old)
        assert world.port.branch_sha("bot/x") == tip
        world.port.delete_branch("bot/x", expected=tip)
        assert world.port.branch_sha("bot/x") is None

    def test_deleting_a_branch_closes_its_pull_request(self, world: World) -> None:
        """GitHub closes what is open from a deleted branch, unmerged."""
        tip = world.people.human_pushes("bot/x", {"x": "1"})
        number = world.people.human_opens("bot/x")
        world.port.delete_branch("bot/x", expected=tip)

        closed = world.port.pull_requests(state="closed")
        assert [(pull.number, pull.merged) for pull in closed] == [(number, False)]
        assert tuple(world.port.pull_requests(state="open")) == ()

    def test_a_pull_request_is_opened_and_listed(self, world: World) -> None:
        """What was opened has all fields that it was given, and is listed with them."""
        sha = world.branch("bot/x", {"new": "1"})
        made = world.port.create_pull_request(
            title=Title("Add x"),
            body=Markdown("Because.\n\n- one"),
            head="bot/x",
            base="main",
            labels=("pattern",),
        )

        assert (made.title, made.body) == ("Add x", "Because.\n\n- one")
        assert (made.state, made.merged, made.author) == ("open", False, "pattern-bot")
        assert (made.head_ref, made.head_sha, made.base_ref) == ("bot/x", sha, "main")
        assert (made.head_repo, made.labels) == (world.port.slug, ("pattern",))
        assert list(world.port.pull_requests(state="open", head_prefix="bot/")) == [made]

    def test_a_pull_request_is_opened_once(self, world: World) -> None:
        """A second one from the same branch is a conflict, and the first stays alone."""
        world.people.human_pushes("bot/x", {"x": "1"})
        number = world.people.human_opens("bot/x")

        with pytest.raises(GitHubConflictError, match=EXISTS):
            world.port.create_pull_request(
                title=Title("t"), body=Markdown("b"), head="bot/x", base="main"
            )
        assert [pull.number for pull in world.port.pull_requests(state="all")] == [number]

    @pytest.mark.parametrize(("head", "base"), [("nope", "main"), ("bot/x", "nope")])
    def test_a_pull_request_needs_its_branches(self, world: World, head: str, base: str) -> None:
        """Without head or base branch GitHub does not take it, and creates no branch for it."""
        world.branch("bot/x", {"new": "1"})

        with pytest.raises(GitHubError, match="does not take the request") as caught:
            world.port.create_pull_request(
                title=Title("t"), body=Markdown("b"), head=head, base=base
            )
        assert caught.value.return_code == GitHubError.return_code
        assert world.port.branch_sha("nope") is None
        assert tuple(world.port.pull_requests(state="all")) == ()

    def test_a_pull_request_needs_commits(self, world: World) -> None:
        """A branch that holds nothing new cannot be proposed."""
        world.port.create_branch("bot/x", world.people.tip("main"))

        with pytest.raises(GitHubError, match="No commits between"):
            world.port.create_pull_request(
                title=Title("t"), body=Markdown("b"), head="bot/x", base="main"
            )

    def test_a_pull_request_follows_its_branch(self, world: World) -> None:
        """The head commit of an open pull request is the tip of its branch."""
        first = world.branch("bot/x", {"new": "1"})
        world.port.create_pull_request(
            title=Title("t"), body=Markdown("b"), head="bot/x", base="main"
        )
        second = world.commit({"new": "2"}, on=first)
        world.port.update_branch("bot/x", second, expected=first)

        (pull,) = world.port.pull_requests(state="open")
        assert pull.head_sha == second

    def test_only_the_given_fields_change(self, world: World) -> None:
        """A new body leaves title and state; a new state leaves both."""
        world.people.human_pushes("bot/x", {"x": "1"})
        number = world.people.human_opens("bot/x", title="theirs")

        changed = world.port.update_pull_request(number, body=Markdown("new"))
        assert (changed.title, changed.body, changed.state) == ("theirs", "new", "open")
        world.port.update_pull_request(number, state="closed")
        (pull,) = world.port.pull_requests(state="closed")
        assert (pull.title, pull.body, pull.state) == ("theirs", "new", "closed")

    def test_an_unknown_pull_request_cannot_change(self, world: World) -> None:
        """There is nothing to change under a number that is not there."""
        with pytest.raises(GitHubNotFoundError):
            world.port.update_pull_request(99, body=Markdown("new"))

    def test_pull_requests_are_listed_newest_first(self, world: World) -> None:
        """Number decides, and the prefix keeps only branches of that name."""
        for name in ("bot/one", "other/x", "bot/two"):
            world.people.human_pushes(name, {"x": name})
        one, other, two = map(world.people.human_opens, ("bot/one", "other/x", "bot/two"))

        everything = world.port.pull_requests(state="all")
        ours = world.port.pull_requests(state="all", head_prefix="bot/")
        assert [pull.number for pull in everything] == [two, other, one]
        assert [pull.number for pull in ours] == [two, one]
        assert {pull.author for pull in everything} == {"maintainer"}

    def test_comments_come_oldest_first(self, world: World) -> None:
        """Comments of people and of ours come in order, each with its author."""
        world.people.human_pushes("bot/x", {"x": "1"})
        number = world.people.human_opens("bot/x")
        world.people.human_comments(number, "theirs")
        made = world.port.create_comment(number, Markdown("ours"))
        world.port.update_comment(made.id, Markdown("ours, again"))

        found = world.port.comments(number)
        assert [(comment.author, comment.body) for comment in found] == [
            ("maintainer", "theirs"),
            ("pattern-bot", "ours, again"),
        ]

    def test_nothing_is_commented_on_nothing(self, world: World) -> None:
        """Comments of a number that is not there are an error, never an empty list."""
        with pytest.raises(GitHubNotFoundError):
            world.port.comments(99)
        with pytest.raises(GitHubNotFoundError):
            world.port.create_comment(99, Markdown("hello?"))

    def test_requests_are_counted(self, world: World) -> None:
        """Reads and writes are counted apart."""
        before = world.port.usage()
        world.port.branch_sha("main")
        after = world.port.usage()

        assert after["reads"] == before["reads"] + 1
        assert after["writes"] == before["writes"]


class LiveContract(Contract):
    """Promises about what people do with what we wrote; a plan writes nothing for them."""

    def test_closed_and_merged_are_told_apart(self, world: World, live: Live) -> None:
        """A pull request that a person closed is not merged; one that was merged is closed."""
        numbers = []
        for name in ("bot/one", "bot/two"):
            world.branch(name, {name: "1"})
            made = world.port.create_pull_request(
                title=Title("t"), body=Markdown("b"), head=name, base="main"
            )
            numbers.append(made.number)
        live.human_closes(numbers[0])
        live.human_merges(numbers[1])

        found = {pull.number: pull for pull in world.port.pull_requests(state="closed")}
        assert not found[numbers[0]].merged
        assert found[numbers[1]].merged
        assert live.tree("main")["bot/two"] == "1"
        assert "bot/one" not in live.tree("main")

    def test_a_branch_that_people_push_to_is_left_alone(self, world: World, live: Live) -> None:
        """A push to our own branch is seen, and our next commit does not overwrite it."""
        first = world.branch("bot/x", {"new": "1"})
        theirs = live.human_pushes("bot/x", {"fixed": "by hand"})
        second = world.commit({"new": "2"}, on=first)

        with pytest.raises(GitHubConflictError, match=MOVED):
            world.port.update_branch("bot/x", second, expected=first)
        assert live.tip("bot/x") == theirs
        assert live.tree("bot/x")["fixed"] == "by hand"

    def test_a_protected_branch_says_so(self, world: World, live: Live) -> None:
        """Moving a protected branch is a conflict that names the rule, and moves nothing."""
        before = world.branch("release", {"v": "1"})
        live.protect("release")
        after = world.commit({"v": "2"}, on=before)

        with pytest.raises(GitHubConflictError, match="a protection rule forbids it"):
            world.port.update_branch("release", after, expected=before)
        assert live.tip("release") == before

    def test_a_closed_pull_request_without_branch_stays_closed(
        self, world: World, live: Live
    ) -> None:
        """GitHub does not reopen a pull request whose branch is gone."""
        sha = world.branch("bot/x", {"new": "1"})
        made = world.port.create_pull_request(
            title=Title("t"), body=Markdown("b"), head="bot/x", base="main"
        )
        world.port.delete_branch("bot/x", expected=sha)

        with pytest.raises(GitHubError, match="does not take the request"):
            world.port.update_pull_request(made.number, state="open")
        assert tuple(world.port.pull_requests(state="open")) == ()

    def test_what_was_written_is_there(self, world: World, live: Live) -> None:
        """The branch holds the files of its base and of the commit, and nothing else."""
        world.branch("bot/x", {"new.txt": "1\r\n", "src/a.py": None})

        expected = {**FILES, "new.txt": "1\r\n"}
        del expected["src/a.py"]
        assert live.tree("bot/x") == expected


class TestFake(OnFake, LiveContract):
    """On the fake."""


class TestPlan(OnPlan, Contract):
    """On the plan."""


class TestPyGithub(OnPyGithub, LiveContract):
    """On PyGithub."""
