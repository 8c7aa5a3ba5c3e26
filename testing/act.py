"""Runs a repository's workflows with `act`, on this machine itself and without containers.

Where it differs from GitHub: `concurrency`, `permissions` and the names that `job` has for the
called workflow mean nothing to it, and only actions that the caller supplies can be used.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess  # noqa: TID251  # workflows are run by the real program
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

RUNNER = "ubuntu-24.04"
LIMIT_S = 240


class ActError(RuntimeError):
    """Act is missing, or said something that is no record."""


@dataclass(frozen=True, kw_only=True)
class Run:
    """What one run did; `records` is act's own log, one record a line."""

    code: int
    records: tuple[dict[str, Any], ...]

    @property
    def log(self) -> str:
        """What the steps printed, and what act said between."""
        return "".join(_line(record) for record in self.records)

    @property
    def steps(self) -> dict[str, str]:
        """The result of each step that ran, by name, in the order of running."""
        main = (record for record in self.records if record.get("stage") == "Main")
        return {record["step"]: record["stepResult"] for record in main if "stepResult" in record}

    @property
    def summary(self) -> str:
        """What the steps wrote for the page of the run."""
        return "".join(record["content"] for record in self._commands("summary"))

    def outputs(self, step_id: str) -> dict[str, str]:
        """What the step of that id handed on."""
        found = self._commands("set-output")
        return {record["name"]: record["arg"] for record in found if record["stepID"] == [step_id]}

    def _commands(self, name: str) -> list[dict[str, Any]]:
        return [record for record in self.records if record.get("command") == name]


def run(
    event: str,
    *,
    caller: Path,
    actions: Mapping[str, Path],
    work: Path,
    env: Mapping[str, str],
    secrets: Mapping[str, str],
    variables: Mapping[str, str],
    payload: Mapping[str, Any] | None = None,
) -> Run:
    """Run what `event` starts in the repository `caller`; `actions` maps `owner/name@ref`.

    `work` holds the runner's folders and is left as the run left it; `payload` is the event.
    """
    # A runner is told by act where it is: what this process was told must not shine through.
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GITHUB_")}
    done = subprocess.run(
        [
            str(_program()), event, "--json", "--no-cache-server", "--action-offline-mode",
            "--platform", f"{RUNNER}=-self-hosted", "--action-cache-path", str(work),
            *_pairs("--local-repository", {key: str(path) for key, path in actions.items()}),
            *_pairs("--env", env), *_pairs("--secret", secrets), *_pairs("--var", variables),
            *_event(work, payload),
        ],
        cwd=caller, env=kept, stdin=subprocess.DEVNULL, capture_output=True, text=True,
        timeout=LIMIT_S, check=False,
    )  # fmt: skip
    records = tuple(_record(line) for line in done.stdout.splitlines())
    if not any("jobResult" in record for record in records):
        msg = f"act ran no job:\n{done.stdout[-2000:]}{done.stderr[-2000:]}"
        raise ActError(msg)
    return Run(code=done.returncode, records=records)


def _program() -> Path:
    """The program, from the environment that runs the tests before any other."""
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))
    found = shutil.which("act", path=path)
    if found is None:
        msg = "act is missing; install the `test` dependency group."
        raise ActError(msg)
    return Path(found)


def _event(work: Path, payload: Mapping[str, Any] | None) -> Sequence[str]:
    if payload is None:
        return []
    work.mkdir(parents=True, exist_ok=True)
    place = work / "event.json"
    place.write_text(json.dumps(payload), "utf-8")
    return ["--eventpath", str(place)]


def _pairs(option: str, values: Mapping[str, str]) -> Sequence[str]:
    return [word for name, value in values.items() for word in (option, f"{name}={value}")]


def _record(line: str) -> dict[str, Any]:
    try:
        data = json.loads(line)
    except ValueError:
        data = None
    if not isinstance(data, dict):
        msg = f"act said something that is no record: {line[:500]!r}"
        raise ActError(msg)
    return data


def _line(record: Mapping[str, Any]) -> str:
    text = str(record.get("msg", ""))
    return text if text.endswith("\n") else f"{text}\n"
