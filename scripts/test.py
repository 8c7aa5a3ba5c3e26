"""The one test command: makes a virtual environment, installs, lints, type-checks and tests.

Usage: python3 scripts/test.py [--venv DIR] [pytest arguments…]
"""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess  # noqa: TID251  # runs before the package is installed
import sys
import venv
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).resolve().parent.parent
OLDEST = (3, 11)
# The first pip that installs dependency groups.
PIP = "pip>=25.1"
CHECKS: tuple[tuple[str, ...], ...] = (
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "."),
    ("mypy",),
    ("lint-imports", "--no-logo"),
    ("zizmor", "--offline", "--pedantic", "--quiet", "."),
)
PYTEST = ("pytest", "-n", "2")
COVERAGE = ("--cov", "--cov-report=term:skip-covered")


def install(folder: Path) -> None:
    """Make the environment unless one for this very pyproject.toml is there."""
    stamp = folder / "pattern-ci.stamp"
    wanted = hashlib.sha256((ROOT / "pyproject.toml").read_bytes()).hexdigest()
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    venv.create(folder, with_pip=True, clear=True)
    python = str(folder / "bin" / "python")
    pip = [python, "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    subprocess.run([*pip, PIP], cwd=ROOT, check=True)
    subprocess.run([*pip, "--group", "test", "--editable", "."], cwd=ROOT, check=True)
    stamp.write_text(wanted)


def run(command: Sequence[str], environment: dict[str, str]) -> bool:
    """Run one check, showing its output; tell whether it passed."""
    print(f"\n== {' '.join(command)}", flush=True)
    done = subprocess.run(
        list(command), cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, check=False
    )
    return done.returncode == 0


def main(argv: Sequence[str] | None = None) -> int:
    """Run every check even after one failed; the tests come last, so their line closes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--venv", type=Path, default=ROOT / ".venv", help="default: .venv")
    options, rest = parser.parse_known_args(argv)
    if sys.version_info < OLDEST:
        print(f"Python {'.'.join(map(str, OLDEST))} or newer is needed.", file=sys.stderr)
        return 2
    folder = options.venv.resolve()
    try:
        install(folder)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"The environment {folder} could not be made: {error}", file=sys.stderr)
        print("Next: see the lines above; venv, pip and an index are needed.", file=sys.stderr)
        return 33
    path = f"{folder / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    environment = {**os.environ, "PATH": path, "VIRTUAL_ENV": str(folder)}
    failed = [" ".join(check) for check in CHECKS if not run(check, environment)]
    if failed:
        print("\nFAILED: " + ", ".join(failed), flush=True)
    # A part of the tests covers a part of the code: the threshold counts for a whole run only.
    tests = (*PYTEST, *(rest or COVERAGE))
    return 0 if run(tests, environment) and not failed else 1


if __name__ == "__main__":
    raise SystemExit(main())
