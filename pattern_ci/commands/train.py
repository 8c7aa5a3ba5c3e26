"""`pattern-ci train`: mine, draft, validate, decide, publish, report."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pattern_ci import clock, git, output
from pattern_ci.automation.bot_prs.facts import Limit
from pattern_ci.automation.bot_prs.survey import Settings, find_place
from pattern_ci.automation.target import find_target
from pattern_ci.automation.train import output as train_output
from pattern_ci.automation.train.modes import Outcome, Remote, in_place, on_github
from pattern_ci.automation.train.policy import Policy
from pattern_ci.automation.train.telemetry import collect_runs
from pattern_ci.commands.mine import candidate, companions_text
from pattern_ci.errors import EXIT_FINDINGS, EXIT_OK, AutomationDisabledError, UsageError
from pattern_ci.github.pygithub import connect as connect_to_github
from pattern_ci.messages import train as messages
from pattern_ci.messages.pull_request import Web
from pattern_ci.mining.engine import mine
from pattern_ci.model.bot_change import ChangeKind
from pattern_ci.model.config import automation_disabled
from pattern_ci.model.proposal import Reason, TrainReport
from pattern_ci.registry.config import load_config

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Callable, Mapping

    from pattern_ci.github.port import GitHubPort
    from pattern_ci.model.candidate import MineResult
    from pattern_ci.model.config import Config

    Connect = Callable[..., GitHubPort]

# GitHub grants a workflow's token 1,000 requests an hour; a run of ours needs about a hundred.
REQUEST_BUDGET = 400


@dataclass(frozen=True, kw_only=True)
class Options:
    """The parsed command line; `weak` asks for candidates below the least values as well."""

    repo: Path
    rev: str = "HEAD"
    plan: bool = False
    apply: bool = False
    pull_request: bool = False
    form: str = "text"
    token_name: str = ""
    slug: str = ""
    base: str = ""
    report: Path | None = None
    cache: bool = True
    weak: bool = False


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the command line."""
    parser.add_argument(
        "repo", metavar="REPO", nargs="?", default=".", help="a clone (default: this folder)"
    )
    parser.add_argument("--rev", default="HEAD", help="only commits reachable from it are read")
    parser.add_argument(
        "--plan", action="store_true", help="write nothing, only show; the default without a mode"
    )
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--apply", action="store_true", help="write drafts into patterns/drafts")
    mode.add_argument(
        "--pull-request", action="store_true", help="open one pull request a pattern on GitHub"
    )
    parser.add_argument(
        "--all", action="store_true", help="draft what saves little or is unsure as well"
    )
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument(
        "--token-env", metavar="NAME", default="", help="variable that holds the GitHub token"
    )
    parser.add_argument("--slug", metavar="OWNER/NAME", default="", help="repository on GitHub")
    parser.add_argument("--base", metavar="BRANCH", default="", help="branch to merge into")
    parser.add_argument("--output", metavar="FILE", help="write the report there as well")
    parser.add_argument("--no-cache", action="store_true", help="neither read nor fill the cache")


def run(args: Namespace) -> int:
    """Run the command for parsed arguments."""
    options = Options(
        repo=Path(args.repo),
        rev=args.rev,
        plan=args.plan,
        apply=args.apply,
        pull_request=args.pull_request,
        form=args.format,
        token_name=args.token_env,
        slug=args.slug,
        base=args.base,
        report=Path(args.output) if args.output else None,
        cache=not args.no_cache,
        weak=args.all,
    )
    return train(options, environ=os.environ)


def train(
    options: Options, *, environ: Mapping[str, str], connect: Connect = connect_to_github
) -> int:
    """The whole run; `connect` opens the door to GitHub."""
    repo = git.open_repo(options.repo)
    if options.weak and options.pull_request:
        raise UsageError(messages.ALL_IS_LOCAL, next_step=messages.ALL_IS_LOCAL_NEXT)
    if options.apply and repo.work_tree is None:
        msg = messages.NO_WORK_TREE.format(path=options.repo)
        raise UsageError(msg, next_step=messages.NO_WORK_TREE_NEXT)
    config = load_config(repo.work_tree)
    planned, notes = _consent(options, config, environ)
    policy = Policy.of(config.train, all_of_them=options.weak)
    remote = None
    if options.pull_request:
        # A door that stays shut is found before the mining, which takes longer.
        remote, note = _reach(options, config, repo, environ=environ, connect=connect)
        planned, notes = planned or remote is None, notes or note
    mined = _mined(repo, options, config)
    if remote is not None:
        # What this run closes is dated, and mining may have taken long.
        remote = remote._replace(now=clock.now())
        done = on_github(remote, repo, mined, planned=planned, policy=policy)
        if config.telemetry.enabled and not planned:
            notes = (*notes, collect_runs(remote, repo, config.bot_prs.branch_prefix))
    else:
        done = in_place(repo, mined, companions_text(mined), planned=planned, policy=policy)
    mode = "pull-request" if remote else "apply" if options.apply else "plan"
    report = TrainReport(
        mode=mode,
        planned=planned,
        mined=mined,
        actions=done.actions,
        open_limit=config.train.open_limit,
        new_per_run=config.train.new_per_run,
        requests=remote.port.usage() if remote else {},
        writes=done.writes,
        written=done.written,
        answers=done.answers,
        notes=(*notes, *done.notes),
    )
    _deliver(report, options, environ)
    for line in dict.fromkeys(error.line for error in done.errors):
        output.failure(line)
    return _exit_code(done)


def _mined(repo: git.Repo, options: Options, config: Config) -> MineResult:
    """What the history holds, of the kinds that are wanted."""
    with output.progress("train") as tell:
        mined = mine(
            repo,
            options.rev,
            cache=options.cache,
            ignore=config.ignore,
            min_members=config.train.min_members,
            progress=tell,
        )
    wanted = tuple(one for one in mined.drafts if one.kind.value in config.train.kinds)
    return replace(mined, drafts=wanted)


def _consent(
    options: Options, config: Config, environ: Mapping[str, str]
) -> tuple[bool, tuple[str, ...]]:
    """Whether this run only plans, and what to say when it was asked for more."""
    if options.plan or not options.pull_request:
        return options.plan or not options.apply, ()
    if automation_disabled(environ):
        raise AutomationDisabledError(messages.DISABLED, next_step=messages.DISABLED_NEXT)
    if not config.train.enabled:
        return True, (messages.NOT_ENABLED,)
    return False, ()


def _reach(
    options: Options,
    config: Config,
    repo: git.Repo,
    *,
    environ: Mapping[str, str],
    connect: Connect,
) -> tuple[Remote | None, tuple[str, ...]]:
    """The door to GitHub, or why there is none; a token that is refused raises."""
    target = find_target(
        environ, git.remotes(repo), slug=options.slug, token_name=options.token_name
    )
    if not target.token:
        return None, (messages.UNSIGNED.format(names=" or ".join(target.token_names)),)
    if not target.slug:
        return None, (messages.NO_REMOTE,)
    port = connect(target.slug, target.token, request_budget=REQUEST_BUDGET, environ=environ)
    settings = _settings(options, config)
    web = Web(target.server, target.slug)
    return Remote(port, find_place(port, settings), settings, web, clock.now()), ()


def _settings(options: Options, config: Config) -> Settings:
    return Settings(
        limit=Limit(config.bot_prs.open_limit, config.bot_prs.new_per_run),
        limits={ChangeKind.PATTERN: Limit(config.train.open_limit, config.train.new_per_run)},
        prefix=config.bot_prs.branch_prefix,
        base=options.base or config.train.base,
        label=config.train.label,
        min_rank=config.train.min_confidence,
        min_saving=config.train.min_saving,
        dashboard=config.bot_prs.dashboard,
        checks_workflow=config.bot_prs.checks_workflow,
    )


def _deliver(report: TrainReport, options: Options, environ: Mapping[str, str]) -> None:
    train_output.deliver(
        report,
        form=options.form,
        candidates=[candidate(draft) for draft in report.mined.drafts],
        destination=options.report,
        environ=environ,
    )


def _exit_code(done: Outcome) -> int:
    if done.errors:
        return done.errors[0].return_code
    invalid = any(action.reason is Reason.INVALID for action in done.actions)
    return EXIT_FINDINGS if invalid else EXIT_OK
