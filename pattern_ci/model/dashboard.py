"""The dashboard as plain data: sections of items, each with the box that acts on it, if any."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique


@unique
class Wish(StrEnum):
    """What somebody asks for by ticking a box."""

    OPEN = "open"
    REBASE = "rebase"
    RESTART = "restart"


@unique
class Section(StrEnum):
    """The parts of the dashboard, in the order of the page."""

    ERRORS = "errors"
    OPEN = "open"
    WAITING = "waiting"
    LIMITED = "limited"
    EDITED = "edited"
    REJECTED = "rejected"


@dataclass(frozen=True, kw_only=True)
class Item:
    """One line: what it is about, its pull request, why it stands there, and its box.

    `seen` is the commit that a box which throws something away is about.
    """

    section: Section
    identity: str
    name: str
    pull_request: int | None = None
    why: str = ""
    box: Wish | None = None
    seen: str = ""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came of a ticked box."""

    wish: Wish
    name: str
    done: bool
    says: str
    pull_request: int | None = None
