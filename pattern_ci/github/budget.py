"""How many requests a run may make: counted one by one, refused before the first too many."""

from __future__ import annotations

from pattern_ci.messages import github as messages


class RequestBudget:
    """Counts requests; reads and writes apart, both against one limit."""

    def __init__(self, limit: int) -> None:
        self.limit = max(0, limit)
        self.reads = 0
        self.writes = 0

    def take(self, *, write: bool, doing: str) -> None:
        """Count one request about to be sent; RequestBudgetError when it would be one too many."""
        if self.reads + self.writes >= self.limit:
            raise messages.budget_spent(doing, limit=self.limit)
        if write:
            self.writes += 1
        else:
            self.reads += 1

    def usage(self) -> dict[str, int]:
        """Requests made so far."""
        return {"reads": self.reads, "writes": self.writes}
