"""Everything that the rules ask about a library, read from disk once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pattern_ci
from pattern_ci.files import walk
from pattern_ci.registry.applied_files import record_files
from pattern_ci.registry.derive import INDEX, KINDS, ROUTING, Located
from pattern_ci.registry.published import published
from pattern_ci.registry.reading import DataFile, TextFile, parse_text, read_data, read_text
from pattern_ci.registry.shape import problems
from pattern_ci.registry.suites import SPEC_SUFFIX, Suite, load_suites, shown_path

COMPANIONS = "companions.json"


@dataclass(frozen=True, kw_only=True)
class Facts:
    """A library as the rules see it; `files` and `symlinks` are relative to its folder."""

    shown: str
    files: frozenset[str]
    symlinks: tuple[str, ...]
    suites: tuple[Suite, ...]
    index: TextFile | None
    routing: TextFile | None
    kinds: DataFile | None
    companions: DataFile | None
    builtin_kinds: frozenset[str]
    builtin_ids: frozenset[str]
    applied: tuple[DataFile, ...] = ()

    @property
    def kind_ids(self) -> frozenset[str]:
        """The operation kinds that this library lists itself."""
        return listed_kinds(self.kinds)

    @property
    def located(self) -> tuple[Located, ...]:
        """Every spec that can be read, with its path relative to the library."""
        return tuple(
            Located(suite.relative(f"specs/{suite.stem}{SPEC_SUFFIX}"), suite.spec)
            for suite in self.suites
            if suite.spec
        )

    def show(self, name: str) -> str:
        """A path relative to the library as findings show it."""
        return shown_path(self.shown, name)


def gather(root: Path, *, shown: str) -> Facts:
    """Read the library in `root`; `shown` stands for `root` in the paths of findings."""
    names, symlinks = walk(root)
    builtin = builtin_root()
    own = root.resolve() == builtin.resolve()
    return Facts(
        shown=shown,
        files=frozenset(names),
        symlinks=tuple(symlinks),
        suites=tuple(
            _with_examples(root, suite, shown) for suite in load_suites(root, shown=shown)
        ),
        index=_text(root, INDEX, shown),
        routing=_text(root, ROUTING, shown),
        kinds=_data(root, KINDS, shown),
        companions=_data(root, COMPANIONS, shown),
        builtin_kinds=frozenset() if own else listed_kinds(_data(builtin, KINDS, "")),
        builtin_ids=frozenset() if own else _builtin_ids(builtin),
        applied=tuple(record_files(root, names, shown=shown)),
    )


def builtin_root() -> Path:
    """The library that ships with the package, also from a source checkout."""
    package = Path(pattern_ci.__file__).parent
    installed = package / "library"
    return installed if installed.is_dir() else package.parent / "patterns"


def with_built_in(facts: Facts) -> Facts:
    """The same with the patterns that ship with the package, but for ids that are here already."""
    ours = {suite.spec.pattern_id for suite in facts.suites if suite.spec}
    shipped = [
        suite
        for suite in load_suites(builtin_root(), shown="")
        if suite.spec and suite.spec.pattern_id not in ours
    ]
    return replace(facts, suites=(*facts.suites, *shipped))


def _builtin_ids(root: Path) -> frozenset[str]:
    return frozenset(suite.spec.pattern_id for suite in load_suites(root, shown="") if suite.spec)


def listed_kinds(file: DataFile | None) -> frozenset[str]:
    """The operation kinds that a registry file lists; none when it does not have its shape."""
    return frozenset(described(file))


def described(file: DataFile | None) -> dict[str, str]:
    """The same kinds, each with what the file says of it."""
    if file is None or problems(file.data, published("operation_kind_registry")):
        return {}
    return {kind["id"]: kind["summary"] for kind in file.data["operation_kinds"]}


def _text(root: Path, name: str, shown: str) -> TextFile | None:
    path = root / name
    if not path.exists() and not path.is_symlink():
        return None
    return read_text(root, path, shown_path(shown, name))


def _data(root: Path, name: str, shown: str) -> DataFile | None:
    file = _text(root, name, shown)
    return None if file is None else parse_text(file)


def _with_examples(root: Path, suite: Suite, shown: str) -> Suite:
    if suite.spec is None:
        return suite
    positive, negative = (
        tuple(
            read_data(root, path, shown_path(shown, path.relative_to(root).as_posix()))
            for path in sorted((suite.base / "examples" / suite.spec.name / sign).glob("*.json"))
        )
        for sign in ("positive", "negative")
    )
    return replace(suite, positive=positive, negative=negative)
