"""A repository in which each write of the port has something to do, and those writes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pattern_ci.model.github import FileChange
from pattern_ci.model.safe import Markdown, Message, Title

if TYPE_CHECKING:
    from collections.abc import Callable

    from pattern_ci.github.port import GitHubPort
    from testing.emulate import Repository
    from testing.fault_proxy import FaultProxy

WORKFLOW = "pattern-validate.yml"


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A branch of ours, a labelled pull request of a person with two comments, and an issue."""

    port: GitHubPort
    people: Repository
    base: str
    ready: str
    tip: str
    number: int
    comment: int
    issue: int

    def state(self) -> object:
        """Everything that a write could have changed."""
        port = self.port
        return (
            tuple(port.branches("")),
            tuple(port.pull_requests(state="all")),
            tuple(port.comments(self.number)),
            tuple(port.issues(author="pattern-bot", state="all")),
            tuple(port.workflow_runs(WORKFLOW, limit=9)),
            tuple(self.people.reactions_to(self.comment)),
        )


def build(port: GitHubPort, repository: Repository, proxy: FaultProxy) -> Scene:
    """The scene, with nothing seen yet."""
    base = repository.tip("main")
    tip = repository.human_pushes("bot/old", {"x": "1"})
    ready = port.commit_files(
        base_sha=tip, message=Message("add"), changes=[FileChange(path="x", text="2")]
    )
    repository.human_pushes("bot/new", {"y": "1"})
    number = repository.human_opens("bot/old")
    repository.human_labels(number, ["old"])
    comment = port.create_comment(number, Markdown("first")).id
    repository.human_comments(number, "second")
    issue = port.create_issue(title=Title("issue"), body=Markdown("body")).number
    repository.human_adds_workflow(WORKFLOW)
    proxy.reset()
    return Scene(
        port=port, people=repository, base=base, ready=ready, tip=tip,
        number=number, comment=comment, issue=issue,
    )  # fmt: skip


WRITES: dict[str, tuple[str, str, Callable[[Scene], object]]] = {
    "create_branch": (
        "POST", r"/git/refs\Z", lambda it: it.port.create_branch("bot/x", it.base),
    ),
    "update_branch": (
        "PATCH", r"/git/refs/",
        lambda it: it.port.update_branch("bot/old", it.ready, expected=it.tip),
    ),
    "replace_branch": (
        "POST", r"/graphql\Z",
        lambda it: it.port.replace_branch("bot/old", it.base, expected=it.tip),
    ),
    "delete_branch": (
        "POST", r"/graphql\Z", lambda it: it.port.delete_branch("bot/old", expected=it.tip),
    ),
    "create_pull_request": (
        "POST", r"/pulls\Z",
        lambda it: it.port.create_pull_request(
            title=Title("t"), body=Markdown("b"), head="bot/new", base="main"
        ),
    ),
    "update_pull_request": (
        "PATCH", r"/pulls/",
        lambda it: it.port.update_pull_request(
            it.number, title=Title("new"), body=Markdown("new\r\ntext")
        ),
    ),
    "create_comment": (
        "POST", r"/comments\Z", lambda it: it.port.create_comment(it.number, Markdown("hello")),
    ),
    "update_comment": (
        "PATCH", r"/comments/", lambda it: it.port.update_comment(it.comment, Markdown("again")),
    ),
    "merge_pull_request": (
        "PUT", r"/merge\Z",
        lambda it: it.port.merge_pull_request(it.number, expected=it.tip, title=Title("done")),
    ),
    "add_labels": (
        "POST", r"/labels\Z", lambda it: it.port.add_labels(it.number, ["new"]),
    ),
    "remove_label": (
        "DELETE", r"/labels/", lambda it: it.port.remove_label(it.number, "old"),
    ),
    "create_issue": (
        "POST", r"/issues\Z",
        lambda it: it.port.create_issue(title=Title("new"), body=Markdown("new\r\ntext")),
    ),
    "update_issue": (
        "PATCH", r"/issues/[0-9]+\Z",
        lambda it: it.port.update_issue(it.issue, body=Markdown("new\r\ntext"), state="closed"),
    ),
    "react": (
        "POST", r"/reactions\Z", lambda it: it.port.react(it.comment, "+1"),
    ),
    "dispatch_workflow": (
        "POST", r"/dispatches\Z", lambda it: it.port.dispatch_workflow(WORKFLOW, ref="bot/old"),
    ),
}  # fmt: skip
