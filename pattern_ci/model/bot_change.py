"""One thing that the bot wants of a repository, whatever it is about: what every feature hands in.

A change with files becomes a pull request, one without becomes an issue. The publisher knows no
more about a feature than its kind.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum, unique
from typing import TYPE_CHECKING

from pattern_ci.model.digests import content_digest, text_digest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pattern_ci.model.safe import Markdown, Title

_IDENTITY = re.compile(r"[0-9a-f]{16}")
_DIGEST = re.compile(r"[A-Za-z0-9:]{1,100}")


@unique
class ChangeKind(StrEnum):
    """What a change is about; the word stands in the marker of its pull request or issue."""

    PATTERN = "pattern"
    RULE = "rule"
    VERSION = "version"
    QUARANTINE = "quarantine"
    REPORT = "report"


@unique
class Checks(StrEnum):
    """How the checks of a pull request start."""

    BY_THEMSELVES = "by_themselves"
    STARTED = "started"
    WAIT = "wait"


@dataclass(frozen=True, kw_only=True)
class BotChange:
    """A proposal as people will see it.

    `identity` (16 hex digits) is what it is about and decides branch and rejection, `digest` what
    it says and decides whether something open is brought up to date. `files` hold whole texts by
    path (None deletes), `before` the text digests that the paths had where they are there already;
    a path that is not in `before` is new. `rank` orders changes, highest first; `saving` is the
    share of the work that it spares. `members` are paths that the change was learned from: one
    that shares half of them with a rejected change is the same change. `replaces` names
    identities that this one makes needless.
    Raises ValueError for an identity or a digest that no marker could carry.
    """

    kind: ChangeKind
    identity: str
    digest: str
    name: str
    title: Title
    text: Markdown
    rank: float
    files: Mapping[str, str | None] = field(default_factory=dict)
    before: Mapping[str, str] = field(default_factory=dict)
    saving: float = 1.0
    members: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Hold identity and digest to forms that the marker of an item can carry."""
        if not _IDENTITY.fullmatch(self.identity) or not _DIGEST.fullmatch(self.digest):
            msg = f"no identity and digest of a change: {self.identity!r}, {self.digest!r}"
            raise ValueError(msg)

    @property
    def files_digest(self) -> str:
        """One digest over paths and texts."""
        return files_digest(self.files)


def files_digest(files: Mapping[str, str | None]) -> str:
    """One digest over paths and texts; None stands for a file that is gone."""
    return content_digest(
        {path: None if text is None else text_digest(text) for path, text in files.items()}
    )
