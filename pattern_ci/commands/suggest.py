"""`pattern-ci suggest`: which pattern would write a path, what, and what comes along."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from pattern_ci import files, git, git_objects, output
from pattern_ci.errors import EXIT_OK, UsageError
from pattern_ci.messages import suggest as messages
from pattern_ci.mining.companions import Companions
from pattern_ci.mining.inserting import EditOffer, Rendering, Texts
from pattern_ci.mining.suggesting import Offer, entries
from pattern_ci.mining.suggesting import suggest as suggest_path
from pattern_ci.model.globs import ignored
from pattern_ci.model.pattern import Mode, Newline
from pattern_ci.model.role import Role
from pattern_ci.registry.companions import read as read_companions
from pattern_ci.registry.config import load_config
from pattern_ci.registry.library import load_library

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Callable, Container, Iterable, Iterator, Sequence

    from pattern_ci.mining.exclude import Excluded
    from pattern_ci.mining.recipes.brought import Brought
    from pattern_ci.model.finding import Finding
    from pattern_ci.model.suggestion import Insertion
    from pattern_ci.registry.library import Pattern

STDIN = "-"
# A list that people keep by hand is smaller.
MAX_BYTES = 10 << 20
_FILE_MODES = ("100644", "100755")


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
    return suggest(paths, place, form=args.format or "text")


class Place(NamedTuple):
    """Where to look: a repository, a revision, and a folder of patterns that is not its own."""

    repo: Path
    rev: str
    patterns: Path | None


class _World(NamedTuple):
    """What is known there."""

    opened: git.Repo
    sha: str
    folder: Path
    ignore: Sequence[str]
    entries: Sequence[git.TreeEntry]
    offers: Sequence[Offer]
    rules: Companions
    min_members: int


def _look(place: Place) -> _World:
    opened = git.open_repo(place.repo)
    sha = git.resolve(opened, place.rev)
    folder = place.patterns or (opened.work_tree or opened.path) / "patterns"
    if place.patterns is not None and not folder.is_dir():
        msg = f"{folder} is not a folder."
        raise UsageError(msg, next_step="`pattern-ci mine REPO --output DIR` makes one.")
    config = load_config(opened.work_tree)
    offers, findings = load_offers(folder)
    if findings:
        output.error("pattern-ci: " + messages.left_out(findings[0], len(findings) - 1))
    rules = load_companions(folder)
    return _World(
        opened, sha, folder, config.ignore, git.tree(opened, sha), offers, rules,
        config.train.min_members,
    )  # fmt: skip


def _brought(paths: Iterable[str], world: _World, excluded: Excluded | None = None) -> Brought:
    """What the new ones of these paths bring, by the history at the revision."""
    live = {entry.path for entry in world.entries}
    new = list(dict.fromkeys(path for path in paths if path not in live))
    if not new:
        return {}
    from pattern_ci.mining.exclude import Excluded
    from pattern_ci.mining.recipes.brought import Asked, brought

    left_out = excluded or Excluded.at(world.opened, world.entries, world.ignore)
    asked = [path for path in new if not left_out(path)]
    return brought(
        Asked(
            world.opened, world.sha, asked, live.__contains__, left_out, world.ignore,
            world.min_members,
        )
    )  # fmt: skip


def _from_stdin(*, nul: bool) -> list[str]:
    text = files.read_stdin()
    return [path for path in text.split("\0" if nul else "\n") if path]


def suggest_together(paths: Sequence[str], place: Place, *, form: str) -> int:
    """Answer for all paths as one change; nothing is written."""
    from pattern_ci.mining.exclude import Excluded
    from pattern_ci.mining.recent import recent
    from pattern_ci.mining.together import There, together

    world = _look(place)
    live = {entry.path for entry in world.entries}
    folders = {path.rpartition("/")[0] for path in live}
    excluded = Excluded.at(world.opened, world.entries, world.ignore)
    within = place_within(place.repo, world.opened)
    changed = dict.fromkeys(from_top(path, within, live, world.offers) for path in paths)
    there = There(live.__contains__, folders.__contains__, excluded)
    past = recent(world.opened, world.sha)
    brought = _brought(changed, world, excluded)
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
        output.line(messages.together(found, list(rest), _options(place)))
    return EXIT_OK


def _lacking(added: Iterable[str], world: _World) -> dict[str, list[tuple[Insertion, str]]]:
    """What new files lack in others: each entry by its file, with the new file."""
    texts = Texts(_reader(world))
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


def suggest(paths: Sequence[str], place: Place, *, form: str) -> int:
    """Answer for each path, in order; nothing is written."""
    world = _look(place)
    offers, rules = world.offers, world.rules
    options = _options(place)
    live = {entry.path for entry in world.entries}
    if form == "text" and not offers and not rules:
        output.error("pattern-ci: " + messages.NO_PATTERNS.format(world.folder))
    within = place_within(place.repo, world.opened)
    read = _reader(world)
    asked = [from_top(named, within, live, offers) for named in paths]
    brought = _brought(asked, world)
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
            show_holes=form == "text",
        )
        if form == "json":
            output.json_line(suggestion.to_dict())
        else:
            output.line(messages.text(suggestion, options))
    return EXIT_OK


def _reader(world: _World) -> Callable[[str], str | None]:
    """The text of a plain file at the revision, read once; None for anything else."""
    files_there = {entry.path: entry.blob for entry in world.entries if entry.mode in _FILE_MODES}

    @cache
    def read(path: str) -> str | None:
        blob = files_there.get(path)
        data = (
            git_objects.blobs(world.opened, [blob], max_bytes=MAX_BYTES).get(blob) if blob else None
        )
        try:
            return None if data is None else data.decode()
        except UnicodeDecodeError:
            return None

    return read


def place_within(repo: Path, opened: git.Repo) -> str:
    """The folder that `repo` names inside the work tree; empty for its top."""
    here, top = repo.resolve(), opened.work_tree
    inside = top is not None and here != top and here.is_relative_to(top)
    return here.relative_to(top).as_posix() if top is not None and inside else ""


def from_top(path: str, within: str, live: Container[str], offers: Sequence[Offer]) -> str:
    """`path` as the repository knows it; in a subfolder it may be named from there or the top."""
    here = posixpath.normpath(posixpath.join(within, path))
    if not within or here.startswith("../"):
        return path

    def known(name: str) -> bool:
        return name in live or any(offer.role.match(name) is not None for offer in offers)

    return path if known(path) and not known(here) else here


def load_offers(folder: Path) -> tuple[list[Offer], Sequence[Finding]]:
    """Every slot that writes a file, of every pattern of every status, and what is broken."""
    if not folder.is_dir():
        return [], ()
    library = load_library(folder)
    return [offer for pattern in library.patterns for offer in _offers(pattern)], library.findings


def _offers(pattern: Pattern) -> Iterator[Offer]:
    """One for each file that the pattern writes, and one for the file that it waits for."""
    spec = pattern.spec
    edits = tuple(
        EditOffer(
            slot=slot.id,
            role=Role(slot.role),
            newline=slot.newline,
            source=pattern.templates[slot.id],
            anchor=slot.anchor,
            when=slot.when,
        )
        for slot in spec.slots
        if slot.mode is Mode.EDIT and slot.anchor
    )
    added = [slot for slot in spec.slots if slot.mode is Mode.ADD]
    roles = [(slot.role, slot.newline, pattern.templates[slot.id]) for slot in added]
    waiting = [(spec.trigger, Newline.LF, "")] if spec.trigger and edits else []
    for role, newline, source in (*roles, *waiting):
        yield Offer(
            pattern_id=spec.pattern_id,
            version=spec.version,
            status=spec.status,
            confidence=spec.confidence.total,
            role=Role(role),
            newline=newline,
            source=source,
            schema=pattern.schema,
            edits=edits,
            writes=role != spec.trigger,
        )


def load_companions(folder: Path) -> Companions:
    """The rules of `companions.json`; none when there is no such file.

    Raises SpecError when it cannot be read.
    """
    return Companions(read_companions(folder / "companions.json"))


def render(source: str, values: dict[str, Any], newline: Newline) -> Rendering:
    """Render through the template language, which loads only when something matched."""
    from pattern_ci.render.language import render as render_source

    made = render_source(source, values, newline=newline)
    return Rendering(made.text, made.unfilled)
