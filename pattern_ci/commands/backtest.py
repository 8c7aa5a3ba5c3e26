"""`pattern-ci backtest`: what would have been saved here, by temporal hold-out."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pattern_ci import files, git, output
from pattern_ci.errors import EXIT_OK, UsageError
from pattern_ci.messages import backtest as messages
from pattern_ci.messages.backtest_page import page
from pattern_ci.mining.backtest.run import LIMIT, Options
from pattern_ci.mining.backtest.run import backtest as run_backtest
from pattern_ci.registry.config import load_config

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterable

    from pattern_ci.model.backtest import Prediction


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the command line."""
    parser.add_argument(
        "repo", metavar="REPO", nargs="?", default=".", help="a clone or bare repository"
    )
    parser.add_argument("--rev", default="HEAD", help="only commits reachable from it are read")
    parser.add_argument(
        "--since", metavar="DATE", help="ask about commits from this day on (default: later half)"
    )
    parser.add_argument(
        "--limit", metavar="N", type=int, default=LIMIT,
        help=f"newest files, commits and pull requests to ask about, of each (default: {LIMIT})",
    )  # fmt: skip
    parser.add_argument("--format", choices=("text", "json", "html"), default="text")
    parser.add_argument("--predictions", metavar="FILE", help="write every prediction there")
    parser.add_argument("--no-cache", action="store_true", help="neither read nor fill the cache")


def run(args: Namespace) -> int:
    """Run the command for parsed arguments."""
    return backtest(
        Path(args.repo),
        Options(
            rev=args.rev,
            since=_seconds(args.since),
            shown=args.since,
            limit=_positive(args.limit),
            cache=not args.no_cache,
        ),
        form=args.format,
        predictions=Path(args.predictions) if args.predictions else None,
    )


def backtest(repo: Path, options: Options, *, form: str, predictions: Path | None) -> int:
    """Backtest `repo`; nothing but `predictions` and the cache is written."""
    opened = git.open_repo(repo)
    config = load_config(opened.work_tree)
    options = options._replace(ignore=config.ignore, min_members=config.train.min_members)
    with output.progress("backtest") as tell:
        result = run_backtest(opened, options, tell)
    if predictions is not None:
        files.write_if_changed(predictions, _lines(result.predictions))
    if form == "json":
        output.json_line(result.report.to_dict())
    elif form == "html":
        output.write(page(result.report))
    else:
        output.line(messages.text(result.report, details=output.is_verbose()))
    return EXIT_OK


def _lines(predictions: Iterable[Prediction]) -> str:
    return "".join(json.dumps(one.to_dict(), ensure_ascii=True) + "\n" for one in predictions)


def _seconds(value: str | None) -> int | None:
    """Midnight (UTC) of a date, or a moment with a zone of its own, in seconds since 1970."""
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        msg = messages.BAD_SINCE.format(value=value)
        raise UsageError(msg, next_step=messages.BAD_SINCE_NEXT) from error
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return int(moment.timestamp())


def _positive(value: int) -> int:
    if value < 1:
        msg = messages.BAD_LIMIT.format(value=value)
        raise UsageError(msg, next_step=messages.BAD_LIMIT_NEXT)
    return value
