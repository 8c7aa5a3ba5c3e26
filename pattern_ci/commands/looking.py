"""What `suggest` looks at: a repository at a revision, its patterns, and what is built in."""

from __future__ import annotations

import posixpath
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from pattern_ci import git, git_objects, git_trees, output
from pattern_ci.errors import UsageError
from pattern_ci.messages import suggest as messages
from pattern_ci.mining.offering import built_in_offers, load_companions, load_own, offers_of
from pattern_ci.model.pattern import Status
from pattern_ci.registry.config import load_config

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Sequence
    from pathlib import Path

    from pattern_ci.mining.companions import Companions
    from pattern_ci.mining.exclude import Excluded
    from pattern_ci.mining.recipes.brought import Brought
    from pattern_ci.mining.suggesting import Offer
    from pattern_ci.model.config import Config
    from pattern_ci.registry.library import Pattern

# A list that people keep by hand is smaller.
MAX_BYTES = 10 << 20


class Place(NamedTuple):
    """Where to look: a repository, a revision, and a folder of patterns that is not its own."""

    repo: Path
    rev: str
    patterns: Path | None


class World(NamedTuple):
    """What is known there; `within` is the folder of the work tree that was named."""

    opened: git.Repo
    sha: str
    folder: Path
    within: str
    ignore: Sequence[str]
    entries: Sequence[git_trees.TreeEntry]
    offers: Sequence[Offer]
    rules: Companions
    min_members: int


def look(place: Place, paths: Sequence[str]) -> World:
    """Read what answers about these paths need. Raises UsageError for a folder that is none."""
    opened = git.open_repo(place.repo)
    sha = git.resolve(opened, place.rev)
    folder = place.patterns or (opened.work_tree or opened.path) / "patterns"
    if place.patterns is not None and not folder.is_dir():
        msg = f"{folder} is not a folder."
        raise UsageError(msg, next_step="`pattern-ci mine REPO --output DIR` makes one.")
    config = load_config(opened.work_tree)
    own = load_own(folder)
    own = replace(own, patterns=tuple(one for one in own.patterns if not _refused(one, config)))
    if own.findings:
        output.error("pattern-ci: " + messages.left_out(own.findings[0], len(own.findings) - 1))
    within = place_within(place.repo, opened)
    ours = {pattern.spec.pattern_id for pattern in own.patterns}
    named = {name for path in paths for name in (path, _here(path, within))}
    offers = [*offers_of(own), *built_in_offers(named, ours)]
    rules = load_companions(folder)
    return World(
        opened, sha, folder, within, config.ignore, git_trees.tree(opened, sha), offers, rules,
        config.train.min_members,
    )  # fmt: skip


def _refused(pattern: Pattern, config: Config) -> bool:
    """Whether this is a draft that the configuration refuses; what is in force stays."""
    spec = pattern.spec
    return spec.status is Status.DRAFT and spec.is_named_by(config.train.reject)


def brought_by(paths: Iterable[str], world: World, excluded: Excluded | None = None) -> Brought:
    """What the new ones of these paths bring, by the history at the revision."""
    live = {entry.path for entry in world.entries}
    new = list(dict.fromkeys(path for path in paths if path not in live))
    if not new:
        return {}
    from pattern_ci.mining.exclude import Excluded
    from pattern_ci.mining.recipes.brought import Asked, brought

    left_out = excluded or Excluded.at(world.opened, world.entries, world.ignore)
    asked = [path for path in new if not left_out(path)]
    return brought(
        Asked(
            world.opened, world.sha, asked, live.__contains__, left_out, world.ignore,
            world.min_members,
        )
    )  # fmt: skip


def reader_of(world: World) -> Callable[[str], str | None]:
    """The text of a plain file at the revision, read once; None for anything else."""
    files_there = {
        entry.path: entry.blob for entry in world.entries if entry.mode in git_trees.FILE_MODES
    }

    @cache
    def read(path: str) -> str | None:
        blob = files_there.get(path)
        data = (
            git_objects.blobs(world.opened, [blob], max_bytes=MAX_BYTES).get(blob) if blob else None
        )
        try:
            return None if data is None else data.decode()
        except UnicodeDecodeError:
            return None

    return read


def place_within(repo: Path, opened: git.Repo) -> str:
    """The folder that `repo` names inside the work tree; empty for its top."""
    here, top = repo.resolve(), opened.work_tree
    inside = top is not None and here != top and here.is_relative_to(top)
    return here.relative_to(top).as_posix() if top is not None and inside else ""


def from_top(path: str, within: str, live: Container[str], offers: Sequence[Offer]) -> str:
    """`path` as the repository knows it; in a subfolder it may be named from there or the top."""
    here = _here(path, within)
    if not within or here.startswith("../"):
        return path

    def known(name: str) -> bool:
        return name in live or any(offer.role.match(name) is not None for offer in offers)

    return path if known(path) and not known(here) else here


def _here(path: str, within: str) -> str:
    return posixpath.normpath(posixpath.join(within, path))
