"""What is said when GitHub refuses, is out of reach, or answers in a way that cannot be right."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pattern_ci.errors import (
    GitHubAuthError,
    GitHubConflictError,
    GitHubError,
    GitHubNotFoundError,
    GitHubPermissionError,
    GitHubRateLimitError,
    GitHubUnavailableError,
    RequestBudgetError,
    UsageError,
)
from pattern_ci.messages.escaping.lines import one_line, short

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_SAID_LIMIT = 200
_ACTIONS_SETTING = "Settings > Actions > General > Workflow permissions"
AGAIN = "run this again; what was done already is recognised."

# What a request is about to do, as the end of "could not …".
READ_BRANCH = "read a branch"
READ_FILE = "read a file"
READ_COMMIT = "read a commit"
READ_PULL = "read a pull request"
READ_REPOSITORY = "read the repository"
LIST_COMMENTS = "list comments"
WRITE_COMMIT = "write a commit"
CREATE_BRANCH = "create a branch"
MOVE_BRANCH = "move a branch"
REPLACE_BRANCH = "replace a branch"
DELETE_BRANCH = "delete a branch"
OPEN_PULL = "open a pull request"
CHANGE_PULL = "change a pull request"
MERGE_PULL = "merge a pull request"
ADD_LABELS = "add labels"
REMOVE_LABEL = "remove a label"
WRITE_COMMENT = "write a comment"
CHANGE_COMMENT = "change a comment"
LIST_PULLS = "list pull requests"
LIST_BRANCHES = "list branches"
LIST_ISSUES = "list issues"
READ_ISSUE = "read an issue"
OPEN_ISSUE = "open an issue"
CHANGE_ISSUE = "change an issue"
REACT = "react to a comment"
LIST_REACTIONS = "list reactions"
LIST_CHECKS = "list checks"
READ_WORKFLOW = "read a workflow"
LIST_RUNS = "list runs of a workflow"
START_WORKFLOW = "start a workflow"
READ_PERMISSION = "read the permission of a user"
READ_SETTINGS = "read the settings of GitHub Actions"
FIND_IDENTITY = "find out whose token this is"

# HTTP method, end of the path, and what the request was about to do.
_ACTIONS: tuple[tuple[str, str, str], ...] = (
    ("GET", r"/user", FIND_IDENTITY),
    ("POST", r"/graphql", FIND_IDENTITY),
    ("GET", r"/git/ref/heads/.*", READ_BRANCH),
    ("GET", r"/git/matching-refs/.*", LIST_BRANCHES),
    ("GET", r"/git/blobs/[^/]*|/contents/.*", READ_FILE),
    ("GET", r"/commits/[^/]*|/git/commits/[^/]*", READ_COMMIT),
    ("GET", r"/pulls", LIST_PULLS),
    ("GET", r"/pulls/[0-9]+", READ_PULL),
    ("GET", r"/issues/[0-9-]+/comments", LIST_COMMENTS),
    ("GET", r"/repos/[^/]*/[^/]*", READ_REPOSITORY),
    ("POST", r"/git/(?:blobs|trees|commits)", WRITE_COMMIT),
    ("POST", r"/git/refs", CREATE_BRANCH),
    ("PATCH", r"/git/refs/.*", MOVE_BRANCH),
    ("DELETE", r"/git/refs/.*", DELETE_BRANCH),
    ("POST", r"/pulls", OPEN_PULL),
    ("PATCH", r"/pulls/[0-9-]+", CHANGE_PULL),
    ("PUT", r"/pulls/[0-9-]+/merge", MERGE_PULL),
    ("GET", r"/issues", LIST_ISSUES),
    ("GET", r"/issues/[0-9-]+", READ_ISSUE),
    ("POST", r"/issues", OPEN_ISSUE),
    ("PATCH", r"/issues/[0-9-]+", CHANGE_ISSUE),
    ("POST", r"/issues/[0-9-]+/labels", ADD_LABELS),
    ("DELETE", r"/issues/[0-9-]+/labels/[^/]*", REMOVE_LABEL),
    ("GET", r"/issues/comments/[0-9-]+/reactions", LIST_REACTIONS),
    ("POST", r"/issues/comments/[0-9-]+/reactions", REACT),
    ("GET", r"/commits/[^/]*/check-runs", LIST_CHECKS),
    ("GET", r"/actions/workflows/[^/]*", READ_WORKFLOW),
    ("GET", r"/actions/workflows/[^/]*/runs", LIST_RUNS),
    ("POST", r"/actions/workflows/[^/]*/dispatches", START_WORKFLOW),
    ("GET", r"/actions/permissions/workflow", READ_SETTINGS),
    ("GET", r"/collaborators/[^/]*/permission", READ_PERMISSION),
    ("POST", r"/issues/[0-9-]+/comments", WRITE_COMMENT),
    ("PATCH", r"/issues/comments/[0-9-]+", CHANGE_COMMENT),
)
# What a token needs for it, as a workflow's `permissions:` names it.
_NEEDED = {
    WRITE_COMMIT: "contents: write",
    CREATE_BRANCH: "contents: write",
    MOVE_BRANCH: "contents: write",
    DELETE_BRANCH: "contents: write",
    OPEN_PULL: "pull-requests: write",
    CHANGE_PULL: "pull-requests: write",
    REPLACE_BRANCH: "contents: write",
    MERGE_PULL: "contents: write",
    ADD_LABELS: "pull-requests: write",
    REMOVE_LABEL: "pull-requests: write",
    REACT: "pull-requests: write",
    OPEN_ISSUE: "issues: write",
    CHANGE_ISSUE: "issues: write",
    START_WORKFLOW: "actions: write",
    WRITE_COMMENT: "pull-requests: write",
    CHANGE_COMMENT: "pull-requests: write",
    READ_BRANCH: "contents: read",
    LIST_BRANCHES: "contents: read",
    READ_FILE: "contents: read",
    READ_COMMIT: "contents: read",
    LIST_PULLS: "pull-requests: read",
    READ_PULL: "pull-requests: read",
    LIST_COMMENTS: "pull-requests: read",
    LIST_REACTIONS: "pull-requests: read",
    LIST_ISSUES: "issues: read",
    READ_ISSUE: "issues: read",
    LIST_CHECKS: "checks: read",
    READ_WORKFLOW: "actions: read",
    LIST_RUNS: "actions: read",
}

# Where the name comes from that GitHub does not find.
_NAME_IT = {
    START_WORKFLOW: "correct `bot_prs: checks_workflow`, or merge that workflow into the default "
    "branch.",
}


def action(method: str, path: str) -> str:
    """What a request is about to do; one that no row fits is named as it is."""
    for verb, pattern, words in _ACTIONS:
        if verb == method and re.search(rf"(?:{pattern})\Z", path):
            return words
    return f"send {method} {one_line(path)}"


def traced(method: str, path: str, status: int, headers: Mapping[str, str]) -> str:
    """One request and its answer, for debugging."""
    left = headers.get("x-ratelimit-remaining", "unknown")
    return f"{method} {path} -> {status}, requests left: {left}"


def _said(message: str) -> str:
    return f"GitHub says: {short(one_line(message).rstrip('.'), _SAID_LIMIT)}." if message else ""


def no_token() -> GitHubAuthError:
    """Nothing was given to sign in with."""
    return GitHubAuthError(
        "there is no GitHub token.",
        next_step="set GITHUB_TOKEN (in a workflow: `env: GITHUB_TOKEN: ${{ github.token }}`).",
    )


def token_needed(doing: str, names: Sequence[str]) -> GitHubAuthError:
    """No token is set where one was looked for."""
    msg = f"a token is needed to {doing}; looked for {' or '.join(names)}."
    return GitHubAuthError(
        msg, next_step="export GITHUB_TOKEN, or name its variable with --token-env."
    )


def not_a_slug(slug: str) -> UsageError:
    """The repository's name does not look like one."""
    msg = f"{one_line(slug)!r} is no repository on GitHub."
    return UsageError(msg, next_step="name it as owner/name.")


def not_an_address(address: str) -> UsageError:
    """The address of the API is not one."""
    msg = f"{one_line(address)!r} is no address of a GitHub API."
    return UsageError(msg, next_step="give GITHUB_API_URL as https://HOST or https://HOST/api/v3.")


def token_refused(doing: str) -> GitHubAuthError:
    """401."""
    return GitHubAuthError(
        f"could not {doing}: GitHub does not accept the token.",
        why="It is wrong, expired or revoked.",
        next_step="put a valid token into GITHUB_TOKEN.",
    )


def actions_may_not_open() -> GitHubPermissionError:
    """403, because a setting of the repository or organization says so."""
    return GitHubPermissionError(
        "could not open a pull request: this repository does not let GitHub Actions do that.",
        next_step=f"turn on `Allow GitHub Actions to create and approve pull requests` under "
        f"{_ACTIONS_SETTING}, or use the token of a GitHub App.",
    )


def not_permitted(doing: str, message: str, *, accepted: str = "") -> GitHubPermissionError:
    """403 for this token; `accepted` is GitHub's own list of permissions that would do."""
    needed = short(one_line(accepted), _SAID_LIMIT) or _NEEDED.get(doing, "")
    grant = f"give it `{needed}`" if needed else "use a token that may"
    return GitHubPermissionError(
        f"could not {doing}: the token may not do that.", why=_said(message), next_step=f"{grant}."
    )


def not_found(doing: str, message: str = "") -> GitHubNotFoundError:
    """404, which is also what GitHub answers for what a token may not see."""
    plain = message.lower() in ("", "not found")
    return GitHubNotFoundError(
        f"could not {doing}: GitHub does not find it.",
        why="It does not exist, or this token may not see it." if plain else _said(message),
        next_step=_NAME_IT.get(doing, "check the name and that the token reaches this repository."),
    )


def moved_away(doing: str) -> GitHubError:
    """A redirect: the repository has another name now. Not "not found": its branches are there."""
    return GitHubError(
        f"could not {doing}: the repository has moved to another name or owner.",
        next_step="set the remote to its new address.",
    )


def exists_already(doing: str, message: str = "") -> GitHubConflictError:
    """422 for something that is there."""
    return GitHubConflictError(
        f"could not {doing}: it exists already.", why=_said(message), next_step=AGAIN
    )


def branch_moved(doing: str, *, why: str = "") -> GitHubConflictError:
    """The branch is not where it was."""
    return GitHubConflictError(
        f"could not {doing}: it is not where it was.",
        why=why or "Somebody else moved or deleted it meanwhile.",
        next_step=AGAIN,
    )


def branch_protected(doing: str, message: str) -> GitHubConflictError:
    """A branch protection or ruleset says no."""
    return GitHubConflictError(
        f"could not {doing}: a protection rule forbids it.",
        why=_said(message),
        next_step="let the rule except this token, or choose a branch prefix that no rule covers.",
    )


def conflict(doing: str, message: str) -> GitHubConflictError:
    """409 of any other kind."""
    return GitHubConflictError(
        f"could not {doing}: it conflicts with what is there.", why=_said(message), next_step=AGAIN
    )


def not_mergeable(doing: str, message: str) -> GitHubConflictError:
    """405: a conflict, a missing check or review, or a merge method that is switched off."""
    return GitHubConflictError(
        f"could not {doing}: GitHub does not let it be merged.",
        why=_said(message),
        next_step="look at what its page says about merging.",
    )


def no_lease(doing: str) -> GitHubError:
    """A server whose GraphQL cannot compare and move a branch in one request."""
    return GitHubError(
        f"could not {doing}: this GitHub server cannot compare and move a branch in one request.",
        why="Without that, a push of somebody else could be lost.",
        next_step="update the server, or merge the base branch into this one by hand.",
    )


def invalid(doing: str, message: str) -> GitHubError:
    """422 for a request that GitHub does not take."""
    return GitHubError(f"could not {doing}: GitHub does not take the request.", why=_said(message))


def unexpected(doing: str, status: int, message: str) -> GitHubError:
    """An answer that no other line fits."""
    return GitHubError(f"could not {doing}: GitHub answered {status}.", why=_said(message))


def limited(doing: str, *, seconds: int, most: int) -> GitHubRateLimitError:
    """A rate limit that lasts longer than we wait."""
    return GitHubRateLimitError(
        f"could not {doing}: GitHub's rate limit is used up for another {seconds} s.",
        why=f"At most {most} s are spent waiting in a run.",
        next_step=f"run this again in {max(1, -(-seconds // 60))} min.",
    )


def reserve_kept(doing: str, *, left: int, seconds: int) -> GitHubRateLimitError:
    """So few requests are left that other workflows need them."""
    return GitHubRateLimitError(
        f"did not {doing}: only {left} requests are left of GitHub's rate limit.",
        why="The rest is kept for other workflows of this repository.",
        next_step=f"run this again in {max(1, -(-seconds // 60))} min.",
    )


def budget_spent(doing: str, *, limit: int) -> RequestBudgetError:
    """Our own bound on requests."""
    return RequestBudgetError(
        f"did not {doing}: the {limit} requests of this run are used up.",
        next_step="run this again; the next run goes on from here, or raise the limit.",
    )


def out_of_reach(doing: str, *, why: str) -> GitHubUnavailableError:
    """Server error, timeout, dropped or truncated answer."""
    return GitHubUnavailableError(f"could not {doing}: {why}.", next_step=AGAIN)


def uncertain(doing: str, fault: str) -> GitHubUnavailableError:
    """A write without an answer that could not be looked up either."""
    return GitHubUnavailableError(
        f"could not {doing} for certain: GitHub's answer is missing ({one_line(fault)}).",
        why="Whether it happened is not known.",
        next_step=AGAIN,
    )


def labels_missing(number: int, labels: str, error: GitHubError) -> GitHubError:
    """The pull request is open, but its labels could not be set; the class stays the same."""
    return type(error)(
        f"pull request #{number} is open, but without the label {one_line(labels)}: {error.what}",
        why=error.why,
        next_step=error.next_step,
    )


def unknown_identity() -> GitHubPermissionError:
    """Neither REST nor GraphQL says who we are."""
    return GitHubPermissionError(
        "could not find out whose token this is.",
        why="Without that, what pattern-ci wrote cannot be told from what others wrote.",
        next_step="use the token of GitHub Actions, of a GitHub App, or a personal one.",
    )


def too_many_files(sha: str, limit: int) -> GitHubError:
    """GitHub does not list all files of such a commit."""
    return GitHubError(f"commit {sha[:12]} changes {limit} files or more; GitHub lists no more.")


# Why an answer never arrived whole; parts of `out_of_reach`.
def timed_out(seconds: float) -> str:
    """No answer in time."""
    return f"GitHub did not answer within {seconds:g} s"


BROKE_OFF = "GitHub's answer broke off in the middle"
NO_CONNECTION = "GitHub could not be reached, or dropped the connection"
BAD_CERTIFICATE = "GitHub's certificate was not accepted"
NOT_UNDERSTOOD = "GitHub's answer could not be understood"


def server_error(status: int) -> str:
    """5xx."""
    return f"GitHub has a fault of its own (status {status})"
