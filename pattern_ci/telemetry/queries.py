"""The standard questions: answered from counts by day, never from all events."""

from __future__ import annotations

from enum import StrEnum, unique
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from pattern_ci.database import Store


@unique
class Question(StrEnum):
    """What can be asked."""

    PATTERNS = "patterns"
    KINDS = "kinds"
    FAILURES = "failures"
    MISSING = "missing"


class Filters(NamedTuple):
    """Which events count: days as yyyy-mm-dd (both included), one pattern, one kind; how many rows.

    A compacted month counts where its first day does.
    """

    since: str = ""
    until: str = ""
    pattern: str = ""
    kind: str = ""
    limit: int = 20


ALL = Filters()


class Answer(NamedTuple):
    """Names of columns, and rows."""

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]

    def to_list(self) -> list[dict[str, Any]]:
        """One mapping a row."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


_WHERE = (
    " (:since = '' OR CASE length(day) WHEN 7 THEN day || '-01' ELSE day END >= :since)"
    " AND (:until = '' OR CASE length(day) WHEN 7 THEN day || '-01' ELSE day END <= :until)"
    " AND (:pattern = '' OR pattern_id = :pattern) AND (:kind = '' OR operation_kind = :kind)"
)
_RATE = "CASE WHEN {all} THEN round(1.0 * {part} / {all}, 4) END"

_QUESTIONS: dict[Question, tuple[tuple[str, ...], str]] = {
    Question.PATTERNS: (
        (
            "pattern_id", "uses", "successes", "failures", "failure_rate", "seconds",
            "saved_minutes", "last_used",
        ),
        "SELECT pattern_id, sum(events), sum(successes), sum(failures), "
        + _RATE.format(part="sum(failures)", all="(sum(successes) + sum(failures))")
        + ", round(sum(seconds), 3), round(sum(saved_minutes), 3), max(last) FROM daily WHERE"
        + " type = 'pattern.executed' AND pattern_id != '' AND" + _WHERE
        + " GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT :limit",
    ),
    Question.KINDS: (
        ("operation_kind", "operations", "with_pattern", "missing", "coverage", "last"),
        "SELECT operation_kind, sum(events), sum(used),"
        " sum((type = 'pattern.missing') * events), "
        + _RATE.format(part="sum(used)", all="sum(events)")
        + ", max(last) FROM daily WHERE operation_kind != '' AND"
        + " type IN ('operation', 'pattern.executed', 'pattern.missing') AND" + _WHERE
        + " GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT :limit",
    ),
    Question.FAILURES: (
        (
            "error_signature", "error_class", "occurrences", "resolutions_tried",
            "resolutions_worked", "recovery_method", "last",
        ),
        "SELECT error_signature, max(error_class), sum(occurrences), sum(tried), sum(worked),"
        " max(CASE WHEN worked THEN recovery_method ELSE '' END), max(last)"
        " FROM daily_errors WHERE" + _WHERE + " GROUP BY 1 ORDER BY 3 DESC, 1 LIMIT :limit",
    ),
    Question.MISSING: (
        ("operation_kind", "times", "last"),
        "SELECT operation_kind, sum(events), max(last) FROM daily"
        " WHERE type = 'pattern.missing' AND" + _WHERE
        + " GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT :limit",
    ),
}  # fmt: skip


def ask(store: Store, question: Question, filters: Filters) -> Answer:
    """The answer, most frequent first."""
    columns, query = _QUESTIONS[question]
    return Answer(columns, store.rows(query, filters._asdict()))
