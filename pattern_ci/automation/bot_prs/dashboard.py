"""The one issue that shows all that the bot does here, and takes wishes: found, read, brought up.

What it shows is made from the state after the run, never from what the run did, so that a run
that changes nothing finds nothing to write.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pattern_ci.automation.bot_prs import marker as markers
from pattern_ci.automation.bot_prs.ours import identities
from pattern_ci.errors import GitHubNotFoundError
from pattern_ci.messages import dashboard as pages
from pattern_ci.messages.train import sentence
from pattern_ci.model.dashboard import Answer, Item, Section, Wish
from pattern_ci.model.proposal import FAULTS, Reason, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pattern_ci.automation.bot_prs.facts import Facts, Wishes
    from pattern_ci.errors import FatalError
    from pattern_ci.github.port import GitHubPort
    from pattern_ci.model.github import Issue, PullRequest
    from pattern_ci.model.proposal import Action
    from pattern_ci.model.safe import Markdown


HANDLER = "dashboard"
ANSWERS = "answers"

_TICKED = re.compile(
    r"^[-*] \[[xX]\] <!-- pattern-ci:box ([a-z]+)=([0-9a-f]{16})(?:@([0-9a-f]+))? -->",
    re.MULTILINE,
)
_PLACES: dict[Reason, tuple[Section, Wish | None]] = {
    **dict.fromkeys(FAULTS, (Section.ERRORS, None)),
    Reason.IN_THE_WAY: (Section.ERRORS, None),
    Reason.STRANGE_BRANCH: (Section.ERRORS, None),
    Reason.UP_TO_DATE: (Section.OPEN, Wish.REBASE),
    Reason.LEFT_OPEN: (Section.OPEN, None),
    Reason.TOO_LITTLE: (Section.WAITING, Wish.OPEN),
    Reason.OPEN_LIMIT: (Section.LIMITED, Wish.OPEN),
    Reason.NEW_LIMIT: (Section.LIMITED, Wish.OPEN),
    Reason.EDITED: (Section.EDITED, Wish.RESTART),
    Reason.REJECTED: (Section.REJECTED, Wish.OPEN),
    Reason.SAME_AS_REJECTED: (Section.REJECTED, Wish.OPEN),
}
_OPEN = frozenset({Verdict.OPEN, Verdict.REOPEN, Verdict.UPDATE})


@dataclass(frozen=True, kw_only=True)
class Board:
    """The dashboard as a run found it; `issue` is None where there is none.

    `off` says that nothing is to be written: the issue was closed by a person, or could not be
    read. `answered` says that an earlier run acted on these ticks and was stopped before it could
    take them away.
    """

    issue: Issue | None = None
    off: bool = False
    wishes: Wishes = field(default_factory=dict)
    answered: bool = False


def find(port: GitHubPort, login: str) -> Board:
    """The dashboard by its marker and author. Raises a GitHubError when issues cannot be read."""
    issue = _oldest(port.issues(author=login, state="open"))
    if issue is None:
        # Whoever closes the dashboard does not want it.
        return Board(off=_oldest(port.issues(author=login, state="closed")) is not None)
    wishes = ticked(issue.body)
    answered = bool(wishes) and _is_answered(port, issue, login)
    return Board(issue=issue, wishes={} if answered else wishes, answered=answered)


def _oldest(issues: Iterable[Issue]) -> Issue | None:
    ours = [one for one in issues if markers.fields(one.body).get("handler") == HANDLER]
    return min(ours, key=lambda one: one.number, default=None)


def ticked(body: str) -> Wishes:
    """The boxes that somebody ticked, with the commit that each was about; others are no wishes."""
    known = {wish.value for wish in Wish}
    text = body.replace("\r\n", "\n")
    found = _TICKED.findall(text)
    return {(Wish(word), identity): seen for word, identity, seen in found if word in known}


def _key(issue: Issue) -> str:
    body = issue.body.replace("\r\n", "\n").strip()
    return hashlib.sha256(body.encode("utf-8", "surrogateescape")).hexdigest()[:16]


def _is_answered(port: GitHubPort, issue: Issue, login: str) -> bool:
    return any(
        said.author == login
        and markers.fields(said.body).get("handler") == ANSWERS
        and markers.fields(said.body).get("key") == _key(issue)
        for said in port.comments(issue.number)
    )


def settle(
    port: GitHubPort,
    board: Board,
    *,
    actions: Sequence[Action],
    facts: Facts,
    errors: Sequence[FatalError],
) -> tuple[Answer, ...]:
    """Answer what was asked, then bring the page up to date. Raises a GitHubError."""
    if board.off:
        return ()
    given = tuple(answers(board.wishes, actions))
    if board.issue is not None and given:
        head = markers.line({"handler": ANSWERS, "key": _key(board.issue)})
        port.create_comment(board.issue.number, head + pages.answers(given))
    items = list(entries(actions, facts))
    if board.issue is None and not items:
        return given
    shown = {action.detail for action in actions}
    text = pages.page(items, [error.line for error in errors if error.line not in shown])
    body = markers.line({"handler": HANDLER}) + text
    if board.issue is None:
        _create(port, body)
    elif not _same(board.issue.body, body):
        port.update_issue(board.issue.number, body=body)
    return given


def _create(port: GitHubPort, body: Markdown) -> None:
    try:
        port.create_issue(title=pages.TITLE, body=body)
    except GitHubNotFoundError:
        return  # issues are switched off here: there is no place for a dashboard


def _same(there: str, wanted: str) -> bool:
    def plain(text: str) -> str:
        return "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").split("\n")).strip()

    return plain(there) == plain(wanted)


# -- what it shows -----------------------------------------------------------------------------


def entries(actions: Iterable[Action], facts: Facts) -> Iterator[Item]:
    """One line for everything that is open, waits, or was refused."""
    shown = set[str]()
    for action in actions:
        item = _entry(action)
        if item is not None and item.identity not in shown:
            shown.add(item.identity)
            yield item
    for pull in facts.pull_requests:
        name = next(iter(sorted(identities(pull, facts.prefix))), "")
        if name and name not in shown and _is_rejected(pull, facts):
            shown.add(name)
            yield Item(
                section=Section.REJECTED,
                identity=name,
                name=pull.title,
                pull_request=pull.number,
            )


def _is_rejected(pull: PullRequest, facts: Facts) -> bool:
    marker = markers.read(pull.body)
    if pull.state != "closed" or pull.merged or (marker and marker.closed):
        return False
    # A later pull request for the same was opened or merged.
    mine = identities(pull, facts.prefix)
    return not any(
        other.number > pull.number and not mine.isdisjoint(identities(other, facts.prefix))
        for other in facts.pull_requests
    )


def _entry(action: Action) -> Item | None:
    found = _place(action)
    if found is None:
        return None
    section, box = found
    why = "" if section is Section.OPEN else sentence(action)
    return Item(
        section=section,
        identity=action.identity,
        name=action.name,
        pull_request=action.pull_request,
        why=why,
        box=box,
        seen=(action.expected or "") if box is Wish.RESTART else "",
    )


def _place(action: Action) -> tuple[Section, Wish | None] | None:
    """Where an action is shown, and which box stands beside it."""
    if action.reason is Reason.EDITED and action.expected is None:
        return Section.EDITED, None
    written = (Section.OPEN, Wish.REBASE) if action.verdict in _OPEN else None
    return _PLACES.get(action.reason, written)


# -- what it answers ---------------------------------------------------------------------------


def answers(wishes: Wishes, actions: Sequence[Action]) -> Iterator[Answer]:
    """What came of each ticked box: done, or why not."""
    for wish, identity in sorted(wishes):
        action = next((one for one in actions if one.identity == identity), None)
        if action is None:
            yield Answer(wish=wish, name=identity, done=False, says=pages.GONE)
            continue
        yield Answer(
            wish=wish,
            name=action.name,
            done=action.wished and action.verdict in _OPEN,
            says=sentence(action),
            pull_request=action.pull_request,
        )
