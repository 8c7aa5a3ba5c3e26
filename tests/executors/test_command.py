"""`command`: `pattern-ci` in it is the version that runs, whatever the repository brings along."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pattern_ci import __version__
from pattern_ci.errors import SpecError
from pattern_ci.executors import command

if TYPE_CHECKING:
    from tests.executors.conftest import World


@pytest.mark.parametrize("inputs", [{}, {"command": []}, {"command": [""]}])
def test_nothing_to_start_is_said(world: World, inputs: dict[str, Any]) -> None:
    context = world()

    with pytest.raises(SpecError, match="names no program"):
        command.execute(context, inputs)


@pytest.mark.parametrize("path", ["pattern_ci/__init__.py", "typing.py"])
def test_modules_of_the_repository_do_not_stand_in_for_ours(world: World, path: str) -> None:
    """They lie in the current folder, which Python would search first."""
    context = world({path: "open('started', 'w')\nraise SystemExit(0)\n"})

    result = command.execute(context, {"command": ["pattern-ci", "--version"]})

    assert result.success, result.error
    assert __version__ in result.outputs["stdout"]
    assert not (context.root / "started").exists()
