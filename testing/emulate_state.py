"""What `emulate` has no room for and the proxy before it keeps, by repository."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

Entries = defaultdict[tuple[str, str], list[dict[str, Any]]]


@dataclass
class Kept:
    """Kept for as long as one server runs; keys start with `owner/name`."""

    node_ids: dict[str, str] = field(default_factory=dict)
    merges: dict[tuple[str, str], str] = field(default_factory=dict)
    workflows: dict[tuple[str, str], str] = field(default_factory=dict)
    runs: Entries = field(default_factory=lambda: defaultdict(list))
    reactions: Entries = field(default_factory=lambda: defaultdict(list))
    ids: Iterator[int] = field(default_factory=lambda: count(1000))
    requests: Iterator[int] = field(default_factory=count)
