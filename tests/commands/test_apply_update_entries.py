"""`apply --update` replaces entries that it put into files of others, where they still stand."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from pattern_ci.main import main
from testing.repos import commit
from testing.sample_pattern import NAME
from tests.commands.applying import records, sample_repo
from tests.commands.updating import changed, edit, release, update

if TYPE_CHECKING:
    from pathlib import Path

Capture = pytest.CaptureFixture[str]
LIST = "plugins.txt"
ANCHOR = {"place": "sorted", "like": "- {*}", "separator": ","}
ENTRY = {"mode": "edit", "role": LIST, "anchor": ANCHOR}
FIRST, SECOND = "- {{ name }} {{ limit }}\n", "- {{ name }}: {{ limit }}\n"


@pytest.fixture
def repo(repo_path: Path, capsys: Capture) -> Path:
    """Two uses of a pattern that writes a plugin and an entry in a list."""
    sample_repo(repo_path)
    commit(repo_path, {LIST: "- a 1,\n- z 1\n"}, "list")
    release(repo_path, "1.0.1", templates={"test": FIRST}, slots={"test": ENTRY})
    for name in ("beta", "gamma"):
        assert main(["apply", NAME, "--var", f"name={name}", "--repo", str(repo_path)]) == 0
    commit(repo_path, {}, "apply")
    assert (repo_path / LIST).read_text() == "- a 1,\n- beta 5,\n- gamma 5,\n- z 1\n"
    capsys.readouterr()
    return repo_path


def test_entries_of_all_uses_are_replaced(repo: Path, capsys: Capture) -> None:
    """One file, several uses, one transaction; separators and other entries stay."""
    release(repo, templates={"test": SECOND})

    assert update(repo) == 0

    assert (repo / LIST).read_text() == "- a 1,\n- beta: 5,\n- gamma: 5,\n- z 1\n"
    assert changed(repo) == [LIST]
    assert capsys.readouterr().out.count(f"  update     {LIST}\n") == 1
    assert update(repo) == 0
    assert "nothing was written" in capsys.readouterr().out


def test_an_entry_that_people_changed_stays(repo: Path, capsys: Capture) -> None:
    """It is reported; the file of the use and the entry of the other go on."""
    edit(repo, "- beta 5", "- beta 6", path=LIST, committed=False)
    release(repo, templates={"test": SECOND, "plugin": "{{ name }}\n"}, committed=False)

    assert update(repo) == 0

    assert (repo / LIST).read_text() == "- a 1,\n- beta 6,\n- gamma: 5,\n- z 1\n"
    assert f"  edited     {LIST}\n" in capsys.readouterr().out
    assert (repo / "plugins/beta.py").read_text() == "beta\n"


def test_an_entry_unlike_its_siblings_is_no_update(repo: Path, capsys: Capture) -> None:
    """It would not be known again, and the next `apply` would refuse it."""
    release(repo, templates={"test": "* {{ name }}\n", "plugin": "{{ name }}\n"})

    assert update(repo) == 1

    assert changed(repo) == []
    assert f"Left alone: {LIST}: the entry '* beta' does not look" in capsys.readouterr().out


def test_a_new_entry_is_put_in_its_place(repo: Path) -> None:
    """A slot that the new version adds, in a file that is there."""
    commit(repo, {"more.txt": "- a,\n- z\n"}, "more")
    release(
        repo,
        templates={"test": "- {{ name }}\n"},
        slots={"test": {**ENTRY, "id": "more", "role": "more.txt"}},
    )

    assert update(repo) == 0

    assert (repo / "more.txt").read_text() == "- a,\n- beta,\n- gamma,\n- z\n"
    outputs = json.loads(records(repo)[0].read_text())["outputs"]
    assert (outputs["more"]["mode"], outputs["plugin"]["mode"]) == ("edit", "add")


def test_an_element_of_a_list_on_one_line_is_replaced(repo: Path) -> None:
    """In its place, in the list alone; one that people changed stays."""
    commit(repo, {"all.txt": "beta\nall = [a, z]\n"}, "list")
    anchor = {"place": "sorted", "like": "{*}", "separator": ",", "within": "all = [{*}]"}
    entry = {"test": {**ENTRY, "id": "all", "role": "all.txt", "anchor": anchor}}
    release(repo, templates={"test": "{{ name }}\n"}, slots=entry)
    assert update(repo) == 0
    assert (repo / "all.txt").read_text() == "beta\nall = [a, beta, gamma, z]\n"
    commit(repo, {"all.txt": "beta\nall = [a, beta, gamma2, z]\n"}, "edit")
    release(repo, "1.2.0", templates={"test": "new_{{ name }}\n"})

    assert update(repo) == 0

    assert (repo / "all.txt").read_text() == "beta\nall = [a, new_beta, gamma2, z]\n"


def test_a_file_of_entries_that_is_gone_is_not_made_anew(repo: Path) -> None:
    """Whoever took the list away does not want it."""
    (repo / LIST).unlink()
    release(repo, templates={"test": SECOND})

    assert update(repo) == 0
    assert not (repo / LIST).exists()
