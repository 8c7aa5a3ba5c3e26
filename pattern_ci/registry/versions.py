"""The versions of every pattern of a library, from its git history and from its specs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from pattern_ci import git, git_objects, git_trees, yaml
from pattern_ci.errors import FatalError, NotARepositoryError
from pattern_ci.registry.reading import MAX_BYTES
from pattern_ci.registry.suites import FOLDERS, SPEC_SUFFIX

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from pattern_ci.model.pattern import Spec


class Version(NamedTuple):
    """One version: its status then, when it was first committed (or declared), and where."""

    version: str
    status: str | None
    date: str | None
    commit: str | None
    change: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Plain data."""
        return dict(self._asdict())


def committed(library: Path) -> dict[str, list[Version]]:
    """Versions by pattern id, oldest first, each with the commit that brought it.

    Empty without a repository, before the first commit, and for a library that is not in it. A spec
    that could not be read back then is left out.
    """
    try:
        repo = git.open_repo(library)
    except NotARepositoryError:
        return {}
    root = repo.work_tree
    if root is None or not library.resolve().is_relative_to(root) or not git.has_commits(repo):
        return {}
    folder = library.resolve().relative_to(root).as_posix()
    paths = [f"{folder}/{part}/specs" if part else f"{folder}/specs" for part in FOLDERS]
    touches = [t for t in git_trees.touches(repo, "HEAD", *paths) if t.path.endswith(SPEC_SUFFIX)]
    texts = git_objects.blobs(repo, [touch.blob for touch in touches], max_bytes=MAX_BYTES)
    return _grouped((touch, texts[touch.blob]) for touch in touches if touch.blob in texts)


def _grouped(found: Iterable[tuple[git_trees.Touch, bytes]]) -> dict[str, list[Version]]:
    versions: dict[str, list[Version]] = {}
    for touch, raw in found:
        told = _told(raw, touch.path)
        if told is None:
            continue
        pattern_id, version, status = told
        known = versions.setdefault(pattern_id, [])
        if all(one.version != version for one in known):
            known.append(Version(version, status, touch.date[:10], touch.commit))
    return versions


def _told(raw: bytes, source: str) -> tuple[str, str, str | None] | None:
    try:
        data = yaml.load(git.decode(raw), source=source).data
    except FatalError:
        return None
    if not isinstance(data, dict):
        return None
    named = [data.get(name) for name in ("pattern_id", "version", "status")]
    if not all(isinstance(value, str) for value in named[:2]):
        return None
    return str(named[0]), str(named[1]), named[2] if isinstance(named[2], str) else None


def history(spec: Spec, known: Iterable[Version]) -> list[Version]:
    """The versions of one pattern: what its history declares, with what git knows of each.

    A version that is not committed yet stands at the end; one that git knows and the spec does not
    name stays in its place.
    """
    found = {one.version: one for one in known}
    for entry in _declared(spec):
        there = found.get(entry.version)
        found[entry.version] = (
            entry if there is None else there._replace(change=entry.change or there.change)
        )
    return list(found.values())


def _declared(spec: Spec) -> Iterator[Version]:
    named = {entry["version"]: entry for entry in spec.history}
    named.setdefault(spec.version, {})
    for version, entry in named.items():
        status = spec.status.value if version == spec.version else None
        yield Version(version, status, entry.get("date"), entry.get("commit"), entry.get("change"))
