"""The console entry: find the verb, run it, turn errors into one line and an exit code."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, NoReturn

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
        from pattern_ci import output

        output.failure(error.line)
        return error.return_code
    except BrokenPipeError:
        from pattern_ci import output

        output.discard()  # the reader (head, less) has seen enough
        return 0
    except KeyboardInterrupt:
        from pattern_ci import output

        output.error("pattern-ci: interrupted; nothing half-written is left.")
        return EXIT_INTERRUPTED
    except Exception as error:  # noqa: BLE001  # the one boundary: an unknown fault gets a log
        from pattern_ci import output
        from pattern_ci.messages.crash import report_crash

        output.error(report_crash(error, words).rstrip("\n"))
        return EXIT_UNEXPECTED


def _dispatch(words: list[str]) -> int:
    if words[:1] == ["hook"] and len(words) > 1:
        # Hooks skip argparse: start-up is what a person feels at each commit.
        from pattern_ci.catalog import HOOK_MODULES

        name = HOOK_MODULES.get(words[1])
        if name is not None:
            code: int = import_module(name).main(words[2:])
            return code
    from pattern_ci import output

    asked = words[:1] in (["--verbose"], ["-v"])
    with output.verbosity(asked):
        return _command(words[1:] if asked else words)


def _command(words: list[str]) -> int:
    from pattern_ci import output
    from pattern_ci.catalog import COMMANDS

    if words in (["--version"], ["-V"]):
        output.line(f"pattern-ci {__version__}")
        return 0
    if not words or words[0] in ("-h", "--help", "help"):
        from pattern_ci.messages.usage import overview

        output.write(overview())
        return 0 if words else EXIT_USAGE
    known = {command.name: command for command in COMMANDS}
    command = known.get(words[0])
    if command is None:
        from pattern_ci.messages.usage import unknown_command

        output.error(unknown_command(words[0]).rstrip("\n"))
        return EXIT_USAGE
    return _run(command.name, command.does, words[1:])


def _run(name: str, does: str, words: list[str]) -> int:
    import argparse

    from pattern_ci import output

    class Parser(argparse.ArgumentParser):
        """Complains through our door: an argument may hold anything."""

        def exit(self, status: int = 0, message: str | None = None) -> NoReturn:
            if message:
                output.error(message.rstrip("\n"))
            raise SystemExit(status)

    module = import_module(f"pattern_ci.commands.{name.replace('-', '_')}")
    parser = Parser(prog=f"pattern-ci {name}", description=does)
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
