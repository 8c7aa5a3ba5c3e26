"""`pattern-ci suggest`: which pattern would write a path, what, and what comes along."""

from __future__ import annotations

import json
import posixpath
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pattern_ci import files, git, output
from pattern_ci.errors import EXIT_OK, SpecError, UsageError
from pattern_ci.messages import suggest as messages
from pattern_ci.mining.companions import Companions
from pattern_ci.mining.suggesting import Offer, Rendering
from pattern_ci.mining.suggesting import suggest as suggest_path
from pattern_ci.model.globs import ignored
from pattern_ci.model.pattern import Mode
from pattern_ci.model.role import Role
from pattern_ci.registry.config import load_config
from pattern_ci.registry.library import load_library

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Container, Sequence

    from pattern_ci.model.finding import Finding
    from pattern_ci.model.pattern import Newline

STDIN = "-"


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the command line."""
    parser.add_argument("paths", metavar="PATH", nargs="*", help="`-` reads paths from stdin")
    parser.add_argument("--repo", default=".", help="a clone or bare repository")
    parser.add_argument("--rev", default="HEAD", help="what exists is read from here")
    parser.add_argument("--patterns", metavar="DIR", help="default: patterns/ of the repository")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument("-z", dest="nul", action="store_true", help="stdin is NUL-separated")


def run(args: Namespace) -> int:
    """Run the command for parsed arguments."""
    paths: list[str] = []
    for path in args.paths:
        paths += _from_stdin(nul=args.nul) if path == STDIN else [path]
    if not args.paths:
        msg = "no path was named."
        raise UsageError(msg, next_step="`pattern-ci suggest PATH`, or `-` to read them.")
    return suggest(
        paths,
        repo=Path(args.repo),
        rev=args.rev,
        patterns=Path(args.patterns) if args.patterns else None,
        form=args.format,
    )


def _from_stdin(*, nul: bool) -> list[str]:
    text = files.read_stdin()
    return [path for path in text.split("\0" if nul else "\n") if path]


def suggest(paths: Sequence[str], *, repo: Path, rev: str, patterns: Path | None, form: str) -> int:
    """Answer for each path, in order; nothing is written."""
    opened = git.open_repo(repo)
    sha = git.resolve(opened, rev)
    folder = patterns or (opened.work_tree or opened.path) / "patterns"
    if patterns is not None and not folder.is_dir():
        msg = f"{folder} is not a folder."
        raise UsageError(msg, next_step="`pattern-ci mine REPO --output DIR` makes one.")
    globs = load_config(opened.work_tree).ignore
    offers, findings = load_offers(folder)
    if findings:
        output.error("pattern-ci: " + messages.left_out(findings[0], len(findings) - 1))
    rules = load_companions(folder)
    options = [] if repo == Path() else [f"--repo={repo}"]
    options += [] if patterns is None else [f"--patterns={patterns}"]
    live = {entry.path for entry in git.tree(opened, sha)}
    if form == "text" and not offers and not rules:
        output.error("pattern-ci: " + messages.NO_PATTERNS.format(folder))
    within = place_within(repo, opened)
    for named in paths:
        path = from_top(named, within, live, offers)
        left_out = ignored(path, globs)
        suggestion = suggest_path(
            path,
            exists=path in live,
            offers=() if left_out else offers,
            rules=Companions({}) if left_out else rules,
            known=live.__contains__,
            render=render,
            show_holes=form == "text",
        )
        if form == "json":
            output.json_line(suggestion.to_dict())
        else:
            output.line(messages.text(suggestion, options))
    return EXIT_OK


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
    offers = [
        Offer(
            pattern_id=pattern.spec.pattern_id,
            version=pattern.spec.version,
            status=pattern.spec.status,
            confidence=pattern.spec.confidence.total,
            role=Role(slot.role),
            newline=slot.newline,
            source=pattern.templates[slot.id],
            schema=pattern.schema,
        )
        for pattern in library.patterns
        for slot in pattern.spec.slots
        if slot.mode is Mode.ADD
    ]
    return offers, library.findings


def load_companions(folder: Path) -> Companions:
    """The rules of `companions.json`; none when there is no such file.

    Raises SpecError when it cannot be read.
    """
    path = folder / "companions.json"
    text = files.read_text(path)
    if text is None:
        return Companions({})
    try:
        data: dict[str, Any] = json.loads(text)
        return Companions(data)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        msg = f"{path} cannot be read as companion rules."
        raise SpecError(msg, next_step="`pattern-ci train --apply` writes it anew.") from error


def render(source: str, values: dict[str, Any], newline: Newline) -> Rendering:
    """Render through the template language, which loads only when something matched."""
    from pattern_ci.render.language import render as render_source

    made = render_source(source, values, newline=newline)
    return Rendering(made.text, made.unfilled)
