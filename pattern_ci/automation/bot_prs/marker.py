"""What our pull requests and commits say about themselves, so that no other memory is needed."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pattern_ci.model.digests import content_digest, text_digest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

HANDLER = "train"
# 400 digests of 10 hex digits are 4.4 KB of a body that may hold 65 KB; two different paths of
# one repository share such a digest once in about 10^12 pairs.
MEMBER_HEX = 10
MEMBER_LIMIT = 400
_BODY_HEX = 16

_FORM = re.compile(r"\s*<!-- pattern-ci:v1 ((?:[a-z]+=[A-Za-z0-9:.]+ )+)-->[ \t]*\r?\n?")
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
        return "~" if whole else max(self.digests)


def _path_digest(path: str) -> str:
    raw = path.encode("utf-8", "surrogateescape")
    return hashlib.sha256(raw).hexdigest()[:MEMBER_HEX]


@dataclass(frozen=True, kw_only=True)
class Marker:
    """The first line of a body of ours: what it is for and the state that we left it in."""

    handler: str
    identity: str
    digest: str
    head: str
    members: Members
    body: str

    def left_alone(self, whole: str) -> bool:
        """Whether the text below the marker still is what we wrote."""
        found = _FORM.match(whole)
        return found is not None and self.body == _text_digest(whole[found.end() :])


def write(*, identity: str, digest: str, head: str, members: Members, text: str) -> str:
    """A whole body: the marker and the text."""
    hexes = ".".join(sorted(members.digests))
    return (
        f"<!-- pattern-ci:v1 handler={HANDLER} identity={identity} digest={digest} head={head} "
        f"members={members.count}:{hexes} body={_text_digest(text)} -->\n{text}"
    )


def read(body: str) -> Marker | None:
    """The marker that a body starts with, or None when there is none or it is damaged.

    Only the start counts: what is quoted further down comes from files of the repository.
    """
    found = _FORM.match(body)
    if found is None:
        return None
    fields = dict(pair.split("=", 1) for pair in found.group(1).split())
    count, _, hexes = fields.get("members", "").partition(":")
    wanted = ("handler", "identity", "digest", "head", "body")
    if any(name not in fields for name in wanted) or not count.isascii() or not count.isdigit():
        return None
    return Marker(
        handler=fields["handler"],
        identity=fields["identity"],
        digest=fields["digest"],
        head=fields["head"],
        members=Members(int(count), frozenset(part for part in hexes.split(".") if part)),
        body=fields["body"],
    )


def _text_digest(text: str) -> str:
    # GitHub's editor writes CRLF and may trim the end; neither is an edit.
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").split("\n")]
    return hashlib.sha256("\n".join(lines).strip().encode()).hexdigest()[:_BODY_HEX]


def branch_identity(branch: str, prefix: str) -> str | None:
    """The identity that a branch of ours is named after; None for any other branch."""
    rest = branch.removeprefix(prefix)
    return rest if branch.startswith(prefix) and _IDENTITY.fullmatch(rest) else None


def files_digest(files: Mapping[str, str | None]) -> str:
    """One digest over paths and texts; None stands for a file that is gone."""
    return content_digest(
        {path: None if text is None else text_digest(text) for path, text in files.items()}
    )


def commit_message(
    subject: str,
    *,
    identity: str,
    digest: str,
    files: str,
    changes: Mapping[str, str | None],
    replaces: str | None,
) -> str:
    """A commit message whose trailers say which proposal it is and what it holds and changes."""
    lines = [
        f"Pattern-CI-Identity: {identity}",
        f"Pattern-CI-Digest: {digest}",
        f"Pattern-CI-Files: {files}",
        f"Pattern-CI-Changes: {files_digest(changes)}",
        *([f"Pattern-CI-Replaces: {replaces}"] if replaces else []),
    ]
    return f"{subject}\n\n" + "\n".join(lines) + "\n"


def trailers(message: str) -> dict[str, str]:
    """The trailers of one of our commit messages, by their lower-case last word."""
    return {name.rsplit("-", 1)[1].lower(): value for name, value in _TRAILER.findall(message)}
