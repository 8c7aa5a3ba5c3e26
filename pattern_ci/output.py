"""The door to standard output and error, and to what CI reads from them."""

from __future__ import annotations

import json
import os
import sys
from typing import Any


def write(text: str) -> None:
    """Write text to standard output; text that is not UTF-8 keeps its bytes."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8", "surrogateescape"))
    sys.stdout.flush()


def line(text: str = "") -> None:
    """Write one line to standard output."""
    write(text + "\n")


def error(text: str) -> None:
    """Write one line to standard error."""
    sys.stderr.write(text.encode("utf-8", "backslashreplace").decode() + "\n")
    sys.stderr.flush()


def json_line(data: Any) -> None:
    """Write one JSON value on one line."""
    line(json.dumps(data, ensure_ascii=True, separators=(", ", ": ")))


def json_pretty(data: Any) -> None:
    """Write one JSON value for people and programs alike."""
    line(json.dumps(data, ensure_ascii=True, indent=2))


def is_terminal() -> bool:
    """Whether a person looks at standard error right now (progress goes there)."""
    return sys.stderr.isatty() and not os.environ.get("CI")


def in_github_actions() -> bool:
    """Whether this runs as a step of a workflow."""
    return os.environ.get("GITHUB_ACTIONS") == "true"
