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


def _walk(commits: list[history.Commit]) -> Iterator[Target]:
    live: dict[str, str] = {}
    family: dict[Key, dict[str, None]] = defaultdict(dict)
    added: dict[str, list[roles.Addition]] = defaultdict(list)
    every = {(one.sha, one.path): one for one in roles.additions(commits)}
    for position, commit in enumerate(commits):
        if position >= len(commits) // 2:
            yield from _targets(position, commit, every, live, family, added)
        for change in commit.changes:
            if change.status == "D":
                live.pop(change.path, None)
                for key in keys(change.path):
                    family[key].pop(change.path, None)
                continue
            live[change.path] = change.blob
            if change.status == "A":
                added[change.path].append(every[commit.sha, change.path])
                for key in keys(change.path):
                    family[key][change.path] = None


def _targets(
    position: int,
    commit: history.Commit,
    every: dict[tuple[str, str], roles.Addition],
    live: dict[str, str],
    family: dict[Key, dict[str, None]],
    added: dict[str, list[roles.Addition]],
) -> Iterator[Target]:
    for change in commit.changes:
        # A path that is there already came in on a parallel line of history: nobody writes it anew.
        if change.status != "A" or change.path in live or every[commit.sha, change.path].moved:
            continue
        for key in keys(change.path):
            siblings = family[key]
            if len(siblings) >= MIN_SIBLINGS:
                mine = {path: None for other in keys(change.path) for path in family[other]}
                yield Target(
                    change.path,
                    change.blob,
                    [],
                    commit.sha,
                    position,
                    key,
                    {path: live[path] for path in mine},
                    [one for path in mine for one in added[path]],
                )
                break
