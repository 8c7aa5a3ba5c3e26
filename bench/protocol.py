"""The template protocol: which added files count, and what was there just before each of them.

Every added text file in the later half of history counts when at least four siblings (same folder
and extension, or same base name in sibling folders) were there before its commit. Predictors see
the siblings as they were then, and of the target its path alone.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from pattern_ci import git
from pattern_ci.mining import history, roles
from pattern_ci.mining.tokens import tokenize

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MIN_SIBLINGS = 4
MIN_BYTES = 200
MAX_TOKENS = 3_000
NEAREST_OF = 20
Key = tuple[str, str]


class Target(NamedTuple):
    """A file that was added: its text, and its family as it was just before."""

    path: str
    text: str
    tokens: list[str]
    commit: str
    position: int
    key: Key
    live: dict[str, str]
    additions: list[roles.Addition]


class World(NamedTuple):
    """A repository's targets in order, and the contents that are needed."""

    repo: git.Repo
    rev: str
    commits: list[history.Commit]
    targets: list[Target]
    contents: dict[str, bytes]


def keys(path: str) -> list[Key]:
    """Family keys of a path: same folder and extension first, then same base name."""
    folder, _, base = path.rpartition("/")
    dot = base.rfind(".")
    found = [(f"{folder}/" if folder else "", base[dot:] if dot > 0 else "")]
    if folder:
        parent = folder.rpartition("/")[0]
        found.append((f"{parent}/" if parent else "", f"/{base}"))
    return found


def stem(path: str, key: Key) -> str:
    """The name that differs between siblings of one family."""
    if key[1].startswith("/"):
        return path.rpartition("/")[0].rpartition("/")[2]
    base = path.rpartition("/")[2]
    return base[: len(base) - len(key[1])] if key[1] else base


def load(path: Path) -> World:
    """Read a clone and collect its targets. Raises what the doors raise."""
    repo = git.open_repo(path)
    rev = git.resolve(repo, "HEAD")
    commits = history.place(history.parse(git.log_raw(repo, rev)), {})
    found = list(_walk(commits))
    ids = {blob for target in found for blob in target.live.values()}
    contents = git.blobs(repo, sorted(ids | {t.text for t in found}), max_bytes=1 << 20)
    targets = [full for target in found if (full := _readable(target, contents))]
    return World(repo, rev, commits, targets, contents)


def _readable(target: Target, contents: dict[str, bytes]) -> Target | None:
    raw = contents.get(target.text, b"\0")
    if len(raw) < MIN_BYTES or b"\0" in raw:
        return None
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return None
    tokens = tokenize(text)
    return target._replace(text=text, tokens=tokens) if len(tokens) <= MAX_TOKENS else None


class _Past:
    """What is there just before a commit; grows commit by commit."""

    def __init__(self) -> None:
        self.live: dict[str, str] = {}
        self._family: dict[Key, dict[str, None]] = defaultdict(dict)
        self._added: dict[str, list[roles.Addition]] = defaultdict(list)

    def siblings(self, key: Key) -> dict[str, None]:
        """Live paths of one family."""
        return self._family[key]

    def family_of(self, path: str) -> tuple[dict[str, str], list[roles.Addition]]:
        """Live files and additions of every family that a path would belong to."""
        mine = {one: None for key in keys(path) for one in self._family[key]}
        live = {one: self.live[one] for one in mine}
        return live, [addition for one in mine for addition in self._added[one]]

    def take(self, change: history.Change, addition: roles.Addition | None) -> None:
        """Apply one change."""
        if change.status == "D":
            self.live.pop(change.path, None)
            for key in keys(change.path):
                self._family[key].pop(change.path, None)
            return
        self.live[change.path] = change.blob
        if addition is not None:
            self._added[change.path].append(addition)
            for key in keys(change.path):
                self._family[key][change.path] = None


def _walk(commits: list[history.Commit]) -> Iterator[Target]:
    past = _Past()
    every = {(one.sha, one.path): one for one in roles.additions(commits)}
    for position, commit in enumerate(commits):
        if position >= len(commits) // 2:
            for change in commit.changes:
                addition = every.get((commit.sha, change.path))
                # A path that is there already came in on a parallel line of history: nobody
                # writes it anew.
                if addition and not addition.moved and change.path not in past.live:
                    yield from _target(position, commit, change, past)
        for change in commit.changes:
            added = change.status == "A"
            past.take(change, every[commit.sha, change.path] if added else None)


def _target(
    position: int, commit: history.Commit, change: history.Change, past: _Past
) -> Iterator[Target]:
    for key in keys(change.path):
        if len(past.siblings(key)) >= MIN_SIBLINGS:
            live, additions = past.family_of(change.path)
            yield Target(
                path=change.path,
                text=change.blob,
                tokens=[],
                commit=commit.sha,
                position=position,
                key=key,
                live=live,
                additions=additions,
            )
            return
