"""A history in which the same small changes were made again and again, and others were not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from testing.repos import build_repo

if TYPE_CHECKING:
    from pathlib import Path

    from testing.repos import Tree

NAMES = ("alpha", "beta", "gamma", "delta", "epsilon")


def module(name: str, *, call: str = "warn", quote: str = "") -> str:
    """A module that logs with `call`, and says its own name."""
    return (
        f"import logging\n\nlog = logging.getLogger({name!r})\n\n\n"
        f"def run_{name}(value):\n    if value > {len(name)}:\n"
        f'        log.{call}("{name} got %s", value){quote}\n    return {name}_of(value)\n'
    )


def version(number: int) -> Tree:
    """What a release changes: version, year, and the hash of what it pins."""
    pin = f"{number * 1_234_567_891:x}".rjust(12, "a")
    return {"version.txt": f"version = 1.{number}.0  # 20{10 + number}\nuses: tool@{pin}\n"}


def history(path: Path, *, commits: int = 4) -> Path:
    """Each commit mends the logging call of one module and releases a version."""
    first: Tree = {f"src/{name}.py": module(name) for name in NAMES}
    mended: list[Tree] = [
        {f"src/{name}.py": module(name, call="warning"), **version(number)}
        for number, name in enumerate(NAMES[:commits], 1)
    ]
    return build_repo(path, {**first, **version(0)}, *mended)
