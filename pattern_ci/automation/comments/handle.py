"""Carries out one command: reads what decides, acts, answers; a second delivery does nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from pattern_ci.automation.bot_prs import marker as markers
from pattern_ci.automation.comments import branch, renaming
from pattern_ci.automation.comments.decide import ignored, reaction, refusal, settled
from pattern_ci.automation.comments.parse import Verb, find
from pattern_ci.automation.comments.records import Answer, Facts, Ignored, Reaction, Reason, Refusal
from pattern_ci.errors import (
    GitHubConflictError,
    GitHubNotFoundError,
    GitHubPermissionError,
)
from pattern_ci.messages import comments as messages
from pattern_ci.messages.escaping.lines import title

if TYPE_CHECKING:
    from pattern_ci.automation.comments.parse import Request
    from pattern_ci.automation.events import CommentEvent
    from pattern_ci.github.port import GitHubPort
    from pattern_ci.model.github import PullRequest
    from pattern_ci.model.safe import Markdown

# What GitHub's own rules say no to; anything else (no token, no network) is not the commenter's.
REFUSALS = (GitHubConflictError, GitHubPermissionError, GitHubNotFoundError)


class Handled(NamedTuple):
    """What became of a comment: why it was left alone, or how it was answered."""

    request: Request | None = None
    ignored: Ignored | None = None
    answer: Answer | None = None


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Where commands are handled: the door to GitHub, our login and our branch prefix."""

    port: GitHubPort
    login: str
    prefix: str


def handle(desk: Desk, event: CommentEvent) -> Handled:
    """Answer one comment. Raises a GitHubError when something cannot be read or answered."""
    request = find(event.body)
    why = ignored(
        action=event.action,
        is_pull_request=event.is_pull_request,
        author=event.author,
        is_bot=event.is_bot or event.author == desk.login,
        has_command=request is not None,
    )
    if request is None or why is not None:
        return Handled(request, why)
    head = markers.line({"handler": "comment", "key": str(event.comment_id)})
    said = desk.port.comments(event.number)
    if any(one.author == desk.login and one.body.startswith(head.strip()) for one in said):
        return Handled(request, Ignored.ANSWERED)
    answer = _answer(desk, event, request)
    desk.port.create_comment(event.number, head + answer.text)
    desk.port.react(event.comment_id, answer.reaction.value)
    return Handled(request, None, answer)


def _answer(desk: Desk, event: CommentEvent, request: Request) -> Answer:
    facts = _facts(desk, event, request)
    found = refusal(facts)
    if found is not None:
        return _finished(desk, event, facts, found) or _refused(desk, facts, found)
    try:
        return _act(desk, event, facts)
    except REFUSALS as error:
        return _refused(desk, facts, Refusal(Reason.GITHUB, error.line))


def _finished(desk: Desk, event: CommentEvent, facts: Facts, found: Refusal) -> Answer | None:
    """The answer to a command that an earlier run carried out and could not answer."""
    if found.reason is Reason.NOT_OPEN and settled(facts):
        assert facts.pull is not None
        return _done(messages.already(merged=facts.pull.merged))
    if found.reason is Reason.CHANGED and facts.request.verb is Verb.RENAME:
        assert facts.pull is not None
        said = renaming.finish(desk.port, facts.pull, comment=event.comment_id)
        return None if said is None else _done(said)
    return None


def _facts(desk: Desk, event: CommentEvent, request: Request) -> Facts:
    then = markers.read(event.issue_body)
    pull = _find(desk, event.number, "open")
    if pull is None and then is not None:
        pull = _find(desk, event.number, "closed")  # every one that there ever was: not for others
    now = markers.read(pull.body) if pull else None
    return Facts(
        request=request,
        role=desk.port.permission(event.author),
        pull=pull,
        login=desk.login,
        prefix=desk.prefix,
        slug=desk.port.slug,
        seen=then.head if then else "",
        left=now.head if now else "",
        identity=now.identity if now else "",
    )


def _find(desk: Desk, number: int, state: str) -> PullRequest | None:
    """Open ones are few; the others are looked at only when it is not among them."""
    pulls = desk.port.pull_requests(state=state)
    return next((one for one in pulls if one.number == number), None)


def _refused(desk: Desk, facts: Facts, found: Refusal) -> Answer:
    if found.reason is Reason.CHANGED:
        assert facts.pull is not None
        since = branch.added(desk.port, facts.pull.head_sha, facts.left)
        text = messages.changed(since.paths, replaced=since.replaced)
    else:
        text = messages.refused(found.reason.value, found.detail)
    return Answer(reaction=reaction(found), text=text, reason=found.reason)


def _act(desk: Desk, event: CommentEvent, facts: Facts) -> Answer:
    assert facts.pull is not None
    match facts.request.verb:
        case Verb.APPROVE:
            return _approve(desk.port, facts.pull)
        case Verb.REJECT:
            # No reason goes into the marker: closed for a person, it counts as that person's no.
            desk.port.update_pull_request(facts.pull.number, state="closed")
            return _done(messages.rejected(facts.request.rest))
        case Verb.RENAME:
            done = renaming.rename_on_branch(
                desk.port, facts.pull, facts.request.rest, identity=facts.identity,
                comment=event.comment_id,
            )  # fmt: skip
            return _refused(desk, facts, done) if isinstance(done, Refusal) else _done(done)
        case _:
            return _explain(desk, facts, facts.pull)


def _done(text: Markdown) -> Answer:
    return Answer(reaction=Reaction.DONE, text=text)


def _approve(port: GitHubPort, pull: PullRequest) -> Answer:
    merged = port.merge_pull_request(pull.number, expected=pull.head_sha, title=title(pull.title))
    return _done(messages.approved(pull.head_sha, merged))


def _explain(desk: Desk, facts: Facts, pull: PullRequest) -> Answer:
    spec = branch.spec(desk.port, facts.identity, facts.left, at=pull.head_sha)
    if spec is None:
        return _refused(desk, facts, Refusal(Reason.NO_PATTERN))
    return _done(messages.explained(spec))
