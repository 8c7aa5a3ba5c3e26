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
from pattern_ci.automation.bot_prs.claims import closed_by_us, identities
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
FOLDED = "folded"

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
    read. `after` is the key of the page that was answered last, this one's if it has ticks: each
    page names the one before, so that the same box ticked twice is two pages. `spare` are further
    ones that runs opened at the same time.
    """

    issue: Issue | None = None
    off: bool = False
    wishes: Wishes = field(default_factory=dict)
    after: str = ""
    spare: tuple[Issue, ...] = ()


def find(port: GitHubPort, login: str) -> Board:
    """The dashboard by its marker and author. Raises a GitHubError when issues cannot be read."""
    found = _oldest_first(port.issues(author=login, state="open"))
    if not found:
        # Whoever closes the dashboard does not want it.
        return Board(off=bool(_oldest_first(port.issues(author=login, state="closed"))))
    issue, *spare = found
    wishes = ticked(issue.body)
    answered = bool(wishes) and _is_answered(port, issue, login)
    return Board(
        issue=issue,
        wishes={} if answered else wishes,
        after=_key(issue) if wishes else markers.fields(issue.body).get("after", ""),
        spare=tuple(spare),
    )


def _oldest_first(issues: Iterable[Issue]) -> list[Issue]:
    ours = [one for one in issues if markers.fields(one.body).get("handler") == HANDLER]
    return sorted(ours, key=lambda one: one.number)


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
    said = [item.why for item in items if item.section is Section.ERRORS]
    untold = [error.line for error in errors if not any(error.line in why for why in said)]
    after = {"after": board.after} if board.after else {}
    body = markers.line({"handler": HANDLER, **after}) + pages.page(items, untold)
    if board.issue is not None:
        _bring_up(port, board.issue, body, login=facts.login)
        _fold(port, board.issue, board.spare)
    elif items:
        _create(port, body)
    return given


def _bring_up(port: GitHubPort, issue: Issue, body: Markdown, *, login: str) -> None:
    """Write the page, unless somebody ticked a box since it was read: that is for the next run."""
    if _same(issue.body, body):
        return
    now = {one.number: one.body for one in port.issues(author=login, state="open")}
    if now.get(issue.number) == issue.body:
        port.update_issue(issue.number, body=body)


def _fold(port: GitHubPort, issue: Issue, spare: Iterable[Issue]) -> None:
    """Close what runs at the same time opened beside it; without their marker they are no sign."""
    for one in spare:
        head = markers.line({"handler": FOLDED})
        port.update_issue(one.number, body=head + pages.folded(issue.number), state="closed")


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
    boxes = {candidate.identity for candidate in facts.candidates}
    shown = set[tuple[Section, str, int | None]]()
    for action in actions:
        item = _entry(action, boxed=action.identity in boxes)
        if item is None or (item.section, item.identity, item.pull_request) in shown:
            continue
        shown.add((item.section, item.identity, item.pull_request))
        yield item
    names = {name for _, name, _ in shown}
    for pull in facts.pull_requests:
        name = next(iter(sorted(identities(pull, facts.prefix))), "")
        if name and name not in names and _is_rejected(pull, facts):
            names.add(name)
            yield Item(
                section=Section.REJECTED,
                identity=name,
                name=pull.title,
                pull_request=pull.number,
            )


def _is_rejected(pull: PullRequest, facts: Facts) -> bool:
    if pull.state != "closed" or pull.merged or closed_by_us(pull):
        return False
    # A later pull request for the same was opened or merged.
    return not any(
        other.number > pull.number
        for name in identities(pull, facts.prefix)
        for other in facts.by_identity[name]
    )


def _entry(action: Action, *, boxed: bool) -> Item | None:
    """The line of an action; an issue has no box, for nothing can be done with it."""
    found = _place(action)
    if found is None:
        return None
    section, box = found[0], found[1] if boxed else None
    why = "" if section is Section.OPEN else sentence(action)
    return Item(
        section=section,
        identity=action.identity,
        name=action.name,
        pull_request=action.pull_request,
        why=why,
        box=box,
        seen=_seen(action, box),
    )


def _seen(action: Action, box: Wish | None) -> str:
    """What the page shows of what a box would undo: a commit, or the closing of a pull request."""
    if box is Wish.RESTART:
        return action.expected or ""
    return str(action.pull_request) if action.reason is Reason.REJECTED else ""


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
            done=_is_done(wish, action),
            says=sentence(action),
            pull_request=action.pull_request,
        )


def _is_done(wish: Wish, action: Action) -> bool:
    """Whether it is as somebody asked, be it that a run before this one was stopped over it."""
    if wish is Wish.REBASE:
        return action.wished and action.verdict in _OPEN
    return action.verdict in _OPEN or action.reason is Reason.UP_TO_DATE
