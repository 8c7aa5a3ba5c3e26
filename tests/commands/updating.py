"""A repository in which the sample pattern was applied, and a second version of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pattern_ci import yaml
from pattern_ci.main import main
from testing.repos import commit, git
from testing.sample_pattern import NAME, OUTPUTS, SCHEMA, SCHEMA_PATH, TEMPLATES
from tests.commands.applying import VALUE_OPTIONS, sample_repo

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

PLUGIN, TEST = (path for path, _ in OUTPUTS.values())
BEFORE, AFTER = "    limit =", "    maximum ="
SECOND = TEMPLATES["plugin"].replace(BEFORE, AFTER)
PLUGIN_TEXT = OUTPUTS["plugin"][1]
SECOND_TEXT = PLUGIN_TEXT.replace(BEFORE, AFTER)


def applied_repo(path: Path) -> Path:
    """The pattern was applied in version 1.0.0, and what it wrote is committed."""
    sample_repo(path)
    assert main(["apply", NAME, *VALUE_OPTIONS, "--repo", str(path)]) == 0
    commit(path, {}, "apply")
    return path


def release(
    repo: Path,
    version: str = "1.1.0",
    *,
    templates: dict[str, str] | None = None,
    schema: dict[str, Any] | None = None,
    slots: dict[str, dict[str, Any]] | None = None,
    committed: bool = True,
) -> None:
    """Write another version of the pattern: by default one whose plugin calls the limit maximum."""
    base = repo / "patterns"
    spec_path = base / "specs" / f"{NAME}.pattern.yaml"
    spec = yaml.load(spec_path.read_text(), source="spec").data
    spec["version"] = version
    spec["history"].append({"version": version, "change": "more"})
    spec["slots"] = [slot | (slots or {}).get(slot["id"], {}) for slot in spec["slots"]]
    spec_path.write_text(yaml.dump(spec))
    for name, text in (templates or {"plugin": SECOND}).items():
        (base / "templates" / NAME / f"{name}.j2").write_text(text)
    if schema:
        data = {**SCHEMA, **schema}
        (base / SCHEMA_PATH).write_text(json.dumps(data))
    if committed:
        commit(repo, {}, f"pattern {version}")


def edit(repo: Path, old: str, new: str, *, path: str = PLUGIN, committed: bool = True) -> str:
    """A person changes a file; the text after that."""
    text = (repo / path).read_text()
    assert old in text
    (repo / path).write_text(text.replace(old, new))
    if committed:
        commit(repo, {}, "edit")
    return text.replace(old, new)


def update(repo: Path, *words: str) -> int:
    """Run `apply --update`."""
    return main(["apply", NAME, "--update", "--repo", str(repo), *words])


def data(capsys: pytest.CaptureFixture[str], repo: Path, *words: str) -> dict[str, Any]:
    """What it says to a program."""
    capsys.readouterr()
    update(repo, "--format", "json", *words)
    said: dict[str, Any] = json.loads(capsys.readouterr().out)
    return said


def changed(repo: Path) -> list[str]:
    """Paths that differ from what is committed, records apart."""
    said = git(repo, "status", "--porcelain", "--untracked-files=all").splitlines()
    return [line[3:] for line in said if not line[3:].startswith("patterns/applied/")]


def whole(repo: Path) -> dict[str, bytes]:
    """Every file of the work tree."""
    files = (path for path in repo.rglob("*") if path.is_file())
    return {
        path.relative_to(repo).as_posix(): path.read_bytes()
        for path in files
        if ".git" not in path.parts
    }
