"""Hook `pattern-record`: after a commit, one event about it goes into the spool of this clone.

Without consent in `.github/pattern-ci.yml` it ends at once. It never fails and waits for nobody:
an event that cannot be written now is not written, and that is said.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from pattern_ci.model.config import CONFIG_PATH, CONFIG_SYNTAX, automation_disabled

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pattern_ci.model.config import Config

WAIT_SECONDS = 0.2


def main(argv: Sequence[str] | None = None) -> int:  # noqa: ARG001  # every hook has this shape
    """Record HEAD; always 0."""
    root = Path.cwd()
    config = consent(root, tell=_tell)
    if config is None:
        return 0
    from pattern_ci.errors import FatalError
    from pattern_ci.hooks.recorded import record_commit

    try:
        record_commit(root, config, wait_seconds=WAIT_SECONDS)
    except FatalError as error:
        _tell(error.line)
    return 0


def consent(root: Path, *, tell: Callable[[str], None] = lambda _: None) -> Config | None:
    """The configuration, if it asks for telemetry; most repositories are known by a glance.

    `tell` is told of one that cannot be read and may have been meant to ask for it.
    """
    try:
        raw = (root / CONFIG_PATH).read_bytes()
    except OSError:
        return None
    if b"telemetry" not in raw or automation_disabled(os.environ):
        return None
    from pattern_ci.registry.config import read_config

    config, problems = read_config(raw.decode("utf-8", "replace"))
    if config.telemetry.enabled:
        return config
    for problem in problems:
        if problem.rule == CONFIG_SYNTAX or "telemetry" in problem.message:
            tell(problem.line_text)
            break
    return None


def _tell(why: str) -> None:
    from pattern_ci import output
    from pattern_ci.messages.telemetry import not_recorded

    output.error(not_recorded(why))
