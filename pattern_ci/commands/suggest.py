"""`pattern-ci suggest`: which pattern would write a path, what, and what comes along."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pattern_ci import files, output
from pattern_ci.commands.looking import Place, brought_by, from_top, look, reader_of
from pattern_ci.errors import EXIT_OK, UsageError
from pattern_ci.messages import gaps
from pattern_ci.messages import suggest as messages
from pattern_ci.mining.companions import Companions
from pattern_ci.mining.inserting import Texts
from pattern_ci.mining.offering import render
from pattern_ci.mining.suggesting import entries
from pattern_ci.mining.suggesting import suggest as suggest_path
from pattern_ci.model.globs import ignored

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterable, Sequence

    from pattern_ci.commands.looking import World
    from pattern_ci.model.suggestion import Insertion

STDIN = "-"


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the command line."""
    parser.add_argument("paths", metavar="PATH", nargs="*", help="`-` reads paths from stdin")
    parser.add_argument("--repo", default=".", help="a clone or bare repository")
    parser.add_argument("--rev", default="HEAD", help="what exists is read from here")
    parser.add_argument("--patterns", metavar="DIR", help="default: patterns/ of the repository")
    parser.add_argument(
        "--together", action="store_true", help="take all paths as one change and rank what lacks"
    )
    parser.add_argument(
        "--format", choices=("text", "json"), help="default: text; json with --together"
    )
    parser.add_argument("--full", action="store_true", help="show all that would be written")
    parser.add_argument("-z", dest="nul", action="store_true", help="stdin is NUL-separated")


def run(args: Namespace) -> int:
    """Run the command for parsed arguments."""
    paths: list[str] = []
    for path in args.paths:
        paths += _from_stdin(nul=args.nul) if path == STDIN else [path]
    if not args.paths:
        msg = "no path was named."
        raise UsageError(msg, next_step="`pattern-ci suggest PATH`, or `-` to read them.")
    place = Place(Path(args.repo), args.rev, Path(args.patterns) if args.patterns else None)
    if args.together:
        return suggest_together(paths, place, form=args.format or "json")
    return suggest(paths, place, form=args.format or "text", full=args.full)


def _refuse_unsafe(paths: Iterable[str], within: str) -> None:
    """Raise UnsafePathError for the first path that no pattern can ever write, as `apply` does."""
    for path in paths:
        # `./x` and `a/../x` are inside: what counts is where they lead.
        problem = files.unsafe(posixpath.normpath(posixpath.join(within, path)) if path else path)
        if problem is not None:
            raise messages.unsafe(path, problem)


def _from_stdin(*, nul: bool) -> list[str]:
    text = files.read_stdin()
    return [path for path in text.split("\0" if nul else "\n") if path]


def suggest_together(paths: Sequence[str], place: Place, *, form: str) -> int:
    """Answer for all paths as one change; nothing is written."""
    from pattern_ci.mining.exclude import Excluded
    from pattern_ci.mining.recent import recent
    from pattern_ci.mining.together import There, together

    world = look(place, paths)
    _refuse_unsafe(paths, world.within)
    live = {entry.path for entry in world.entries}
    folders = {path.rpartition("/")[0] for path in live}
    excluded = Excluded.at(world.opened, world.entries, world.ignore)
    changed = dict.fromkeys(from_top(path, world.within, live, world.offers) for path in paths)
    there = There(live.__contains__, folders.__contains__, excluded)
    past = recent(world.opened, world.sha)
    brought = brought_by(changed, world, excluded)
    found = together(list(changed), past, there, world.rules, brought)
    lacking = _lacking([path for path in changed if path not in live], world)
    found = replace(
        found,
        companions=tuple(
            replace(one, edits=tuple(edit for edit, _ in lacking.get(one.path, ())))
            for one in found.companions
        ),
    )
    if form == "json":
        output.json_line(found.to_dict())
    else:
        shown = [pair for one in found.companions for pair in lacking.get(one.path, ())]
        rest = dict.fromkeys((edit.pattern_id, path) for edit, path in shown)
        said = messages.together(found, list(rest), _options(place))
        output.line(gaps.in_any(said, output.shows))
    return EXIT_OK


def _lacking(added: Iterable[str], world: World) -> dict[str, list[tuple[Insertion, str]]]:
    """What new files lack in others: each entry by its file, with the new file."""
    texts = Texts(reader_of(world))
    found: dict[str, list[tuple[Insertion, str]]] = defaultdict(list)
    for path in added:
        offers = () if ignored(path, world.ignore) else world.offers
        for target, one in entries(path, offers, texts, render).items():
            found[target] += [(edit, path) for edit in one.edits]
    return found


def _options(place: Place) -> list[str]:
    """What a command has to repeat to look at the same place."""
    options = [] if place.repo == Path() else [f"--repo={place.repo}"]
    return options + ([] if place.patterns is None else [f"--patterns={place.patterns}"])


def suggest(paths: Sequence[str], place: Place, *, form: str, full: bool = False) -> int:
    """Answer for each path, in order; nothing is written."""
    world = look(place, paths)
    _refuse_unsafe(paths, world.within)
    offers, rules = world.offers, world.rules
    options = _options(place)
    live = {entry.path for entry in world.entries}
    if form == "text" and not offers and not rules:
        output.error("pattern-ci: " + messages.NO_PATTERNS.format(world.folder))
    read = reader_of(world)
    asked = [from_top(named, world.within, live, offers) for named in paths]
    brought = brought_by(asked, world)
    for path in asked:
        left_out = ignored(path, world.ignore)
        suggestion = suggest_path(
            path,
            exists=path in live,
            offers=() if left_out else offers,
            rules=Companions({}) if left_out else rules,
            known=live.__contains__,
            render=render,
            read=read,
            brought=brought.get(path),
            show_preview=form == "text",
        )
        if form == "json":
            output.json_line(suggestion.to_dict())
        else:
            output.line(gaps.in_any(messages.text(suggestion, options, full=full), output.shows))
    return EXIT_OK
