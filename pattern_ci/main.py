"""The console entry: find the verb, run it, turn errors into one line and an exit code."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING

from pattern_ci import __version__
from pattern_ci.errors import EXIT_INTERRUPTED, EXIT_UNEXPECTED, EXIT_USAGE, FatalError

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        return _dispatch(words)
    except FatalError as error:
        from pattern_ci.messages.markdown import log

        # A path may hold line ends or no UTF-8; the error is one line all the same.
        sys.stderr.write(f"pattern-ci: {log(error.line)}\n")
        return error.return_code
    except BrokenPipeError:
        # The reader (head, less) has seen enough; a second error at exit would only be noise.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        sys.stderr.write("pattern-ci: interrupted; nothing half-written is left.\n")
        return EXIT_INTERRUPTED
    except Exception as error:  # noqa: BLE001  # the one boundary: an unknown fault gets a log
        from pattern_ci.messages.crash import report_crash

        sys.stderr.write(report_crash(error, words))
        return EXIT_UNEXPECTED


def _dispatch(words: list[str]) -> int:
    if words[:1] == ["hook"] and len(words) > 1:
        # Hooks skip argparse: start-up is what a person feels at each commit.
        from pattern_ci.catalog import HOOK_MODULES

        name = HOOK_MODULES.get(words[1])
        if name is not None:
            code: int = import_module(name).main(words[2:])
            return code
    if words in (["--version"], ["-V"]):
        sys.stdout.write(f"pattern-ci {__version__}\n")
        return 0
    from pattern_ci.catalog import COMMANDS

    if not words or words[0] in ("-h", "--help", "help"):
        from pattern_ci.messages.usage import overview

        sys.stdout.write(overview())
        return 0 if words else EXIT_USAGE
    known = {command.name: command for command in COMMANDS}
    command = known.get(words[0])
    if command is None:
        from pattern_ci.messages.usage import unknown_command

        sys.stderr.write(unknown_command(words[0]))
        return EXIT_USAGE
    return _run(command.name, command.does, words[1:])


def _run(name: str, does: str, words: list[str]) -> int:
    import argparse

    module = import_module(f"pattern_ci.commands.{name.replace('-', '_')}")
    parser = argparse.ArgumentParser(prog=f"pattern-ci {name}", description=does)
    module.add_arguments(parser)
    try:
        args = parser.parse_args(words)
    except SystemExit as stop:  # argparse has printed its line already
        return int(stop.code or 0)
    code: int = module.run(args)
    return code


def entry() -> None:
    """Console script."""
    raise SystemExit(main())
