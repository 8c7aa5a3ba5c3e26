"""`pattern-ci explain`: why a pattern is as it is, why there is none, what is said of a path."""

from __future__ import annotations

from contextlib import nullcontext
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from pattern_ci import git, git_objects, git_trees, output
from pattern_ci.commands.looking import from_top, place_within
from pattern_ci.errors import EXIT_OK, TargetError, UsageError
from pattern_ci.messages import explain as messages
from pattern_ci.messages import gaps
from pattern_ci.messages.explain_operation import unknown_kind
from pattern_ci.messages.suggest import left_out
from pattern_ci.mining.companions import Companions
from pattern_ci.mining.engine import MAX_BLOB_BYTES, closely
from pattern_ci.mining.engine import mine as mine_repository
from pattern_ci.mining.exclude import Excluded
from pattern_ci.mining.explaining import abstention, operation, path, pattern, world
from pattern_ci.mining.explaining.operation import Shelf
from pattern_ci.mining.explaining.world import Known
from pattern_ci.mining.offering import load_companions, load_own
from pattern_ci.model.candidate import Abstention
from pattern_ci.model.explanation import Explanation
from pattern_ci.model.globs import ignored
from pattern_ci.registry import overlay
from pattern_ci.registry.config import load_config
from pattern_ci.registry.examples import shortest
from pattern_ci.registry.facts import builtin_root
from pattern_ci.registry.routing import routes

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Sequence

    from pattern_ci.mining.explaining.world import World
    from pattern_ci.mining.family import Material
    from pattern_ci.mining.holdout import Memory
    from pattern_ci.model.config import Config
    from pattern_ci.model.operation_explained import KindExplained, OperationExplained
    from pattern_ci.registry.overlay import InForce


class Options(NamedTuple):
    """Where to look, and whether the cache serves."""

    repo: Path
    rev: str
    patterns: Path | None
    cache: bool


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the command line."""
    parser.add_argument(
        "target", metavar="TARGET", help="the id of a pattern, a path, or the text of a role"
    )
    parser.add_argument("--repo", default=".", help="a clone or bare repository")
    parser.add_argument("--rev", default="HEAD", help="only commits reachable from it are read")
    parser.add_argument("--patterns", metavar="DIR", help="default: patterns/ of the repository")
    parser.add_argument("--all", action="store_true", help="every member, line and piece")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument("--no-cache", action="store_true", help="neither read nor fill the cache")


def run(args: Namespace) -> int:
    """Run the command for parsed arguments."""
    folder = Path(args.patterns) if args.patterns else None
    options = Options(Path(args.repo), args.rev, folder, not args.no_cache)
    return explain(args.target, options, form=args.format, every=args.all)


def explain(target: str, options: Options, *, form: str, every: bool) -> int:
    """Explain one target; nothing but the cache is written."""
    said = _asked_for(target, options)
    if form == "json":
        output.json_line(said.to_dict())
        return EXIT_OK
    output.line(gaps.in_any(messages.text(said, every=every), output.shows))
    difference = said.path.compared.diff if said.path and said.path.compared else ""
    if difference:
        shown, more = messages.diff(difference, every=every)
        output.diff(shown)
        if more:
            output.line(more)
    return EXIT_OK


def _asked_for(target: str, options: Options) -> Explanation:
    """What is named by its id needs no history where history had no part in it."""
    repo = git.open_repo(options.repo)
    start = _Start(repo, git.resolve(repo, options.rev), options, _shelf(_folder(repo, options)))
    named = operation.named_kind(target)
    if named is not None:
        return start.answer(target, kind=_kind(named, start.shelf))
    entry = operation.find(target, start.shelf)
    if entry is not None and operation.written(entry):
        return start.answer(target, operation=_operation(entry, start.shelf))
    return _answer(target, _look(start))


class _Start(NamedTuple):
    """A repository at a revision, and its patterns over those that are built in."""

    repo: git.Repo
    sha: str
    options: Options
    shelf: Shelf

    def answer(self, target: str, **said: Any) -> Explanation:
        """An answer that needs no history."""
        return Explanation(rev=self.sha, target=target, limits=(), **said)


def _folder(repo: git.Repo, options: Options) -> Path:
    folder = options.patterns or (repo.work_tree or repo.path) / "patterns"
    if options.patterns is not None and not folder.is_dir():
        msg = f"{folder} is not a folder."
        raise UsageError(msg, next_step="`pattern-ci mine REPO --output DIR` makes one.")
    return folder


def _shelf(folder: Path) -> Shelf:
    """The patterns on disk; those that cannot be read are told and stay out."""
    own = load_own(folder)
    if own.findings:
        output.error(f"pattern-ci: {left_out(own.findings[0], len(own.findings) - 1)}")
    library = overlay.over(own)
    return Shelf(
        library,
        routes(folder, library.entries),
        overlay.described_kinds(folder),
        overlay.described_kinds(builtin_root()),
    )


def _kind(named: str, shelf: Shelf) -> KindExplained:
    """A kind of operation. Raises TargetError for one that nobody lists."""
    found = operation.kind(named, shelf)
    if found is None:
        near = get_close_matches(named, sorted(shelf.library.kinds), n=3)
        raise TargetError(unknown_kind(named), next_step=messages.name_one(near))
    return found


def _operation(entry: InForce, shelf: Shelf) -> OperationExplained:
    return operation.operation(entry, shelf, shortest(entry.pattern))


class _Place(NamedTuple):
    """Where it is asked, and everything that can be asked about."""

    start: _Start
    config: Config
    entries: Sequence[git_trees.TreeEntry]
    world: World


def _look(start: _Start) -> _Place:
    repo, sha, options, shelf = start
    config = load_config(repo.work_tree)
    with output.progress("explain") if output.is_terminal() else nullcontext() as tell:
        mined = mine_repository(
            repo,
            sha,
            cache=options.cache,
            ignore=config.ignore,
            min_members=config.train.min_members,
            progress=tell,
        )
    entries = git_trees.tree(repo, sha)
    live = {entry.path: entry.blob for entry in entries}
    known = [
        world.of_library(one.pattern, operation.ORIGINS[one.origin])
        for one in shelf.library.entries
    ]
    found = world.gather(known, mined, live)
    return _Place(start, config, entries, found)


def _answer(target: str, at: _Place) -> Explanation:
    """Everything that is known of a target. Raises TargetError."""
    subject = world.find(_named(target, at), at.world)
    sha, limits = at.start.sha, at.world.mined.limits
    if isinstance(subject, Known):
        entry = operation.find(subject.spec.pattern_id, at.start.shelf)
        if entry is not None and operation.written(entry):
            return at.start.answer(target, operation=_operation(entry, at.start.shelf))
        known = pattern.pattern(
            subject, at.world, *_closely(at, [role.text for _, role in subject.writes])
        )
        return Explanation(rev=sha, target=target, limits=limits, pattern=known)
    if isinstance(subject, Abstention):
        materials, memory = _closely(at, [subject.role])
        left = abstention.abstention(subject, at.world, materials[subject.role], memory)
        return Explanation(rev=sha, target=target, limits=limits, abstention=left)
    first = path.fitting(subject, at.world)[:1]
    said = path.path(
        _asked(subject, at),
        at.world,
        load_companions(at.start.shelf.library.own.root) or Companions(at.world.mined.companions),
        *_closely(at, [one.offer.role.text for one in first]),
    )
    return Explanation(rev=sha, target=target, limits=limits, path=said)


def _named(target: str, at: _Place) -> str:
    """The target as the repository knows it: in a subfolder a path may be named from there."""
    offers = [offer for known in at.world.patterns for offer in known.offers()]
    plain = target.removeprefix("./")
    placed = from_top(
        plain, place_within(at.start.options.repo, at.start.repo), at.world.live, offers
    )
    fits = any(offer.role.match(placed) is not None for offer in offers)
    return placed if fits or placed in at.world.live else plain


def _closely(at: _Place, roles: Sequence[str]) -> tuple[dict[str, Material], Memory]:
    return closely(
        at.start.repo,
        at.start.sha,
        roles,
        cache=at.start.options.cache,
        ignore=at.config.ignore,
        min_members=at.config.train.min_members,
    )


def _asked(named: str, at: _Place) -> path.Asked:
    blob = at.world.live.get(named)
    contents = git_objects.blobs(at.start.repo, [blob], max_bytes=MAX_BLOB_BYTES) if blob else {}
    return path.Asked(
        path=named,
        content=contents.get(blob) if blob else None,
        ignored=ignored(named, at.config.ignore),
        excluded=Excluded.at(at.start.repo, at.entries, at.config.ignore),
        min_members=at.config.train.min_members,
    )
