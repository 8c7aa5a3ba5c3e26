"""Somebody writes a command on a pull request of ours, and `pattern-comment.yml` answers."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from pattern_ci.automation.bot_prs import marker as markers
from pattern_ci.automation.bot_prs.marker import Members
from pattern_ci.catalog import REPOSITORY
from pattern_ci.github.pygithub import connect
from pattern_ci.messages.escaping.lines import title
from pattern_ci.messages.escaping.markdown import text
from pattern_ci.model.bot_change import files_digest
from pattern_ci.model.github import FileChange
from testing.act import ActError
from testing.emulate import ACTIONS, ACTIONS_TOKEN, MAINTAINER
from testing.repos import build_repo, git
from tests.e2e.world import CALLED_AT, COMMENT, World
from tests.registry import samples

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from testing.act import Run
    from testing.emulate import Emulate
    from testing.fault_proxy import FaultProxy

_NUMBERS = count(1)
STRANGER = "nobody-here"
IDENTITY = samples.spec().identity
BRANCH = f"pattern-ci/{IDENTITY}"
SUITE = {f"patterns/{path}": content for path, content in samples.library().items()}
CALLER = f"""\
name: comments
on: issue_comment
permissions: {{}}
jobs:
  comment:
    name: Comment
    permissions:
      contents: write
      pull-requests: write
      issues: write
    uses: {REPOSITORY}/{COMMENT}@{CALLED_AT}
"""


@dataclass(kw_only=True)
class Thread:
    """A caller's repository with one pull request of ours."""

    world: World
    number: int

    def says(self, body: str, *, author: str = MAINTAINER, is_pull: bool = True) -> tuple[int, Run]:
        """Somebody comments, and GitHub starts the workflow."""
        made = self.world.repository.human_comments(self.number, body)
        return made, self.deliver(made, body, author=author, is_pull=is_pull)

    def deliver(self, comment: int, body: str, *, author: str, is_pull: bool = True) -> Run:
        """The event of a comment, perhaps once more."""
        payload: dict[str, Any] = {
            "action": "created",
            "comment": {
                "id": comment,
                "body": body,
                "user": {"login": author, "type": "User"},
            },
            "issue": {
                "number": self.number,
                "body": self.pull()["body"],
                **({"pull_request": {"url": "x"}} if is_pull else {}),
            },
            "repository": {"full_name": self.world.repository.slug, "default_branch": "main"},
        }
        return self.world.run("issue_comment", payload=payload)

    def pull(self) -> dict[str, Any]:
        """The pull request as it is now."""
        (found,) = (one for one in self.world.pulls() if one["number"] == self.number)
        return found

    def replies(self) -> list[str]:
        """What the bot wrote into the thread."""
        path = f"/repos/{self.world.repository.slug}/issues/{self.number}/comments"
        found = self.world.repository.emulate.call("GET", path)
        return [one["body"] for one in found if one["user"]["login"] == ACTIONS]


@pytest.fixture
def thread(
    tmp_path: Path, emulate: Emulate, proxy: FaultProxy, actions: Mapping[str, Path]
) -> Callable[[], Thread]:
    """A repository whose workflow answers comments."""

    def make() -> Thread:
        workflow = {".github/workflows/comments.yml": CALLER}
        clone = build_repo(tmp_path / "clone", {**workflow})
        repository = emulate.new_repository(f"comment-{next(_NUMBERS)}", workflow)
        git(clone, "remote", "add", "origin", f"https://github.com/{repository.slug}.git")
        world = World(
            clone=clone, repository=repository, proxy=proxy, actions=actions,
            runner=tmp_path / "runner",
        )  # fmt: skip
        return Thread(world=world, number=_proposal(repository.slug, proxy))

    return make


def _proposal(slug: str, proxy: FaultProxy) -> int:
    """What the training run would have opened."""
    port = connect(slug, ACTIONS_TOKEN, api_url=proxy.url, request_budget=100, environ={})
    subject = title("Add pattern PAT-PLUGINS-001: plugins")
    base = port.branch_sha("main")
    assert base is not None
    message = markers.commit_message(
        subject, identity=IDENTITY, digest="abc", files=files_digest(SUITE), changes=SUITE,
        replaces=None,
    )  # fmt: skip
    files = [FileChange(path=path, text=content) for path, content in SUITE.items()]
    head = port.commit_files(base_sha=base, message=message, changes=files)
    port.create_branch(BRANCH, head)
    body = markers.write(
        identity=IDENTITY, digest="abc", head=head, base=base,
        members=Members.of(["plugins/alpha.py"]), text=text("What it is."),
    )  # fmt: skip
    return port.create_pull_request(title=subject, body=body, head=BRANCH, base="main").number


def test_approving_merges_and_a_second_delivery_writes_nothing(
    thread: Callable[[], Thread],
) -> None:
    """The suite is on main, the comment has its answer, and that once."""
    case = thread()

    made, run = case.says("Good.\n\n/pattern approve")

    assert run.code == 0, run.log
    assert case.pull()["merged_at"]
    assert case.world.repository.tree("main").items() >= SUITE.items()
    assert case.world.repository.reactions_to(made) == [(ACTIONS, "+1")]
    assert len(case.replies()) == 1

    again = case.deliver(made, "/pattern approve", author=MAINTAINER)

    assert again.code == 0, again.log
    assert "was answered before" in again.log
    assert case.world.proxy.writes == []
    assert len(case.replies()) == 1


def test_a_stranger_is_refused(thread: Callable[[], Thread]) -> None:
    """A thumb down and the reason; the pull request stays open."""
    case = thread()

    made, run = case.says("/pattern reject", author=STRANGER)

    assert run.code == 0, run.log
    assert case.pull()["state"] == "open"
    assert case.world.repository.reactions_to(made) == [(ACTIONS, "-1")]
    assert "may push" in case.replies()[0]


def test_renaming_moves_the_files_on_the_branch(thread: Callable[[], Thread]) -> None:
    """One commit; the pull request is theirs from then on."""
    case = thread()

    made, run = case.says("/pattern rename helpers")

    assert run.code == 0, run.log
    paths = case.world.repository.tree(BRANCH).keys()
    assert "patterns/specs/helpers.pattern.yaml" in paths
    assert not any("plugins" in path for path in paths)
    assert case.pull()["title"] == "Add pattern PAT-HELPERS-001: helpers"
    assert case.world.repository.reactions_to(made) == [(ACTIONS, "+1")]


@pytest.mark.parametrize(
    ("body", "is_pull"),
    [("well done", True), ("/pattern approve", False)],
    ids=["no command", "an issue"],
)
def test_other_comments_start_no_job(
    thread: Callable[[], Thread], body: str, is_pull: bool
) -> None:
    """Nothing is installed, asked or written."""
    case = thread()

    with pytest.raises(ActError, match="ran no job"):
        case.says(body, is_pull=is_pull)

    assert case.world.proxy.seen == []


def test_the_kill_switch_stops_it(thread: Callable[[], Thread]) -> None:
    """Red, with the code of its category, before anything is asked."""
    case = thread()
    case.world.variables["DISABLE_PATTERN_AUTOMATION"] = "1"

    _, run = case.says("/pattern approve")

    assert run.steps["Answer"] == "failure"
    assert "exit status 27" in run.log
    assert case.world.proxy.seen == []
    assert case.pull()["state"] == "open"
