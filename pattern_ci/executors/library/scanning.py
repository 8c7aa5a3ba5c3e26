"""What a change holds: its paths, their contents after it, and the lines that it adds."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, NamedTuple

from pattern_ci.errors import HistoryUnreadableError, RevisionError
from pattern_ci.messages import executors as messages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from pattern_ci.model.execution import Context

STAGED = "staged"
TREE = "tree"
_PLAIN = ("--no-renames", "--no-ext-diff", "--no-textconv", "--no-color", "--diff-filter=ACMT")
_AS_PATCH = ("-p", "-U0", "--src-prefix=a/", "--dst-prefix=b/")
_FILES = ("100644", "100755")
_HUNK = re.compile(r"@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")


class Added(NamedTuple):
    """A line that a change adds: where it stands after it, and its text."""

    path: str
    line: int
    text: str


class Scope(NamedTuple):
    """A change: paths that it leaves behind, contents that were wanted, and the lines it adds."""

    paths: tuple[str, ...]
    contents: Mapping[str, bytes]
    added: tuple[Added, ...]


def scope(context: Context, what: str, *, reads: Callable[[str], bool]) -> Scope:
    """The change that is meant: `staged`, `tree` (what tracked files hold) or a commit.

    Contents are those of the paths that `reads` says yes to: each costs a run of git.
    Raises RevisionError when there is no such commit, HistoryUnreadableError when git fails.
    """
    compare = [*_compared(context, what), *_PLAIN]
    modes = _modes(_git(context, [*compare, "--raw", "-z"]).decode("utf-8", "surrogateescape"))
    source = {STAGED: ":", TREE: None}.get(what, f"{what}:")
    contents = {
        path: data
        for path in filter(reads, modes)
        if modes[path] in _FILES and (data := _content(context, source, path)) is not None
    }
    paths = tuple(modes)
    return Scope(paths, contents, tuple(_added(context, [*compare, *_AS_PATCH], paths)))


def commit_of(context: Context, what: str) -> str | None:
    """The commit that is meant, or on which the change stands; None before the first."""
    name = "HEAD" if what in (STAGED, TREE) else what
    found = _commit_or_nothing(context, name)
    return None if found == _nothing(context) else found


def _modes(raw: str) -> dict[str, str]:
    """The mode that each path has after the change; a link holds a path, not what its name says."""
    words = raw.split("\0")
    return {path: row.split(" ")[1] for row, path in zip(words[::2], words[1::2], strict=False)}


def _compared(context: Context, what: str) -> list[str]:
    """The words of git that compare the change with what was there before it."""
    if what == STAGED:
        return ["diff", "--cached"]
    if what == TREE:
        return ["diff", _commit_or_nothing(context, "HEAD")]
    commit = _commit_or_nothing(context, what)
    if commit == _nothing(context):
        raise RevisionError(messages.no_commit(what))
    return ["diff-tree", "-r", _commit_or_nothing(context, f"{commit}^1"), commit]


def _commit_or_nothing(context: Context, name: str) -> str:
    """The id of a commit; that of the empty tree where there is no such commit."""
    words = ["git", "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}"]
    ran = context.run(words, reads=True)
    return ran.stdout.decode().strip() if ran.ok else _nothing(context)


def _nothing(context: Context) -> str:
    empty = context.run(["git", "hash-object", "-t", "tree", "--stdin"], reads=True, stdin=b"")
    return empty.stdout.decode().strip()


def _added(context: Context, words: Sequence[str], paths: Sequence[str]) -> Iterator[Added]:
    """The lines that are added; a file whose lines are too many to hold is left out."""
    every = context.run(["git", *words], reads=True)
    if every.ok and not every.cut:
        yield from added_lines(every.stdout.decode("utf-8", "replace"), paths)
        return
    for path in paths:
        one = context.run(["git", "--literal-pathspecs", *words, "--", path], reads=True)
        if one.ok and not one.cut:
            yield from added_lines(one.stdout.decode("utf-8", "replace"), [path])


def _git(context: Context, words: Sequence[str]) -> bytes:
    ran = context.run(["git", *words], reads=True)
    if not ran.ok or ran.cut:
        raise HistoryUnreadableError(messages.git_failed(words[0], ran))
    return ran.stdout


def _content(context: Context, source: str | None, path: str) -> bytes | None:
    if source is None:
        return context.read(path)
    ran = context.run(["git", "cat-file", "blob", source + path], reads=True)
    return ran.stdout if ran.ok and not ran.cut else None


def added_lines(patch: str, paths: Iterable[str]) -> Iterator[Added]:
    """Every line that a diff of git adds, with its number; `paths` are its files, in order.

    The patch names files as well, but quotes what is unusual in a name.
    """
    names = iter(paths)
    path, line, left = "", 0, 0
    for text in patch.split("\n"):
        if left > 0:
            left -= not text.startswith("\\")
            if text.startswith("+"):
                yield Added(path, line, text[1:])
                line += 1
        elif hunk := _HUNK.match(text):
            before, start, after = hunk.groups()
            line, left = int(start), int(before or 1) + int(after or 1)
        elif text.startswith("diff --git "):
            path = next(names, "")


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
