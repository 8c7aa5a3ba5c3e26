"""`pattern-ci diagnose`: what a log says is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pattern_ci import files, output
from pattern_ci.diagnosis.engine import ErrorEngine
from pattern_ci.diagnosis.forms import compiled
from pattern_ci.errors import EXIT_FINDINGS, EXIT_OK, FatalError
from pattern_ci.messages import diagnosis as messages
from pattern_ci.messages.escaping import commands
from pattern_ci.model.event import Source
from pattern_ci.model.finding import Severity
from pattern_ci.registry import report
from pattern_ci.registry.config import load_config
from pattern_ci.registry.diagnosed import finding, rdjson, sarif

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Sequence

    from pattern_ci.model.diagnosis import Diagnosis

STDIN = "-"
SCHEMA_VERSION = 1
FORMATS = ("text", "json", "github", "sarif", "rdjson")


class Options(NamedTuple):
    """Whose log it is, how its run ended, what good runs said, where the project was.

    `forms` are how tools of one's own speak, those of the configuration not counted.
    """

    tool: str | None = None
    exit_code: int | None = None
    green: tuple[str, ...] = ()
    root: str = ""
    forms: tuple[str, ...] = ()


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the command line."""
    parser.add_argument("log", nargs="?", default=STDIN, metavar="FILE", help="`-`: standard input")
    parser.add_argument("--tool", help="who wrote it, where one tool did")
    parser.add_argument("--exit-code", type=int, metavar="N", help="how the run ended")
    parser.add_argument(
        "--green", action="append", default=[], metavar="FILE", help="log of a run that ended well"
    )
    parser.add_argument("--root", default="", help="the project's folder, as the log names it")
    parser.add_argument(
        "--form", action="append", default=[], metavar="TOOL=FORM",
        help="how a tool speaks: `mylint={file}:{line}: {message}`",
    )  # fmt: skip
    parser.add_argument("--all", action="store_true", help="every error, not the first five")
    parser.add_argument("--format", choices=FORMATS, default="text")


def run(args: Namespace) -> int:
    """Run the command for parsed arguments."""
    root = args.root or str(Path.cwd())
    options = Options(args.tool, args.exit_code, tuple(args.green), root, tuple(args.form))
    return diagnose(args.log, options, form=args.format, every=args.all)


def diagnose(log: str, options: Options, *, form: str, every: bool = False) -> int:
    """Say what is wrong; 1 when that is an error which good runs do not have."""
    places = [_place(name) for name in (log, *options.green)]
    if places.count(None) > 1:
        raise messages.one_stdin()
    written = (*options.forms, *load_config(_top()).diagnose.forms)
    forms = [compiled(form) for form in written]
    engine = ErrorEngine(root=options.root, forms=forms, source=Source.CLI)
    for place in places[1:]:
        engine.learn_green(files.chunks(place), tool=options.tool)
    said = files.chunks(places[0])
    found = engine.observe(said, tool=options.tool, exit_code=options.exit_code)
    _tell(found, form, every=every)
    wrong = any(one.severity is Severity.ERROR and not one.in_green for one in found)
    return EXIT_FINDINGS if wrong else EXIT_OK


def _top() -> Path | None:
    """The top of the work tree around us, if any: a log may be read anywhere."""
    here = Path.cwd()
    return next((one for one in (here, *here.parents) if (one / ".git").exists()), None)


def _place(name: str) -> Path | None:
    if name == STDIN:
        return None
    if not Path(name).is_file():
        raise messages.no_log(name)
    return Path(name)


def _tell(found: Sequence[Diagnosis], form: str, *, every: bool) -> None:
    if form == "json":
        rows = [one.to_dict() for one in found]
        output.json_pretty({"schema_version": SCHEMA_VERSION, "diagnoses": rows})
        return
    if form in ("sarif", "rdjson"):
        placed = [one for one in found if one.file and not one.in_green]
        output.json_pretty(sarif(placed, _read) if form == "sarif" else rdjson(placed))
        left = sum(not one.file and not one.in_green for one in found)
        if left:
            output.error(messages.no_place(left))
        return
    if form == "github":
        _annotate([one for one in found if not one.in_green])
    output.line(messages.text(found, every=every))


def _annotate(found: Sequence[Diagnosis]) -> None:
    """Annotations at their places; what has none is an error of the step, if it is the cause."""
    shown = report.as_annotations([finding(one) for one in found if one.file])
    for command in shown.commands:
        output.command(command)
    causes = [one for one in found if not one.file and not one.consequence]
    errors = [one for one in causes if one.severity is Severity.ERROR]
    for one in errors[: report.MAX_ANNOTATIONS - len(shown.commands)]:
        output.command(commands.error(messages.sentence(one)))


def _read(path: str) -> str | None:
    """The text of a file of the project; what is outside of it is not ours to read."""
    try:
        return files.read_text(files.inside(Path.cwd(), path))
    except FatalError:
        return None
