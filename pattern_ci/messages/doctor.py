"""What `doctor` says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pattern_ci.messages.config import FIX
from pattern_ci.messages.escaping.lines import one_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

NEXT_REPOSITORY = "run this in a git repository, or `git init`."
NO_COMMITS = "there are no commits yet; nothing can be learned."
NEXT_COMMIT = "commit something, then `pattern-ci train`."
SHALLOW = "the history is cut off (shallow clone); older work is not seen."
NEXT_UNSHALLOW = "`git fetch --unshallow`."
PARTIAL = "this is a partial clone; files that are not here are not read."
NEXT_PARTIAL = "nothing to do, or clone without `--filter` to mine everything."
BARE = "this is a bare repository; patterns can be mined here, not applied."
NEXT_BARE = "use a clone with a work tree for everything but `mine` and `suggest`."
DETACHED = "HEAD is detached; commits made here belong to no branch."
NEXT_DETACHED = "`git switch` to a branch before you commit."
NO_CONFIG = "there is no .github/pattern-ci.yml; every option has its default."
NEXT_CONFIG = FIX
NEXT_INIT = "`pattern-ci init` shows what it would add."
NO_HOOKS = ".pre-commit-config.yaml names none of our hooks."
NEXT_HOOKS_FILE = "correct the file; `pre-commit validate-config` checks it."
NEXT_INSTALL = "`pre-commit install` (or `prek install`)."
NEXT_LARGE_CACHE = "`pattern-ci uninstall` shows how to remove it; it is rebuilt on demand."
INTERRUPTED = "an earlier change was interrupted."
NEXT_INTERRUPTED = "the next `pattern-ci apply` finishes or undoes it."
NEXT_VALIDATE = "`pattern-ci validate` shows every problem with its place."
NEXT_FOREIGN = "they are mined like any other; what pattern-ci writes will lie among them."
NEXT_TRAIN = "`pattern-ci train` looks for some in the history."
NEXT_WHOLE = "`pattern-ci init` shows a whole workflow; put its first lines before `jobs:`."
NO_WORKFLOW = "no workflow here calls one of ours."
DISABLED = "automation is switched off by the environment."
NEXT_ENABLE = "unset DISABLE_PATTERN_AUTOMATION and PATTERN_AUTOMATION_ENABLED to allow it again."
NO_TOKEN = "none is set; only commands that write to GitHub need one."  # noqa: S105  # a sentence
NO_REMOTE = "no remote points to GitHub."
NEXT_REMOTE = "`git remote add origin https://github.com/OWNER/NAME`, or set GITHUB_REPOSITORY."

NEXT_SCHEDULE = "correct the line; crontab(5) has the five fields, times are UTC."
NEXT_BY_HAND = "add `workflow_dispatch:` below `on:`; GitHub drops runs when it is busy."
ALL_WELL = "All is well."

_TOKENS = {
    "ghp_": "a classic personal token",
    "github_pat_": "a fine-grained personal token",
    "gho_": "an OAuth token",
    "ghu_": "a user token of a GitHub App",
    "ghs_": "an installation token (GitHub Actions or an App)",
}


def version(found: Sequence[int]) -> str:
    """A version number."""
    return ".".join(map(str, found)) if found else "not found"


def install(name: str, oldest: Sequence[int]) -> str:
    """A program is too old or missing."""
    return f"install {name} {version(oldest)} or newer."


def no_repository(where: str) -> str:
    """The folder is not in a repository."""
    return f"{where} is not in a git repository."


def whole(remotes: Sequence[str]) -> str:
    """Nothing limits what can be seen."""
    tail = f"remotes: {', '.join(remotes)}" if remotes else "no remote: pull requests need one"
    return f"whole history, with work tree; {tail}."


def config_valid(train_enabled: bool) -> str:
    """The file is fine; says whether pull requests may be opened."""
    return f"valid; pull requests are {'allowed' if train_enabled else 'off (train.enabled)'}."


def not_installed(folder: str) -> str:
    """The hooks are named but git does not run them."""
    return f"named in .pre-commit-config.yaml, but {folder} does not run them."


def hooks_run(named: Sequence[str], missing: Sequence[str]) -> str:
    """Which hooks run, and which of ours are not named."""
    tail = f" (not named: {', '.join(missing)})" if missing else ""
    return f"installed: {', '.join(named)}{tail}."


def cache(size: int) -> str:
    """Size of the local state."""
    if not size:
        return "empty; the first run fills it."
    return f"{size / 1_000_000:.1f} MB in .git/pattern-ci."


def usable(count: int) -> str:
    """How many patterns can be used."""
    return f"{count} usable." if count else "none yet."


def foreign(paths: Sequence[str]) -> str:
    """How many files of others lie where ours do, and the first of them."""
    count = "a file that is" if len(paths) == 1 else f"{len(paths)} files that are"
    return f"patterns/ holds {count} not pattern-ci's, such as {one_line(paths[0])}."


def broken(problems: Sequence[str]) -> str:
    """The first problem and how many more there are."""
    more = f" ({len(problems) - 1} more)" if len(problems) > 1 else ""
    return f"{problems[0]}{more}"


def default_grants(path: str, job: str) -> str:
    """The calling job says nothing about permissions."""
    return f"job `{job}` in {path} leaves its permissions to the repository's default."


def lacks(path: str, job: str, missing: Mapping[str, str]) -> str:
    """The calling job grants too little; GitHub would refuse to start it."""
    return f"job `{job}` in {path} does not grant {_grants(missing)}."


def next_grants(path: str, job: str, grants: Mapping[str, str]) -> str:
    """The whole block of permissions that the job must have."""
    lines = [f"  {scope}: {access}" for scope, access in grants.items()]
    return "\n".join([f"let job `{job}` in {path} say:", "permissions:", *lines])


def _grants(needs: Mapping[str, str]) -> str:
    *most, last = (f"`{scope}: {access}`" for scope, access in needs.items())
    return f"{', '.join(most)} and {last}" if most else last


def calls(path: str, workflow: str) -> str:
    """A workflow calls ours with enough permissions."""
    return f"{path} calls {workflow} and grants what it needs."


def token(value: str, login: str = "") -> str:
    """Which kind of token is set; never the token itself. The login tells Actions from an App."""
    kind = next((name for start, name in _TOKENS.items() if value.startswith(start)), "a token")
    if login == "github-actions[bot]":
        kind = "the workflow's own token (GITHUB_TOKEN)"
    elif login.endswith("[bot]"):
        kind = f"a token of the App {login.removesuffix('[bot]')}"
    return f"{kind} is set."


def never_starts(path: str) -> str:
    """A file that holds jobs only, as when an excerpt was copied."""
    return f"{path} has no `on:`, so that nothing starts it."


def unreadable_schedule(path: str, lines: Sequence[str]) -> str:
    """A cron line that is none, or that never comes."""
    shown = ", ".join(one_line(line) for line in lines)
    return f"the schedule of {path} cannot be read or never comes: {shown}."


def not_by_hand(path: str) -> str:
    """A scheduled workflow that cannot be started otherwise."""
    return f"{path} has a schedule but cannot be started by hand."


def row(level: str, topic: str, what: str, next_step: str) -> str:
    """One row of the report, with its next step below it."""
    below = next_step.replace("\n", f"\n{'':24}")
    tail = f"\n{'':18}Next: {below}" if next_step else ""
    return f"{level:<4}  {topic:<11} {what}{tail}"


def closing(failed: int, warned: int) -> str:
    """The last line of the report."""
    if not failed and not warned:
        return ALL_WELL
    return f"{failed} failed, {warned} to look at."
