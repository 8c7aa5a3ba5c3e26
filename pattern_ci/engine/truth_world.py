"""What checks are asked about: a tree, a pattern with its values, and what was just executed."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, NamedTuple

from pattern_ci.model.truth import PYTHON, RESULT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pattern_ci.engine.context import Workspace
    from pattern_ci.engine.witness import Before
    from pattern_ci.model.execution import Context, FileChange
    from pattern_ci.model.pattern import Slot
    from pattern_ci.registry.library import Pattern

    Truth = Mapping[str, Any]
    Seen = tuple[Any, str]
    Ask = Callable[[Truth, "World"], Seen]


class Done(NamedTuple):
    """What the engine has seen of the execution that the checks are about.

    `outputs` are the word of the executor; everything else was noted by us: what was written, which
    programs ran with which exit codes, what there was before, and what reads as it was then.
    """

    outputs: Mapping[str, Any]
    changes: tuple[FileChange, ...]
    ran: tuple[tuple[tuple[str, ...], int | None], ...]
    before: Before
    earlier: Callable[[], Workspace]


class World(NamedTuple):
    """What checks are asked about: a context, and the pattern and values that were executed.

    `again` says for a slot whether the file is what rendering it would leave. `done` is None when
    nothing was executed just now: what is about an execution cannot be asked then.
    """

    context: Context
    pattern: Pattern | None = None
    values: Mapping[str, Any] = {}
    again: Callable[[Slot], bool | None] = lambda _: None
    done: Done | None = None

    @property
    def scope(self) -> dict[str, Any]:
        """What references stand for."""
        told = {RESULT: dict(self.done.outputs)} if self.done else {}
        return {PYTHON: sys.executable, **self.values, **told}

    def slot(self, name: str | None) -> Slot | None:
        """The slot of a name; None for a name that is none."""
        slots = self.pattern.spec.slots if self.pattern else ()
        return next((slot for slot in slots if slot.id == name), None)
