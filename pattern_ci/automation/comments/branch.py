"""What a branch of ours holds: our files, and what others have added."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from pattern_ci import yaml
from pattern_ci.automation.bot_prs import marker as markers
from pattern_ci.errors import SpecError
from pattern_ci.model.pattern import Spec
from pattern_ci.registry.published import published
from pattern_ci.registry.shape import problems

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pattern_ci.github.port import GitHubPort

LIBRARY = "patterns"
# A branch of ours has one commit for each time that it was brought up to date.
_MOST_COMMITS = 20
_SPEC = re.compile(rf"{LIBRARY}/(?:drafts/|quarantined/)?specs/[^/]+\.pattern\.yaml")


class Since(NamedTuple):
    """What was done to a branch; `replaced` when what we left is no longer in it."""

    paths: tuple[str, ...]
    replaced: bool


def added(port: GitHubPort, head: str, left: str) -> Since:
    """The paths that commits on top of `left` change."""
    paths: set[str] = set()
    sha = head
    for _ in range(_MOST_COMMITS):
        if sha == left:
            return Since(tuple(sorted(paths)), replaced=False)
        commit = port.commit(sha)
        if commit is None or not commit.parents:
            break
        paths.update(commit.paths)
        sha = commit.parents[0]
    return Since((), replaced=True)


def suite(port: GitHubPort, identity: str, left: str, *, at: str) -> dict[str, str]:
    """Our files by path, as they stand at a commit; `left` is the last commit that we made."""
    paths: set[str] = set()
    sha = left
    for _ in range(_MOST_COMMITS):
        commit = port.commit(sha)
        said = markers.trailers(commit.message) if commit else {}
        if commit is None or not commit.parents or said.get("identity") != identity:
            break
        paths.update(commit.paths)
        sha = commit.parents[0]
    texts = {path: port.file_text(path, ref=at) for path in sorted(paths)}
    return {path: text for path, text in texts.items() if text is not None}


def spec(port: GitHubPort, identity: str, left: str, *, at: str) -> Spec | None:
    """The pattern that a pull request proposes; None when there is not one that can be read."""
    return spec_in(suite(port, identity, left, at=at))


def spec_in(texts: Mapping[str, str]) -> Spec | None:
    """The one spec among these files, if it is sound."""
    found = [path for path in texts if _SPEC.fullmatch(path)]
    if len(found) != 1:
        return None
    try:
        data = yaml.load(texts[found[0]], source=found[0]).data
    except SpecError:
        return None
    return None if problems(data, published("spec")) else Spec.from_dict(data)
