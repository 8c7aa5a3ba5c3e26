"""The door to what git has elsewhere: a branch of a remote is brought here, and nothing is sent.

Part of the door to git.
"""

from __future__ import annotations

from pattern_ci import bounded, git
from pattern_ci.errors import ProcessError

# Longer than any branch of ours takes; a server that does not answer is told from a slow one.
SECONDS = 120.0
_NO_SUCH_BRANCH = 2


def names(repo: git.Repo) -> list[str]:
    """The remotes of a repository, in order."""
    return git.text(repo.path, "remote").split()


def fetch_branch(repo: git.Repo, remote: str, branch: str) -> str | None:
    """The tip of a branch of a remote, its objects brought here; None when it has no such branch.

    It is remembered as `git fetch` would remember it; no branch of this repository moves. Raises
    HistoryUnreadableError when the remote cannot be asked, ProcessError when it does not answer.
    """
    full = f"refs/heads/{branch}"
    listed = _ask(repo, "ls-remote", "--exit-code", "--", remote, full)
    if listed.returncode == _NO_SUCH_BRANCH:
        return None
    if listed.returncode:
        raise git.unreadable(("ls-remote",), listed.stderr)
    kept = f"refs/remotes/{remote}/{branch}"
    words = ("--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head")
    done = _ask(repo, "fetch", *words, "--", remote, f"+{full}:{kept}")
    if done.returncode:
        raise git.unreadable(("fetch",), done.stderr)
    return git.text(repo.path, "rev-parse", "--verify", kept).strip()


def _ask(repo: git.Repo, *words: str) -> bounded.Ended:
    """In a group of its own: what git starts ends with it, and nothing asks at a terminal."""
    command = git.command(repo.path, *words)
    done = bounded.run(command, cwd=repo.path, env=git.clean_environment(), timeout_s=SECONDS)
    if done.returncode is None:
        msg = f"git {words[0]} did not finish within {SECONDS:g} s."
        raise ProcessError(msg)
    return done
