"""`pattern-ci mine`: read a history, print the candidates, write drafts into a folder."""

from __future__ import annotations

import json
import re
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pattern_ci import clock, files, git, output, process
from pattern_ci.errors import EXIT_OK, UsageError
from pattern_ci.messages import mine as messages
from pattern_ci.mining import remembering
from pattern_ci.mining.remembering import Told
from pattern_ci.mining.versions import MIN_MEMBERS

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Mapping, Sequence

    from pattern_ci.model.candidate import Draft, MineResult

COMPANIONS = "companions.json"
# What we lay into DIR beside it; notes that somebody keeps there are never touched.
_DRAFTED = re.compile(r"drafts/(?:specs|schemas|templates|examples|docs)/")


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the command line."""
    parser.add_argument(
        "repo", metavar="REPO", nargs="?", default=".", help="a clone or bare repository"
    )
    parser.add_argument("--rev", default="HEAD", help="only commits reachable from it are read")
    parser.add_argument("--output", metavar="DIR", help="write drafts and companions.json there")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument("--no-cache", action="store_true", help="neither read nor fill the cache")


def run(args: Namespace) -> int:
    """Run the command for parsed arguments."""
    return mine(
        Path(args.repo),
        rev=args.rev,
        destination=Path(args.output) if args.output else None,
        form=args.format,
        cache=not args.no_cache,
    )


def mine(repo: Path, *, rev: str, destination: Path | None, form: str, cache: bool) -> int:
    """Mine `repo` at `rev`; nothing but `destination` and the cache is written."""
    started = clock.monotonic()
    opened, sha = git.open_at(repo, rev)
    if destination is not None:
        refuse_foreign(destination)
    ignore, min_members = _configured(opened)
    key = remembering.key(sha, ignore, min_members)
    told = remembering.recall(opened, key) if cache else None
    if told is None or (destination is not None and not holds(told, destination)):
        told = _mined(opened, sha, destination, cache=cache, basis=(ignore, min_members))
        if cache and told.lasting:
            remembering.remember(opened, key, told)
    if form == "json":
        elapsed = round(clock.monotonic() - started, 3)
        output.json_line({**told.report, "elapsed_s": elapsed})
    else:
        count = len(told.report["candidates"])
        where = str(destination) if destination else None
        output.line(f"{told.text}\n\n{messages.next_step(told.report['commits'], count, where)}")
    return EXIT_OK


def _mined(
    repo: git.Repo,
    sha: str,
    destination: Path | None,
    *,
    cache: bool,
    basis: tuple[Sequence[str], int],
) -> Told:
    """Mine at a commit and write what was drafted."""
    from pattern_ci.mining.engine import mine_at

    process.collect_seldom()
    ignore, min_members = basis
    with output.progress("mine") if output.is_terminal() else nullcontext() as tell:
        result = mine_at(
            repo, sha, cache=cache, ignore=ignore, min_members=min_members, progress=tell
        )
    if destination is not None:
        result = _above(repo, sha, result, destination)
    wanted = laid_out(result)
    if destination is not None:
        write(wanted, destination)
    digests = {path: remembering.digest(git.encode(text)) for path, text in wanted.items()}
    return Told(report(result), messages.text(result), digests, result.lasting)


def _above(repo: git.Repo, sha: str, result: MineResult, destination: Path) -> MineResult:
    """The result with versions above those that the folder has as drafts in that commit."""
    root, folder = repo.work_tree, destination.resolve()
    if root is None or not folder.is_relative_to(root.resolve()) or not result.drafts:
        return result
    from pattern_ci.automation.train.redrafting import redrafted

    library = folder.relative_to(root.resolve()).as_posix()
    return replace(result, drafts=redrafted(repo, sha, result.drafts, library=library))


def holds(told: Told, destination: Path) -> bool:
    """Whether the folder is as `write` would leave it."""
    names, _ = files.walk(destination)
    return told.files.keys() <= set(names) and all(
        told.files[name] == remembering.digest(files.read_bytes(destination / name) or b"")
        if name in told.files
        else not _DRAFTED.match(name)
        for name in names
    )


def _configured(repo: git.Repo) -> tuple[Sequence[str], int]:
    """Globs to leave out and the smallest family; YAML loads only where there is a file."""
    if repo.work_tree is None:
        return (), MIN_MEMBERS
    from pattern_ci.model.config import CONFIG_PATH

    if not files.exists(repo.work_tree / CONFIG_PATH):
        return (), MIN_MEMBERS
    from pattern_ci.registry.config import load_config

    config = load_config(repo.work_tree)
    return config.ignore, config.train.min_members


def laid_out(result: MineResult) -> dict[str, str]:
    """Every file that a result has, by path below the folder it is written to."""
    wanted = {path: text for draft in result.drafts for path, text in draft.files.items()}
    wanted[COMPANIONS] = companions_text(result)
    return wanted


def write(wanted: Mapping[str, str], destination: Path) -> None:
    """Lay drafts out like `patterns/`; files of earlier drafts that are gone are removed."""
    names, _ = files.walk(destination)
    there = set(names)
    for path, text in sorted(wanted.items()):
        # Most files are as an earlier run left them: to see that has to be cheap.
        if path not in there or not files.holds(destination, path, text):
            files.write_if_changed(files.inside(destination, path), text, sync=False)
    for name in names:
        if _DRAFTED.match(name) and name not in wanted:
            files.remove(destination / name)


def refuse_foreign(destination: Path) -> None:
    """Raises UsageError unless the folder is empty, new, or was written by this command before."""
    try:
        known = json.loads(files.read_text(destination / COMPANIONS) or "")
    except (ValueError, RecursionError):
        known = None
    ours = isinstance(known, dict) and "rules" in known
    if not ours and not files.is_empty(destination):
        msg = f"{destination} holds files that are not ours."
        raise UsageError(msg, next_step="name an empty folder for --output.")


def companions_text(result: MineResult) -> str:
    """`companions.json`, one rule a line so that a diff shows rules."""
    rules = [json.dumps(rule, ensure_ascii=False) for rule in result.companions["rules"]]
    head = {key: value for key, value in result.companions.items() if key != "rules"}
    body = ",\n    ".join(rules)
    opening = json.dumps(head, ensure_ascii=False)[:-1]
    return f'{opening}, "rules": [\n    {body}\n]}}\n' if rules else f'{opening}, "rules": []}}\n'


def report(result: MineResult) -> dict[str, Any]:
    """The published contract of `mine --format json`; how long it took is filled in last."""
    from pattern_ci.model.candidate import REPORT_SCHEMA_VERSION

    return {
        "schema_version": REPORT_SCHEMA_VERSION,
        "rev": result.rev,
        "commits": result.commits,
        "files": result.files,
        "elapsed_s": 0.0,
        "limits": list(result.limits),
        "candidates": [candidate(draft) for draft in result.drafts],
        "abstained": [abstention.to_dict() for abstention in result.abstained],
        "without_recipe": [abstention.to_dict() for abstention in result.without_recipe],
    }


def candidate(draft: Draft) -> dict[str, Any]:
    """One candidate as `mine --format json` prints it."""
    spec = draft.spec
    holdout = spec.evidence.holdout
    return {
        "pattern_id": spec.pattern_id,
        "identity": spec.identity,
        "content_digest": spec.content_digest,
        "kind": draft.kind.value,
        "confidence": spec.confidence.to_dict(),
        "slots": [
            {"role": slot.role, "mode": slot.mode.value, "members": len(draft.members)}
            for slot in spec.slots
        ],
        "evidence": {
            "commits": list(spec.evidence.commits),
            "holdout": holdout.to_dict() if holdout else None,
        },
        "draft": next(path for path in draft.files if path.endswith(".pattern.yaml")),
    }
