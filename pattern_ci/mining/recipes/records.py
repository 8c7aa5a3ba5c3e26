"""What was learned about registries, as text for the cache and back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pattern_ci.mining.recipes.study import Entry, Judged
from pattern_ci.model.anchor import Anchor

if TYPE_CHECKING:
    from collections.abc import Sequence


def freeze(found: Sequence[Judged]) -> str:
    """Entries with their records as text."""
    return json.dumps(
        [
            [
                list(one.entry.lines),
                one.entry.anchor.to_dict(),
                one.tried,
                one.learned,
                one.again,
                one.values,
            ]
            for one in found
        ]
    )


def thaw(text: str) -> list[Judged]:
    """`freeze` backwards. Raises ValueError, KeyError or TypeError for what is none."""
    return [
        Judged(
            Entry(tuple(lines), Anchor.from_dict(anchor)),
            tuple((str(sha), bool(right)) for sha, right in tried),
            int(learned),
            dict(again),
            {str(sha): tuple(map(str, held)) for sha, held in values.items()},
        )
        for lines, anchor, tried, learned, again, values in json.loads(text)
    ]
