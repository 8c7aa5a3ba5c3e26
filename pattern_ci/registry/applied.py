"""Records of what a pattern has written: one small file for each use, committed beside the pattern.

Pure: the files are read in `applied_files`. A use keeps its file while its paths stay, so that two
branches meet in one only when they speak of the same files.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from pattern_ci.model.digests import IDENTITY_HEX, content_digest, text_digest
from pattern_ci.model.pattern import STATUS_FOLDER, Mode
from pattern_ci.model.semver import precedence

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from pattern_ci.model.pattern import Spec
    from pattern_ci.registry.instances import Output
    from pattern_ci.registry.library import Pattern

SCHEMA_VERSION = 1
FOLDER = "applied"
LIBRARY = "patterns"


class Written(NamedTuple):
    """What a slot wrote: a file, or an entry in one; no digest for what people took away."""

    slot: str
    path: str
    sha256: str | None
    mode: Mode = Mode.ADD


@dataclass(frozen=True, kw_only=True)
class Applied:
    """One use of a pattern: the version and the values it was rendered with, and what came out."""

    pattern_id: str
    pattern_version: str
    content_digest: str
    variables: Mapping[str, Any]
    written: tuple[Written, ...]

    @property
    def files(self) -> frozenset[str]:
        """The files that belong to this use alone; one that it only edits belongs to many."""
        return frozenset(one.path for one in self.written if one.mode is Mode.ADD)

    def to_dict(self) -> dict[str, Any]:
        """Plain data in the order in which a reviewer reads it."""
        return {
            "schema_version": SCHEMA_VERSION,
            "pattern_id": self.pattern_id,
            "pattern_version": self.pattern_version,
            "content_digest": self.content_digest,
            "variables": dict(sorted(self.variables.items())),
            "outputs": {
                one.slot: {"path": one.path, "sha256": one.sha256, "mode": one.mode.value}
                for one in self.written
            },
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Read data that the schema `applied` has accepted."""
        return cls(
            pattern_id=data["pattern_id"],
            pattern_version=data["pattern_version"],
            content_digest=data["content_digest"],
            variables=data["variables"],
            written=tuple(
                Written(slot, one["path"], one["sha256"], Mode(one.get("mode", "add")))
                for slot, one in data["outputs"].items()
            ),
        )


def record(spec: Spec, variables: Mapping[str, Any], made: Iterable[Output]) -> Applied:
    """The record of a use that has just been rendered."""
    modes = {slot.id: slot.mode for slot in spec.slots}
    return Applied(
        pattern_id=spec.pattern_id,
        pattern_version=spec.version,
        content_digest=spec.content_digest,
        variables=variables,
        written=tuple(
            Written(one.slot, one.path, text_digest(one.text), modes[one.slot]) for one in made
        ),
    )


def as_text(applied: Applied) -> str:
    """The file of a record."""
    return json.dumps(applied.to_dict(), indent=2, ensure_ascii=False) + "\n"


def library_root(pattern: Pattern) -> Path:
    """The folder of the library that a pattern is from, whatever its status."""
    # `--patterns` may name it as `../patterns`.
    base = Path(os.path.normpath(pattern.base.absolute()))
    return base.parent if base.name in STATUS_FOLDER.values() else base


def library_of(pattern: Pattern, root: Path) -> str:
    """Where records of this pattern belong, relative to the work tree `root`.

    A library outside of the work tree is not ours to write to; the records then stand where a
    library of the repository would be.
    """
    library = library_root(pattern)
    inside = library.is_relative_to(root) and library != root
    return library.relative_to(root).as_posix() if inside else LIBRARY


def place(library: str, name: str, applied: Applied) -> str:
    """The path of a record: it depends on the pattern and on the files, not on values."""
    named = [[one.slot, one.path] for one in applied.written if one.mode is Mode.ADD]
    named = named or [["", content_digest(dict(applied.variables))]]
    digest = content_digest([applied.pattern_id, sorted(named)]).removeprefix("sha256:")
    return str(PurePosixPath(library, FOLDER, name, f"{digest[:IDENTITY_HEX]}.json"))


def recording(
    known: Mapping[str, Applied],
    new: Applied,
    *,
    library: str,
    name: str,
    kept: Collection[str] = (),
) -> dict[str, str | None]:
    """What to write (None: delete) so that `new` is recorded, and no other claims its files.

    A use of the same pattern that shares a file is the same use, and what it wrote of the slots
    that were `kept` now stays recorded; another pattern loses the file.
    """
    new = replace(new, written=(*new.written, *_left_alone(known, new, kept)))
    where = _free(place(library, name, new), known, new)
    changes: dict[str, str | None] = {}
    for path, old in known.items():
        if path == where or not old.files & new.files:
            continue
        left = tuple(one for one in old.written if one.path not in new.files)
        same = old.pattern_id == new.pattern_id
        changes[path] = None if same or not left else as_text(replace(old, written=left))
    return {**changes, where: as_text(new)}


def _left_alone(known: Mapping[str, Applied], new: Applied, kept: Collection[str]) -> list[Written]:
    """What earlier records of the same use hold of slots that were left alone."""
    return [
        one
        for old in known.values()
        if old.pattern_id == new.pattern_id and old.files & new.files
        for one in old.written
        if one.slot in kept
    ]


def _free(where: str, known: Mapping[str, Applied], new: Applied) -> str:
    """`where`, or beside it when a use stands there whose files were renamed since."""
    stem, number, name = where.removesuffix(".json"), 1, where
    while name in known and new.files and not known[name].files & new.files:
        number += 1
        name = f"{stem}-{number}.json"
    return name


def is_behind(applied: Applied, spec: Spec) -> bool:
    """Whether the pattern has a higher version than the one that was applied."""
    return precedence(applied.pattern_version) < precedence(spec.version)


def is_redrafted(applied: Applied, spec: Spec) -> bool:
    """Whether the pattern has other content now, and the same version all the same."""
    same = applied.pattern_version == spec.version
    return same and applied.content_digest != spec.content_digest


def is_ahead(applied: Applied, spec: Spec) -> bool:
    """Whether the pattern was rolled back since."""
    return precedence(applied.pattern_version) > precedence(spec.version)
