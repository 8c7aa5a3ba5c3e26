"""`apply` of a rewrite pattern: its change everywhere, as one step, and nowhere else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from pattern_ci import git as door
from pattern_ci.commands import apply_rewrite
from pattern_ci.main import main
from pattern_ci.mining.engine import mine
from pattern_ci.model.pattern import Kind
from pattern_ci.render.survey import survey
from testing.repos import build_repo, commit, git, write_tree
from tests.mining.rewrites.shown import history, module

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pattern_ci.render.survey import Change, Step

Capture = pytest.CaptureFixture[str]
PAT = "PAT-REWRITE-WARN-TO-WARNING-001"
SPEC = "patterns/drafts/specs/rewrite_warn_to_warning.pattern.yaml"
OLD, NEW = module("a"), module("a", call="warning")


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The drafted pattern, by path."""
    path = history(tmp_path_factory.mktemp("mined") / "repo")
    found = mine(door.open_repo(path), "HEAD", cache=False)
    (draft,) = (one for one in found.drafts if one.kind is Kind.REWRITE)
    return {f"patterns/{name}": text for name, text in draft.files.items()}


@pytest.fixture
def repo(repo_path: Path, suite: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Path:
    """Files of every kind; the command runs at the top."""
    build_repo(
        repo_path,
        {
            "src/a.py": OLD,
            "src/deep/crlf.py": OLD.replace("\n", "\r\n").encode(),
            "src/bare.py": b'# caf\xe9\nlog.warn("x")',
            "src/done.py": NEW,
            "src/binary.py": b'\0\nlog.warn("x")\n',
            "src/generated.py": OLD,
            "src/vendor/lib.py": OLD,
            ".gitattributes": "src/generated.py linguist-generated\n",
            ".gitignore": "src/ignored.py\n",
            "lib/other.py": OLD,
        },
    )
    write_tree(repo_path, {"src/ignored.py": OLD, "src/untracked.py": OLD})
    write_tree(repo_path, {name: text.encode() for name, text in suite.items()})
    monkeypatch.chdir(repo_path)
    return repo_path


def changed(repo: Path) -> list[str]:
    """Tracked files that differ from what is committed."""
    return git(repo, "diff", "--name-only").split()


def test_every_file_of_the_rule_is_rewritten(repo: Path, capsys: Capture) -> None:
    """Line ends, encodings and missing final line ends stay; a second run changes nothing."""
    assert main(["apply", PAT]) == 0

    assert capsys.readouterr().out == (
        f"Note: {PAT} is a draft: nobody has approved it yet.\n"
        f"{PAT} 1.0.0 rewrote 3 places in 3 files:\n"
        "  src/a.py: 1 place\n  src/bare.py: 1 place\n  src/deep/crlf.py: 1 place\n"
        "Next: look the diff over, run the checks, commit.\n"
    )
    assert changed(repo) == ["src/a.py", "src/bare.py", "src/deep/crlf.py"]
    assert (repo / "src/a.py").read_text() == NEW
    assert (repo / "src/deep/crlf.py").read_bytes() == NEW.replace("\n", "\r\n").encode()
    assert (repo / "src/bare.py").read_bytes() == b'# caf\xe9\nlog.warning("x")'
    for name in ("untracked", "ignored", "generated", "vendor/lib"):
        assert (repo / f"src/{name}.py").read_text() == OLD
    before = {path: (repo / path).read_bytes() for path in changed(repo)}
    assert main(["apply", PAT]) == 0
    assert "has nothing to rewrite" in capsys.readouterr().out
    assert {path: (repo / path).read_bytes() for path in changed(repo)} == before


def test_a_plan_writes_nothing(repo: Path, capsys: Capture) -> None:
    """Its diff is one that git applies."""
    assert main(["apply", PAT, "--plan", "--path", "src/a.py"]) == 0

    shown = capsys.readouterr().out
    assert changed(repo) == []
    diff = shown.partition("Note:")[0]
    git(repo, "apply", "-", stdin=diff)
    assert (repo / "src/a.py").read_text() == NEW
    assert "would rewrite 1 place in 1 file:" in shown


def test_paths_narrow_and_widen(repo: Path, capsys: Capture) -> None:
    """Whoever names a file means it, also where the rule was never seen; a folder is its files."""
    assert main(["apply", PAT, "--path", "lib", "--path", "src/**/*.py", "--plan"]) == 0
    assert "in 4 files" in capsys.readouterr().out

    assert main(["apply", PAT, "--path", "lib/other.py"]) == 0
    assert changed(repo) == ["lib/other.py"]


@pytest.mark.parametrize("path", ["src/generated.py", "src/ignored.py", "nowhere/*.py"])
def test_files_that_are_nobodys_are_not_touched_by_name_either(
    repo: Path, capsys: Capture, path: str
) -> None:
    """Generated, ignored, or not there: one line says so."""
    assert main(["apply", PAT, "--path", path]) == 2

    assert f"--path {path} names no tracked file" in capsys.readouterr().err
    assert changed(repo) == []


def test_a_path_outside_is_refused(repo: Path, capsys: Capture) -> None:
    """Nothing is read there."""
    assert main(["apply", PAT, "--path", "../else.py"]) != 0

    assert "outside" in capsys.readouterr().err


def test_values_are_refused(repo: Path, capsys: Capture) -> None:
    """The rule finds its own."""
    assert main(["apply", PAT, "--var", "A=b"]) == 2

    assert "takes no variables" in capsys.readouterr().err
    assert changed(repo) == []


def test_json_tells_each_place(repo: Path, capsys: Capture) -> None:
    """With line and texts; a plan has the diff too."""
    assert main(["apply", PAT, "--path", "src/a.py", "--format", "json", "--plan"]) == 0

    said = json.loads(capsys.readouterr().out)
    (row,) = said["files"]
    assert said["written"] is False
    assert row["edits"] == [{"line": 8, "before": 'log.warn("', "after": 'log.warning("'}]
    assert row["diff"].startswith("--- a/src/a.py\n+++ b/src/a.py\n")


def test_a_rule_without_end_leaves_the_file(repo: Path, capsys: Capture) -> None:
    """One that would find its own result again."""
    spec = repo / SPEC
    spec.write_text(
        spec.read_text().replace('after: log.warning("', 'after: log.warn("x" + log.warn("')
    )

    assert main(["apply", PAT]) == 1

    assert "src/a.py was left alone: a second run would change it again." in (
        capsys.readouterr().out
    )
    assert changed(repo) == []
    assert main(["apply", PAT, "--plan", "--format", "json"]) == 1
    assert json.loads(capsys.readouterr().out)["left"][0] == "src/a.py"


@pytest.mark.parametrize("option", ["--force", "--keep"])
def test_options_that_mean_nothing_here_are_refused(
    repo: Path, capsys: Capture, option: str
) -> None:
    """No file is in the way of a rewrite: whoever asks for it expects something else."""
    assert main(["apply", PAT, option]) == 2

    assert f"{option} means nothing for a pattern that rewrites" in capsys.readouterr().err
    assert changed(repo) == []


@pytest.mark.parametrize(
    ("old", "new", "rule", "said"),
    [
        ("before: log.warn", "before: log.warn$Q", "rewrite-rule", "metavariables"),
        ("after: log.warning", "after: log.warned", "example-refused", "what after says"),
        ("before: log.warn", "before: log.info", "example-refused", "replaces nothing"),
        ("- /src/**/*.py", "- /other/*.py", "example-refused", "none of the files"),
    ],
)
def test_validate_checks_rule_and_examples(
    repo: Path, capsys: Capture, old: str, new: str, rule: str, said: str
) -> None:
    """At the line that is wrong."""
    assert main(["validate"]) == 0
    spec = repo / SPEC
    assert old in spec.read_text()
    spec.write_text(spec.read_text().replace(old, new))

    assert main(["validate"]) == 1

    out = capsys.readouterr().out
    assert f"error {rule}" in out
    assert said in out


def test_a_broken_rule_is_not_applied(repo: Path, capsys: Capture) -> None:
    """One line says what, and what shows the place."""
    spec = repo / SPEC
    spec.write_text(spec.read_text().replace("before: log.warn", "before: log.warn$Q"))

    assert main(["apply", PAT]) != 0

    assert "cannot be applied" in capsys.readouterr().err
    assert changed(repo) == []


def test_explain_tells_of_it(repo: Path, capsys: Capture) -> None:
    """A pattern without a slot is a pattern too."""
    assert main(["explain", PAT]) == 0

    assert "Confidence" in capsys.readouterr().out


def test_the_guard_replays_examples(repo: Path, suite: dict[str, str], capsys: Capture) -> None:
    """What the rule makes of an example has to stand in the file of its commit."""
    source = json.loads(suite["patterns/drafts/examples/rewrite_warn_to_warning/positive/1.json"])
    right = commit(repo, {source["variables"]["path"]: f"  {source['variables']['after']}"})
    base = git(repo, "rev-parse", "HEAD").strip()
    folder = repo / "patterns/drafts/examples/rewrite_warn_to_warning/positive"
    for name, sha in (
        ("1", right),
        ("2", git(repo, "rev-list", "--max-parents=0", "HEAD").strip()),
    ):
        (folder / f"{name}.json").write_text(json.dumps(source | {"commit": sha}))
    (folder / "3.json").unlink()
    spec = repo / SPEC
    text = (
        spec.read_text()
        .replace("version: 1.0.0", "version: 1.0.1")
        .replace("summary: R", "summary: r")
    )
    spec.write_text(text)
    git(repo, "checkout", "-q", "-b", "change")

    main(["validate", "--since", base])

    out = capsys.readouterr().out
    assert "2.json" in out
    assert "holds other lines" in out
    assert "positive/1.json" not in out


def test_an_edit_made_meanwhile_is_not_lost(
    repo: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    """A file that changed after it was read stops everything."""

    def late(root: Path, changes: list[Change]) -> Sequence[Step]:
        (repo / "src/a.py").write_text("# just now\n")
        return survey(root, changes)

    monkeypatch.setattr(apply_rewrite, "survey", late)

    assert main(["apply", PAT]) != 0

    assert (repo / "src/a.py").read_text() == "# just now\n"
    assert (repo / "src/deep/crlf.py").read_bytes() == OLD.replace("\n", "\r\n").encode()
