"""The reads of the guard: libraries at a commit or on disk, and files as they were committed.

Nothing is checked out: the library of a commit is read from its blobs.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pattern_ci import files, git
from pattern_ci.automation.guard import replay, truths
from pattern_ci.automation.guard.records import Change, Past, Side, changed_suites
from pattern_ci.errors import HistoryUnreadableError, RevisionError
from pattern_ci.messages import guard as messages
from pattern_ci.messages import validate as validate_messages
from pattern_ci.model.finding import Finding
from pattern_ci.registry.facts import gather
from pattern_ci.registry.reading import MAX_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

_FILE_MODES = ("100644", "100755")
# A source file that people keep is smaller; a larger one cannot be what a template writes.
_MOST_BYTES = 10 << 20


def fork_point(repo: git.Repo, since: str, rev: str) -> str:
    """The commit at which `rev` left `since`.

    Raises RevisionError when there is no such commit here, as in a shallow clone.
    """
    one, other = git.resolve(repo, since), git.resolve(repo, rev)
    done = git.ask(repo.path, "merge-base", one, other)
    if done.returncode:
        raise RevisionError(messages.NOTHING_IN_COMMON, next_step=messages.FETCH_MORE)
    return git.decode(done.stdout).split()[0]


def library_at(repo: git.Repo, rev: str, folder: str, *, shown: str) -> Side:
    """The library below `folder` as it was at `rev`; empty when there was none.

    Raises HistoryUnreadableError when an object of it is not in this clone.
    """
    entries = git.tree(repo, rev, folder)
    plain = [entry for entry in entries if entry.mode in _FILE_MODES]
    odd = [entry.path for entry in entries if entry.mode not in _FILE_MODES]
    found = git.blobs(repo, [entry.blob for entry in plain], max_bytes=MAX_BYTES)
    absent = [entry for entry in plain if entry.blob not in found]
    lost = git.missing(repo, [entry.blob for entry in absent])
    if lost:
        text = messages.missing_objects(len(lost), rev)
        raise HistoryUnreadableError(text, next_step=messages.NOT_ALL_HERE)
    texts = {
        entry.path.removeprefix(f"{folder}/"): git.decode(found[entry.blob])
        for entry in plain
        if entry.blob in found
    }
    refused = [Finding(path, 1, 1, "readable", validate_messages.SYMLINK) for path in odd]
    large = validate_messages.too_large(MAX_BYTES)
    refused += [Finding(entry.path, 1, 1, "readable", large) for entry in absent]
    with files.scratch_folder(texts) as place:
        facts = gather(place, shown=shown)
    return Side(facts=facts, texts=_lf(texts), findings=tuple(refused))


def library_here(library: Path, *, shown: str) -> Side:
    """The library as it stands on disk."""
    facts = gather(library, shown=shown)
    texts = {}
    for name in facts.files:
        raw = files.read_bytes(library / name)
        texts[name] = git.decode(raw or b"")
    return Side(facts=facts, texts=_lf(texts))


def _lf(texts: Mapping[str, str]) -> dict[str, str]:
    return {path: text.replace("\r\n", "\n") for path, text in texts.items()}


def compare(
    repo: git.Repo, before: Side, after: Side, *, rev: str, since: str, on_disk: bool
) -> Change:
    """A change with all that its rules ask for; `rev` is the newest commit that counts as past."""
    change = Change(
        before=before,
        after=after,
        changed=changed_suites(before, after),
        past=Past(),
        since=since,
    )
    past = read_past(repo, replay.wanted(change), rev=rev)
    there = _there(repo, truths.paths(change), rev="" if on_disk else rev)
    return replace(change, past=past, there=there)


def _there(repo: git.Repo, paths: Iterable[str], *, rev: str) -> frozenset[str]:
    wanted = sorted(paths)
    if not rev and repo.work_tree:
        root = repo.work_tree
        return frozenset(path for path in wanted if files.exists(root / path))
    found = (git.tree(repo, rev or "HEAD", path) for path in wanted)
    return frozenset(path for path, held in zip(wanted, found, strict=True) if held)


def read_past(repo: git.Repo, wanted: Iterable[tuple[str, str]], *, rev: str) -> Past:
    """What these commits have at these paths, as far as they belong to the history of `rev`."""
    by_commit: dict[str, set[str]] = {}
    for commit, path in wanted:
        # A leading colon would be a command for git, not a name.
        if not files.unsafe(path) and not path.startswith(":"):
            by_commit.setdefault(commit, set()).add(path)
    if not by_commit:
        return Past()
    history = git.reachable(repo, rev)
    blobs: dict[tuple[str, str], str | None] = {}
    for commit in sorted(by_commit.keys() & history):
        try:
            held = {entry.path: entry for entry in git.tree(repo, commit, *by_commit[commit])}
        except HistoryUnreadableError:
            continue  # a partial clone may lack the tree
        for path in by_commit[commit]:
            entry = held.get(path)
            is_file = entry is not None and entry.mode in _FILE_MODES
            blobs[commit, path] = entry.blob if entry and is_file else None
    ids = [blob for blob in blobs.values() if blob]
    texts = git.blobs(repo, ids, max_bytes=_MOST_BYTES)
    return Past(
        blobs={
            key: texts[blob] if blob else None
            for key, blob in blobs.items()
            if blob is None or blob in texts
        }
    )
