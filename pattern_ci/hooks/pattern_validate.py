"""Hook `pattern-validate`: checks the library as it stands in the work tree being committed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_WATCHED = ("patterns", ".github/pattern-ci.yml")


def main(argv: Sequence[str] | None = None) -> int:  # noqa: ARG001  # every hook has this shape
    """Say nothing and return 0 when all is well; findings and 1 when there is an error.

    File names are not asked for: one file of a pattern is right or wrong only together with the
    others.
    """
    root = _root(Path.cwd())
    if not any(os.path.lexists(root / name) for name in _WATCHED):
        return 0
    from pattern_ci.commands.validate import validate
    from pattern_ci.registry.delivery import default_format

    return validate(repo=root, form=default_format(), quiet=True)


def _root(start: Path) -> Path:
    """The top of the work tree, without asking git: a hook pays for every process it starts."""
    for folder in (start, *start.parents):
        if (folder / ".git").exists():
            return folder
    return start
