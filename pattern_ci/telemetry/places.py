"""Where events lie: the spool and what was set aside in the state folder, shards in the tree."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pattern_ci import files

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

TREE_FOLDER = "patterns/telemetry"
# The last part of the branch that events of workflows are committed to.
BRANCH = "telemetry"
SPOOL = "spool"
ASIDE = "quarantine"
DATABASE = "pipeline.db"
# Only one run at a time moves or compacts.
LOCK = "telemetry"

_MONTH = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])")
_WRITER = re.compile(r"[0-9a-f]{16}")


class Shard(NamedTuple):
    """The events of one writer in one month."""

    root: Path
    month: str
    writer: str

    @property
    def name(self) -> str:
        """`<yyyy-mm>/<writer>.jsonl`."""
        return f"{self.month}/{self.writer}.jsonl"

    @property
    def path(self) -> Path:
        """The file."""
        return self.root / self.month / f"{self.writer}.jsonl"

    @property
    def metrics(self) -> Path:
        """The file that counts what was compacted."""
        return self.root / self.month / f"{self.writer}.metrics.json"

    def below(self, root: Path) -> Shard:
        """The shard of the same name in another place."""
        return self._replace(root=root)


def spool(state_dir: Path) -> Path:
    """Where events of this clone wait."""
    return state_dir / SPOOL


def database(state_dir: Path, named: str | None, root: Path) -> Path:
    """The index: what PATTERN_DB_PATH names (relative: below `root`), or a file of the state."""
    return state_dir / DATABASE if not named else root / Path(named).expanduser()


def month_of(ts: str) -> str:
    """The month that an event belongs to."""
    return ts[:7]


def shards(root: Path, ending: str = ".jsonl") -> Iterator[Shard]:
    """Every shard below `root`, by month and writer; other files and links are not ours."""
    if not root.is_dir():
        return
    for folder in sorted(root.iterdir()):
        if not _MONTH.fullmatch(folder.name) or folder.is_symlink() or not folder.is_dir():
            continue
        for path in sorted(folder.iterdir()):
            writer = path.name.removesuffix(ending)
            named = path.name.endswith(ending) and _WRITER.fullmatch(writer)
            if named and not path.is_symlink() and path.is_file():  # to read a pipe never ends
                yield Shard(root, folder.name, writer)


def shard_at(root: Path, name: str) -> Shard | None:
    """The shard below `root` that a relative path names; None for any other file."""
    month, _, file = name.partition("/")
    writer = file.removesuffix(".jsonl")
    if writer == file or not _MONTH.fullmatch(month) or not _WRITER.fullmatch(writer):
        return None
    return Shard(root, month, writer)


def sweep(root: Path) -> None:
    """Remove what runs that were ended left half-written; only for who holds the lock."""
    for folder in root.iterdir() if root.is_dir() else ():
        if _MONTH.fullmatch(folder.name) and not folder.is_symlink():
            for path in folder.glob(".*.tmp"):
                files.remove(path)


def environment_path(environ: Mapping[str, str]) -> str | None:
    """PATTERN_DB_PATH, where it says something."""
    return environ.get("PATTERN_DB_PATH") or None
