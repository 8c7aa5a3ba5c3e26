"""Read the small changes of the newest commits, each commit once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from pattern_ci import git, git_objects, git_trees
from pattern_ci.mining import ledger
from pattern_ci.mining.exclude import Excluded
from pattern_ci.mining.rewrites.changes import Change, changes
from pattern_ci.mining.rewrites.hunks import parse
from pattern_ci.model.digests import content_digest
from pattern_ci.render.rewriting import anchor, rewrite

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pattern_ci.database import Cache, Tables
    from pattern_ci.mining.ledger import State
    from pattern_ci.model.rewrite import Rewrite

# Newer commits say what is done today. A commit of more files is read by nobody line by line.
MAX_COMMITS = 500
MAX_FILES = 60
# Larger files are seldom written by hand, and cost the most to compare.
MAX_BYTES = 64 << 10
FILES_AT_ONCE = 500
# What `apply` would rewrite: more than is learned from.
MAX_HELD_BYTES = 1 << 20
# A clone without file contents fails at every commit: after so many it is one.
MAX_FAILURES = 20


class Recent(NamedTuple):
    """The newest commits that are no sweeps, oldest first, with the files that count of each.

    `edited` maps a live file to the newest of them that touched it, `blobs` to its content's id.
    `globs` leave files of the revision out.
    """

    tip: str
    globs: list[str]
    key: str
    shas: list[str]
    files: dict[str, frozenset[str]]
    edited: dict[str, str]
    blobs: dict[str, str]

    def cached(self, sha: str) -> str:
        """The key of a commit's changes in the cache."""
        return f"rewrites:{self.key}:{sha}"


class Read(NamedTuple):
    """All changes, oldest first; those of commits that were read now, as text for the cache.

    `whole` is False when something could not be read.
    """

    changes: list[Change]
    fresh: dict[str, str]
    whole: bool


def recent(db: Tables, at: State) -> Recent:
    """What the ledger knows of the newest commits."""
    names, dead, touches = ledger.window(db)
    newest = [one for one in touches if one.files and one.size <= MAX_FILES][-MAX_COMMITS:]
    files = {one.sha: frozenset(names[number] for number in one.files) for one in newest}
    edited = {
        names[number]: one.sha for one in newest for number in one.files if number not in dead
    }
    key = content_digest([at.basis, at.globs])
    shas = [one.sha for one in newest]
    return Recent(at.tip, at.globs, key, shas, files, edited, ledger.blobs_of(db, edited))


def stored(at: Recent, store: Cache) -> dict[str, str]:
    """The changes of commits that an earlier run read, as text, by commit."""
    texts = store.results(map(at.cached, at.shas))
    return {sha: texts[at.cached(sha)] for sha in at.shas if at.cached(sha) in texts}


def keep(at: Recent, fresh: Mapping[str, str], store: Cache) -> None:
    """Enter what was read now into the cache."""
    store.add_results({at.cached(sha): text for sha, text in fresh.items()})


def read(repo: git.Repo, at: Recent, known: Mapping[str, str]) -> Read:
    """The changes of these commits; `known` is what an earlier run read."""
    fresh = _fresh(repo, at, [sha for sha in at.shas if sha not in known])
    texts = {sha: fresh.get(sha) or known.get(sha) for sha in at.shas}
    whole = all(text is not None for text in texts.values())
    return Read(list(once(texts)), fresh, whole)


def once(texts: Mapping[str, str | None]) -> Iterator[Change]:
    """Each change once: the same at the same place again is a cherry-pick or a second try."""
    seen: set[tuple[str, ...]] = set()
    for sha, text in texts.items():
        for row in json.loads(text) if text else ():
            one = tuple(row)
            if one not in seen:
                seen.add(one)
                yield Change(sha, *row)


def _fresh(repo: git.Repo, at: Recent, todo: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    failed = 0
    for batch in _batches(at, todo):
        made = _batch(repo, at, batch)
        for sha in () if made is not None else batch:
            alone = _batch(repo, at, [sha]) if failed < MAX_FAILURES else None
            failed += alone is None
            found |= alone or {}
        found |= made or {}
    return found


def _batches(at: Recent, shas: Sequence[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    size = 0
    for sha in shas:
        if batch and size + len(at.files[sha]) > FILES_AT_ONCE:
            yield batch
            batch, size = [], 0
        batch.append(sha)
        size += len(at.files[sha])
    if batch:
        yield batch


def _batch(repo: git.Repo, at: Recent, shas: Sequence[str]) -> dict[str, str] | None:
    """The changes of each commit as text; None when git cannot read one of them."""
    patch = git_objects.small_patches(repo, shas, max_bytes=MAX_BYTES)
    if patch is None:
        return None
    made: dict[str, list[tuple[str, ...]]] = {sha: [] for sha in shas}
    for hunk in parse(patch):
        if hunk.path in at.files[hunk.sha]:
            made[hunk.sha] += [change[1:] for change in changes(hunk)]
    return {sha: json.dumps(rows, ensure_ascii=False) for sha, rows in made.items()}


def texts(repo: git.Repo, at: Recent) -> dict[str, str]:
    """What the files that these commits touched hold at the revision, by path."""
    return dict(_texts(repo, at.blobs, MAX_BYTES))


def waiting(repo: git.Repo, at: Recent, rules: Sequence[Rewrite]) -> list[int]:
    """How many files of the revision, whenever edited, hold what each of these rules replaces."""
    counts = [0] * len(rules)
    excluded = Excluded(at.globs)
    wanted = {
        one.path: one.blob
        for one in git_trees.tree(repo, at.tip)
        if any(rule.wants(one.path) for rule in rules)
        and one.mode in git_trees.FILE_MODES
        and not excluded(one.path)
    }
    for path, text in _texts(repo, wanted, MAX_HELD_BYTES):
        for number, rule in enumerate(rules):
            if anchor(rule) in text and rule.wants(path):
                counts[number] += bool(rewrite(text, rule).edits)
    return counts


def _texts(repo: git.Repo, blobs: Mapping[str, str], max_bytes: int) -> Iterator[tuple[str, str]]:
    """Path and text of each of these files that is one and is here."""
    paths = sorted(blobs)
    for start in range(0, len(paths), FILES_AT_ONCE):
        part = paths[start : start + FILES_AT_ONCE]
        contents = git_objects.blobs(repo, [blobs[path] for path in part], max_bytes=max_bytes)
        for path in part:
            raw = contents.get(blobs[path])
            if raw is not None and b"\0" not in raw:
                yield path, git.decode(raw)
