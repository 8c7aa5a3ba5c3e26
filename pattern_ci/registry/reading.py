"""Reads the files of a library: each is a document or text, or a finding that says why not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from pattern_ci import files, yaml
from pattern_ci.errors import SpecError, StorageError, UnsafePathError
from pattern_ci.messages import validate as messages
from pattern_ci.model.finding import Finding, Severity
from pattern_ci.registry import jsontext

if TYPE_CHECKING:
    from pathlib import Path

MAX_BYTES = yaml.MAX_BYTES


class TextFile(NamedTuple):
    """A text as it stands on disk; `text` is None when `finding` says why it cannot be read."""

    path: str
    text: str | None
    finding: Finding | None = None


class DataFile(NamedTuple):
    """A YAML or JSON file; `document` is None when `finding` says why it cannot be read."""

    path: str
    document: yaml.Document | None
    finding: Finding | None = None

    @property
    def data(self) -> Any:
        """The plain data, None for a file that cannot be read."""
        return self.document.data if self.document else None

    def at(
        self, key: yaml.Key, rule: str, message: str, severity: Severity = Severity.ERROR
    ) -> Finding:
        """A finding at the place of `key`."""
        line, column = self.document.position(key) if self.document else (1, 1)
        return Finding(self.path, line, column, rule, message, severity)


def read_text(root: Path, path: Path, shown: str) -> TextFile:
    """Read UTF-8 text of at most MAX_BYTES below `root`; newlines stay as they are.

    Symlinks are not followed: one that is committed could point at any file of the machine that
    checks it.
    """
    problem, place = _unreadable(root, path), (1, 1)
    raw: bytes | None = None
    if not problem:
        try:
            raw = files.read_bytes(path)
        except StorageError as error:
            problem = error.what
    if raw is not None:
        try:
            return TextFile(shown, raw.decode())
        except UnicodeDecodeError as error:
            place, problem = _place(raw, error.start), messages.NOT_UTF8
    return TextFile(shown, None, Finding(shown, *place, "readable", problem or messages.MISSING))


def _unreadable(root: Path, path: Path) -> str:
    try:
        files.inside(root, path.relative_to(root).as_posix())
    except UnsafePathError as error:
        return error.what
    if not path.is_file():
        return messages.NOT_A_FILE if path.exists() else messages.MISSING
    return messages.too_large(MAX_BYTES) if path.stat().st_size > MAX_BYTES else ""


def _place(raw: bytes, index: int) -> tuple[int, int]:
    before = raw[:index]
    return before.count(b"\n") + 1, index - (before.rfind(b"\n") + 1) + 1


def read_data(root: Path, path: Path, shown: str) -> DataFile:
    """Read a JSON file (by its suffix) or else a YAML file, below `root`."""
    return parse_text(read_text(root, path, shown))


def parse_text(file: TextFile) -> DataFile:
    """The data of a text, or the finding that says why there is none."""
    if file.text is None:
        return DataFile(file.path, None, file.finding)
    return parse(file.text, file.path)


def parse(text: str, shown: str) -> DataFile:
    """Parse the text of a JSON file (by its suffix) or else of a YAML file."""
    load = jsontext.load if shown.endswith(".json") else yaml.load
    try:
        document = load(text.removeprefix("\ufeff"), source=shown)
    except SpecError as error:
        return DataFile(shown, None, from_error(error, shown))
    if document.data is None:
        return DataFile(shown, None, Finding(shown, 1, 1, "readable", messages.EMPTY))
    return DataFile(shown, document)


def from_error(error: SpecError, shown: str) -> Finding:
    """The finding for an error that a parser raised: it starts with `source:line:col: `."""
    line, column, message = error.what.removeprefix(f"{shown}:").split(":", 2)
    return Finding(shown, int(line), int(column), "readable", message.strip())


def spec_field(text: str, name: str) -> str | None:
    """One field of a spec's text; None when it is not there or the text cannot be read."""
    try:
        data = yaml.load(text, source="spec").data
    except SpecError:
        return None
    found = data.get(name) if isinstance(data, dict) else None
    return found if isinstance(found, str) else None
