"""The checks of ground truth by name: what proves that an operation did its work."""

from __future__ import annotations

from typing import Final, NamedTuple


class Truth(NamedTuple):
    """A check: its name, what it needs (`path`, `slot`, `command`), and what it asks."""

    name: str
    needs: tuple[str, ...]
    asks: str


TRUTHS: Final = (
    Truth("file_exists", ("path", "slot"), "whether the file is there"),
    Truth("renders", ("slot",), "whether the file is what the slot renders to"),
    Truth("parses", ("path", "slot"), "whether the file is valid for its type"),
    Truth("imports", ("path", "slot"), "whether Python can import the module"),
    Truth("contains", ("path", "slot"), "whether the text `expected` stands in the file"),
    Truth("command_exits", ("command",), "the exit code of a command"),
    Truth("tests_pass", ("command",), "whether the command that runs the tests exits with 0"),
)
NAMES: Final = tuple(truth.name for truth in TRUTHS)
# These can be answered from a pattern and its examples alone, without running anything.
STATIC: Final = ("renders", "file_exists")
