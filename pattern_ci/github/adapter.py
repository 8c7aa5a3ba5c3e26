"""The port on PyGithub: each verb is one request that can be seen, or a few in a fixed order."""

from __future__ import annotations

from pattern_ci.github.actions import Actions
from pattern_ci.github.branches import Branches
from pattern_ci.github.pulls import Pulls


class PyGithubPort(Branches, Pulls, Actions):
    """One repository on GitHub, through PyGithub."""
