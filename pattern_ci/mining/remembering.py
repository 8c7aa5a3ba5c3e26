"""What the last run told, kept beside the history: a run with nothing new says it again.

It costs more to load all of mining than to read this, so that this loads as little as it can.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from pattern_ci import __version__, git
from pattern_ci.database import Cache
from pattern_ci.mining.versions import LEDGER_VERSION, RULES_VERSION, cache_path

if TYPE_CHECKING:
    from collections.abc import Sequence

_PLACE = "told"


class Told(NamedTuple):
    """What a run told: the published report, the same for people, digests of files by path.

    `lasting` says that another run would say the same.
    """

    report: dict[str, Any]
    text: str
    files: dict[str, str]
    lasting: bool


def key(sha: str, ignore: Sequence[str], min_members: int) -> str:
    """All that what is told depends on."""
    whole = (LEDGER_VERSION, RULES_VERSION, __version__, list(ignore), min_members, sha)
    return json.dumps(whole)


def recall(repo: git.Repo, key: str) -> Told | None:
    """What was told under this key; None when the last run was another."""
    if git.is_shallow(repo) or not cache_path(repo).exists():
        return None
    with Cache(cache_path(repo)) as store:
        text = store.results([_PLACE]).get(_PLACE)
    try:
        found, *rest = json.loads(text) if text else [None]
        return Told._make([*rest, True]) if found == key else None
    except (ValueError, TypeError):
        return None  # damaged: it is told anew


def remember(repo: git.Repo, key: str, told: Told) -> None:
    """Keep what was told, in the place of what was told before."""
    with Cache(cache_path(repo)) as store:
        store.add_results({_PLACE: json.dumps([key, *told[:-1]])})


def digest(content: bytes) -> str:
    """What tells one content of a file from another."""
    from hashlib import sha256  # loaded for this alone

    return sha256(content).hexdigest()
