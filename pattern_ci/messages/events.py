"""What is said of an event that GitHub did not send."""

from __future__ import annotations

from pattern_ci.errors import UsageError
from pattern_ci.messages.escaping.lines import one_line


def no_event(path: str) -> UsageError:
    """There is no such file."""
    return UsageError(
        f"the event file {one_line(path)!r} is not there.",
        next_step="give the file that GITHUB_EVENT_PATH names.",
    )


def not_json(kind: str) -> UsageError:
    """The file holds something else."""
    return UsageError(
        f"the event is no `{kind}` event: it is no JSON object.", next_step=_next(kind)
    )


def wrong_field(kind: str, place: str) -> UsageError:
    """A field is missing, or holds another kind of thing."""
    return UsageError(
        f"the event is no `{kind}` event: `{one_line(place)}` is missing or not what it should be.",
        next_step=_next(kind),
    )


def _next(kind: str) -> str:
    return f"give the file that GITHUB_EVENT_PATH names in a run for `{kind}`."
