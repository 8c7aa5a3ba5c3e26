"""`pattern-ci mine`: the published contract, the output folder, and what people read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from pattern_ci.registry.published import published
from testing.repos import git as run_git
from testing.repos import write_tree
from tests.mining.worlds import (
    NAMES,
    checker,
    cli,
    contents,
    family,
    feed,
    imported,
    mined,
    one_line_error,
    plugins,
    program,
)

if TYPE_CHECKING:
    from pathlib import Path

SHARE = {"type": "number", "minimum": 0, "maximum": 1}
SHA = {"type": "string", "pattern": "^[0-9a-f]{40}$"}
COUNT = {"type": "integer", "minimum": 0}
TEXT = {"type": "string", "minLength": 1}


def record(**properties: Any) -> dict[str, Any]:
    """The schema of an object that has these keys and no others."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def array(items: dict[str, Any], **limits: int) -> dict[str, Any]:
    """The schema of a list."""
    return {"type": "array", "items": items, **limits}


SLOT = record(role=TEXT, mode={"enum": ["add", "edit"]}, members=COUNT)
# `copy_newest` stands beside the three figures of the contract: what a draft has to beat.
HOLDOUT = record(n=COUNT, net_saving=SHARE, draft_precision=SHARE, copy_newest=SHARE)
CONTRACT = record(
    schema_version={"const": 1},
    rev=SHA,
    commits=COUNT,
    files=COUNT,
    elapsed_s={"type": "number", "minimum": 0},
    limits=array(TEXT),
    candidates=array(
        record(
            pattern_id={"type": "string", "pattern": "^PAT-[A-Z0-9]+(-[A-Z0-9]+)*-[0-9]{3}$"},
            identity={"type": "string", "pattern": "^[0-9a-f]{16}$"},
            content_digest={"type": "string", "pattern": "^sha256:[0-9a-f]{64}$"},
            kind={"enum": ["family", "recipe", "execution", "rewrite", "recovery"]},
            confidence=record(
                similarity=SHARE, success_rate=SHARE, test_coverage=SHARE,
                schema_completeness=SHARE, total=SHARE,
            ),
            slots=array(SLOT, minItems=1),
            evidence=record(commits=array(SHA), holdout=HOLDOUT),
            draft={"type": "string", "pattern": r"^drafts/specs/[a-z0-9_]+\.pattern\.yaml$"},
        )
    ),
    abstained=array(record(role=TEXT, members=COUNT, reason=TEXT, nearest_miss={"type": "string"})),
    without_recipe=array(
        record(role=TEXT, members=COUNT, reason=TEXT, nearest_miss={"type": "string"})
    ),
)  # fmt: skip


@pytest.fixture
def repo(repo_path: Path) -> Path:
    """A family that is drafted, and one that is not."""
    binary = [{f"odd/{name}.bin": b"\0" + name.encode()} for name in NAMES]
    return imported(repo_path, *family(), *binary, bare=False)


def test_the_contract(repo: Path, tmp_path: Path) -> None:
    """One line of JSON with exactly the published keys; every draft it names is there."""
    ran = cli("mine", repo, "--rev", "HEAD", "--output", tmp_path / "out", "--format", "json")

    assert (ran.code, ran.err, ran.out.count("\n")) == (0, "", 1)
    jsonschema.Draft202012Validator.check_schema(CONTRACT)
    jsonschema.validate(ran.json, CONTRACT)
    assert ran.json["rev"] == run_git(repo, "rev-parse", "HEAD").strip()
    assert (ran.json["commits"], ran.json["files"]) == (16, 16)
    (one,) = ran.json["candidates"]
    assert (tmp_path / "out" / one["draft"]).is_file()
    assert one["kind"] == "family"
    assert one["slots"] == [{"role": "checks/{name.snake}.py", "mode": "add", "members": 8}]
    assert [miss["role"] for miss in ran.json["abstained"]] == ["odd/{name.snake}.bin"]


def test_the_total_is_weighed(repo: Path) -> None:
    """0.4, 0.3, 0.2 and 0.1 of the four parts."""
    (one,) = mined(repo)["candidates"]
    parts = one["confidence"]

    assert parts["total"] == pytest.approx(
        0.4 * parts["similarity"] + 0.3 * parts["success_rate"]
        + 0.2 * parts["test_coverage"] + 0.1 * parts["schema_completeness"],
        abs=1e-3,
    )  # fmt: skip


def test_the_evidence_is_real(repo: Path) -> None:
    """Each commit that it names added a member."""
    (one,) = mined(repo)["candidates"]
    shas = one["evidence"]["commits"]
    added = [run_git(repo, "show", "--format=", "--name-only", sha).strip() for sha in shas]

    assert added == [f"checks/{name}.py" for name in NAMES]
    assert one["evidence"]["holdout"]["n"] >= 3


def test_the_drafts_are_a_sound_library(repo_path: Path, tmp_path: Path) -> None:
    """`pattern-ci validate` finds nothing, and neither does the schema of the rules."""
    plugins(repo_path)
    out = tmp_path / "out"
    mined(repo_path, "--output", out)

    ran = cli("validate", "--patterns", out)

    assert ran.code == 0, ran
    assert "no problems" in ran.out
    rules = json.loads((out / "companions.json").read_text())
    jsonschema.validate(rules, published("companions"))
    assert {
        ("role", "plugins/{name}.py", "docs/plugins/{name}.md"),
        ("role", "plugins/{name}.py", "tests/test_{name}.py"),
        ("constant", "plugins/{name}.py", "plugins.txt"),
    } <= {(rule["kind"], rule["when"], rule["then"]) for rule in rules["rules"]}


def stamps(folder: Path) -> dict[str, tuple[int, int]]:
    """When each file was last written, and its number: a rename over it would show."""
    return {str(path): (path.stat().st_mtime_ns, path.stat().st_ino) for path in folder.rglob("*")}


def test_a_second_run_writes_nothing(repo: Path, tmp_path: Path) -> None:
    """Not even the same bytes again; from another process too."""
    out = tmp_path / "out"
    mined(repo, "--output", out)
    before = stamps(out)

    mined(repo, "--output", out)
    ran = program("mine", repo, "--output", out)

    assert ran.code == 0, ran.err
    assert stamps(out) == before


def test_a_run_with_nothing_new_says_the_same_without_mining(
    repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To people and to programs, with a folder as it was left and without one."""
    out = tmp_path / "out"
    words: list[list[str | Path]] = [
        ["mine", repo], ["mine", repo, "--output", out, "--format", "json"],
    ]  # fmt: skip
    first = [cli(*one) for one in words]
    monkeypatch.setattr("pattern_ci.mining.engine.mine_at", None)

    again = [cli(*one) for one in words]

    assert [one.code for one in again] == [0, 0]
    assert again[0].out == first[0].out
    assert again[1].json | {"elapsed_s": 0} == first[1].json | {"elapsed_s": 0}


@pytest.mark.parametrize("change", ["edit", "remove", "leave"])
def test_a_folder_that_was_changed_is_put_right(repo: Path, tmp_path: Path, change: str) -> None:
    """With nothing new in the history as well."""
    out = tmp_path / "out"
    mined(repo, "--output", out)
    before = contents(out)
    spec = next((out / "drafts/specs").iterdir())
    if change == "remove":
        spec.unlink()
    else:
        (spec if change == "edit" else spec.with_name("old.pattern.yaml")).write_text("x\n")

    mined(repo, "--output", out)

    assert contents(out) == before


def test_what_was_told_holds_for_what_is_ignored(repo: Path) -> None:
    """The same commit under another configuration is another run."""
    assert len(mined(repo)["candidates"]) == 1
    write_tree(repo, {".github/pattern-ci.yml": "version: 1\nignore: ['checks/**']\n"})

    assert mined(repo)["candidates"] == []


def test_nothing_but_the_output_and_the_cache_is_written(repo: Path, tmp_path: Path) -> None:
    """The work tree, the index and the refs stay as they are."""
    refs = run_git(repo, "for-each-ref")
    before = contents(repo)

    mined(repo, "--output", tmp_path / "out")

    after = contents(repo)
    assert {path for path in after if path not in before} == {".git/pattern-ci/cache.db"}
    assert {path: after[path] for path in before} == before
    assert run_git(repo, "for-each-ref") == refs
    assert run_git(repo, "status", "--porcelain") == ""


def test_drafts_that_no_longer_hold_are_removed(repo: Path, tmp_path: Path) -> None:
    """Ours alone: what somebody keeps beside them stays."""
    out = tmp_path / "out"
    mined(repo, "--output", out)
    (out / "drafts/NOTES.md").write_text("mine\n")
    (out / "todo.txt").write_text("mine\n")
    feed(repo, [{f"checks/{name}.py": None for name in NAMES}], first=30)

    mined(repo, "--output", out)

    assert sorted(contents(out)) == ["companions.json", "drafts/NOTES.md", "todo.txt"]


@pytest.mark.parametrize("marker", [None, "{}", "[]", "[" * 5000, "not json", '{"name": "x"}'])
def test_a_folder_with_other_files_is_refused(
    repo: Path, tmp_path: Path, marker: str | None
) -> None:
    """Before anything is read; a `companions.json` of somebody else does not open it."""
    out = tmp_path / "out"
    (out / "drafts").mkdir(parents=True)
    (out / "drafts/precious.txt").write_text("mine\n")
    if marker is not None:
        (out / "companions.json").write_text(marker)
    before = contents(out)

    ran = cli("mine", repo, "--output", out)

    one_line_error(ran, 2, "holds files that are not ours", "empty folder")
    assert contents(out) == before
    assert not (repo / ".git/pattern-ci").exists()


def test_an_output_that_is_a_file_is_refused(repo: Path, tmp_path: Path) -> None:
    """It is not overwritten."""
    (tmp_path / "out").write_text("mine\n")

    one_line_error(cli("mine", repo, "--output", tmp_path / "out"), 30, "Not a directory")
    assert (tmp_path / "out").read_text() == "mine\n"


def test_a_link_in_the_output_is_not_followed(repo: Path, tmp_path: Path) -> None:
    """Neither for writing nor for removing."""
    out, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    (elsewhere / "specs").mkdir(parents=True)
    (elsewhere / "specs/old.pattern.yaml").write_text("mine\n")
    mined(repo, "--rev", "HEAD~15", "--output", out)
    (out / "drafts").symlink_to(elsewhere)

    mined(repo, "--rev", "HEAD~15", "--output", out)
    one_line_error(cli("mine", repo, "--output", out), 20, "is a symlink")

    assert contents(elsewhere) == {"specs/old.pattern.yaml": b"mine\n"}


def test_an_empty_folder_is_used(repo: Path, tmp_path: Path) -> None:
    """Also one that is a link itself: the user named it."""
    (tmp_path / "real").mkdir()
    (tmp_path / "out").symlink_to(tmp_path / "real")

    mined(repo, "--output", tmp_path / "out")

    assert (tmp_path / "real/companions.json").is_file()


def test_people_read_what_was_found(repo: Path, tmp_path: Path) -> None:
    """What, how sure, what came nearest and why not, and the next step."""
    ran = cli("mine", repo, "--output", tmp_path / "out")

    assert (ran.code, ran.err) == (0, "")
    assert "16 commits and 16 files" in ran.out
    assert "PAT-CHECKS-PY-001  confidence 0." in ran.out
    assert "writes checks/{name.snake}.py, made from 8 files" in ran.out
    assert "held-out files" in ran.out
    assert "Came nearest without qualifying:" in ran.out
    assert "odd/{name.snake}.bin (8 files): no member is text that a template can hold" in ran.out
    assert f"Next: read {tmp_path / 'out'}/drafts" in ran.out
    assert "--output DIR" in cli("mine", repo).out


def test_what_could_not_be_seen_is_told_to_people(repo: Path, tmp_path: Path) -> None:
    """Limits are notes in text as well."""
    run_git(tmp_path, "clone", "--quiet", "--depth=9", f"file://{repo}", "shallow")

    assert "\nnote: the clone is shallow" in cli("mine", tmp_path / "shallow").out


def test_names_that_steer_a_terminal_are_shown(repo_path: Path) -> None:
    """A folder name cannot clear the screen or forge a line."""
    imported(repo_path, *({b"\x1b[2Jx\nPAT-FAKE/%s.py" % n.encode(): checker(n)} for n in NAMES))

    out = cli("mine", repo_path).out

    assert "\x1b" not in out
    assert not any(line.startswith("PAT-FAKE") for line in out.splitlines())
    assert "\\x1b[2Jx\\x0aPAT-FAKE" in out


def test_the_folder_one_stands_in_is_mined(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """REPO may be left out, in any folder of the work tree."""
    monkeypatch.chdir(repo / "checks")

    assert cli("mine").out == cli("mine", repo).out


@pytest.mark.parametrize("words", [("--format", "xml"), ("--bogus",), ("a", "b")])
def test_a_wrong_command_line_is_usage(words: tuple[str, ...]) -> None:
    """argparse says what is wrong; the code is 2."""
    ran = cli("mine", *words)

    assert (ran.code, ran.out) == (2, "")
    assert "pattern-ci mine: error: " in ran.err


@pytest.mark.parametrize(("needed", "drafted"), [(len(NAMES), 1), (len(NAMES) + 1, 0)])
def test_the_smallest_family_is_configured(repo_path: Path, needed: int, drafted: int) -> None:
    """`train.min_members` counts for `mine` as it does for `train`."""
    imported(repo_path, *family(), bare=False)
    write_tree(
        repo_path,
        {".github/pattern-ci.yml": f"version: 1\ntrain: {{min_members: {needed}}}\n"},
    )

    assert len(mined(repo_path)["candidates"]) == drafted
