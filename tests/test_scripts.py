"""The two scripts that a newcomer starts with."""

from __future__ import annotations

import os
import subprocess  # noqa: TID251  # the scripts run before anything is installed
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize("script", ["run.py", "test.py"])
def test_an_environment_that_cannot_be_made_is_two_clear_lines(script: str, tmp_path: Path) -> None:
    """No traceback: what failed, and what is needed."""
    (tmp_path / "file").write_text("in the way")
    blocked = tmp_path / "file" / "below"
    words = ["--venv", str(blocked)] if script == "test.py" else []

    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / script), *words],
        env={**os.environ, "XDG_CACHE_HOME": str(blocked)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 33
    assert "Traceback" not in done.stderr
    assert f"The environment {blocked}" in done.stderr
    assert done.stderr.splitlines()[-1].startswith("Next: ")
