"""What `doctor` asks GitHub. An answer that fails leaves its part out and says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from pattern_ci import clock
from pattern_ci.automation.bot_prs import marker
from pattern_ci.automation.bot_prs.dashboard import HANDLER
from pattern_ci.errors import FatalError, GitHubError, GitHubNotFoundError, GitHubPermissionError
from pattern_ci.messages import doctor_online as messages
from pattern_ci.messages.dashboard import TITLE
from pattern_ci.setup.records import BotPull, History, Online, Saved, Unread

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from pattern_ci.github.port import GitHubPort
    from pattern_ci.model.github import ActionsSettings, Issue, PullRequest
    from pattern_ci.setup.records import Facts, Flow

T = TypeVar("T")

# One request each; more open pull requests of ours than the limits allow are rare.
MOST_PULLS = 50
# Holds a week of runs every six hours, and starts by hand between them.
RUNS = 50


def ask_github(port: GitHubPort, facts: Facts) -> Online:
    """What GitHub says about the repository; without the first answer nothing else is asked."""
    try:
        seen = port.repository()
        login = port.identity()
    except GitHubError as error:
        return refused(error)
    asking = _Asking(port)
    pulls = asking.pulls(facts.branch_prefix)
    authors = {pull.author for pull in pulls} if facts.dashboard else set()
    return Online(
        full_name=seen.full_name,
        default_branch=seen.default_branch,
        login=login,
        permissions=seen.permissions,
        asked_at=clock.now(),
        settings=asking.settings(),
        pulls=pulls,
        histories=tuple(filter(None, (asking.history(flow) for flow in facts.scheduled))),
        checks_state=asking.state(facts.checks_workflow),
        saved=asking.saved(authors),
        unread=tuple(asking.unread),
    )


def refused(error: FatalError) -> Online:
    """The row for an error in place of an answer."""
    return Online(problem=f"{error.what} {error.why}".strip(), next_step=error.next_step)


class _Asking:
    """Asks one thing after the other and keeps what was not answered."""

    def __init__(self, port: GitHubPort) -> None:
        self._port = port
        self.unread: list[Unread] = []

    def _ask(self, about: str, read: Callable[[], T]) -> T | None:
        try:
            return read()
        except GitHubError as error:
            why = f"{error.what} {error.why}".strip()
            self.unread.append(Unread(about, why, error.next_step))
            return None

    def settings(self) -> ActionsSettings | None:
        """What workflows may do; that a token may not ask is the usual case, and no fault."""
        try:
            return self._port.actions_settings()
        except (GitHubPermissionError, GitHubNotFoundError):
            about = messages.ABOUT_SETTINGS
            self.unread.append(Unread(about, messages.ADMIN_ONLY, messages.NEXT_ASK_ADMIN))
            return None
        except GitHubError as error:
            self.unread.append(Unread(messages.ABOUT_SETTINGS, error.what, error.next_step))
            return None

    def pulls(self, prefix: str) -> tuple[BotPull, ...]:
        """Open pull requests on branches of ours and with our marker, whoever runs this."""
        found = self._ask(
            messages.ABOUT_PULLS,
            lambda: self._port.pull_requests(state="open", head_prefix=prefix),
        )
        ours = [
            pull
            for pull in found or ()
            # The name is shown in a command to copy: ours holds nothing that a shell could take up.
            if marker.branch_identity(pull.head_ref, prefix) and marker.read(pull.body) is not None
        ]
        return tuple(self._pull(pull) for pull in ours[:MOST_PULLS])

    def _pull(self, pull: PullRequest) -> BotPull:
        checks = self._ask(
            messages.about_checks(pull.number), lambda: self._port.check_runs(pull.head_sha)
        )
        count = None if checks is None else len(checks)
        return BotPull(pull.number, pull.head_ref, pull.author, count)

    def history(self, flow: Flow) -> History | None:
        """The state of a scheduled workflow and its newest runs; None where neither is known."""

        def read() -> History:
            state = self._port.workflow_state(flow.file)
            runs = () if state is None else self._port.workflow_runs(flow.file, limit=RUNS)
            return History(flow.path, state, tuple(runs))

        return self._ask(messages.about_runs(flow.path), read)

    def state(self, workflow: str) -> str | None:
        """The state of the workflow that is started for our pull requests."""
        if not workflow:
            return None
        return self._ask(messages.about_runs(workflow), lambda: self._port.workflow_state(workflow))

    def saved(self, authors: Collection[str]) -> Saved | None:
        """What became of the issue that the bot writes; None where there is nothing to show."""
        if not authors:
            return None

        def read() -> Saved:
            found = (self._port.issues(author=name, state="all") for name in sorted(authors))
            return state_of([issue for issues in found for issue in issues])

        return self._ask(messages.ABOUT_ISSUE, read)


def state_of(issues: Sequence[Issue]) -> Saved:
    """The state of the dashboard among the issues that the bot opened."""
    boards = [one for one in issues if marker.fields(one.body).get("handler") == HANDLER]
    if boards:
        return Saved.THERE if any(one.state == "open" for one in boards) else Saved.CLOSED
    titled = any(one.title == TITLE and one.state == "open" for one in issues)
    return Saved.DAMAGED if titled else Saved.MISSING
