"""Hook `pattern-flush`: what was recorded goes into the commit, with `telemetry.commit: staged`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pattern_ci.hooks.pattern_record import consent
from pattern_ci.model.config import TelemetryCommit

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:  # noqa: ARG001  # every hook has this shape
    """Move the spool into `patterns/telemetry` and stage it; always 0.

    Nothing happens when only some paths are committed: the events go with the next commit.
    """
    root = Path.cwd()
    config = consent(root)
    if config is None or config.telemetry.commit is not TelemetryCommit.STAGED:
        return 0
    from pattern_ci import output
    from pattern_ci.errors import FatalError
    from pattern_ci.hooks.recorded import is_partial_commit, stage_spool
    from pattern_ci.messages import telemetry as messages

    if is_partial_commit():
        return 0
    try:
        count = stage_spool(root)
    except FatalError as error:
        output.error(messages.not_staged(error.line))
        return 0
    if count:
        output.line(messages.staged(count))
    return 0
