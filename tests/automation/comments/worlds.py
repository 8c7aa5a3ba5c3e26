"""A repository in memory with one pull request of ours on which people comment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pattern_ci.automation.bot_prs import marker as markers
from pattern_ci.automation.bot_prs.marker import Members
from pattern_ci.automation.comments.handle import Desk, Handled, handle
from pattern_ci.automation.events import CommentEvent
from pattern_ci.messages.escaping.lines import title
from pattern_ci.messages.escaping.markdown import text
from pattern_ci.model.bot_change import files_digest
from pattern_ci.model.github import FileChange
from testing.fake_github import FakeGitHub
from tests.registry import samples

PREFIX = "pattern-ci/"
IDENTITY = samples.spec().identity
BRANCH = PREFIX + IDENTITY
SUITE = {f"patterns/{path}": content for path, content in samples.library().items()}


@dataclass(kw_only=True)
class World:
    """GitHub, and the number of our pull request."""

    github: FakeGitHub
    number: int
    before: int

    def comments(self, body: str, *, author: str = "maintainer", **changes: Any) -> CommentEvent:
        """Somebody comments; the event as GitHub would send it then."""
        made = self.github.human_comments(self.number, body, author=author)
        fields: dict[str, Any] = {
            "action": "created",
            "comment_id": made,
            "author": author,
            "is_bot": False,
            "body": body,
            "number": self.number,
            "is_pull_request": True,
            "issue_body": self.github.pull(self.number).body,
            "slug": self.github.slug,
        }
        return CommentEvent(**(fields | changes))

    def handle(self, event: CommentEvent) -> Handled:
        """The event is delivered."""
        desk = Desk(port=self.github, login=self.github.login, prefix=PREFIX)
        return handle(desk, event)

    def says(self, body: str, **changes: Any) -> Handled:
        """Somebody comments, and the event is delivered."""
        return self.handle(self.comments(body, **changes))

    def written(self) -> list[str]:
        """The verbs of all that we wrote since the pull request was opened."""
        return [str(record["verb"]) for record in self.github.writes[self.before :]]

    def replies(self) -> list[str]:
        """What we answered, without the marker."""
        found = self.github.comments(self.number)
        return [markers.text_of(one.body) for one in found if one.author == self.github.login]

    def reactions(self, event: CommentEvent) -> list[str]:
        """What we reacted to a comment with."""
        return [content for _, content in self.github.reactions.get(event.comment_id, [])]


def build() -> World:
    """Our branch, one commit on main, and the pull request for it."""
    github = FakeGitHub()
    files = [FileChange(path=path, text=content) for path, content in SUITE.items()]
    subject = title("Add pattern PAT-PLUGINS-001: plugins")
    message = markers.commit_message(
        subject,
        identity=IDENTITY,
        digest="abc",
        files=files_digest(SUITE),
        changes=SUITE,
        replaces=None,
    )
    base = github.tip("main")
    head = github.commit_files(base_sha=base, message=message, changes=files)
    github.create_branch(BRANCH, head)
    body = markers.write(
        identity=IDENTITY,
        digest="abc",
        head=head,
        base=base,
        members=Members.of(["plugins/alpha.py"]),
        text=text("What it is."),
    )
    pull = github.create_pull_request(title=subject, body=body, head=BRANCH, base="main")
    return World(github=github, number=pull.number, before=len(github.writes))
