"""Files that moved and were edited on the way: nobody writes them anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pattern_ci import git
from pattern_ci.mining.backtest.timeline import DELETED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pattern_ci.mining.backtest.protocol import Candidate
    from pattern_ci.mining.backtest.timeline import Timeline

# As alike as this in per cent: git's own scale, and the level that the protocol asks for.
SIMILARITY = 60


def renamed(
    repo: git.Repo, timeline: Timeline, found: Iterable[Candidate], first: int
) -> set[Candidate] | None:
    """Those of the candidates from commit number `first` on that git takes for renamed files.

    None when git cannot tell, because contents that it would compare are not here.
    """
    asked = [one for one in found if one.number >= first and _may_be(timeline, one)]
    if not asked:
        return set()
    shas = list(dict.fromkeys(timeline.commits[one.number].sha for one in asked))
    done = git.ask(
        repo.path,
        "diff-tree", "--stdin", "-r", "-z", "--name-status", f"-M{SIMILARITY}%", "-l0",
        "--diff-filter=R", "--no-ext-diff",
        stdin=("\n".join(shas) + "\n").encode(),
    )  # fmt: skip
    if done.returncode:
        return None
    pairs = set(_pairs(git.decode(done.stdout).split("\0")))
    return {one for one in asked if (timeline.commits[one.number].sha, one.path) in pairs}


def _may_be(timeline: Timeline, one: Candidate) -> bool:
    return any(change.status == DELETED for change in timeline.commits[one.number].changes)


def _pairs(fields: Iterable[str]) -> Iterable[tuple[str, str]]:
    """(commit, new path) of each rename: `<sha>`, then `R<score>`, old and new path in turn."""
    rest = iter(fields)
    sha = ""
    for field in rest:
        if field.startswith("R") and sha:
            next(rest)
            yield sha, next(rest)
        elif field:
            sha = field.strip()
