"""A repository of somebody who calls our workflow: their clone, their GitHub, their runner."""

from __future__ import annotations

import json
import os
import shutil
import sys
import sysconfig
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import indent
from typing import TYPE_CHECKING, Any

from pattern_ci.catalog import REPOSITORY
from testing import act
from testing.emulate import ACTIONS_TOKEN, BOT_TOKEN
from testing.repos import commit, git, plugin_repo

if TYPE_CHECKING:
    from collections.abc import Mapping

    from testing.emulate import Emulate, Repository
    from testing.fault_proxy import FaultProxy

ROOT = Path(__file__).resolve().parent.parent.parent
WORKFLOW = ".github/workflows/pattern-train.yml"
GUARD = ".github/workflows/pattern-guard.yml"
COMMENT = ".github/workflows/pattern-comment.yml"
SHIPPED = (
    "pattern_ci", "patterns", "pyproject.toml", "README.md", "LICENSE", WORKFLOW, GUARD, COMMENT,
)  # fmt: skip
CALLED_AT = "0123456789abcdef0123456789abcdef01234567"
CHECKOUT = "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1"
UPLOAD = "actions/upload-artifact@043fb46d1a93c77aae656e7c1c64a875d1fc6a0a"
APP_TOKEN = "actions/create-github-app-token@bcd2ba49218906704ab6c1aa796996da409d3eb1"
PRIVATE_KEY = "the-private-key-of-the-app"
REPORT = "https://github.com/{slug}/actions/runs/1"

# The limits are far away, so that one run proposes all there is and a second has nothing left.
CONFIG = """\
version: 1
train:
  enabled: true
  open_limit: 20
  new_per_run: 20
"""
CALLER = """\
name: patterns
on: workflow_dispatch
permissions: {{}}
jobs:
  patterns:
    name: Patterns
    permissions:
      contents: write
      pull-requests: write
      issues: write
      actions: write
    uses: {repository}/{workflow}@{ref}
{options}
  after:
    name: After
    needs: patterns
    runs-on: ubuntu-24.04
    permissions: {{}}
    steps:
      - name: Look at the outputs
        id: seen
        env:
          OUTPUTS: ${{{{ toJSON(needs.patterns.outputs) }}}}
        run: echo "outputs=$(echo "$OUTPUTS" | tr -d '\\n')" >> "$GITHUB_OUTPUT"
"""
# Each stands for an action of GitHub's own: says what it was given, then does what is needed here.
STANDS_FOR = """\
name: {name}
description: Stands for the action of that name.
inputs:
{inputs}
outputs:
  token:
    description: What a server would have answered.
    value: {token}
runs:
  using: composite
  steps:
    - shell: bash
      env:
        GIVEN: ${{{{ toJSON(inputs) }}}}
      run: |
        echo "{name}: $(echo "$GIVEN" | tr -d '\\n ')"
        {script}
"""


def tool_source(target: Path) -> Path:
    """What a checkout of this repository holds of the tool."""
    for name in SHIPPED:
        source, copy = ROOT / name, target / name
        if source.is_dir():
            shutil.copytree(source, copy, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, copy)
    return target


def _stand_in(folder: Path, *, inputs: tuple[str, ...], script: str, token: str = "") -> Path:
    folder.mkdir(parents=True)
    listed = "".join(f"  {name}:\n    description: {name}\n    default: ''\n" for name in inputs)
    text = STANDS_FOR.format(
        name=folder.name, inputs=listed, script=script, token=json.dumps(token)
    )
    (folder / "action.yml").write_text(text)
    return folder


def actions(folder: Path, tool: Path) -> dict[str, Path]:
    """Where the runner finds what a workflow `uses`."""
    checkout = _stand_in(
        folder / "checkout",
        inputs=("repository", "ref", "path", "persist-credentials"),
        script=f"cp -R '{tool}' \"$GITHUB_WORKSPACE/.pattern-ci-tool\"",
    )
    app = _stand_in(
        folder / "app-token",
        inputs=(
            "client-id",
            "private-key",
            "permission-contents",
            "permission-pull-requests",
            "permission-issues",
        ),
        script="true",
        token=BOT_TOKEN,
    )
    upload = _stand_in(
        folder / "upload", inputs=("name", "path", "if-no-files-found"), script="true"
    )
    return {
        f"{REPOSITORY}@{CALLED_AT}": tool,
        CHECKOUT: checkout,
        APP_TOKEN: app,
        UPLOAD: upload,
    }


@dataclass(kw_only=True)
class World:
    """Their clone and what GitHub holds of it; `runner` is where their jobs run."""

    clone: Path
    repository: Repository
    proxy: FaultProxy
    actions: Mapping[str, Path]
    runner: Path
    variables: dict[str, str] = field(default_factory=dict)

    def push(self, tree: Mapping[str, str | None]) -> None:
        """A person commits files (None deletes one) and pushes them to the main branch."""
        self.follow(tree)
        there = {path: _text(self.clone, path) for path, text in tree.items() if text is not None}
        if there:
            self.repository.human_pushes("main", there)
        for path in tree.keys() - there.keys():
            self._delete(path)

    def follow(self, tree: Mapping[str, str | None]) -> None:
        """The clone gets a commit that the server has already."""
        commit(self.clone, {path: text for path, text in tree.items() if text is not None}, "pull")
        for path in (path for path, text in tree.items() if text is None):
            git(self.clone, "rm", "--quiet", path)
        git(self.clone, "commit", "--quiet", "--allow-empty", "-m", "by hand")

    def _delete(self, path: str) -> None:
        where = f"/repos/{self.repository.slug}/contents/{path}"
        sha = self.repository.emulate.call("GET", where)["sha"]
        self.repository.emulate.call("DELETE", where, {"message": "by hand", "sha": sha})

    def run(
        self,
        event: str = "workflow_dispatch",
        *,
        token: str = ACTIONS_TOKEN,
        payload: Mapping[str, Any] | None = None,
    ) -> act.Run:
        """The workflow is started, by hand unless another event is given, with its own `token`.

        The proxy and the runner remember only this run.
        """
        shutil.rmtree(self.runner, ignore_errors=True)
        self.proxy.reset()
        return act.run(
            event,
            payload=payload,
            caller=self.clone,
            actions=self.actions,
            work=self.runner,
            env={"GITHUB_API_URL": self.proxy.url, **_installed_packages()},
            secrets={
                "GITHUB_TOKEN": token,
                "APP_PRIVATE_KEY": PRIVATE_KEY,
                "OWN_TOKEN": BOT_TOKEN,
            },
            variables=self.variables,
        )

    def pulls(self) -> list[dict[str, Any]]:
        """Every pull request as GitHub tells of it, oldest first."""
        path = f"/repos/{self.repository.slug}/pulls?state=all&direction=asc"
        found: list[dict[str, Any]] = self.repository.emulate.call("GET", path)
        return sorted(found, key=lambda pull: int(pull["number"]))

    def dashboard(self) -> dict[str, Any]:
        """The one issue that the bot keeps."""
        path = f"/repos/{self.repository.slug}/issues?state=all&per_page=100"
        issues = self.repository.emulate.call("GET", path)
        (found,) = (one for one in issues if "pull_request" not in one)
        return dict(found)

    def branches(self) -> dict[str, str]:
        """The tip of every branch."""
        path = f"/repos/{self.repository.slug}/git/matching-refs/heads/"
        refs = self.repository.emulate.call("GET", path)
        return {ref["ref"].removeprefix("refs/heads/"): ref["object"]["sha"] for ref in refs}

    def workspace(self) -> Path:
        """The folder in which the last run's job worked; act keeps it when the job failed."""
        (found,) = (path for path in self.runner.glob("*/hostexecutor") if (path / ".git").exists())
        return found

    def installed(self) -> list[Path]:
        """The distributions of ours that the last run installed, kept like the workspace."""
        return list(self.runner.glob("*/tmp/pattern-ci/lib/*/site-packages/pattern_ci-*.dist-info"))


def build(
    folder: Path,
    emulate: Emulate,
    *,
    name: str,
    proxy: FaultProxy,
    actions: Mapping[str, Path],
    options: str,
    config: str = CONFIG,
) -> World:
    """A caller with ten plugins; `options` are the lines that it adds to the calling job."""
    clone = plugin_repo(folder / "clone")
    calling = CALLER.format(
        repository=REPOSITORY, workflow=WORKFLOW, ref=CALLED_AT, options=indent(options, " " * 4)
    )
    own = {".github/workflows/patterns.yml": calling, ".github/pattern-ci.yml": config}
    commit(clone, dict(own), "call the workflow")
    paths = git(clone, "ls-files", "-z").split("\0")[:-1]
    repository = emulate.new_repository(name, {path: _text(clone, path) for path in paths})
    git(clone, "remote", "add", "origin", f"https://github.com/{repository.slug}.git")
    return World(
        clone=clone,
        repository=repository,
        proxy=proxy,
        actions=actions,
        runner=folder / "runner",
    )


def _text(clone: Path, path: str) -> str:
    return (clone / path).read_text("utf-8")


def _installed_packages() -> dict[str, str]:
    """Lets pip find our dependencies installed, so that a run does not fetch them anew."""
    paths = sysconfig.get_paths()
    packages = dict.fromkeys((paths["purelib"], paths["platlib"]))
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {"PYTHONPATH": os.pathsep.join(packages), "PATH": path}
