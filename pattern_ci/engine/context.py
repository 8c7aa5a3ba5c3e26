"""What an executor may do, carried out: files through transactions, programs within bounds."""

from __future__ import annotations

import sys
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, NamedTuple

from pattern_ci import bounded, clock, files, git
from pattern_ci.engine.undo import Noted, UndoLog, drop_folders
from pattern_ci.engine.witness import Before, Guest
from pattern_ci.errors import StorageError
from pattern_ci.messages import engine as messages
from pattern_ci.model.change import Change
from pattern_ci.model.execution import CheckResult, FileChange, Ran
from pattern_ci.render import journal
from pattern_ci.render.survey import Action, mode_of, refuse_overwrites, survey
from pattern_ci.render.transaction import apply_changes

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Mapping, Sequence

    from pattern_ci.engine.witness import Company
    from pattern_ci.model.pattern import Spec

    Truths = Callable[["Workspace", Mapping[str, Any]], CheckResult]


class Place(NamedTuple):
    """Where executions happen: work tree, state folder, who may write, what children keep open.

    `home` is the work tree that executors of a repository come from, if that is another one;
    `company` are the executions that may be under way at the same time, and `env` is what their
    programs find in their environment beside ours.
    """

    root: Path
    state_dir: Path
    writes: threading.RLock
    inherit: tuple[int, ...] = ()
    home: Path | None = None
    company: Company | None = None
    env: Mapping[str, str] = {}


class Workspace:
    """The context of one execution; `truths` answers checks, `overwrite` is consent to replace."""

    def __init__(
        self,
        place: Place,
        *,
        spec: Spec | None = None,
        plan: bool = False,
        overwrite: bool = False,
        timeout_s: float | None = None,
        truths: Truths | None = None,
        say: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._place, self._truths, self._say = place, truths, say
        self._overwrite = overwrite
        self._ends = None if timeout_s is None else clock.monotonic() + timeout_s
        self.root, self.plan, self.spec = place.root, plan, spec
        self.tools: dict[str, None] = {}
        self.ran: list[tuple[tuple[str, ...], int | None]] = []
        self.before = Before(Guest())
        self.waited_s = 0.0  # before anything was done, and for others
        self._planned: dict[str, bytes | None] = {}
        self._undo: list[Noted] = []
        self._first: dict[str, str | None] = {}
        self._last: dict[str, str | None] = {}
        self._folders: set[PurePosixPath] = set()
        self.undo = UndoLog(place.root, place.state_dir)

    @property
    def remaining_s(self) -> float | None:
        """Seconds until the time limit."""
        return None if self._ends is None else max(0.0, self._ends - clock.monotonic())

    @property
    def changes(self) -> tuple[FileChange, ...]:
        """Every file that was written, with what it was before the first and after the last."""
        return tuple(
            FileChange(path, _action(self._first[path], after), self._first[path], after)
            for path, after in sorted(self._last.items())
        )

    def read(self, path: str) -> bytes | None:
        """Contents of a file, as planned so far in a plan."""
        place = files.inside(self.root, path)
        if path in self._planned:
            return self._planned[path]
        if place.is_fifo():  # nobody may ever write into it
            raise StorageError(messages.no_plain_file(path))
        return files.read_bytes(place)

    def write(
        self, changes: Sequence[Change], *, overwrite: bool = False
    ) -> tuple[FileChange, ...]:
        """Write all these files or none; in a plan, note them."""
        with self._place.writes:
            steps = survey(self.root, changes)
            may = overwrite or self._overwrite
            if not may:
                known = [step for step in steps if step.change.path not in self._last]
                refuse_overwrites(known, messages.CONSENT_NEXT)
            before = [self._before(change) for change in changes]
            if not self.plan:
                seen = {step.change.path: step.before for step in steps}
                missing = self._missing(changes)
                self._folders |= missing
                if any(step.action is not Action.KEEP for step in steps):
                    self.undo.note(before, [one.as_posix() for one in missing])
                # What stands in the way has been asked about, and `seen` holds the rest to it.
                apply_changes(self.root, self._place.state_dir, changes, overwrite=True, seen=seen)
            return tuple(
                self._note(change, was, step.action is Action.KEEP)
                for change, was, step in zip(changes, before, steps, strict=True)
            )

    def _missing(self, changes: Sequence[Change]) -> set[PurePosixPath]:
        """Folders that writing these files will make."""
        parents = {p for change in changes for p in PurePosixPath(change.path).parents}
        return {parent for parent in parents if not (self.root / parent).is_dir()}

    def _before(self, change: Change) -> Noted:
        target = self.root / change.path
        mode = mode_of(target) if target.exists() else None
        return Noted(change.path, self.read(change.path), mode, _digest(change.data))

    def _note(self, change: Change, was: Noted, kept: bool) -> FileChange:
        before, after = _digest(was.data), _digest(change.data)
        self._first.setdefault(change.path, before)
        self._last[change.path] = after
        if self.plan:
            self._planned[change.path] = change.data
            kept = before == after
        self._undo.append(was)
        action = Action.KEEP.value if kept else _action(before, after)
        return FileChange(change.path, action, before, after)

    def run(
        self,
        command: Sequence[str],
        *,
        reads: bool = False,
        timeout_s: float | None = None,
        stdin: bytes | None = None,
        cwd: str | Path = ".",
        env: Mapping[str, str | None] | None = None,
    ) -> Ran:
        """Run a program to its end or its time limit."""
        words = tuple(command)
        self.tools.setdefault(_tool(words[0]))
        if self.plan and not reads:
            return Ran(words, 0, b"", b"", 0.0, planned=True)
        limits = [limit for limit in (timeout_s, self.remaining_s) if limit is not None]
        started = clock.monotonic()
        ended = bounded.run(
            words,
            cwd=self._folder(cwd),
            env=_environment({**self._place.env, **(env or {})}),
            stdin=stdin,
            timeout_s=min(limits, default=None),
            inherit=self._place.inherit,
        )
        took = clock.monotonic() - started
        self.ran.append((words, ended.returncode))
        return Ran(words, ended.returncode, ended.stdout, ended.stderr, took, cut=ended.cut)

    def _folder(self, name: str | Path) -> Path:
        """A path is a folder that the executor made for itself; a text may come from anybody."""
        if isinstance(name, Path):
            return name
        return self.root if name == "." else files.inside(self.root, name)

    def check(self, truth: Mapping[str, Any]) -> CheckResult:
        """One check of ground truth."""
        if self._truths is None:
            return CheckResult(str(truth["check"]), None)
        return self._truths(self, truth)

    def checkpoint(self) -> int:
        """A mark for `rollback`."""
        with self._place.writes:
            return len(self._undo)

    def rollback(self, to: int = 0) -> tuple[FileChange, ...]:
        """Bring back every file written since the mark; one that others changed since is theirs.

        Raises LockedError and StorageError; nothing is brought back then, and nothing forgotten.
        """
        with self._place.writes:
            back: dict[str, Noted] = {}
            for was in reversed(self._undo[to:]):
                left = back[was.path].left if was.path in back else was.left
                back[was.path] = was._replace(left=left)
            ours = [was for was in back.values() if self._left_as(was)]
            if not self.plan:
                changes = [Change(was.path, was.data, was.mode) for was in ours]
                if changes:  # else nothing has to wait for whoever writes here
                    apply_changes(self.root, self._place.state_dir, changes, overwrite=True)
                drop_folders(self.root, self._folders)
            del self._undo[to:]  # only now: what could not be brought back may be asked for again
            return tuple(self._taken_back(was) for was in ours)

    def _left_as(self, was: Noted) -> bool:
        return self.plan or journal.digest(self.root / was.path) == was.left

    def _taken_back(self, was: Noted) -> FileChange:
        before = _digest(was.data)
        self._last[was.path] = before
        if self.plan:
            self._planned[was.path] = was.data
        return FileChange(was.path, _action(was.left, before), was.left, before)

    def earlier(self) -> Workspace:
        """The files as they were before this execution wrote any: a plan on top of that."""
        made = Workspace(self._place, spec=self.spec, plan=True)
        for was in reversed(self._undo):
            made._planned[was.path] = was.data
        return made

    def say(self, line: str) -> None:
        """One line of progress."""
        self._say(line)


def _digest(data: bytes | None) -> str | None:
    return None if data is None else journal.bytes_digest(data)


def _action(before: str | None, after: str | None) -> str:
    if before == after:
        return Action.KEEP.value
    if before is None:
        return Action.CREATE.value
    return (Action.DELETE if after is None else Action.OVERWRITE).value


def _tool(program: str) -> str:
    """The name of a program without its folder; whichever Python runs us is `python`."""
    return "python" if program == sys.executable else Path(program).name


def _environment(changes: Mapping[str, str | None]) -> dict[str, str]:
    """Ours with changes, and without what git exports into hooks.

    Python knows by second and size whether what it compiled is stale; a step writes a file and runs
    what it holds more often than that, and would be told of the file before.
    """
    env = git.without_hook_variables() | {"PYTHONDONTWRITEBYTECODE": "1"}
    for name, value in changes.items():
        if value is None:
            env.pop(name, None)
        else:
            env[name] = value
    return env
