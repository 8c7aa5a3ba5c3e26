"""One step of a training run on GitHub: what the workflows did goes to the branch of telemetry."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from pattern_ci import git, git_trees
from pattern_ci.automation.collecting import BRANCH, publish
from pattern_ci.errors import GitHubError
from pattern_ci.messages import telemetry as messages

if TYPE_CHECKING:
    from pattern_ci.automation.train.modes import Remote

_WORKFLOWS = ".github/workflows"


def collect_runs(remote: Remote, repo: git.Repo, prefix: str) -> str:
    """Collect, and say in one sentence what came of it; a refusal stops nothing else."""
    try:
        base = remote.port.branch_sha(remote.place.base)
        if base is None:
            return messages.collected(0, "")
        return publish(remote.port, f"{prefix}{BRANCH}", base, workflow_files(repo))
    except GitHubError as error:
        return messages.not_collected(error.line)


def workflow_files(repo: git.Repo) -> list[str]:
    """Base names of the workflow files of HEAD."""
    paths = [PurePosixPath(entry.path) for entry in git_trees.tree(repo, "HEAD", _WORKFLOWS)]
    return [path.name for path in paths if path.suffix in (".yml", ".yaml")]
