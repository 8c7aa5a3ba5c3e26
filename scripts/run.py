"""Install pattern-ci into an environment of its own and run it on the repository you stand in.

Usage: python3 PATH/TO/pattern-ci/scripts/run.py [pattern-ci arguments…]   (default: train)
"""

from __future__ import annotations

import hashlib
import os
import subprocess  # noqa: TID251  # runs before the package is installed
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST = (3, 11)


def digest() -> str:
    """Digest of everything that an installation is made from."""
    made = hashlib.sha256((ROOT / "pyproject.toml").read_bytes())
    for path in sorted((ROOT / "pattern_ci").rglob("*")):
        if path.suffix in (".py", ".json"):
            made.update(path.read_bytes())
    return made.hexdigest()


def install(folder: Path) -> None:
    """Make the environment unless one of these very sources is there."""
    stamp, wanted = folder / "pattern-ci.stamp", digest()
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    print("Installing pattern-ci into an environment of its own …", file=sys.stderr, flush=True)
    venv.create(folder, with_pip=True, clear=True)
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "-qq"]
    subprocess.run([*pip, "--disable-pip-version-check", str(ROOT)], check=True)
    stamp.write_text(wanted)


def main() -> int:
    """Install, then hand over to the program itself."""
    if sys.version_info < OLDEST:
        print(f"Python {'.'.join(map(str, OLDEST))} or newer is needed.", file=sys.stderr)
        return 2
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "pattern-ci" / f"venv-{sys.version_info[0]}.{sys.version_info[1]}"
    try:
        install(folder)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"The environment {folder} could not be made: {error}", file=sys.stderr)
        print("Next: see the lines above; venv, pip and an index are needed.", file=sys.stderr)
        return 33
    program = str(folder / "bin" / "pattern-ci")
    return subprocess.call([program, *(sys.argv[1:] or ["train"])])


if __name__ == "__main__":
    raise SystemExit(main())
