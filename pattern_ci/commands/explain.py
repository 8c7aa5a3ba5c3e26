"""`pattern-ci explain`: why a pattern is as it is, why there is none, what is said of a path."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pattern_ci import git, git_objects, output
from pattern_ci.commands.suggest import from_top, load_companions, place_within
from pattern_ci.errors import EXIT_OK, UsageError
from pattern_ci.messages import explain as messages
from pattern_ci.messages.suggest import left_out
from pattern_ci.mining.companions import Companions
from pattern_ci.mining.engine import MAX_BLOB_BYTES, closely
from pattern_ci.mining.engine import mine as mine_repository
from pattern_ci.mining.exclude import Excluded
from pattern_ci.mining.explaining import abstention, path, pattern, world
from pattern_ci.mining.explaining.world import Known
from pattern_ci.model.candidate import Abstention
from pattern_ci.model.explanation import Explanation
from pattern_ci.model.globs import ignored
from pattern_ci.registry.config import load_config
from pattern_ci.registry.library import load_library

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Sequence

    from pattern_ci.mining.explaining.world import World
    from pattern_ci.mining.family import Material
    from pattern_ci.mining.holdout import Memory
    from pattern_ci.model.config import Config


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
    said = _answer(target, _look(options))
    if form == "json":
        output.json_line(said.to_dict())
        return EXIT_OK
    output.line(messages.text(said, every=every))
    difference = said.path.compared.diff if said.path and said.path.compared else ""
    if difference:
        shown, more = messages.diff(difference, every=every)
        output.diff(shown)
        if more:
            output.line(more)
    return EXIT_OK


class _Place(NamedTuple):
    """A repository at a revision, a library, and everything that can be asked about."""

    repo: git.Repo
    sha: str
    options: Options
    config: Config
    folder: Path
    entries: Sequence[git.TreeEntry]
    world: World


def _look(options: Options) -> _Place:
    repo = git.open_repo(options.repo)
    sha = git.resolve(repo, options.rev)
    config = load_config(repo.work_tree)
    folder = options.patterns or (repo.work_tree or repo.path) / "patterns"
    if options.patterns is not None and not folder.is_dir():
        msg = f"{folder} is not a folder."
        raise UsageError(msg, next_step="`pattern-ci mine REPO --output DIR` makes one.")
    with output.progress("explain") if output.is_terminal() else nullcontext() as tell:
        mined = mine_repository(
            repo,
            sha,
            cache=options.cache,
            ignore=config.ignore,
            min_members=config.train.min_members,
            progress=tell,
        )
    entries = git.tree(repo, sha)
    live = {entry.path: entry.blob for entry in entries}
    found = world.gather(_library(folder), mined, live)
    return _Place(repo, sha, options, config, folder, entries, found)


def _library(folder: Path) -> list[Known]:
    """The patterns on disk; those that cannot be read are told and stay out."""
    if not folder.is_dir():
        return []
    library = load_library(folder)
    if library.findings:
        said = left_out(library.findings[0], len(library.findings) - 1)
        output.error(f"pattern-ci: {said}")
    return [world.of_library(one) for one in library.patterns]


def _answer(target: str, at: _Place) -> Explanation:
    """Everything that is known of a target. Raises TargetError."""
    subject = world.find(_named(target, at), at.world)
    if isinstance(subject, Known):
        known = pattern.pattern(
            subject, at.world, *_closely(at, [role.text for _, role in subject.writes])
        )
        return Explanation(rev=at.sha, target=target, limits=at.world.mined.limits, pattern=known)
    if isinstance(subject, Abstention):
        materials, memory = _closely(at, [subject.role])
        left = abstention.abstention(subject, at.world, materials[subject.role], memory)
        return Explanation(rev=at.sha, target=target, limits=at.world.mined.limits, abstention=left)
    first = path.fitting(subject, at.world)[:1]
    said = path.path(
        _asked(subject, at),
        at.world,
        load_companions(at.folder) or Companions(at.world.mined.companions),
        *_closely(at, [one.offer.role.text for one in first]),
    )
    return Explanation(rev=at.sha, target=target, limits=at.world.mined.limits, path=said)


def _named(target: str, at: _Place) -> str:
    """The target as the repository knows it: in a subfolder a path may be named from there."""
    offers = [offer for known in at.world.patterns for offer in known.offers()]
    plain = target.removeprefix("./")
    placed = from_top(plain, place_within(at.options.repo, at.repo), at.world.live, offers)
    fits = any(offer.role.match(placed) is not None for offer in offers)
    return placed if fits or placed in at.world.live else plain


def _closely(at: _Place, roles: Sequence[str]) -> tuple[dict[str, Material], Memory]:
    return closely(
        at.repo,
        at.sha,
        roles,
        cache=at.options.cache,
        ignore=at.config.ignore,
        min_members=at.config.train.min_members,
    )


def _asked(named: str, at: _Place) -> path.Asked:
    blob = at.world.live.get(named)
    contents = git_objects.blobs(at.repo, [blob], max_bytes=MAX_BLOB_BYTES) if blob else {}
    return path.Asked(
        path=named,
        content=contents.get(blob) if blob else None,
        ignored=ignored(named, at.config.ignore),
        excluded=Excluded.at(at.repo, at.entries, at.config.ignore),
        min_members=at.config.train.min_members,
    )
