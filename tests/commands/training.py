"""Runs of `train`, and what they print and leave behind."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from pattern_ci.commands.train import Options, train

if TYPE_CHECKING:
    from pathlib import Path

    from testing.fake_github import FakeGitHub

ENVIRON = {"GITHUB_TOKEN": "token", "GITHUB_REPOSITORY": "octo/demo"}
Say = pytest.CaptureFixture[str]


def on_github(
    clone: Path, world: FakeGitHub, environ: dict[str, str] | None = None, **options: Any
) -> int:
    """One run that may open pull requests in a GitHub in memory."""
    chosen = Options(repo=clone, pull_request=True, form="json", **options)
    return train(
        chosen,
        environ=ENVIRON if environ is None else environ,
        connect=lambda *_args, **_options: world,
    )


def never(*_args: object, **_options: object) -> FakeGitHub:
    """A door that nobody may open."""
    pytest.fail("GitHub was asked")


def printed(say: Say) -> dict[str, Any]:
    """What was printed as JSON."""
    data = json.loads(say.readouterr().out)
    assert isinstance(data, dict)
    return data


def verdicts(data: dict[str, Any]) -> list[str]:
    """The verdict of every action."""
    return [action["action"] for action in data["actions"]]


def tree(path: Path) -> dict[str, bytes]:
    """Every file of a work tree."""
    return {
        each.relative_to(path).as_posix(): each.read_bytes()
        for each in sorted(path.rglob("*"))
        if each.is_file() and ".git" not in each.relative_to(path).parts
    }
