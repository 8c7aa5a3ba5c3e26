"""pytest: sections tell what happened and where, the summary which tests failed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from pattern_ci.diagnosis.found import Found, Reading, in_project, relative

if TYPE_CHECKING:
    from pattern_ci.diagnosis.lines import Line

_BANNER = re.compile(r"^=+ (?P<title>[^=].*?) =+$")
_SECTION = re.compile(r"^_+ (?P<name>[^_\s].*|_.*) _+$")
_PLACE = re.compile(r"^(?P<file>[^\s:][^:]{0,300}):(?P<line>\d+)(?:: ?(?P<said>.*))?$")
_NATIVE = "Traceback (most recent call last):"
_FRAME = re.compile(r'^  File "(?P<file>[^"]+)", line (?P<line>\d+)')
_FILE_LINE = re.compile(r'^E +File "(?P<file>[^"]+)", line (?P<line>\d+)')
_SAID = re.compile(r"^(?P<rule>[A-Za-z_][\w.]*): (?P<message>.*)$")
_BARE = re.compile(r"^(?P<rule>[A-Za-z_][\w.]*(?:Error|Exception|Failed|Exit|Interrupt|Timeout))$")
_SUMMARY = re.compile(r"^(?P<how>FAILED|ERROR) (?P<node>.+?)(?: - (?P<said>.*))?$")
_COUNTS = re.compile(r"^(?:=+ )?\d+ (?:failed|passed|errors?)\b.* in [\d.]+s")
_SETUP = ("ERROR at setup of ", "ERROR at teardown of ", "ERROR collecting ")


_MOST_NAMELESS = 200  # sections that may wait for the line that names them


@dataclass
class _Section:
    """One failure: the first line of the exception, and the last place in the project."""

    name: str
    number: int
    rule: str = ""
    message: str = ""
    file: str | None = None
    line: int | None = None
    fixed: bool = False  # a syntax error has named its place
    native: bool = False  # inside a traceback as Python prints it (`--tb=native`)
    used: bool = False


class PytestLog:
    """Takes every line between the first section and the last of the summary."""

    def __init__(self) -> None:
        self._sections: list[_Section] = []
        self._inside = self._summary = self._headless = False

    def take(self, line: Line, reading: Reading) -> bool:
        """Whether the line belongs to a report of pytest."""
        banner = _BANNER.match(line.text) if line.text[:2] == "==" else None
        if banner is not None:
            return self._banner(banner["title"], line, reading)
        if not self._inside:
            return False
        if self._summary:
            return self._summed(line, reading)
        self._in_section(line, reading)
        return True

    def close(self, reading: Reading) -> None:
        """Without a summary (`-r N`, a log that was cut) the sections speak for themselves."""
        for section in self._sections:
            if not section.used:
                reading.add(_found(section, section.number, None))
        self._sections = []
        self._inside = self._summary = False

    def _banner(self, title: str, line: Line, reading: Reading) -> bool:
        if title in ("ERRORS", "FAILURES"):
            self._inside, self._summary, self._headless = True, False, title == "FAILURES"
        elif title.startswith("short test summary"):
            self._inside = self._summary = True
        elif self._inside:
            if _COUNTS.match(line.text):
                self.close(reading)
            else:
                self._summary = False
        return self._inside or "test session starts" in title or " in " in title

    def _summed(self, line: Line, reading: Reading) -> bool:
        if _COUNTS.match(line.text):
            self.close(reading)
            return True
        said = _SUMMARY.match(line.text)
        if said is not None:
            section = (
                self._of(said["node"])
                or self._saying(said["said"] or "")
                or _plain(said["node"], said["said"] or "")
            )
            section.used = True
            reading.add(_found(section, line.number, said["node"].partition("::")[0]))
        return True

    def _of(self, node: str) -> _Section | None:
        """The section about a test: of its name, and of its file where several have the name."""
        path, _, test = node.partition("::")
        name = test.replace("::", ".") or path
        of_name = [one for one in self._sections if not one.used and one.name == name]
        return next((one for one in of_name if one.file == path), of_name[0] if of_name else None)

    def _saying(self, said: str) -> _Section | None:
        """The section without a name (`--tb=line`) with this message, which may be cut."""
        start = said.removesuffix("...")
        waiting = (one for one in self._sections if not one.used and not one.name)
        nameless = islice(waiting, _MOST_NAMELESS)  # a report that fits nothing is not searched
        return next((one for one in nameless if start and _says(one, start)), None)

    def _in_section(self, line: Line, reading: Reading) -> None:
        text = line.text
        head = _SECTION.match(text) if text[:1] == "_" and text != "_" * len(text) else None
        if head is not None and not text.startswith("_ _ _"):
            self._sections.append(_Section(_test_name(head["name"]), line.number))
            self._headless = False
        elif self._headless:
            self._on_a_line(line, reading)
        elif self._sections:
            _read(self._sections[-1], text, reading)

    def _on_a_line(self, line: Line, reading: Reading) -> None:
        """`--tb=line`: place and message on one line, and no heading."""
        place = _PLACE.match(line.text)
        if place is None or not place["said"]:
            return
        section = _Section("", line.number)
        _read_exception(section, f"E {place['said']}", reading)
        section.message = section.message or place["said"]
        section.file, section.line = relative(place["file"], reading.root), int(place["line"])
        self._sections.append(section)


def _says(section: _Section, start: str) -> bool:
    """Whether a message begins so; the summary leaves out the name of a plain assertion."""
    named = f"{section.rule}: {section.message}"
    return named.startswith(start) or section.message.startswith(start)


def _test_name(heading: str) -> str:
    for words in _SETUP:
        heading = heading.removeprefix(words)
    return heading


def _read(section: _Section, text: str, reading: Reading) -> None:
    if text[:2] == "E ":
        _read_exception(section, text, reading)
        return
    if text == _NATIVE:
        section.native, section.rule, section.message = True, "", ""
        return
    if section.native:
        _read_native(section, text, reading)
        return
    place = _PLACE.match(text)
    if place is None or section.fixed:
        return
    file = relative(place["file"], reading.root) or ""
    if in_project(file):
        section.file, section.line = file, int(place["line"])
    if not section.rule and _BARE.match(place["said"] or ""):
        section.rule = place["said"]


def _read_native(section: _Section, text: str, reading: Reading) -> None:
    """A traceback: the last frame in the project, and the exception at the start of a line."""
    frame = _FRAME.match(text)
    if frame is not None:
        file = relative(frame["file"], reading.root) or ""
        if in_project(file):
            section.file, section.line = file, int(frame["line"])
    elif text[:1] not in ("", " "):
        section.native = False
        _read_exception(section, f"E {text}", reading)


def _read_exception(section: _Section, text: str, reading: Reading) -> None:
    where = _FILE_LINE.match(text)
    if where is not None:
        section.file = relative(where["file"], reading.root)
        section.line, section.fixed = int(where["line"]), True
        section.rule = section.message = ""
        return
    if (section.rule and not section.fixed) or section.message:
        return
    said = text[1:].strip()
    parts, bare = _SAID.match(said), _BARE.match(said)
    if parts is not None:
        section.rule, section.message = parts["rule"], parts["message"]
    elif bare is not None:
        section.rule = bare["rule"]
    elif said.startswith("assert "):
        section.rule, section.message = "AssertionError", said
    elif said.startswith("fixture "):
        section.rule, section.message = "fixture", said


def _plain(node: str, said: str) -> _Section:
    """What the summary alone tells."""
    section = _Section(node, 0)
    _read_exception(section, f"E {said}", Reading())
    section.message = section.message or said
    return section


def _found(section: _Section, number: int, file: str | None) -> Found:
    return Found(
        "pytest",
        section.message,
        number,
        section.rule,
        section.file or file,
        section.line,
    )
