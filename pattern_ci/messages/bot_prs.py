"""What our pull requests say beside their own text: about their checks, and when we close them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pattern_ci.messages.escaping import markdown as md
from pattern_ci.model.bot_change import Checks
from pattern_ci.model.proposal import Reason

if TYPE_CHECKING:
    from pattern_ci.model.proposal import Action
    from pattern_ci.model.safe import Markdown

_WAIT: Final = md.ours(
    "> This pull request was opened with the token of a workflow, so its checks wait until "
    "somebody with write access clicks **Approve workflows to run**."
)
_STARTED: Final = (
    "> This pull request was opened with the token of a workflow, which starts no checks. "
    "pattern-ci starts {} on its branch instead; other checks wait until somebody with write "
    "access clicks **Approve workflows to run**."
)
_CLOSED: Final = {
    Reason.BY_HAND: "The base branch has this already: {}.",
    Reason.SUPERSEDED: "{} takes its place: it was learned from the same files.",
    Reason.NOT_NEEDED: "The history no longer supports it: what it was learned from has changed.",
}
_COMES_BACK: Final = md.ours(
    "pattern-ci closes this pull request. That is no verdict: should it be needed again, it is "
    "opened again, within seven days this very one.\n"
)


def with_checks(text: Markdown, checks: Checks, workflow: str) -> Markdown:
    """The text of a pull request under a remark on its checks, where there is something to say."""
    match checks:
        case Checks.BY_THEMSELVES:
            return text
        case Checks.WAIT:
            return md.paragraphs([_WAIT, text])
        case Checks.STARTED:
            return md.paragraphs([md.ours(_STARTED, md.code(workflow)), text])


def closing(action: Action, address: str) -> Markdown:
    """The comment under a pull request that we close: the reason, and where to look instead."""
    detail = md.link(md.code(action.detail), address)
    return md.paragraphs([md.ours(_CLOSED[action.reason], detail), _COMES_BACK])
