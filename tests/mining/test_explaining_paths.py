"""What is gathered about a path: its roles, its pattern, the text, what comes along."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from testing.repos import commit
from tests.mining.explained import HANDLERS, NAMES, explained, world
from tests.mining.worlds import cli

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def repo(repo_path: Path) -> Path:
    """Handlers alike, and notes that share nothing."""
    return world(repo_path)


@pytest.fixture
def library(repo: Path, tmp_path: Path) -> Path:
    """What `mine` drafts of it."""
    assert cli("mine", repo, "--output", tmp_path / "library").code == 0
    return tmp_path / "library"


def path(repo: Path, target: str, *words: str | Path) -> dict[str, Any]:
    """The explanation of a path."""
    found: dict[str, Any] = explained(repo, target, *words)["path"]
    return found


def test_the_pieces_are_the_text_that_suggest_shows(repo: Path, library: Path) -> None:
    """Joined they are that text, and what is left open is the same."""
    ran = cli("suggest", "--repo", repo, "--patterns", library, "--format", "json",
              "handlers/fax_line.py")  # fmt: skip
    found = path(repo, "handlers/fax_line.py", "--patterns", library)

    assert "".join(piece["text"] for piece in found["stretches"]) == ran.json["text"]
    assert found["unfilled"] == ran.json["unfilled"]
    assert [one["path"] for one in found["companions"]] == [
        one["path"] for one in ran.json["companions"]
    ]


def test_pieces_say_where_they_come_from(repo: Path) -> None:
    """The name from the path in each case it is written in, the rest fixed or open."""
    pieces = path(repo, "handlers/fax_line.py")["stretches"]
    from_path = {(one["text"], *one["filters"]) for one in pieces if one["source"] == "path"}

    assert from_path == {("fax_line",), ("FaxLine", "pascal")}
    assert {one["text"] for one in pieces if one["source"] == "unfilled"} == {""}
    assert all(one["variable"] is None for one in pieces if one["source"] == "fixed")


def test_companions_say_how_often(repo: Path) -> None:
    """The registry was edited with every handler."""
    (along,) = path(repo, "handlers/fax_line.py")["companions"]

    assert (along["path"], along["action"]) == ("handlers.txt", "edit")
    assert (along["support"], along["seen"]) == (8, 8)


def test_a_file_that_exists_is_held_against_what_was_known_before_it(repo: Path) -> None:
    """The newest is predicted from the others alone: its own words are not in the prediction."""
    compared = path(repo, f"handlers/{NAMES[-1]}.py")["compared"]
    held = explained(repo, HANDLERS)["pattern"]["held_out"][0]

    assert compared["held_out"]
    assert compared["edits"] == held["draft"]
    assert '-@register("sms_gate", level="high")\n' in compared["diff"]
    assert '+@register("sms_gate", level="low")\n' in compared["diff"]


def test_no_file_is_predicted_from_later_ones(repo: Path) -> None:
    """Each as in the hold-out: when the third came, both before it were registered as low."""
    for held in explained(repo, HANDLERS)["pattern"]["held_out"]:
        assert path(repo, held["path"])["compared"]["edits"] == held["draft"], held["path"]

    third = path(repo, f"handlers/{NAMES[2]}.py")["compared"]["diff"]
    assert '-@register("queue", level="low")\n' in third


def test_a_file_that_could_not_be_held_out_is_told_as_such(repo: Path) -> None:
    """The very first has none before it: today's pattern is what it is held against."""
    compared = path(repo, f"handlers/{NAMES[0]}.py")["compared"]
    learned = {one["path"] for one in explained(repo, HANDLERS)["pattern"]["members"]
               if one["use"] == "learned_from"}  # fmt: skip

    assert not compared["held_out"]
    assert compared["learned"] == (f"handlers/{NAMES[0]}.py" in learned)


def test_an_edited_template_is_held_against_today(repo: Path, library: Path) -> None:
    """The hold-out was of another text than this library writes."""
    template = library / "drafts/templates/handlers_py/file.j2"
    template.write_text("# edited by hand\n" + template.read_text())

    compared = path(repo, f"handlers/{NAMES[-1]}.py", "--patterns", library)["compared"]
    assert not compared["held_out"]
    assert "-# edited by hand\n" in compared["diff"]


def test_what_is_no_text_is_not_compared(repo: Path) -> None:
    """A binary file under the name of a handler."""
    commit(repo, {"handlers/blob_one.py": b"\0\1\2"}, day=80)

    found = path(repo, "handlers/blob_one.py")
    assert found["exists"]
    assert found["compared"] is None


def test_the_first_contender_is_the_one_that_suggest_takes(repo: Path, library: Path) -> None:
    """And the other says by what it lost."""
    _second(library, confidence=1.0)
    first, second = path(repo, "handlers/fax_line.py", "--patterns", library)["contenders"]
    ran = cli("suggest", "--repo", repo, "--patterns", library, "--format", "json",
              "handlers/fax_line.py")  # fmt: skip

    assert first["pattern_id"] == ran.json["pattern_id"] == "PAT-SECOND-001"
    assert (first["lost_by"], second["lost_by"]) == ("", "confidence")
    assert second["pattern_id"] == HANDLERS


def test_counts_that_do_not_give_the_score_are_not_told(repo: Path, library: Path) -> None:
    """A score that was measured at another time stands without the counts of today."""
    _second(library, confidence=1.0)
    found = explained(repo, "PAT-SECOND-001", "--patterns", library)["pattern"]
    hits = {part["name"]: part["hits"] for part in found["parts"]}

    assert (hits["success_rate"], hits["test_coverage"]) == (8, None)


def _second(library: Path, *, confidence: float) -> None:
    """A copy of the pattern under another id, with this confidence in each part."""
    from pattern_ci import yaml

    spec_path = library / "drafts/specs/handlers_py.pattern.yaml"
    spec = yaml.load(spec_path.read_text(), source="spec").data
    parts = ("similarity", "success_rate", "test_coverage", "schema_completeness", "total")
    spec |= {"pattern_id": "PAT-SECOND-001", "doc_id": "DOC-PAT-SECOND-001", "name": "second",
             "identity": "0" * 16, "confidence": dict.fromkeys(parts, confidence)}  # fmt: skip
    spec_path.with_name("second.pattern.yaml").write_text(yaml.dump(spec))


def test_a_role_left_alone_says_why_no_pattern_writes_the_path(repo: Path) -> None:
    """The reason stands beside the role."""
    found = path(repo, "notes/new_one.md")

    assert found["contenders"] == found["stretches"] == []
    (role,) = [one for one in found["roles"] if one["outcome"] != "too_few"]
    assert (role["outcome"], role["members"]) == ("left_alone", 5)
    assert "too little" in role["reason"]


def test_too_few_files_are_counted(repo: Path) -> None:
    """A folder with one script."""
    roles = {one["role"]: one for one in path(repo, "tool/other.sh")["roles"]}

    assert roles["tool/{name}.sh"]["members"] == 1
    assert {one["outcome"] for one in roles.values()} == {"too_few"}


def test_a_name_unlike_its_siblings_is_told(repo: Path) -> None:
    """All others begin with `test_`, which the role took over."""
    commit(repo, {f"tests/test_{name}.py": f"import {name}\n" for name in NAMES}, day=80)

    roles = path(repo, "tests/mail.py")["roles"]
    told = [(one["role"], one["reason"]) for one in roles if one["outcome"] == "named_otherwise"]
    assert told == [("tests/{name}.py", "tests/test_{name.snake}.py")]


@pytest.mark.parametrize("target", ["vendor/handlers/x.py", "web/app.min.js"])
def test_what_mining_leaves_out_is_told(repo: Path, target: str) -> None:
    """A vendored or generated file has no pattern because nobody looks."""
    assert path(repo, target)["excluded"]


def test_an_ignored_path_gets_nothing(repo: Path) -> None:
    """As in `suggest`: neither pattern nor companions."""
    config = {"version": 1, "ignore": ["handlers/fax*"]}
    (repo / ".github").mkdir()
    (repo / ".github/pattern-ci.yml").write_text(json.dumps(config))

    ignored = path(repo, "handlers/fax_line.py")
    assert ignored["excluded"]
    assert ignored["contenders"] == ignored["companions"] == ignored["stretches"] == []
    assert path(repo, "handlers/other.py")["contenders"] != []


def test_a_path_in_a_subfolder_may_be_named_from_there(repo: Path) -> None:
    """As in `suggest`."""
    assert path(repo / "handlers", "fax_line.py")["path"] == "handlers/fax_line.py"
    assert path(repo / "handlers", "handlers/fax_line.py")["path"] == "handlers/fax_line.py"
