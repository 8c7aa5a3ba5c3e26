"""A write is sent once; when its answer is missing, its effect is looked up instead.

If the effect is there, the verb succeeded; if not, or if nobody can tell, the error stands and the
next run decides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from pattern_ci.errors import GitHubError, GitHubUnavailableError
from pattern_ci.messages import github as messages

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


def settle(doing: str, write: Callable[[], T], look: Callable[[], T | None]) -> T:
    """Write once; when the answer is missing, look whether it happened."""
    try:
        return write()
    except GitHubUnavailableError as fault:
        try:
            found = look()
        except GitHubError:
            raise messages.uncertain(doing, fault.what) from fault
        if found is None:
            raise
        return found


def carry_out(doing: str, write: Callable[[], object], happened: Callable[[], bool]) -> None:
    """`settle` for a write that gives nothing back."""

    def done() -> bool:
        write()
        return True

    settle(doing, done, lambda: happened() or None)


def same(there: str, wanted: str) -> bool:
    """Whether GitHub holds this text; it changes line ends and blanks at the end."""
    return there.replace("\r\n", "\n").strip() == wanted.replace("\r\n", "\n").strip()
