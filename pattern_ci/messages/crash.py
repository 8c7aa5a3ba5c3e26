"""What is said when a fault is ours."""

from __future__ import annotations

import platform
import traceback

from pattern_ci import __version__


def report_crash(error: BaseException, words: list[str]) -> str:
    """A paste-ready report: versions, command and traceback (paths of the package only)."""
    trace = "".join(traceback.format_exception(error))
    return (
        f"pattern-ci: an unexpected fault: {type(error).__name__}: {error}\n"
        "Next: report it with the lines below; nothing half-written is left.\n\n"
        f"- pattern-ci {__version__}, Python {platform.python_version()}, {platform.system()}\n"
        f"- command: {words[:1]}\n\n{trace}"
    )
