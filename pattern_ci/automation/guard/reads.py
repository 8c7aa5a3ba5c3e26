"""The reads of the guard: libraries at a commit or on disk, and files as they were committed.

Nothing is checked out: the library of a commit is read from its blobs.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pattern_ci import files, git, git_objects, git_trees
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
    entries = git_trees.tree(repo, rev, folder)
    plain = [entry for entry in entries if entry.mode in git_trees.FILE_MODES]
    odd = [entry.path for entry in entries if entry.mode not in git_trees.FILE_MODES]
    found = git_objects.blobs(repo, [entry.blob for entry in plain], max_bytes=MAX_BYTES)
    absent = [entry for entry in plain if entry.blob not in found]
    lost = git_objects.missing(repo, [entry.blob for entry in absent])
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
    found = (git_trees.tree(repo, rev or "HEAD", path) for path in wanted)
    return frozenset(path for path, held in zip(wanted, found, strict=True) if held)


def read_past(repo: git.Repo, wanted: replay.Wanted, *, rev: str) -> Past:
    """What these paths held in the history of `rev`, and at these commits of it."""
    paths = sorted(path for path in wanted.paths if _is_name(path))
    if not paths and not wanted.pairs:
        return Past()
    history = git.reachable(repo, rev)
    commits = frozenset(commit for commit, _ in wanted.pairs if commit in history)
    at = {
        (commit, path): blob
        for commit in sorted(commits)
        for path, blob in _held(repo, commit, [p for c, p in wanted.pairs if c == commit]).items()
    }
    versions = _versions(repo, rev, paths) if paths else {}
    ids = [blob for blob in at.values() if blob] + [
        one for all_ in versions.values() for one in all_
    ]
    texts = git_objects.blobs(repo, ids, max_bytes=_MOST_BYTES)
    return Past(
        commits=commits,
        at={
            key: texts[blob] if blob else None
            for key, blob in at.items()
            if blob is None or blob in texts
        },
        versions={
            path: frozenset(texts[one] for one in found if one in texts)
            for path, found in versions.items()
        },
        lost=frozenset(path for path, found in versions.items() if not found <= texts.keys()),
    )


def _is_name(path: str) -> bool:
    """A leading colon would be a command for git, and nobody names a file so."""
    return not files.unsafe(path) and not path.startswith(":")


def _held(repo: git.Repo, commit: str, paths: Iterable[str]) -> dict[str, str | None]:
    """The blob of each path at a commit; nothing where its trees are not in this clone."""
    wanted = [path for path in paths if _is_name(path)]
    try:
        entries = git_trees.tree(repo, commit, *wanted)
    except HistoryUnreadableError:
        return {}
    found = {entry.path: entry.blob for entry in entries if entry.mode in git_trees.FILE_MODES}
    return {path: found.get(path) for path in wanted}


def _versions(repo: git.Repo, rev: str, paths: Iterable[str]) -> dict[str, set[str]]:
    """The blobs that each path ever had, on side branches too.

    Raises HistoryUnreadableError when the history cannot be read.
    """
    said = git.text(
        repo.path, "--literal-pathspecs", "log", "--raw", "-z", "-m", "--full-history",
        "--no-renames", "--no-abbrev", "--no-ext-diff", "--no-textconv", "--root", "--format=",
        rev, "--", *paths,
    )  # fmt: skip
    found: dict[str, set[str]] = {path: set() for path in paths}
    fields = iter(said.split("\0"))
    for meta in fields:
        words = meta.strip("\n").removeprefix(":").split(" ")
        if len(words) != 5:
            continue
        path = next(fields, "")
        if path in found and words[1] in git_trees.FILE_MODES:
            found[path].add(words[3])
    return found
