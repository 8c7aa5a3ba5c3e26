"""The door to standard output and error, and to what CI reads from them."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pattern_ci import files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Progress = Callable[[str, int, int], None]


def write(text: str) -> None:
    """Write text to standard output; text that is not UTF-8 keeps its bytes.

    Raises StorageError when it leads to a disk that is full.
    """
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(text.encode("utf-8", "surrogateescape"))
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        # What is left in the buffer would fail once more when the interpreter ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise files.storage_error(Path("standard output"), error, "write") from error


def line(text: str = "") -> None:
    """Write one line to standard output."""
    write(text + "\n")


def error(text: str) -> None:
    """Write one line to standard error."""
    sys.stderr.write(text.encode("utf-8", "backslashreplace").decode() + "\n")
    sys.stderr.flush()


def json_line(data: Any) -> None:
    """Write one JSON value on one line."""
    line(_quiet(json.dumps(data, ensure_ascii=True, separators=(", ", ": "))))


def json_pretty(data: Any) -> None:
    """Write one JSON value for people and programs alike."""
    line(_quiet(json.dumps(data, ensure_ascii=True, indent=2)))


def _quiet(text: str) -> str:
    # A workflow runner takes `##[command]` anywhere in a line of its log for a command.
    return text.replace("##[", "#\\u0023[")


def is_terminal() -> bool:
    """Whether a person looks at standard error right now (progress goes there)."""
    return sys.stderr.isatty() and not os.environ.get("CI")


def in_github_actions() -> bool:
    """Whether this runs as a step of a workflow."""
    return os.environ.get("GITHUB_ACTIONS") == "true"


@contextlib.contextmanager
def progress(title: str) -> Iterator[Progress]:
    """A function that is told (stage, done, total): a bar for a person, plain lines for a log.

    Both go to standard error, so that standard output stays what was asked for.
    """
    if not is_terminal():
        yield _plain_progress(title)
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        tasks: dict[str, Any] = {}

        def tell(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(f"{title}: {stage}", total=total)
            bar.update(tasks[stage], completed=done, total=total)

        yield tell


def _plain_progress(title: str) -> Progress:
    """One line when a stage begins and one when it is done; a log is not a screen."""
    begun: set[str] = set()

    def tell(stage: str, done: int, total: int) -> None:
        if stage not in begun:
            begun.add(stage)
            error(f"{title}: {stage} …" if done < total else f"{title}: {stage}")
        elif done == total:
            error(f"{title}: {stage} done ({total})")

    return tell
