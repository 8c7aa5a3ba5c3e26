"""Where programs see a change and nothing else: the work tree when it is that, else a checkout."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final, NamedTuple

from pattern_ci import files, process
from pattern_ci.errors import FatalError
from pattern_ci.executors.library import diffs, scanning
from pattern_ci.executors.library.scanning import STAGED, TREE
from pattern_ci.render.lock import held

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from pattern_ci.model.execution import Context

_QUIET: Final = (
    "-c", "core.fsmonitor=false", "-c", f"core.hooksPath={os.devnull}",
    "-c", "submodule.recurse=false", "-c", "core.splitIndex=false",
)  # fmt: skip
_FOLDER: Final = "tree"
_CHAIN: Final = "objects/info/alternates"


class Ground(NamedTuple):
    """Where programs run: `folder` None for the work tree, which holds what is asked about.

    `differs` is the first path in which the work tree is something else.
    """

    folder: Path | None = None
    differs: str = ""

    @property
    def name(self) -> str:
        """For records: `work tree` or `checkout`."""
        return "checkout" if self.folder else "work tree"

    @property
    def env(self) -> dict[str, str | None]:
        """What programs find in their environment there.

        A package that is installed from the work tree would be imported from there: the checkout
        comes first.
        """
        if self.folder is None:
            return {}
        here = [one for one in (self.folder / "src", self.folder) if one.is_dir()]
        before = process.environment().get("PYTHONPATH")
        return {"PYTHONPATH": os.pathsep.join([*map(str, here), *([before] if before else [])])}


@contextmanager
def of(context: Context, what: str, *, but: Sequence[str] = ()) -> Iterator[Ground]:
    """Ground on which `what` (`staged`, `tree`, a commit) stands, for programs to run on.

    A checkout lies in the temporary folder and is gone afterwards; one whose process was killed is
    taken away by the next that is made. It has the history, tags and
    settings of the repository, and no file that git does not know. `but` are paths that may differ.
    Raises HistoryUnreadableError when git fails, as it does for an index with conflicts.
    """
    if what == TREE or context.plan:
        yield Ground()
        return
    scanning.must_exist(context, what)
    objects = _asked(context, "rev-parse", "--git-path", "objects")
    chain = f"{context.root / objects}\n"
    with files.scratch_folder({_CHAIN: chain}) as folder, held(folder):
        _clear(folder)
        change = _Change(context, folder)
        tree = change.tree(what)
        differs = next((path for path in change.differing(tree) if path not in but), "")
        yield Ground(change.checkout(what, tree), differs) if differs else Ground()


def _clear(ours: Path) -> None:
    """Take away what others left beside our folder when they were killed.

    Whoever lives holds the lock of its folder, and has signed it. A folder of somebody else is not
    touched: what it holds may lead anywhere.
    """
    owner, prefix = ours.lstat().st_uid, ours.name[: ours.name.rindex("-") + 1]
    for other in ours.parent.glob(f"{prefix}*"):
        with suppress(FatalError, OSError):
            if other == ours or other.is_symlink() or other.lstat().st_uid != owner:
                continue
            if (other / _CHAIN).is_file() and files.read_bytes(other / "lock"):
                with held(other):
                    files.remove_tree(other)


def _asked(context: Context, *words: str) -> str:
    return diffs.ask(context, words).decode("utf-8", "surrogateescape").rstrip("\n")


class _Change(NamedTuple):
    """A change as a tree of git, made in a folder beside the repository, which stays as it is."""

    context: Context
    folder: Path

    def tree(self, what: str) -> str:
        """The id of the tree that a commit, or the index, holds."""
        if what != STAGED:
            return self._id(f"{what}^{{tree}}")
        index = self.context.root / _asked(self.context, "rev-parse", "--git-path", "index")
        files.write_atomic(self.folder / "index", files.read_bytes(index) or b"")
        return self._git("index", "write-tree").strip()

    def differing(self, tree: str) -> Iterator[str]:
        """Paths in which the work tree is not this tree: changed, missing, or unknown to it."""
        self._git("seen", "read-tree", tree)
        compare = [*_QUIET, "diff", "--name-only", "--no-ext-diff"]
        yield from filter(None, diffs.listed(self.context, compare, env=self._env("seen")))
        new = self._git("seen", "ls-files", "--others", "--exclude-standard", "-z")
        yield from filter(None, new.split("\0"))

    def checkout(self, what: str, tree: str) -> Path:
        """A repository of its own with the tree checked out, as the settings of ours ask for."""
        place, root = self.folder / _FOLDER, self.context.root
        clone = ("clone", "--quiet", "--shared", "--no-checkout", "--template=", "--")
        _asked(self.context, *clone, str(root), str(place))
        chain = f"{self.folder / 'objects'}\n"
        files.write_atomic(place / ".git/objects/info/alternates", chain.encode())
        if what != STAGED:
            commit = self._id(f"{what}^{{commit}}")
            _asked(self.context, "-C", str(place), "update-ref", "--no-deref", "HEAD", commit)
        more = {"GIT_WORK_TREE": str(place)}
        self._git(f"{_FOLDER}/.git/index", "read-tree", "--reset", "-u", tree, **more)
        return place

    def _id(self, name: str) -> str:
        return _asked(self.context, "rev-parse", "--verify", "--end-of-options", name)

    def _git(self, index: str, *words: str, **more: str) -> str:
        told = diffs.ask(self.context, [*_QUIET, *words], env=self._env(index, **more))
        return told.decode("utf-8", "surrogateescape")

    def _env(self, index: str, **more: str) -> dict[str, str | None]:
        """The repository with an index of ours, and what is made of it kept in our folder."""
        return {
            "GIT_DIR": _asked(self.context, "rev-parse", "--absolute-git-dir"),
            "GIT_WORK_TREE": str(self.context.root),
            "GIT_INDEX_FILE": str(self.folder / index),
            "GIT_OBJECT_DIRECTORY": str(self.folder / "objects"),
            **more,
        }
