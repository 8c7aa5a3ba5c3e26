"""The port on a repository in memory, with knobs for faults, limits and sudden death."""

from __future__ import annotations

from testing.fake_calls import NO_LIMIT, DiedError
from testing.fake_reads import READS, FakeReads
from testing.fake_writes import FakeWrites

__all__ = ["NO_LIMIT", "READS", "DiedError", "FakeGitHub"]


class FakeGitHub(FakeReads, FakeWrites):
    """One repository; the public verbs are those of `GitHubPort`."""
