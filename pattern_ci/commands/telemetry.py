"""`pattern-ci telemetry`: what was recorded, moved into the tree, fetched, compacted, asked."""

from __future__ import annotations

import argparse
import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pattern_ci import clock, files, git, git_objects, git_remote, git_trees, output
from pattern_ci.engine.past_runs import left_behind
from pattern_ci.errors import EXIT_OK, StorageError, UsageError
from pattern_ci.messages import telemetry as messages
from pattern_ci.messages.fetching import NAME_A_REMOTE, fetched, no_remote
from pattern_ci.model.config import automation_disabled
from pattern_ci.registry.config import load_config
from pattern_ci.render import lock
from pattern_ci.telemetry import compacting, fetching, flushing, places
from pattern_ci.telemetry.index import Index, open_index
from pattern_ci.telemetry.queries import ALL, Filters, Question, ask
from pattern_ci.telemetry.recording import open_recorder
from pattern_ci.telemetry.state import survey

if TYPE_CHECKING:
    from collections.abc import Mapping

ACTIONS = ("flush", "fetch", "status", "compact", "query")
_LARGEST = 1 << 28  # of one shard on a branch, in bytes: a month of any workflows is far below
SCHEMA_VERSION = 1


@dataclass(frozen=True, kw_only=True)
class Options:
    """The parsed command line."""

    repo: Path = Path()
    apply: bool = False
    remote: str = "origin"
    question: Question = Question.PATTERNS
    filters: Filters = ALL
    as_json: bool = False


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command line."""
    parser.add_argument("action", metavar="ACTION", choices=ACTIONS, help=" | ".join(ACTIONS))
    parser.add_argument(
        "question",
        metavar="QUESTION",
        nargs="?",
        choices=[question.value for question in Question],
        help=f"for query: {' | '.join(Question)} (default: patterns)",
    )
    parser.add_argument("--repo", type=Path, default=Path(), metavar="DIR", help="default: here")
    parser.add_argument(
        "--apply", action="store_true", help="for flush, fetch, compact: write the tree"
    )
    parser.add_argument(
        "--remote", default="origin", metavar="NAME", help="for fetch (default: origin)"
    )
    parser.add_argument("--since", type=_day, default="", metavar="DATE", help="first day, UTC")
    parser.add_argument("--until", type=_day, default="", metavar="DATE", help="last day, UTC")
    parser.add_argument("--pattern", default="", metavar="PAT", help="events of one pattern")
    parser.add_argument("--kind", default="", metavar="OPK", help="events of one operation kind")
    parser.add_argument("--limit", type=int, default=20, metavar="N", help="rows (default: 20)")
    parser.add_argument("--format", choices=("text", "json"), default="text")


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError as error:
        raise argparse.ArgumentTypeError(messages.no_day(text)) from error


def run(args: argparse.Namespace) -> int:
    """Run with a parsed command line."""
    if args.question and args.action != "query":
        raise UsageError(messages.question_without_query(args.action), next_step=messages.ASK)
    if args.limit < 1:
        raise UsageError(messages.BAD_LIMIT, next_step=messages.ASK)
    options = Options(
        repo=args.repo,
        apply=args.apply,
        remote=args.remote,
        question=Question(args.question or Question.PATTERNS),
        filters=Filters(args.since, args.until, args.pattern, args.kind, args.limit),
        as_json=args.format == "json",
    )
    verbs = {
        "flush": flush, "fetch": fetch, "status": status, "compact": compact, "query": query,
    }  # fmt: skip
    return verbs[args.action](options, environ=os.environ)


def flush(options: Options, *, environ: Mapping[str, str]) -> int:
    """Show what waits in the spool; with `--apply` move it into the tree.

    What an interrupted run has not handed on comes along.
    """
    repo = git.open_repo(options.repo)
    root = _work_tree(repo)
    tree = files.inside(root, places.TREE_FOLDER)
    spool, aside = places.spool(repo.state_dir), repo.state_dir / places.ASIDE
    attributes = files.inside(root, flushing.ATTRIBUTES_FILE)
    before = files.read_text(attributes) or ""
    after = flushing.with_attributes(before)
    config = load_config(root)
    wanted = config.telemetry.enabled and not automation_disabled(environ)
    kept = left_behind(repo.tree_state_dir) if wanted else []
    if options.apply:
        with lock.held(repo.state_dir / places.LOCK):
            if kept:
                open_recorder(repo.state_dir, config, environ=environ).restore(kept)
            moved = flushing.flush(spool, tree, aside)
        if moved and after != before:
            files.write_if_changed(attributes, after)
    else:
        moved = flushing.waiting(spool, kept)
    proposed = bool(moved) and after != before
    if options.as_json:
        _say(
            applied=options.apply,
            shards=[_flushed(one) for one in moved],
            attributes=flushing.ATTRIBUTES if proposed else None,
        )
    else:
        output.write(messages.flushed(moved, applied=options.apply, attributes=proposed))
    return EXIT_OK


def fetch(options: Options, *, environ: Mapping[str, str]) -> int:
    """Show what the branch of a remote has that the tree lacks; with `--apply` add it."""
    del environ
    repo = git.open_repo(options.repo)
    root = _work_tree(repo)
    tree = files.inside(root, places.TREE_FOLDER)
    branch = f"{load_config(root).bot_prs.branch_prefix}{places.BRANCH}"
    shards = _of_remote(repo, options.remote, branch)
    found = fetching.incoming(shards or {}, tree)
    if options.apply and any(one.new for one in found):
        with lock.held(repo.state_dir / places.LOCK):
            found = fetching.incoming(shards or {}, tree)
            fetching.take(found, repo.state_dir / places.ASIDE)
    if options.as_json:
        _say(
            applied=options.apply,
            branch=branch if shards is not None else None,
            shards=[_fetched(one) for one in found],
        )
    else:
        where = f"{options.remote}/{branch}"
        output.write(fetched(found, where, there=shards is not None, applied=options.apply))
    return EXIT_OK


def _of_remote(repo: git.Repo, remote: str, branch: str) -> dict[str, bytes] | None:
    """The files of telemetry on a branch of a remote, by path; None without such a branch."""
    known = git_remote.names(repo)
    if remote not in known:
        raise UsageError(no_remote(remote, known), next_step=NAME_A_REMOTE)
    tip = git_remote.fetch_branch(repo, remote, branch)
    if tip is None:
        return None
    entries = git_trees.tree(repo, tip, places.TREE_FOLDER)
    texts = git_objects.blobs(repo, [entry.blob for entry in entries], max_bytes=_LARGEST)
    return {
        entry.path.removeprefix(f"{places.TREE_FOLDER}/"): texts[entry.blob]
        for entry in entries
        if entry.mode.startswith("100") and entry.blob in texts
    }


def status(options: Options, *, environ: Mapping[str, str]) -> int:
    """Say what is there; nothing is written."""
    repo = git.open_repo(options.repo)
    config = load_config(repo.work_tree)
    state = survey(repo.state_dir, _tree(repo))
    writer = (files.read_text(repo.state_dir / "writer") or "").strip() or None
    recording = config.telemetry.enabled and not automation_disabled(environ)
    database = _database(repo, environ)
    size = database.stat().st_size if database.is_file() else 0
    if options.as_json:
        _say(
            enabled=config.telemetry.enabled,
            recording=recording,
            commit=config.telemetry.commit.value,
            writer=writer,
            **state.to_dict(),
            index={"path": str(database), "bytes": size},
        )
        return EXIT_OK
    output.write(
        messages.status(state, enabled=config.telemetry.enabled, recording=recording)
        + messages.status_rest(state, str(repo.state_dir / places.ASIDE), size)
    )
    return EXIT_OK


def compact(options: Options, *, environ: Mapping[str, str]) -> int:
    """Show which months become counts; with `--apply` write them."""
    del environ
    repo = git.open_repo(options.repo)
    _work_tree(repo)
    tree = _tree(repo)
    works = compacting.plan(tree, clock.now().date()) if tree else []
    if options.apply and works and tree:
        with lock.held(repo.state_dir / places.LOCK):
            compacting.carry_out(works, tree, repo.state_dir / places.ASIDE)
    steps = [work.step for work in works]
    if options.as_json:
        shards = [
            {
                "shard": step.shard.name,
                "counted": step.counted,
                "kept": step.kept,
                "set_aside": step.set_aside,
            }
            for step in steps
        ]
        _say(applied=options.apply, keep_days=compacting.KEEP_DAYS, shards=shards)
    else:
        output.write(messages.compacted(steps, applied=options.apply))
    return EXIT_OK


def query(options: Options, *, environ: Mapping[str, str]) -> int:
    """Answer a standard question, after reading what is new."""
    repo = git.open_repo(options.repo)
    index = _open(repo, environ)
    with index.store:
        tree = _tree(repo)
        refreshed = index.refresh(tree or repo.path / "none", places.spool(repo.state_dir))
        answer = ask(index.store, options.question, options.filters)
    if options.as_json:
        _say(
            question=options.question.value,
            filters=options.filters._asdict(),
            refused_lines=refreshed.refused,
            rows=answer.to_list(),
        )
    else:
        output.write(messages.answer(answer, refused=refreshed.refused))
    return EXIT_OK


def _open(repo: git.Repo, environ: Mapping[str, str]) -> Index:
    """The index; where the state folder cannot be written, one in memory answers as well."""
    try:
        return open_index(_database(repo, environ))
    except StorageError:
        if places.environment_path(environ):
            raise
        return open_index(None)


def _database(repo: git.Repo, environ: Mapping[str, str]) -> Path:
    return places.database(repo.state_dir, places.environment_path(environ), repo.path)


def _tree(repo: git.Repo) -> Path | None:
    if repo.work_tree is None:
        return None
    return files.inside(repo.work_tree, places.TREE_FOLDER)


def _work_tree(repo: git.Repo) -> Path:
    if repo.work_tree is None:
        raise UsageError(messages.no_work_tree(str(repo.path)), next_step=messages.NAME_A_CLONE)
    return repo.work_tree


def _flushed(one: flushing.Flushed) -> dict[str, Any]:
    return {"shard": one.shard.name, "events": one.events, "set_aside": one.bad}


def _fetched(one: fetching.Incoming) -> dict[str, Any]:
    return {"shard": one.shard.name, "events": one.events, "refused_lines": one.bad}


def _say(**values: Any) -> None:
    output.json_pretty({"schema_version": SCHEMA_VERSION, **values})
