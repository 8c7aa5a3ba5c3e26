"""The doc suite of each spec file: the spec with the schema and templates that it names."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from pattern_ci.errors import UnsafePathError
from pattern_ci.files import inside
from pattern_ci.messages import validate as messages
from pattern_ci.model.pattern import Spec
from pattern_ci.model.role import Role, RoleSyntaxError
from pattern_ci.registry.published import published
from pattern_ci.registry.reading import DataFile, TextFile, parse_text, read_data, read_text
from pattern_ci.registry.shape import problems

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pattern_ci.model.finding import Finding
    from pattern_ci.yaml import Key

SPEC_SUFFIX = ".pattern.yaml"
# Specs of every status but these stand directly below the library folder (STATUS_FOLDER).
FOLDERS = ("", "drafts", "quarantined")


@dataclass(frozen=True, kw_only=True)
class Suite:
    """One spec file and what belongs to it; `folder` ("", "drafts" …) holds its `specs/`.

    `spec` is None when `problems` says why; what hangs on the spec is then empty. `templates` is
    in the order of the slots.
    """

    base: Path
    path: Path
    folder: str
    file: DataFile
    spec: Spec | None
    problems: tuple[Finding, ...]
    schema: DataFile | None = None
    templates: tuple[TextFile, ...] = ()
    positive: tuple[DataFile, ...] = ()
    negative: tuple[DataFile, ...] = ()

    @property
    def stem(self) -> str:
        """The file name without its suffix."""
        return self.path.name.removesuffix(SPEC_SUFFIX)

    def relative(self, name: str) -> str:
        """A path relative to the folder that holds `specs/`, as one relative to the library."""
        return (PurePosixPath(self.folder) / name).as_posix()


def load_suites(root: Path, *, shown: str) -> Iterator[Suite]:
    """Read each spec file below `root`, in a fixed order; `shown` stands for `root` in findings."""
    for folder in FOLDERS:
        base = root / folder
        for path in sorted((base / "specs").glob(f"*{SPEC_SUFFIX}")):
            yield _load(root, base, path, shown_path(shown, folder))


def shown_path(prefix: str, name: str) -> str:
    """`name` below `prefix` as findings show it; either may be empty."""
    return "/".join(part for part in (prefix, name) if part not in ("", "."))


def _load(root: Path, base: Path, path: Path, shown: str) -> Suite:
    folder = base.relative_to(root).as_posix().removeprefix(".")
    file = read_data(root, path, shown_path(shown, f"specs/{path.name}"))
    found = tuple(_problems(file))
    if found:
        return Suite(base=base, path=path, folder=folder, file=file, spec=None, problems=found)
    spec = Spec.from_dict(file.data)
    return Suite(
        base=base,
        path=path,
        folder=folder,
        file=file,
        spec=spec,
        problems=(),
        schema=parse_text(_reference(base, file, ("inputs",), shown)),
        templates=tuple(
            _reference(base, file, ("slots", index, "template"), shown)
            for index in range(len(spec.slots))
        ),
    )


def _problems(file: DataFile) -> list[Finding]:
    if file.document is None:
        return [file.finding] if file.finding else []
    found = [
        file.at(problem.key, "spec-shape", problem.message)
        for problem in problems(file.data, published("spec"))
    ]
    return found or list(_role_problems(file))


def _role_problems(file: DataFile) -> Iterator[Finding]:
    for index, slot in enumerate(file.data["slots"]):
        try:
            Role(slot["role"])
        except RoleSyntaxError as error:
            yield file.at(("slots", index, "role"), "spec-role", f"{error}.")
    try:
        Role(file.data.get("trigger") or "")
    except RoleSyntaxError as error:
        yield file.at(("trigger",), "spec-role", f"{error}.")


def _reference(base: Path, spec: DataFile, key: Key, shown: str) -> TextFile:
    """The file that the spec names at `key`; when it is not there, the finding is at that key."""
    name = _value(spec.data, key)
    try:
        path = inside(base, name)
    except UnsafePathError as error:
        return TextFile(name, None, spec.at(key, "spec-path", error.what))
    if not path.exists():
        return TextFile(name, None, spec.at(key, "spec-file", messages.missing_file(name)))
    return read_text(base, path, shown_path(shown, name))


def _value(data: Any, key: Key) -> Any:
    for part in key:
        data = data[part]
    return data
