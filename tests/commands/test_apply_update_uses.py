"""`apply --update`: values, slots, records, and what it is told to update."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pattern_ci.main import main
from testing.repos import build_repo, commit, write_tree
from testing.sample_pattern import NAME, PATTERN_ID, SCHEMA, write_sample_pattern
from tests.commands.applying import VALUE_OPTIONS, edit_schema, records, sample_repo
from tests.commands.updating import (
    PLUGIN,
    PLUGIN_TEXT,
    SECOND,
    SECOND_TEXT,
    TEST,
    applied_repo,
    changed,
    data,
    edit,
    release,
    update,
    whole,
)

if TYPE_CHECKING:
    from pathlib import Path

Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def applied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built once; each test works on a copy."""
    return applied_repo(tmp_path_factory.mktemp("applied") / "repo")


@pytest.fixture
def repo(applied: Path, repo_path: Path, capsys: Capture) -> Path:
    """A repository in which the pattern was applied in version 1.0.0 and committed."""
    shutil.copytree(applied, repo_path)
    capsys.readouterr()
    return repo_path


def test_missing_variables_are_named_at_once(repo: Path, capsys: Capture) -> None:
    """Of all uses; nothing is written before they are given."""
    main(["apply", NAME, "--var", "name=other", "--repo", str(repo)])
    properties = {**SCHEMA["properties"], "owner": {"type": "string"}, "team": {"type": "string"}}
    del properties["note"]
    required = ["name", "owner", "team"]
    text = SECOND.replace("{{ note }}", "{{ owner }}{{ team }}")
    schema = {"properties": properties, "required": required}
    release(repo, templates={"plugin": text}, schema=schema)
    before = whole(repo)
    capsys.readouterr()

    assert update(repo) == 22
    assert "missing: owner, team." in capsys.readouterr().err
    assert whole(repo) == before

    assert update(repo, "--var", "owner=me", "--var", "team=us") == 0
    assert 'braces = "{{ meus }}"' in (repo / PLUGIN).read_text()
    for record in records(repo):
        variables = json.loads(record.read_text())["variables"]
        assert variables["owner"] == "me"
        assert "note" not in variables


def test_a_value_that_leads_elsewhere_is_refused(repo: Path, capsys: Capture) -> None:
    """Another name is another use; any other value may be changed in the same version."""
    assert update(repo, "--var", "name=other") == 2
    assert "name is part of a path" in capsys.readouterr().err

    assert update(repo, "--var", "limit=8") == 0
    assert (repo / PLUGIN).read_text() == PLUGIN_TEXT.replace("7", "8")
    assert update(repo, "--var", "limit=many") == 22
    assert "variables: limit: 'many' is not of type integer." in capsys.readouterr().err


def test_path_limits_to_the_use_that_wrote_it(repo: Path, capsys: Capture) -> None:
    """Its files belong together; what nobody wrote is refused."""
    main(["apply", NAME, "--var", "name=other", "--repo", str(repo)])
    commit(repo, {}, "other")
    release(repo)

    assert update(repo, "--path", "plugins/other.py") == 0
    assert changed(repo) == ["plugins/other.py"]
    assert update(repo, "--path", "README.md") == 2
    assert "no record says that this pattern wrote 'README.md'" in capsys.readouterr().err


def test_new_and_dropped_slots(repo: Path, capsys: Capture) -> None:
    """What is new is written, what is written no longer stays and is said once."""
    release(repo, slots={"test": {"id": "check", "role": "checks/{name.snake}.py"}})

    assert update(repo) == 0

    said = capsys.readouterr().out
    assert "  create     checks/beta_ray.py\n" in said
    assert f"  dropped    {TEST}\n" in said
    assert (repo / TEST).exists()
    assert set(json.loads(records(repo)[0].read_text())["outputs"]) == {"plugin", "check"}


def test_a_new_slot_overwrites_nothing(repo: Path, capsys: Capture) -> None:
    """The use stays whole in its old version."""
    commit(repo, {"checks/beta_ray.py": "mine\n"}, "mine")
    release(repo, slots={"test": {"id": "check", "role": "checks/{name.snake}.py"}})

    assert update(repo, "--force") == 1

    assert "Left alone: checks/beta_ray.py is there already" in capsys.readouterr().out
    assert changed(repo) == []


def test_a_slot_with_another_name_is_the_same_file(repo: Path) -> None:
    """The path tells; its edits are merged, not taken for a file in the way."""
    edit(repo, "import", "import  ", path=TEST)
    release(repo, slots={"test": {"id": "check"}})

    assert update(repo) == 0
    assert "import  " in (repo / TEST).read_text()


def test_a_rolled_back_pattern_changes_nothing(repo: Path, capsys: Capture) -> None:
    """Going back is another question than going on."""
    release(repo, "0.9.0")

    assert update(repo) == 1
    assert "of version 1.0.0, which is newer than 0.9.0" in capsys.readouterr().out
    assert update(repo, "--var", "limit=8") == 1
    assert changed(repo) == []


def test_a_record_that_leads_out_of_the_tree_is_left_alone(repo: Path, capsys: Capture) -> None:
    """Whoever writes a record does not decide which files of the machine are read or written."""
    (record,) = records(repo)
    record.write_text(record.read_text().replace(f'"{PLUGIN}"', '"../outside.py"'))
    outside = repo.parent / "outside.py"
    outside.write_text(PLUGIN_TEXT)
    release(repo)
    before = whole(repo)

    assert update(repo) == 1
    assert "Left alone: '../outside.py' is refused" in capsys.readouterr().out
    assert whole(repo) == before
    assert outside.read_text() == PLUGIN_TEXT


def test_a_broken_record_stops_only_itself(repo: Path, capsys: Capture) -> None:
    """It is named with its place; validate says the same."""
    write_tree(repo, {"patterns/applied/sample_plugin/bad.json": '{"schema_version": 1}\n'})
    release(repo)

    assert update(repo) == 1
    assert "bad.json:1:1: missing: pattern_id" in capsys.readouterr().out
    assert (repo / PLUGIN).read_text() == SECOND_TEXT
    assert main(["validate", "--patterns", str(repo / "patterns"), "--repo", str(repo)]) == 1
    assert "bad.json:1:1: error applied-shape" in capsys.readouterr().out


def test_json_says_the_same(repo: Path, capsys: Capture) -> None:
    """Stable names for programs; a plan has the diff."""
    release(repo)

    said = data(capsys, repo, "--plan")

    (use,) = said.pop("uses")
    plugin, test = use.pop("files")
    assert said == {
        "schema_version": 1,
        "pattern_id": PATTERN_ID,
        "pattern_version": "1.1.0",
        "status": "active",
        "written": False,
        "recovered": None,
        "notices": [],
        "left": [],
        "conflicts": [],
    }
    assert use["from_version"] == "1.0.0"
    assert use["record"] == records(repo)[0].relative_to(repo).as_posix()
    assert (plugin["action"], test["action"]) == ("update", "unchanged")
    assert "+    maximum = 7\n" in plugin["diff"]


def test_nothing_recorded_is_said(repo: Path, capsys: Capture) -> None:
    """A file that somebody wrote by hand is nobody's to update."""
    records(repo)[0].unlink()
    release(repo)

    assert update(repo) == 0
    assert "no record says that it was applied here" in capsys.readouterr().out
    assert changed(repo) == []


def test_other_content_of_the_same_version_is_said(repo: Path, capsys: Capture) -> None:
    """A draft that was made anew has version 1.0.0 again: nobody can tell what to merge."""
    spec = repo / "patterns" / "specs" / f"{NAME}.pattern.yaml"
    digest = json.loads(records(repo)[0].read_text())["content_digest"]
    spec.write_text(spec.read_text().replace(digest, f"sha256:{'0' * 64}"))
    edit_schema(repo, more={"type": "string", "default": "x"})
    before = whole(repo)

    assert update(repo) == 0
    assert "Note: 1 use is of version 1.0.0 with other content;" in capsys.readouterr().out
    assert whole(repo) == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--update", "--keep"], "--keep means nothing for --update"),
        (["--update", "--path", PLUGIN, "--path", "x"], "one --path at a time"),
        (["--path", PLUGIN, "--path", "x"], "one --path at a time"),
    ],
)
def test_what_would_do_nothing_is_refused(
    repo: Path, capsys: Capture, words: list[str], said: str
) -> None:
    """Rather than passed over in silence."""
    release(repo)

    assert main(["apply", NAME, "--repo", str(repo), *words]) == 2

    assert said in capsys.readouterr().err
    assert changed(repo) == []


def test_members_are_for_updates(repo: Path, capsys: Capture) -> None:
    """An option that would do nothing is refused."""
    assert main(["apply", NAME, "--members", "--repo", str(repo)]) == 2
    assert "--members is for --update" in capsys.readouterr().err


def test_members_are_updated_when_asked_for(repo: Path) -> None:
    """Files that the pattern was learnt from: here the example, which nothing recorded."""
    records(repo)[0].unlink()
    commit(repo, {}, "no record")
    edit(repo, "    # two\n", "    # two\n    # mine\n")
    release(repo)

    assert update(repo) == 0
    assert changed(repo) == []
    assert update(repo, "--members") == 0
    assert (repo / PLUGIN).read_text() == f"{SECOND_TEXT}    # mine\n"
    assert len(records(repo)) == 1
    commit(repo, {}, "updated")
    assert update(repo, "--members") == 0
    assert changed(repo) == []


def test_a_member_that_never_held_the_text_is_left_alone(repo_path: Path, capsys: Capture) -> None:
    """An example can speak of a file that somebody wrote otherwise: no merge starts from that."""
    sample_repo(repo_path)
    commit(repo_path, {PLUGIN: "mine\n", TEST: "mine\n"}, "other files")
    release(repo_path)

    assert update(repo_path, "--members") == 0
    assert changed(repo_path) == []
    assert "no record says that it was applied here" in capsys.readouterr().out


def test_a_draft_that_was_approved_has_its_past_among_the_drafts(repo_path: Path) -> None:
    """The text of then comes from the folder that the pattern stood in at the time."""
    build_repo(repo_path, {"README.md": "# demo\n"})
    write_sample_pattern(repo_path / "patterns", status="draft")
    commit(repo_path, {}, "draft")
    main(["apply", NAME, *VALUE_OPTIONS, "--repo", str(repo_path)])
    # Edited before it was committed: the past of the file does not have the text.
    edit(repo_path, "    # two\n", "    # two\n    # mine\n")
    shutil.rmtree(repo_path / "patterns" / "drafts")
    write_sample_pattern(repo_path / "patterns")
    release(repo_path)

    assert update(repo_path) == 0
    assert (repo_path / PLUGIN).read_text() == f"{SECOND_TEXT}    # mine\n"


def test_validate_and_guard_take_records(repo: Path, capsys: Capture) -> None:
    """A commit that applies a pattern is sound, also for whoever compares with the one before."""
    main(["validate", "--fix", "--repo", str(repo)])
    words = ["validate", "--repo", str(repo)]

    assert main(words) == 0
    assert main([*words, "--since", "HEAD~1"]) == 0
    assert "1 pattern checked: no problems." in capsys.readouterr().out


LINES = st.lists(
    st.sampled_from(["a", "b", "{{ name }}", "{{ note }}", ""]), min_size=1, max_size=6
)


@given(old=LINES, new=LINES)
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
def test_without_edits_an_update_is_a_fresh_apply(
    applied: Path, tmp_path_factory: pytest.TempPathFactory, old: list[str], new: list[str]
) -> None:
    """Byte for byte, records and all."""
    repo = tmp_path_factory.mktemp("property") / "repo"
    shutil.copytree(applied, repo)
    words = ["apply", NAME, "--var", "name=x", "--var", "note=n", "--repo", str(repo)]
    release(repo, "1.1.0", templates={"plugin": "\n".join(old) + "\n"}, committed=False)
    assert main(words) == 0
    release(repo, "1.2.0", templates={"plugin": "\n".join(new) + "\n"}, committed=False)

    assert update(repo, "--path", "plugins/x.py") == 0
    updated = whole(repo)
    for path in ("plugins/x.py", "tests/test_x.py"):
        (repo / path).unlink()
    assert main(words) == 0
    assert whole(repo) == updated


def test_a_file_that_was_kept_stays_part_of_its_use(repo: Path, capsys: Capture) -> None:
    """`--keep` writes nothing of it, and a later version is merged into it all the same."""
    mine = edit(repo, PLUGIN_TEXT, PLUGIN_TEXT + "# mine\n")
    main(["apply", NAME, *VALUE_OPTIONS, "--keep", "--repo", str(repo)])
    commit(repo, {}, "again")
    release(repo)

    assert update(repo) == 0

    assert set(json.loads(records(repo)[0].read_text())["outputs"]) == {"plugin", "test"}
    text = (repo / PLUGIN).read_text()
    assert "# mine" in text
    assert text != mine


def test_a_damaged_record_is_not_written_over(repo: Path, capsys: Capture) -> None:
    """It may hold what somebody else recorded; nothing is written before it is mended."""
    (record,) = records(repo)
    record.write_text("<<<<<<< ours\n{}\n")
    before = whole(repo)

    assert main(["apply", NAME, *VALUE_OPTIONS, "--force", "--repo", str(repo)]) == 24

    assert whole(repo) == before
    said = capsys.readouterr().err
    assert record.name in said
    assert "mend this record" in said
