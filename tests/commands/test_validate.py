"""`pattern-ci validate` as a user runs it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from pattern_ci.main import main
from pattern_ci.registry.derive import INDEX
from testing.repos import build_repo
from tests.registry import samples

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def repo(repo_path: Path) -> Path:
    """A repository with the sample library committed."""
    files = {f"patterns/{name}": text.encode() for name, text in samples.library().items()}
    return build_repo(repo_path, {**files})


def _break(repo: Path, *, total: str = "0.5") -> None:
    spec = repo / "patterns" / samples.SPEC
    spec.write_text(spec.read_text().replace("total: 0.9027", f"total: {total}"))


def _run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    code = main(["validate", *words])
    return code, capsys.readouterr().out


def test_a_sound_library_is_one_line_and_0(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The line says how much was looked at; nothing is written."""
    code, out = _run(capsys, "--repo", str(repo))

    assert (code, out) == (0, "1 pattern checked: no problems.\n")
    assert not (repo / "patterns" / INDEX).exists()


def test_a_finding_is_a_line_and_1(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Paths are relative to the repository, wherever the command runs."""
    _break(repo)

    code, out = _run(capsys, "--repo", str(repo / "patterns" / "specs"))

    assert code == 1
    assert out.splitlines()[0].startswith(f"patterns/{samples.SPEC}:39:10: error spec-confidence: ")
    assert out.splitlines()[-1] == "1 pattern checked: 1 error, 0 warnings."


def test_warnings_alone_are_0(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """They are printed and forgiven."""
    (repo / "patterns" / samples.PAGE).unlink()

    code, out = _run(capsys, "--repo", str(repo))

    assert code == 0
    assert ": warning " in out


def test_without_patterns_it_says_so(repo_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One line with the next step, and 0: a newcomer has done nothing wrong."""
    build_repo(repo_path, {"README.md": "# demo\n"})

    code, out = _run(capsys, "--repo", str(repo_path))

    assert code == 0
    assert out.count("\n") == 1
    assert "pattern-ci train" in out


def test_a_folder_that_is_no_repository_is_fine(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Drafts that were just mined can be checked where they are."""
    samples.write(tmp_path / "drafts", samples.library())

    code, out = _run(capsys, "--repo", str(tmp_path), "--patterns", str(tmp_path / "drafts"))

    assert (code, out) == (0, "1 pattern checked: no problems.\n")


def test_a_patterns_folder_that_is_misspelt_is_no_success(
    repo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder that was asked for by name must be there."""
    assert main(["validate", "--repo", str(repo), "--patterns", "patern"]) == 2
    assert "patern is no folder" in capsys.readouterr().err


def test_json_is_for_programs(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Counts and findings with their parts."""
    _break(repo)

    code, out = _run(capsys, "--repo", str(repo), "--format", "json")

    data: dict[str, Any] = json.loads(out)
    assert code == 1
    assert (data["schema_version"], data["patterns"], data["errors"]) == (1, 1, 1)
    assert data["findings"][0]["path"] == f"patterns/{samples.SPEC}"


def test_a_workflow_gets_annotations_without_asking(
    repo: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """And can still ask for text."""
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    _break(repo)

    _, annotated = _run(capsys, "--repo", str(repo))
    _, text = _run(capsys, "--repo", str(repo), "--format", "text")

    assert annotated.startswith(f"::error file=patterns/{samples.SPEC},line=39,col=10,")
    assert "::error" not in text


def test_fix_writes_the_index_and_says_so(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Derived files only; a wrong spec stays wrong."""
    _break(repo)
    before = (repo / "patterns" / samples.SPEC).read_text()

    code, out = _run(capsys, "--repo", str(repo), "--fix")

    assert code == 1
    assert out.startswith(f"Rewrote patterns/{INDEX}.\n")
    assert (repo / "patterns" / INDEX).exists()
    assert (repo / "patterns" / samples.SPEC).read_text() == before


def test_an_instance_is_checked_alone(
    repo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """All its errors at once; what else is wrong in the library is not its business."""
    _break(repo)
    path = tmp_path / "use.json"
    data = {"schema_version": 1, "pattern_id": "PAT-PLUGINS-001", "variables": {"a": 1}}
    path.write_text(samples.as_json(data))

    code, out = _run(capsys, "--repo", str(repo), "--instance", str(path))

    assert code == 1
    assert out.splitlines() == [
        f"{path}:4:16: error instance-variable: the variable 'name' is missing.",
        f"{path}:5:10: error instance-variable: the variable 'a' is not declared.",
        f"{path} checked: 2 errors, 0 warnings.",
    ]


def test_an_instance_may_be_for_a_pattern_that_ships(
    repo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The repository need not have a copy of it."""
    path = tmp_path / "use.json"
    values = {"number": "1", "name": "one-store", "title": "One store"}
    data = {"schema_version": 1, "pattern_id": "PAT-DECISION-RECORD-001", "variables": values}
    path.write_text(samples.as_json(data))

    code, out = _run(capsys, "--repo", str(repo), "--instance", str(path))

    assert code == 1
    assert '"1" does not match' in out
    path.write_text(samples.as_json(data | {"variables": values | {"number": "0001"}}))
    assert _run(capsys, "--repo", str(repo), "--instance", str(path))[0] == 0


def test_an_instance_that_is_not_there_has_its_own_code(
    repo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line that says what to name."""
    assert main(["validate", "--repo", str(repo), "--instance", "gone.json"]) == 24
    assert "there is no instance file gone.json" in capsys.readouterr().err


def test_the_configuration_is_checked_too(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The hook runs when it changes, so its errors belong here."""
    (repo / ".github").mkdir()
    (repo / ".github/pattern-ci.yml").write_text("version: 1\ntrian: {}\n")

    code, out = _run(capsys, "--repo", str(repo))

    assert code == 1
    assert out.startswith(".github/pattern-ci.yml:2:1: ")


def test_a_broken_file_does_not_stop_the_others(
    repo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every kind of damage at once gives a finding each, and no traceback."""
    broken = repo / "patterns" / "specs"
    bomb = "a: &a [x, x]\n" + "".join(
        f"{key}: &{key} [*{last}, *{last}, *{last}, *{last}, *{last}, *{last}, *{last}]\n"
        for last, key in zip("abcdefgh", "bcdefghi", strict=True)
    )
    damage = {
        "bomb": bomb.encode(),
        "bytes": b"a: \xff\n",
        "empty": b"",
        "huge": b"#" * (1 << 21),
        "keys": b"a: 1\na: 2\n",
        "tag": b"a: !!python/object:os.system {}\n",
        "unknown": b"nonsense: true\n",
    }
    for name, raw in damage.items():
        (broken / f"{name}.pattern.yaml").write_bytes(raw)
    (broken / "link.pattern.yaml").symlink_to("/etc/passwd")
    _break(repo)

    code, out = _run(capsys, "--repo", str(repo))

    assert code == 1
    for name in (*damage, "link", "plugins"):
        assert f"patterns/specs/{name}.pattern.yaml:" in out
    assert "root:" not in out
