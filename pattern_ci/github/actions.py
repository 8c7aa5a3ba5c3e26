"""Workflows, checks and permissions through PyGithub."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from pattern_ci.errors import GitHubNotFoundError
from pattern_ci.github import records
from pattern_ci.github.reading import Reader, read
from pattern_ci.github.settle import carry_out
from pattern_ci.messages import github as messages

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pattern_ci.model.github import ActionsSettings, CheckRun, WorkflowRun


class Actions(Reader):
    """Verbs of GitHub Actions, and of who may do what."""

    def check_runs(self, sha: str) -> Sequence[CheckRun]:
        """All checks of a commit, the latest of each name and App."""
        doing, path = messages.LIST_CHECKS, f"/commits/{quote(sha, safe='')}/check-runs"
        entries = self._pages(path, {"filter": "latest"}, doing=doing, item="check_runs")
        return read(doing, lambda: tuple(records.check_run(entry) for entry in entries))

    def workflow_state(self, workflow: str) -> str | None:
        """State of a workflow file; None when there is none."""
        try:
            found = self._send("GET", _workflow(workflow))
        except GitHubNotFoundError:
            self._assert_reached()
            return None
        return read(messages.READ_WORKFLOW, lambda: records.text(found, "state"))

    def workflow_runs(self, workflow: str, *, limit: int) -> Sequence[WorkflowRun]:
        """The newest runs of a workflow, in one request."""
        try:
            found = self._send("GET", f"{_workflow(workflow)}/runs", asked={"per_page": limit})
        except GitHubNotFoundError:
            self._assert_reached()
            return ()
        return read(messages.LIST_RUNS, lambda: records.workflow_runs(found)[:limit])

    def permission(self, login: str) -> str:
        """Role of a user here; `none` for one that GitHub does not know."""
        try:
            found = self._send("GET", f"/collaborators/{quote(login, safe='')}/permission")
        except GitHubNotFoundError:
            self._assert_reached()
            return "none"
        return read(messages.READ_PERMISSION, lambda: records.role(found))

    def actions_settings(self) -> ActionsSettings:
        """What workflows may do."""
        found = self._send("GET", "/actions/permissions/workflow")
        return read(messages.READ_SETTINGS, lambda: records.actions_settings(found))

    def dispatch_workflow(
        self, workflow: str, *, ref: str, inputs: Mapping[str, str] | None = None
    ) -> None:
        """Start a workflow; without an answer, a run of this kind at the branch's tip is proof."""
        given = {"ref": ref, **({"inputs": dict(inputs)} if inputs else {})}

        def happened() -> bool:
            tip = self.branch_sha(ref)
            started = self.workflow_runs(workflow, limit=20)
            return any(run.event == "workflow_dispatch" and run.head_sha == tip for run in started)

        carry_out(
            messages.START_WORKFLOW,
            lambda: self._send("POST", f"{_workflow(workflow)}/dispatches", given),
            happened,
        )


def _workflow(name: str) -> str:
    return f"/actions/workflows/{quote(name, safe='')}"
