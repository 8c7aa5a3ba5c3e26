"""The door to standard output and error, and to what CI reads from them.

Nothing leaves here that steers a terminal or a workflow runner, wherever its words come from;
commands for the runner have a function and a type of their own.
"""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING, Any

from pattern_ci.messages.escaping.lines import log, visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pattern_ci.model.safe import Command, Markdown

    Progress = Callable[[str, int, int], None]

_verbose = False
_DIFF_STYLES = {"+": "green", "-": "red", "@": "cyan"}


def write(text: str) -> None:
    """Write lines to standard output. Raises StorageError when its disk is full."""
    _emit("\n".join(map(log, text.split("\n"))))


def line(text: str = "") -> None:
    """Write one line, or several, to standard output."""
    write(text + "\n")


def shows(characters: str) -> bool:
    """Whether standard output is read as an encoding that has these characters."""
    try:
        characters.encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except UnicodeEncodeError:
        return False
    return True


def diff(text: str) -> None:
    """Write a unified diff to standard output, in colours where a person looks at it."""
    rows = [log(row) for row in text.removesuffix("\n").split("\n")]
    if not sys.stdout.isatty() or os.environ.get("NO_COLOR"):
        _emit("\n".join(rows) + "\n")
        return
    from io import StringIO

    from rich.console import Console
    from rich.text import Text

    painted = StringIO()
    console = Console(file=painted, force_terminal=True, soft_wrap=True)
    for row in rows:
        heading = row.startswith(("+++ ", "--- "))
        console.print(Text(row, "bold" if heading else _DIFF_STYLES.get(row[:1], "")))
    _emit(painted.getvalue())


def error(text: str) -> None:
    """Write one line, or several, to standard error."""
    _complain("\n".join(map(log, text.split("\n"))))


def failure(text: str) -> None:
    """Write the one line of an error to standard error; in a workflow the page of the run has it.

    The names in it may hold line ends; it is one line all the same.
    """
    if in_github_actions():
        from pattern_ci.messages.escaping import commands

        _complain(commands.error(visible(text)))
    else:
        error(f"pattern-ci: {visible(text)}")


def command(text: Command) -> None:
    """Tell the workflow runner something."""
    _emit(text + "\n")


def json_line(data: Any) -> None:
    """Write one JSON value on one line."""
    import json

    _emit(_quiet(json.dumps(data, ensure_ascii=True, separators=(", ", ": "))) + "\n")


def json_pretty(data: Any) -> None:
    """Write one JSON value for people and programs alike."""
    _emit(json_text(data))


def json_text(data: Any) -> str:
    """One JSON value as `json_pretty` writes it: the characters of ASCII only, and no command."""
    import json

    return _quiet(json.dumps(data, ensure_ascii=True, indent=2)) + "\n"


def _quiet(text: str) -> str:
    # A workflow runner takes `##[command]` anywhere in a line of its log for a command.
    return text.replace("##[", "#\\u0023[")


def _emit(text: str) -> None:
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(text.encode())
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        from pathlib import Path

        from pattern_ci import files

        discard()
        raise files.storage_error(Path("standard output"), error, "write") from error


def discard() -> None:
    """Drop what is left for standard output: it would fail once more when the interpreter ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _complain(text: str) -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


@contextlib.contextmanager
def verbosity(wanted: bool) -> Iterator[None]:
    """Say what is being done in here, or do not."""
    global _verbose  # noqa: PLW0603  # one switch of one process, thrown by the command line
    before, _verbose = _verbose, wanted
    try:
        yield
    finally:
        _verbose = before


def is_verbose() -> bool:
    """Whether somebody asked: on the command line, or for debug logging of a workflow run."""
    return _verbose or os.environ.get("RUNNER_DEBUG") == "1"


def debug(topic: str, text: str) -> None:
    """Say on standard error what is being done, if anybody asked.

    Ask `is_verbose` first where making the text costs something. Addresses lose their credentials.
    """
    if not is_verbose():
        return
    import re

    said = re.sub(r"(?<=://)[^/@\s]+@", "", f"{topic}: {text}")
    if in_github_actions():
        from pattern_ci.messages.escaping import commands

        _complain(commands.debug(said))
    else:
        _complain(log(f"pattern-ci: debug: {said}"))


def summary(page: Markdown, *, environ: Mapping[str, str] = os.environ) -> None:
    """Add a page to the summary of the job, where there is one."""
    _append(environ.get("GITHUB_STEP_SUMMARY"), page)


def job_outputs(values: Mapping[str, str], *, environ: Mapping[str, str] = os.environ) -> None:
    """Set outputs of the step, where this is one."""
    import secrets

    from pattern_ci.messages.escaping import commands

    delimiter = f"pattern-ci-{secrets.token_hex(16)}"
    _append(environ.get("GITHUB_OUTPUT"), commands.outputs(values, delimiter))


def _append(place: str | None, text: str) -> None:
    if place:
        from pathlib import Path

        from pattern_ci import files

        files.append_text(Path(place), text)


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
