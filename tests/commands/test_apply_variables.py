"""Where `apply` takes values from, and how it refuses those that do not fit."""

from __future__ import annotations

import io
import json
import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from pattern_ci.main import main
from testing.sample_pattern import NAME, OUTPUTS, VALUES
from tests.commands.applying import (
    PLUGIN,
    TEST,
    VALUE_OPTIONS,
    edit_schema,
    edit_spec,
    sample_repo,
    untracked,
)

if TYPE_CHECKING:
    from pathlib import Path

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def repo(repo_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with the sample pattern; the command runs at its top."""
    monkeypatch.chdir(sample_repo(repo_path))
    return repo_path


@pytest.mark.parametrize("path", ["plugins/beta_ray.py", "tests/test_beta_ray.py"])
def test_a_path_gives_the_variables(repo: Path, path: str) -> None:
    """Any file of the pattern names all of them."""
    assert main(["apply", NAME, "--path", path]) == 0
    assert untracked(repo) == [f"?? {PLUGIN}", f"?? {TEST}"]


def test_a_path_from_a_subfolder(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A path counts from here, and where that fits nothing, from the top."""
    (repo / "plugins").mkdir()
    monkeypatch.chdir(repo / "plugins")

    assert main(["apply", NAME, "--path", "one.py"]) == 0
    assert main(["apply", NAME, "--path", "plugins/two.py"]) == 0
    assert main(["apply", NAME, "--path", "../plugins/three.py"]) == 0
    assert main(["apply", NAME, "--path", str(repo / "plugins" / "four.py")]) == 0

    made = sorted(path.name for path in (repo / "plugins").iterdir())
    assert made == ["four.py", "one.py", "three.py", "two.py"]


@pytest.mark.parametrize("path", ["../plugins/x.py", "/etc/plugins/x.py", "plugins/../../x.py"])
def test_a_path_outside_is_refused(repo: Path, path: str, capsys: Capture) -> None:
    """Whatever the role would make of it."""
    assert main(["apply", NAME, "--path", path]) == 20
    assert "outside the repository" in capsys.readouterr().err


def test_a_path_of_no_role_names_the_roles(repo: Path, capsys: Capture) -> None:
    """What it could have been."""
    assert main(["apply", NAME, "--path", "lib/x.py", "--var", "name=x"]) == 22
    assert "'lib/x.py' is none of plugins/{name.snake}.py, tests/" in capsys.readouterr().err
    assert untracked(repo) == []


def test_every_wrong_variable_is_named_at_once(repo: Path, capsys: Capture) -> None:
    """One line, one run, all problems; nothing is written."""
    options = ["nmae=x", "limit=-1", "has_test=maybe", "tags=a"]

    assert main(["apply", NAME, *(word for text in options for word in ("--var", text))]) == 22

    error = capsys.readouterr().err
    assert error.count("\n") == 1
    for part in (
        "missing: name;",
        "limit: -1 is less than the minimum of 0",
        "has_test: 'maybe' is not of type boolean",
        "tags: 'a' is not of type array",
        "'nmae' is not declared; did you mean 'name'",
        f"Next: --var name=VALUE; patterns/schemas/{NAME}.schema.json says",
    ):
        assert part in error
    assert untracked(repo) == []


def test_values_come_from_a_file(repo: Path, tmp_path: Path) -> None:
    """Options win over the file."""
    values = tmp_path / "values.json"
    values.write_text(json.dumps(VALUES | {"limit": 1}))

    assert main(["apply", NAME, "--vars-file", str(values), "--var", "limit=7"]) == 0
    assert (repo / PLUGIN).read_text() == OUTPUTS["plugin"][1]


def test_values_come_from_standard_input(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """For whoever makes them with another program."""
    text = json.dumps(VALUES).encode()
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(text)))

    assert main(["apply", NAME, "--vars-file", "-"]) == 0
    assert (repo / PLUGIN).read_text() == OUTPUTS["plugin"][1]


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("[]", "no mapping"),
        ('{"name": "a", "name": "b"}', ":1:15: the key 'name' stands here twice"),
        ('{\n "name": }', ":2:10: "),
        ('{"limit": NaN}', ":1:11: "),
        (None, "no such file"),
    ],
)
def test_a_broken_file_of_values_is_named(
    repo: Path, tmp_path: Path, text: str | None, part: str, capsys: Capture
) -> None:
    """With its place."""
    values = tmp_path / "values.json"
    if text is not None:
        values.write_text(text)

    assert main(["apply", NAME, "--vars-file", str(values)]) == 24
    error = capsys.readouterr().err
    assert f"{values}:" in error
    assert part in error


@pytest.mark.parametrize("text", ["name", "=x", ""])
def test_a_variable_without_equals_sign_is_refused(repo: Path, text: str, capsys: Capture) -> None:
    """How it is written comes with the refusal."""
    assert main(["apply", NAME, "--var", text]) == 2
    assert "--var name=value" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["../../evil", "a/b", "/etc/passwd", "a\0b"])
def test_a_name_cannot_leave_the_tree(repo: Path, name: str) -> None:
    """Neither through the schema that mining writes nor through one that allows everything."""
    assert main(["apply", NAME, "--var", f"name={name}"]) == 22
    edit_schema(repo, name={"type": "string"})
    edit_spec(repo, lambda text: text.replace("{name.snake}", "{name}"))

    assert main(["apply", NAME, "--var", f"name={name}", "--force"]) == 20
    assert untracked(repo) == []
    assert not (repo.parent / "evil.py").exists()


def test_a_symlink_is_not_written_through(repo: Path, tmp_path: Path, capsys: Capture) -> None:
    """Not even with --force, and not for the other files either."""
    (tmp_path / "elsewhere").mkdir()
    (repo / "tests").symlink_to(tmp_path / "elsewhere")

    assert main(["apply", NAME, *VALUE_OPTIONS, "--force"]) == 20

    assert "tests is a symlink" in capsys.readouterr().err
    assert not (repo / "plugins").exists()
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_bytes_that_are_no_text_are_refused(repo: Path, capsys: Capture) -> None:
    """An argument in another encoding does not become a file in another encoding."""
    assert main(["apply", NAME, "--var", "name=x", "--var", "note=\udcff"]) == 22
    assert "note: holds bytes that are not UTF-8" in capsys.readouterr().err
