"""Formatters: a diff of each file, or bare names of files, are one error a file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pattern_ci.diagnosis.found import Found, Reading, relative
from pattern_ci.messages import diagnosis as messages
from pattern_ci.model.diagnosis import ErrorClass

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pattern_ci.diagnosis.lines import Line

TEMPLATE: Final = "unformatted"
# Which formatter lists files whose names end like this, when it is told to name them only.
_ENDINGS: Final = {
    "gofmt": ("go",), "rustfmt": ("rs",),
    "prettier": (
        "js", "jsx", "mjs", "cjs", "ts", "tsx", "mts", "cts", "css", "scss", "less", "json",
        "json5", "vue", "html", "hbs", "md", "mdx", "yaml", "yml", "graphql",
    ),
}  # fmt: skip
_LISTER: Final = {ending: tool for tool, endings in _ENDINGS.items() for ending in endings}
_NAME = re.compile(r"^[^\s:]{0,300}\.(?P<ending>[a-z]\w{0,7})$")
_COMMAND = re.compile(
    r"(?:^|[\s(/\"'`>])(?P<tool>gofmt|rustfmt|prettier|cargo[ -]fmt)(?= )[^|;&)]{0,200}?"
    r" (?:-[a-z]{0,3}l[a-z]{0,3}|--list-different|--files-with-diff)(?![\w-])"
)
_NEAR: Final = 5  # lines from a command, or from a name, to the next name
_RUST = re.compile(r"^Diff in (?P<file>\S.{0,300}?)(?::| at line )(?P<line>\d{1,9}):$")
_GO = re.compile(r"^diff (?:-u )?(?P<old>\S{1,300})\.orig (?P<file>\S{1,300})$")
_OLD = re.compile(r"^--- (?P<file>\S{1,300})(?P<time>\t.*)?$")
_STARTS: Final = frozenset("-+@d0123456789")  # of lines that begin a diff, or sum it up
_HUNK = re.compile(
    r"^@@ -(?P<start>\d{1,9})(?:,(?P<old>\d{1,9}))? \+\d{1,9}(?:,(?P<new>\d{1,9}))? @@"
)
_RUFF = re.compile(r"^\d{1,9} files? would be reformatted(?:, \d{1,9} files? (?:already|left).*)?$")
_CONTEXT: Final = 3  # lines around a change that rustfmt shows
_MOST: Final = 1000  # diffs that wait for the line that says who wrote them


class FormatLog:
    """Takes diffs whole, so that no word of quoted source is an error, and lists of names."""

    def __init__(self) -> None:
        self._lists = _Lists()
        self._diff = _Diff()
        self._rust: set[str] = set()
        self._around = _CONTEXT + 1  # lines since rustfmt showed a change

    def take(self, line: Line, reading: Reading) -> bool:
        """Whether the line belongs to what a formatter would change."""
        text = line.text
        said = _RUST.match(text) if text[:8] == "Diff in " else None
        if said is not None:
            self._rusty(said, line, reading)
            return True
        return (
            self._in_rust(text) or self._diff.take(line, reading) or self._lists.take(line, reading)
        )

    def _rusty(self, said: re.Match[str], line: Line, reading: Reading) -> None:
        """One error a file, at its first change."""
        self._around = 0
        if said["file"] not in self._rust:
            self._rust.add(said["file"])
            reading.add(unformatted("rustfmt", said["file"], line.number, int(said["line"])))

    def _in_rust(self, text: str) -> bool:
        if self._around > _CONTEXT or text[:1] not in ("+", "-", " "):
            self._around = _CONTEXT + 1
            return False
        self._around = self._around + 1 if text[0] == " " else 0
        return True


class _Diff:
    """A unified diff: its hunks say how long they are."""

    def __init__(self) -> None:
        self._one: Found | None = None  # whose first change is looked for
        self._waiting: list[Found] = []
        self._headed = 0  # the line of the last `---` or `+++`
        self._named = ""  # what `---` named, where only `ruff format --diff` writes it so
        self._old = self._new = self._at = self._last = 0

    def take(self, line: Line, reading: Reading) -> bool:
        """Whether the line belongs to a diff."""
        if self._blank(line) and self._inside(line.text):
            return True
        self._old = self._new = 0
        return line.text[0] in _STARTS and self._head(line, reading)

    def _blank(self, line: Line) -> bool:
        """Count the empty lines before this one, which are not shown: they are unchanged."""
        between = line.number - self._last - 1
        self._last = line.number
        if self._old > 0 or self._new > 0:
            self._old, self._new, self._at = (
                self._old - between, self._new - between, self._at + between,
            )  # fmt: skip
        return self._old > 0 or self._new > 0

    def _inside(self, text: str) -> bool:
        if text[0] not in "+- \\":
            return False
        if text[0] in "+-" and self._one is not None:
            self._one.line, self._one = self._at, None
        self._old -= text[0] in "- "
        self._new -= text[0] in "+ "
        self._at += text[0] in "- "
        return True

    def _head(self, line: Line, reading: Reading) -> bool:
        text = line.text
        hunk = _HUNK.match(text) if self._headed and text[:3] == "@@ " else None
        if hunk is not None:
            self._old, self._new = (int(hunk[name] or 1) for name in ("old", "new"))
            self._at = int(hunk["start"])
            return True
        go = _GO.match(text) if text[:5] == "diff " else None
        if go is not None and go["old"] == go["file"]:
            self._one = reading.add(unformatted("gofmt", go["file"], line.number))
            return True
        if text[:4] == "+++ " and self._headed == line.number - 1:
            self._headed = line.number
            if self._named and self._named == text[4:]:
                self._start(self._named, line.number - 1, reading)
            return True
        old = _OLD.match(text) if text[:4] == "--- " else None
        if old is not None:
            self._headed = line.number
            self._named = "" if old["time"] else old["file"]
            return True
        if self._waiting and _RUFF.match(text):
            for one in self._waiting:
                reading.add(one)
            self._waiting = []
        return False

    def _start(self, file: str, log_line: int, reading: Reading) -> None:
        """`ruff format --diff` names the file alone, and itself at the end or not at all."""
        self._one = unformatted("ruff", file, log_line)
        self._one.rule, self._one.precise, self._one.template = TEMPLATE, True, None
        if reading.tool == "ruff":
            reading.add(self._one)
        elif len(self._waiting) < _MOST:
            self._waiting.append(self._one)


class _Lists:
    """Names of files below a command that lists them."""

    def __init__(self) -> None:
        self._tool = ""
        self._last = 0

    def take(self, line: Line, reading: Reading) -> bool:
        """Whether the line is the name of a file that its tool would change."""
        text = line.text
        if " " in text:
            self._begin(line)
            return False
        name = _NAME.match(text)
        tool = _LISTER.get(name["ending"], "") if name is not None else ""
        if not tool:
            return False
        if tool != reading.tool and (tool != self._tool or line.number - self._last > _NEAR):
            return False
        self._last = line.number
        reading.add(unformatted(tool, text, line.number))
        return True

    def _begin(self, line: Line) -> None:
        said = _COMMAND.search(line.text) if "fmt" in line.text or "prettier" in line.text else None
        if said is not None:
            tool = said["tool"]
            self._tool = "rustfmt" if tool.startswith("cargo") else tool
            self._last = line.number


def unformatted(tool: str, file: str, log_line: int, line: int | None = None) -> Found:
    """A file that a formatter would change."""
    return Found(
        tool, messages.NOT_FORMATTED, log_line, file=file, line=line, template=TEMPLATE,
        kind=ErrorClass.FORMAT,
    )  # fmt: skip


def listed(lines: Iterable[Line], root: str) -> list[Found]:
    """Errors of a failed run that printed names of files and nothing else.

    That is how `gofmt -l`, `prettier -l` and `rustfmt -l` say that they would change them; all
    names must be of files that one of these tools formats.
    """
    found = []
    for line in lines:
        name = _NAME.match(line.text)
        tool = _LISTER.get(name["ending"], "") if name is not None else ""
        if line.text and not tool:
            return []
        if tool:
            found.append(unformatted(tool, line.text, line.number))
            found[-1].file = relative(line.text, root)
    return found if len({one.tool for one in found}) == 1 else []
