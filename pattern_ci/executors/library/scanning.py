"""What a change holds: its paths, their contents after it, and the lines that it adds."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, NamedTuple

from pattern_ci.errors import HistoryUnreadableError, RevisionError
from pattern_ci.messages import executors as messages

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pattern_ci.model.execution import Context

STAGED = "staged"
TREE = "tree"
_HUNK = re.compile(r"@@ -\d+(?:,\d+)? \+(\d+)(?:,\d+)? @@")


class Added(NamedTuple):
    """A line that a change adds: where it stands after it, and its text."""

    path: str
    line: int
    text: str


class Scope(NamedTuple):
    """A change: paths that it leaves behind, their contents, and the lines that it adds."""

    paths: tuple[str, ...]
    contents: Mapping[str, bytes]
    added: tuple[Added, ...]


def scope(context: Context, what: str) -> Scope:
    """The change that is meant: `staged`, `tree` (all uncommitted work) or a commit.

    Raises RevisionError when there is no such commit, HistoryUnreadableError when git fails.
    """
    # `--root` and `-m --first-parent`: a first commit adds all, a merge what it brings in.
    if what in (STAGED, TREE):
        compare = ["diff", "--cached"] if what == STAGED else ["diff", _base(context)]
    else:
        compare = [
            "diff-tree",
            "--root",
            "-r",
            "-m",
            "--first-parent",
            "--no-commit-id",
            _commit(context, what),
        ]
    plain = ["--no-renames", "--no-ext-diff", "--no-textconv", "--no-color", "--diff-filter=ACMT"]
    names = _git(context, [*compare, *plain, "--name-only", "-z"])
    paths = tuple(name for name in names.decode("utf-8", "surrogateescape").split("\0") if name)
    source = {STAGED: ":", TREE: None}.get(what, f"{what}:")
    contents = {
        path: data for path in paths if (data := _content(context, source, path)) is not None
    }
    patch = _git(context, [*compare, *plain, "-p", "-U0", "--src-prefix=a/", "--dst-prefix=b/"])
    return Scope(paths, contents, tuple(added_lines(patch.decode("utf-8", "replace"))))


def _base(context: Context) -> str:
    """HEAD, or the empty tree before the first commit."""
    ran = context.run(["git", "rev-parse", "--verify", "--quiet", "HEAD"], reads=True)
    if ran.ok:
        return "HEAD"
    empty = context.run(["git", "hash-object", "-t", "tree", "--stdin"], reads=True, stdin=b"")
    return empty.stdout.decode().strip()


def _commit(context: Context, name: str) -> str:
    words = ["git", "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}"]
    ran = context.run(words, reads=True)
    if not ran.ok:
        raise RevisionError(messages.no_commit(name))
    return ran.stdout.decode().strip()


def _git(context: Context, words: Sequence[str]) -> bytes:
    ran = context.run(["git", "-c", "core.quotepath=off", *words], reads=True)
    if not ran.ok or ran.cut:
        raise HistoryUnreadableError(messages.git_failed(words[0], ran))
    return ran.stdout


def _content(context: Context, source: str | None, path: str) -> bytes | None:
    if source is None:
        return context.read(path)
    ran = context.run(["git", "cat-file", "blob", source + path], reads=True)
    return ran.stdout if ran.ok and not ran.cut else None


def added_lines(patch: str) -> Iterator[Added]:
    """Every line that a unified diff adds, with its number in the new file."""
    path, line, left = "", 0, 0
    for text in patch.split("\n"):
        hunk = _HUNK.match(text)
        if hunk and left <= 0:
            line = int(hunk.group(1))
            sizes = re.match(r"@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@", text)
            assert sizes is not None
            left = sum(1 if size is None else int(size) for size in sizes.groups())
        elif left > 0:
            left -= not text.startswith("\\")
            if text.startswith("+"):
                yield Added(path, line, text[1:])
                line += 1
        elif text.startswith("+++ "):
            path = text[4:].removeprefix("b/").rstrip("\t")


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
