"""Every fatal error with its exit code, by category, so that codes stay unique.

A message says what happened, why it is likely, and what to do next. 0 is success, 1 means
findings (a check failed as it should), 2 usage, 3 a fault of ours, 130 an interrupt.
"""

from __future__ import annotations

from typing import ClassVar

EXIT_OK = 0
EXIT_FINDINGS = 1
EXIT_USAGE = 2
EXIT_UNEXPECTED = 3
EXIT_INTERRUPTED = 130


class FatalError(Exception):
    """Ends a command: one line for the user and an exit code of its own category."""

    return_code: ClassVar[int] = EXIT_UNEXPECTED

    def __init__(self, what: str, *, why: str = "", next_step: str = "") -> None:
        self.what, self.why, self.next_step = what, why, next_step
        super().__init__(self.line)

    @property
    def line(self) -> str:
        """What happened, why it is likely and what to do next, on one line."""
        parts = [self.what, self.why, f"Next: {self.next_step}" if self.next_step else ""]
        return " ".join(part for part in parts if part)


class UsageError(FatalError):
    """The command line asks for something that does not make sense."""

    return_code = EXIT_USAGE


class NotARepositoryError(FatalError):
    """The folder given is no git repository."""

    return_code = 10


class RevisionError(FatalError):
    """The revision does not exist, or the repository has no commits yet."""

    return_code = 11


class HistoryUnreadableError(FatalError):
    """Git answered with an error, or an object that is needed is not here."""

    return_code = 12


class UnsafePathError(FatalError):
    """A path leaves the repository, is absolute, or passes through a symlink."""

    return_code = 20


class WouldOverwriteError(FatalError):
    """A file is in the way and `--force` was not given."""

    return_code = 21


class VariablesError(FatalError):
    """Variables are missing or do not fit the pattern's schema; all are named at once."""

    return_code = 22


class PatternNotFoundError(FatalError):
    """No pattern of that id, name or path."""

    return_code = 23


class SpecError(FatalError):
    """A spec, schema or instance cannot be read."""

    return_code = 24


class TemplateError(FatalError):
    """A template uses something outside the whitelist or does not parse."""

    return_code = 25


class ConfigError(FatalError):
    """`.github/pattern-ci.yml` is not valid."""

    return_code = 26


class AutomationDisabledError(FatalError):
    """`DISABLE_PATTERN_AUTOMATION=1` stops every bot write and every AUTO feature."""

    return_code = 27


class TargetError(FatalError):
    """What is to be explained is nothing that is known, or several things."""

    return_code = 28


class EditError(FatalError):
    """A file that a pattern edits is missing, is no text, or has no one place for the entry."""

    return_code = 29


class StorageError(FatalError):
    """The disk is full, read-only, or not ours to write."""

    return_code = 30


class TransactionError(FatalError):
    """An earlier change was interrupted and cannot be finished or undone by itself."""

    return_code = 31


class LockedError(FatalError):
    """Another pattern-ci is writing here."""

    return_code = 32


class ProcessError(FatalError):
    """A program that is needed is missing or failed."""

    return_code = 33


class MergeConflictError(FatalError):
    """An update met changes of the same lines; both stand in the files, between markers."""

    return_code = 34


class PlanError(FatalError):
    """A plan of steps is not valid; every problem is listed with its place."""

    return_code = 35


class DatabaseError(FatalError):
    """The index of telemetry is damaged, not ours, or was written by a later version."""

    return_code = 36


class GitHubError(FatalError):
    """GitHub answered in a way that no other category fits."""

    return_code = 40


class GitHubAuthError(GitHubError):
    """No token, or a token that GitHub does not accept (401)."""

    return_code = 41


class GitHubPermissionError(GitHubError):
    """The token may not do this (403), or Actions may not create pull requests."""

    return_code = 42


class GitHubNotFoundError(GitHubError):
    """The repository, branch or pull request is not there for this token (404)."""

    return_code = 43


class GitHubConflictError(GitHubError):
    """The branch moved, is protected, or the thing exists already (409, 422)."""

    return_code = 44


class GitHubRateLimitError(GitHubError):
    """The rate limit is used up for longer than we are willing to wait."""

    return_code = 45


class GitHubUnavailableError(GitHubError):
    """Server error, timeout, dropped or truncated answer."""

    return_code = 46


class RequestBudgetError(GitHubError):
    """The number of requests that this run may make is used up."""

    return_code = 47
