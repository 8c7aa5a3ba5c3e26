"""Read the small changes of the newest commits, each commit once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from pattern_ci import git, process
from pattern_ci.mining import ledger
from pattern_ci.mining.rewrites.changes import Change, changes
from pattern_ci.mining.rewrites.hunks import parse
from pattern_ci.model.digests import content_digest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pattern_ci.database import Cache, Tables
    from pattern_ci.mining.ledger import State

# Newer commits say what is done today. A commit of more files is read by nobody line by line.
MAX_COMMITS = 500
MAX_FILES = 60
# Larger files are seldom written by hand, and cost the most to compare.
MAX_BYTES = 64 << 10
FILES_AT_ONCE = 500
MAX_COPIES = 4
# A clone without file contents fails at every commit: after so many it is one.
MAX_FAILURES = 20


class Recent(NamedTuple):
    """The newest commits that are no sweeps, oldest first, with the files that count of each.

    `edited` maps a live file to the newest of them that touched it, `blobs` to its content's id.
    """

    key: str
    shas: list[str]
    files: dict[str, frozenset[str]]
    edited: dict[str, str]
    blobs: dict[str, str]


class Read(NamedTuple):
    """All changes, oldest first; `whole` is False when something could not be read."""

    changes: list[Change]
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
    return Recent(key, [one.sha for one in newest], files, edited, ledger.blobs_of(db, edited))


def read(repo: git.Repo, at: Recent, store: Cache) -> Read:
    """The changes of these commits; what an earlier run read comes from the cache."""
    keys = {sha: f"rewrites:{at.key}:{sha}" for sha in at.shas}
    known = store.results(keys.values())
    todo = [sha for sha in at.shas if keys[sha] not in known]
    fresh = _fresh(repo, at, todo)
    store.add_results({keys[sha]: text for sha, text in fresh.items()})
    texts = {sha: fresh.get(sha) or known.get(keys[sha]) for sha in at.shas}
    whole = all(text is not None for text in texts.values())
    return Read(list(once(texts)), whole)


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
    batches = list(_batches(at, todo))

    def work(number: int) -> str:
        return json.dumps(_batch(repo, at, batches[number]))

    found: dict[str, str] = {}
    failed = 0
    copies = min(process.cores(), MAX_COPIES, len(batches))
    for number, answer in sorted(process.spread(work, len(batches), copies=copies)):
        made = json.loads(answer)
        for sha in () if made is not None else batches[number]:
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
    patch = git.small_patches(repo, shas, max_bytes=MAX_BYTES)
    if patch is None:
        return None
    made: dict[str, list[tuple[str, ...]]] = {sha: [] for sha in shas}
    for hunk in parse(patch):
        if hunk.path in at.files[hunk.sha]:
            made[hunk.sha] += [change[1:] for change in changes(hunk)]
    return {sha: json.dumps(rows, ensure_ascii=False) for sha, rows in made.items()}


def texts(repo: git.Repo, at: Recent) -> dict[str, str]:
    """What the files hold at the revision, by path."""
    found: dict[str, str] = {}
    paths = sorted(at.blobs)
    for start in range(0, len(paths), FILES_AT_ONCE):
        part = paths[start : start + FILES_AT_ONCE]
        contents = git.blobs(repo, [at.blobs[path] for path in part], max_bytes=MAX_BYTES)
        for path in part:
            raw = contents.get(at.blobs[path])
            if raw is not None and b"\0" not in raw:
                found[path] = git.decode(raw)
    return found
