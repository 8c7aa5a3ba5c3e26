"""What our pull requests, issues and commits say about themselves: no other memory is needed."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from pattern_ci.messages.escaping import lines
from pattern_ci.messages.escaping import markdown as md
from pattern_ci.model.bot_change import ChangeKind, files_digest
from pattern_ci.model.safe import Markdown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pattern_ci.model.safe import Message, Title

HANDLERS = frozenset(kind.value for kind in ChangeKind)
# 400 digests of 10 hex digits are 4.4 KB of a body that may hold 65 KB; two different paths of
# one repository share such a digest once in about 10^12 pairs.
MEMBER_HEX = 10
MEMBER_LIMIT = 400
_BODY_HEX = 16

_FORM = re.compile(r"\s*<!-- pattern-ci:v1 ((?:[a-z]+=[A-Za-z0-9:._]+ )+)-->[ \t]*\r?\n?")
# Ten digits hold every time in seconds until the year 2286.
_NUMBER = re.compile(r"[0-9]{1,10}")
_IDENTITY = re.compile(r"[0-9a-f]{16}")
_TRAILER = re.compile(r"^(Pattern-CI-[A-Za-z]+): (\S+)$", re.MULTILINE)


@dataclass(frozen=True)
class Members:
    """Digests of member paths: all of them, or the smallest MEMBER_LIMIT of `count`."""

    count: int
    digests: frozenset[str]

    @classmethod
    def of(cls, paths: Iterable[str]) -> Members:
        """The digests of these paths."""
        found = sorted({_path_digest(path) for path in paths})
        return cls(len(found), frozenset(found[:MEMBER_LIMIT]))

    def share_in(self, other: Members) -> float:
        """The share of these members that are members of `other` too.

        Exact while both are whole; otherwise estimated where both know every digest: below the
        smaller of their largest ones, because each keeps its smallest.
        """
        limit = min(self._reach, other._reach)
        mine = {digest for digest in self.digests if digest <= limit}
        return len(mine & other.digests) / len(mine) if mine else 0.0

    @property
    def _reach(self) -> str:
        whole = self.count <= len(self.digests)
        return "~" if whole else max(self.digests, default="")


def _path_digest(path: str) -> str:
    raw = path.encode("utf-8", "surrogateescape")
    return hashlib.sha256(raw).hexdigest()[:MEMBER_HEX]


def fields(body: str) -> dict[str, str]:
    """What the first line of a body of ours says, by name; empty for a body that is not ours.

    Only the start counts: what is quoted further down comes from files of the repository.
    """
    found = _FORM.match(body)
    return dict(pair.split("=", 1) for pair in found.group(1).split()) if found else {}


def line(said: Mapping[str, str]) -> Markdown:
    """The first line of a body of ours; values hold no blanks."""
    listed = " ".join(f"{name}={value}" for name, value in said.items())
    return md.ours("{}\n", md.comment(f"pattern-ci:v1 {listed}"))


def text_of(body: str) -> str:
    """What stands below the marker."""
    found = _FORM.match(body)
    return body[found.end() :] if found else body


@dataclass(frozen=True, kw_only=True)
class Marker:
    """The first line of a pull request of ours: what it is for and the state we left it in.

    `base` is the commit of the base branch that the branch starts from; `closed` says why we
    closed it ourselves, and is empty where a person did; `at` says when.
    """

    handler: str
    identity: str
    digest: str
    head: str
    members: Members
    body: str
    base: str = ""
    closed: str = ""
    at: datetime | None = None

    def left_alone(self, whole: str) -> bool:
        """Whether the text below the marker still is what we wrote."""
        return _FORM.match(whole) is not None and self.body == text_digest(text_of(whole))

    def over(self, text: Markdown) -> Markdown:
        """A whole body: this marker and the text."""
        hexes = ".".join(sorted(self.members.digests))
        said = {
            "handler": self.handler,
            "identity": self.identity,
            "digest": self.digest,
            "head": self.head,
            **({"base": self.base} if self.base else {}),
            **({"closed": self.closed} if self.closed else {}),
            **({"at": f"{self.at.timestamp():.0f}"} if self.at else {}),
            "members": f"{self.members.count}:{hexes}",
            "body": text_digest(text),
        }
        return line(said) + text


def write(
    *,
    identity: str,
    digest: str,
    head: str,
    members: Members,
    text: Markdown,
    kind: ChangeKind = ChangeKind.PATTERN,
    base: str = "",
) -> Markdown:
    """A whole body: the marker and the text."""
    marker = Marker(
        handler=kind.value,
        identity=identity,
        digest=digest,
        head=head,
        members=members,
        body="",
        base=base,
    )
    return marker.over(text)


@lru_cache(maxsize=4096)
def read(body: str) -> Marker | None:
    """The marker that a body starts with, or None when there is none or it is damaged."""
    said = fields(body)
    counted, _, hexes = said.get("members", "").partition(":")
    count, at = _number(counted), _number(said.get("at", ""))
    wanted = ("handler", "identity", "digest", "head", "body")
    if any(name not in said for name in wanted) or count is None:
        return None
    if said["handler"] not in HANDLERS:
        return None
    return Marker(
        **{name: said[name] for name in wanted},
        members=Members(count, frozenset(part for part in hexes.split(".") if part)),
        base=said.get("base", ""),
        closed=said.get("closed", ""),
        at=None if at is None else datetime.fromtimestamp(at, UTC),
    )


def _number(digits: str) -> int | None:
    return int(digits) if _NUMBER.fullmatch(digits) else None


def closed_by_us(body: str, reason: str, at: datetime | None) -> Markdown:
    """The body with reason and time in its marker: that it was closed is then no verdict."""
    marker, text = read(body), Markdown(text_of(body))
    return Markdown(body) if marker is None else replace(marker, closed=reason, at=at).over(text)


def open_again(body: str) -> Markdown:
    """The body without the reason for having been closed."""
    return closed_by_us(body, "", None)


def text_digest(text: str) -> str:
    """A short digest of a text as GitHub keeps it: its editor writes CRLF and may trim the end."""
    trimmed = [line.rstrip() for line in text.replace("\r\n", "\n").split("\n")]
    return hashlib.sha256("\n".join(trimmed).strip().encode()).hexdigest()[:_BODY_HEX]


def branch_identity(branch: str, prefix: str) -> str | None:
    """The identity that a branch of ours is named after; None for any other branch."""
    rest = branch.removeprefix(prefix)
    return rest if branch.startswith(prefix) and _IDENTITY.fullmatch(rest) else None


def commit_message(
    subject: Title,
    *,
    identity: str,
    digest: str,
    files: str,
    changes: Mapping[str, str | None],
    replaces: str | None,
) -> Message:
    """A commit message whose trailers say which change it is and what it holds and changes."""
    said = {
        "Pattern-CI-Identity": identity,
        "Pattern-CI-Digest": digest,
        "Pattern-CI-Files": files,
        "Pattern-CI-Changes": files_digest(changes),
        **({"Pattern-CI-Replaces": replaces} if replaces else {}),
    }
    return lines.message(subject, said)


def trailers(message: str) -> dict[str, str]:
    """The trailers of one of our commit messages, by their lower-case last word."""
    return {name.rsplit("-", 1)[1].lower(): value for name, value in _TRAILER.findall(message)}
