"""Earlier states of a pattern, and of files, as they were committed: what a merge starts from."""

from __future__ import annotations

import json
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

from pattern_ci import files, git, git_objects, git_trees
from pattern_ci.errors import FatalError, NotARepositoryError
from pattern_ci.model.digests import text_digest
from pattern_ci.model.pattern import Mode
from pattern_ci.registry.applied import Applied, Written
from pattern_ci.registry.instances import outputs
from pattern_ci.registry.library import load_library
from pattern_ci.registry.published import published
from pattern_ci.registry.reading import MAX_BYTES
from pattern_ci.registry.shape import problems
from pattern_ci.registry.suites import FOLDERS, SPEC_SUFFIX

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from pattern_ci.registry.library import Pattern

# Bounds the work where a pattern is redrafted night after night; each commit costs one question.
MOST_COMMITS = 500
# A file that people keep is smaller; a larger one is nothing that a template writes.
_MOST_BYTES = 10 << 20


class State(NamedTuple):
    """A pattern as one commit had it, with the uses that it gave as examples."""

    pattern: Pattern
    examples: tuple[dict[str, Any], ...]


class Past:
    """The committed states of one pattern, newest first, each once; read as far as asked for.

    Without a repository, or before the first commit, there are none.
    """

    def __init__(self, pattern: Pattern, library: Path) -> None:
        self._pattern, self._library = pattern, library
        self._known: list[State] = []
        self._more = self._read()

    @property
    def states(self) -> Iterator[State]:
        """All of them. Raises HistoryUnreadableError when the history is damaged."""
        number = 0
        while number < len(self._known) or self._extend():
            yield self._known[number]
            number += 1

    def _extend(self) -> bool:
        found = next(self._more, None)
        self._known += [found] if found else []
        return found is not None

    def _read(self) -> Iterator[State]:
        try:
            repo = git.open_repo(self._library)
        except NotARepositoryError:
            return
        root = repo.work_tree
        if root is None or not self._library.is_relative_to(root) or not git.has_commits(repo):
            return
        folder = self._library.relative_to(root).as_posix()
        paths = [f"{folder}/{name}" for name in _names(self._pattern)]
        yield from _states(repo, folder, paths, self._pattern.spec.pattern_id)

    def texts(self, applied: Applied) -> dict[str, str]:
        """The text of each slot as it was rendered then, where a template of then gives it again.

        Only a text with the recorded digest counts.
        """
        wanted = {one.slot: one.sha256 for one in applied.written if one.sha256}
        found: dict[str, str] = {}
        committed = (state.pattern for state in self.states)
        for pattern in chain([self._pattern], committed):
            if pattern.spec.version == applied.pattern_version:
                found |= _reproduced(pattern, applied, wanted)
            if found.keys() >= wanted.keys():
                break
        return found


def _names(pattern: Pattern) -> Iterator[str]:
    """The files of a pattern relative to its library, in the folder of every status."""
    spec = pattern.spec
    names = [pattern.spec_path.name, spec.inputs, *(slot.template for slot in spec.slots)]
    names[0] = f"specs/{names[0]}"
    for folder in FOLDERS:
        prefix = f"{folder}/" if folder else ""
        yield from (prefix + name for name in names)
        yield from (f"{prefix}{part}/{spec.name}" for part in ("templates", "examples"))


def _states(repo: git.Repo, folder: str, paths: list[str], pattern_id: str) -> Iterator[State]:
    seen = set()
    for commit in _commits(repo, paths):
        entries = git_trees.tree(repo, commit, *paths)
        key = frozenset(entries)
        if key in seen:
            continue
        seen.add(key)
        blobs = git_objects.blobs(repo, [entry.blob for entry in entries], max_bytes=MAX_BYTES)
        texts = {
            entry.path.removeprefix(f"{folder}/"): git.decode(blobs[entry.blob])
            for entry in entries
            if entry.mode in git_trees.FILE_MODES and entry.blob in blobs
        }
        if any(name.endswith(SPEC_SUFFIX) for name in texts):
            yield from _loaded(texts, pattern_id)


def _commits(repo: git.Repo, paths: Iterable[str]) -> list[str]:
    words = ("--literal-pathspecs", "log", "--full-history", "--format=%H")
    return git.text(repo.path, *words, f"--max-count={MOST_COMMITS}", "HEAD", "--", *paths).split()


def _loaded(texts: dict[str, str], pattern_id: str) -> list[State]:
    found = []
    with files.scratch_folder(texts) as place:
        for pattern in load_library(place).patterns:
            if pattern.spec.pattern_id == pattern_id:
                folder = pattern.base.relative_to(place) / "examples" / pattern.spec.name
                prefix = f"{folder.as_posix()}/positive/"
                found.append(State(pattern, tuple(_examples(texts, prefix, pattern_id))))
    return found


def _examples(texts: dict[str, str], prefix: str, pattern_id: str) -> Iterator[dict[str, Any]]:
    for name in sorted(texts):
        if name.startswith(prefix):
            try:
                data = json.loads(texts[name])
            except (ValueError, RecursionError):
                continue
            sound = not problems(data, published("positive_example"))
            if sound and data["pattern_id"] == pattern_id:
                yield data


def _reproduced(pattern: Pattern, applied: Applied, wanted: dict[str, str]) -> dict[str, str]:
    try:
        made = outputs(pattern, applied.variables)
    except FatalError:
        return {}
    return {one.slot: one.text for one in made if text_digest(one.text) == wanted.get(one.slot)}


def held(repo: git.Repo, path: str) -> Iterator[bytes]:
    """Every content that a file ever had in the history of HEAD, newest first."""
    if not git.has_commits(repo):
        return
    said = git.text(
        repo.path, "--literal-pathspecs", "log", "--raw", "-z", "-m", "--full-history",
        "--no-renames", "--no-abbrev", "--no-ext-diff", "--no-textconv", "--root", "--format=",
        "HEAD", "--", path,
    )  # fmt: skip
    words = (field.strip("\n").removeprefix(":").split(" ") for field in said.split("\0"))
    ids = list(dict.fromkeys(part[3] for part in words if len(part) == 5))
    found = git_objects.blobs(repo, ids, max_bytes=_MOST_BYTES)
    yield from (found[one] for one in ids if one in found)


def members(
    past: Past, pattern: Pattern, known: Iterable[Applied], repo: git.Repo
) -> list[Applied]:
    """The files that the pattern was learnt from, as uses of the version that gave them.

    Only where an earlier version has the file among its examples, renders it as recorded there,
    and the file really held that text once.
    """
    claimed = {path for one in known for path in one.files}
    wanted = [path for path in pattern.spec.evidence.files if path not in claimed]
    found: list[Applied] = []
    for path in wanted:
        one = _member(past, pattern, path, repo)
        if one is not None and not one.files & claimed:
            claimed |= one.files
            found.append(one)
    return found


def _member(past: Past, pattern: Pattern, path: str, repo: git.Repo) -> Applied | None:
    for state in past.states:
        spec = state.pattern.spec
        for example in state.examples:
            paths = [one["path"] for one in example["outputs"].values()]
            if path in paths and spec.version != pattern.spec.version:
                one = _of_example(state, example)
                if past.texts(one).keys() >= example["outputs"].keys() and _was(repo, one):
                    return one
    return None


def _of_example(state: State, example: dict[str, Any]) -> Applied:
    spec = state.pattern.spec
    modes = {slot.id: slot.mode for slot in spec.slots}
    return Applied(
        pattern_id=spec.pattern_id,
        pattern_version=spec.version,
        content_digest=spec.content_digest,
        variables=example["variables"],
        written=tuple(
            Written(slot, one["path"], one["sha256"], modes.get(slot, Mode.ADD))
            for slot, one in example["outputs"].items()
        ),
    )


def _was(repo: git.Repo, applied: Applied) -> bool:
    return all(
        any(text_digest(git.decode(data)) == one.sha256 for data in held(repo, one.path))
        for one in applied.written
        if one.mode is Mode.ADD
    )
