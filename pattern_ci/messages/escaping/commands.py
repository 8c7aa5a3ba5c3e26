"""What a workflow runner carries out: commands in the log, and the outputs of a step.

The grammar is the runner's own (`src/Runner.Common/ActionCommand.cs`, `FileCommandManager.cs`):
`::name property=value,…::data` at the start of a line, with `%`, CR and LF percent-encoded in the
data, and `:` and `,` as well in properties.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pattern_ci.messages.escaping.lines import log, visible
from pattern_ci.model.safe import Command

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


def annotation(
    level: str, message: str, *, file: str, line: int, column: int, title: str
) -> Command:
    """A message at a place in a file; `level` is error, warning or notice."""
    properties = {"file": file, "line": str(line), "col": str(column), "title": title}
    return _command(level, message, properties)


def error(message: str) -> Command:
    """What made the step fail; the page of the run shows it, and the log in red."""
    return _command("error", message, {"title": "pattern-ci"})


def debug(value: str) -> Command:
    """A line that the log shows to people who asked for debugging."""
    return _command("debug", value)


def add_matcher(path: str) -> Command:
    """Let the runner find problems in the lines that follow, by the rules in a file."""
    return _command("add-matcher", path)


def remove_matcher(owner: str) -> Command:
    """The end of those lines."""
    return _command("remove-matcher", "", {"owner": owner})


def _command(name: str, data: str, properties: Mapping[str, str] | None = None) -> Command:
    listed = ",".join(f"{key}={_property(value)}" for key, value in (properties or {}).items())
    return Command(f"::{name}{' ' if listed else ''}{listed}::{_data(data)}")


def _data(value: str) -> str:
    # What is no command for one runner is a line of its log; there it must not be another command.
    text = visible(value, keep="\r\n\t").replace("##[", "## [")
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: str) -> str:
    return _data(value).replace(":", "%3A").replace(",", "%2C")


def outputs(values: Mapping[str, str], delimiter: str) -> str:
    """The lines for `GITHUB_OUTPUT`.

    A value ends at `delimiter`, which nobody may know before, or it could add outputs of its own.
    Raises ValueError when a name is none or a value holds the delimiter.
    """
    for name, value in values.items():
        if not _NAME.fullmatch(name) or delimiter in value:
            msg = f"the output {log(name)!r} cannot be written"
            raise ValueError(msg)
    return "".join(
        f"{name}<<{delimiter}\n{visible(value, keep=chr(10) + chr(9))}\n{delimiter}\n"
        for name, value in values.items()
    )
