"""What a change holds: its paths, their contents after it, and the lines that it adds."""

from __future__ import annotations

import json
import os
import re
import xml.etree.ElementTree as ET
from pathlib import PurePath
from typing import TYPE_CHECKING, Final, NamedTuple

from pattern_ci.errors import RevisionError, UsageError
from pattern_ci.executors.library import diffs
from pattern_ci.messages import executors as messages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from pattern_ci.executors.library.diffs import Added
    from pattern_ci.model.execution import Context

STAGED: Final = "staged"
TREE: Final = "tree"
# A file that was only moved adds no line.
_PLAIN: Final = ("-M", "--no-ext-diff", "--no-textconv", "--no-color", "--diff-filter=ACMRT")
_FILES: Final = ("100644", "100755")
_LINK: Final = "120000"


class Scope(NamedTuple):
    """A change: paths that it leaves behind, contents that were wanted, and the lines it adds.

    `unread` are paths whose contents were wanted and not had, `unseen` those whose lines were not:
    whoever asked about them has no answer.
    """

    paths: tuple[str, ...]
    contents: Mapping[str, bytes]
    added: tuple[Added, ...]
    unread: tuple[str, ...] = ()
    unseen: tuple[str, ...] = ()


class _Row(NamedTuple):
    """A path after a change: the kind of file, and the ids of its blobs; zeros where none is."""

    path: str
    mode: str
    before: str = ""
    after: str = ""


def scope(
    context: Context, what: str, *, reads: Callable[[str], bool], lines: bool = True
) -> Scope:
    """The change that is meant: `staged`, `tree` (what files hold, new ones too) or a commit.

    Contents are those of the paths that `reads` says yes to: each costs a run of git. What git
    ignores is no part of a change.
    Raises RevisionError when there is no such commit, HistoryUnreadableError when git fails.
    """
    compare = [*_compared(context, what), *_PLAIN]
    rows = list(_rows(diffs.listed(context, [*compare, "--raw", "--no-abbrev"])))
    new = list(_untracked(context)) if what == TREE else []
    tree = what == TREE
    had = {
        row.path: _after(context, row, tree=tree)
        for row in (*rows, *new)
        if row.mode in _FILES and reads(row.path)
    }
    added, unseen = _added(context, compare, rows, new) if lines else ([], [])
    return Scope(
        tuple(row.path for row in (*rows, *new)),
        {path: data for path, data in had.items() if data is not None},
        tuple(added),
        tuple(path for path, data in had.items() if data is None),
        tuple(unseen),
    )


def commit_of(context: Context, what: str) -> str | None:
    """The commit that is meant, or on which the change stands; None before the first."""
    name = "HEAD" if what in (STAGED, TREE) else what
    found = _commit_or_nothing(context, name)
    return None if found == _nothing(context) else found


def _rows(fields: Iterable[str]) -> Iterator[_Row]:
    """Every path with its kind after the change; a link holds a path, not what its name says."""
    words = iter(fields)
    for told in words:
        if not told:
            return
        _, mode, before, after, status = told.split(" ")
        path = next(words)
        if status[0] == "R":  # where it came from stands before where it is
            path = next(words)
        yield _Row(path, mode, before, after)


def _untracked(context: Context) -> Iterator[_Row]:
    """Files that git does not know yet and does not ignore."""
    told = diffs.ask(context, ["ls-files", "--others", "--exclude-standard", "-z"])
    for path in told.decode("utf-8", "surrogateescape").split("\0"):
        if path and not path.endswith("/"):  # a repository of its own
            link = (context.root / path).is_symlink()
            yield _Row(path, _LINK if link else _FILES[0])


def _after(context: Context, row: _Row, *, tree: bool) -> bytes | None:
    if tree:
        return diffs.worktree_file(context, row.path)
    return diffs.blob(context, row.after)


def _added(
    context: Context, compare: Sequence[str], rows: Sequence[_Row], new: Sequence[_Row]
) -> tuple[list[Added], list[str]]:
    """The lines that are added, and the paths whose lines nobody has seen."""
    patch = diffs.patch(context, compare, [row.path for row in rows]) if rows else None
    if rows and patch is None:
        return [], [row.path for row in rows]
    added = list(patch.added) if patch else []
    unseen: list[str] = []
    # Text of which a diff shows nothing: by an attribute, or in UTF-16.
    hidden = [row for row in rows if patch and row.path in patch.binary and row.mode in _FILES]
    for row in (*hidden, *(one for one in new if one.mode in _FILES)):
        after = _after(context, row, tree=not row.after.strip("0"))
        if after is None:
            unseen.append(row.path)
            continue
        known = diffs.blob(context, row.before) if row.before.strip("0") else b""
        added.extend(diffs.new_lines(row.path, known or b"", after))
    return added, unseen


def _compared(context: Context, what: str) -> list[str]:
    """The words of git that compare the change with what was there before it."""
    if what == STAGED:
        # `git commit -a` and `git commit PATH` give hooks an index of their own: it is not asked.
        if PurePath(os.environ.get("GIT_INDEX_FILE") or "index").name != "index":
            raise UsageError(messages.OTHER_INDEX, next_step=messages.OTHER_INDEX_NEXT)
        return ["diff", "--cached"]
    if what == TREE:
        return ["diff", _commit_or_nothing(context, "HEAD")]
    must_exist(context, what)
    commit = _commit_or_nothing(context, what)
    return ["diff-tree", "-r", _commit_or_nothing(context, f"{commit}^1"), commit]


def must_exist(context: Context, what: str) -> None:
    """Raise RevisionError when a commit is meant that there is not."""
    if what not in (STAGED, TREE) and commit_of(context, what) is None:
        raise RevisionError(messages.no_commit(what))


def _commit_or_nothing(context: Context, name: str) -> str:
    """The id of a commit; that of the empty tree where there is no such commit."""
    words = ["git", "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}"]
    ran = context.run(words, reads=True)
    return ran.stdout.decode().strip() if ran.ok else _nothing(context)


def _nothing(context: Context) -> str:
    empty = context.run(["git", "hash-object", "-t", "tree", "--stdin"], reads=True, stdin=b"")
    return empty.stdout.decode().strip()


def forbidden(added: Iterable[Added], words: Sequence[str]) -> list[str]:
    """`path:line: word` for each added line that holds one of the words as a word of its own."""
    if not words:
        return []
    named = re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, words)) + r")(?!\w)")
    return [
        f"{one.path}:{one.line}: {found.group()}"
        for one in added
        if (found := named.search(one.text))
    ]


def line_rate(report: bytes) -> float | None:
    """Covered lines in percent, from a Cobertura XML or coverage.py JSON report; None otherwise."""
    if report.lstrip().startswith(b"{"):
        try:
            return float(json.loads(report)["totals"]["percent_covered"])
        except (ValueError, KeyError, TypeError, RecursionError):
            return None
    if b"<!ENTITY" in report:
        return None
    try:
        root = ET.fromstring(report)  # noqa: S314  # without entities there is nothing to expand
        return float(root.attrib["line-rate"]) * 100
    except (ET.ParseError, KeyError, ValueError):
        return None
