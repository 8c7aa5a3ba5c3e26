"""Opens the engine for a repository: recovers the tree, reads library and settings once."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pattern_ci import git
from pattern_ci.engine.breakers import Breakers
from pattern_ci.engine.router import PatternRouter
from pattern_ci.engine.running import Engine, head_of
from pattern_ci.engine.steps import Chances
from pattern_ci.engine.undo import take_back
from pattern_ci.errors import NotARepositoryError
from pattern_ci.messages import apply as messages
from pattern_ci.messages import engine as engine_messages
from pattern_ci.registry.config import load_config
from pattern_ci.render.transaction import recover
from pattern_ci.telemetry.recording import open_recorder

if TYPE_CHECKING:
    from pathlib import Path


class Opened(NamedTuple):
    """An engine, and one line about a change of files that was interrupted earlier."""

    engine: Engine
    recovered: str | None


def open_engine(repo: Path, library: Path | None = None) -> Opened:
    """The engine of the repository that `repo` is in; `library` replaces its `patterns/`.

    A change of files that was interrupted is finished or undone first, and what an execution that
    was cut off has written is taken back.
    """
    opened = git.open_repo(repo)
    root = opened.work_tree
    if root is None:
        raise NotARepositoryError(messages.BARE, next_step=messages.BARE_NEXT)
    recovered = recover(root, opened.tree_state_dir)
    undone = take_back(root, opened.tree_state_dir)
    if undone:
        recovered = " ".join(filter(None, (recovered, engine_messages.undone(undone))))
    engine = Engine(
        root=root,
        state_dir=opened.tree_state_dir,
        router=PatternRouter.load(library or root / "patterns", shown="patterns"),
        recorder=open_recorder(opened.state_dir, load_config(root)),
        breakers=Breakers(opened.state_dir),
        chances=Chances(),
        commit=head_of(opened),
    )
    return Opened(engine, recovered)
