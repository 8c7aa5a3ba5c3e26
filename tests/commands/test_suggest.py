"""`pattern-ci suggest`: one answer a path, in order, knowing nothing but the path and REV."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from pattern_ci import git
from pattern_ci.errors import UnsafePathError
from pattern_ci.mining.drafting import files_for
from pattern_ci.mining.engine import mine
from pattern_ci.model.cases import CASES
from pattern_ci.model.pattern import Status
from testing.repos import git as run_git
from tests.mining.worlds import (
    NAMES,
    checker,
    cli,
    contents,
    feed,
    imported,
    mined,
    one_line_error,
    workshop,
    workshop_library,
)

if TYPE_CHECKING:
    from pathlib import Path

EDIT = {
    "type": "object",
    "properties": {
        "pattern_id": {"type": "string"},
        "slot": {"type": "string"},
        "line": {"type": "integer", "minimum": 1},
        "text": {"type": "string", "minLength": 1},
    },
    "required": ["pattern_id", "slot", "line", "text"],
    "additionalProperties": False,
}
COMPANION = {
    "type": "object",
    "properties": {
        "path": {"type": "string"},
        "action": {"enum": ["add", "edit"]},
        "confidence": {"type": "number", "minimum": 0, "maximum": 1},
        "reason": {"type": "string", "minLength": 1},
        "edits": {"type": "array", "minItems": 1, "items": EDIT},  # only where there are any
    },
    "required": ["path", "action", "confidence", "reason"],
    "additionalProperties": False,
}
PROPERTIES: dict[str, Any] = {
    "path": {"type": "string"},
    "exists": {"type": "boolean"},
    "pattern_id": {"type": ["string", "null"]},
    "pattern_version": {"type": ["string", "null"]},
    "confidence": {"type": "number", "minimum": 0, "maximum": 1},
    "variables": {"type": "object"},
    "unfilled": {"type": "array", "items": {"type": "string"}, "uniqueItems": True},
    "text": {"type": ["string", "null"]},
    "companions": {"type": "array", "items": COMPANION},
}
CONTRACT = {
    "type": "object",
    "properties": PROPERTIES,
    "required": list(PROPERTIES),
    "additionalProperties": False,
}


@pytest.fixture
def repo(repo_path: Path) -> Path:
    """Plugins with tests and docs, and a family of checks that is drafted."""
    return workshop(repo_path)


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """What `mine` wrote for it."""
    return workshop_library(tmp_path / "library")


def ask(repo: Path, library: Path, *paths: str, nul: bool = False) -> list[dict[str, Any]]:
    """The answers for paths given on standard input, each checked against the contract."""
    stdin = "".join(path + ("\0" if nul else "\n") for path in paths)
    ran = cli(
        "suggest", "--repo", repo, "--patterns", library, "--format", "json",
        *(["-z"] if nul else []), "-", stdin=stdin.encode("utf-8", "surrogateescape"),
    )  # fmt: skip
    assert (ran.code, ran.err) == (0, ""), ran.err
    for line in ran.lines:
        jsonschema.validate(line, CONTRACT)
    return ran.lines


def test_the_contract(repo: Path, library: Path) -> None:
    """A line a path, in the order asked, with the published keys in their order."""
    asked = ["checks/new_thing.py", "nothing.txt", "checks/eta.py", "checks/new_thing.py"]

    found = ask(repo, library, *asked)

    assert [one["path"] for one in found] == asked
    assert [one["exists"] for one in found] == [False, False, True, False]
    assert list(found[0]) == list(PROPERTIES)
    assert found[0] == found[3]
    assert [one["pattern_id"] for one in found] == [
        "PAT-CHECKS-PY-001", None, "PAT-CHECKS-PY-001", "PAT-CHECKS-PY-001",
    ]  # fmt: skip


def test_a_path_without_a_pattern(repo: Path, library: Path) -> None:
    """Null and empty, never left out."""
    (one,) = ask(repo, library, "nothing.txt")

    assert one == {
        "path": "nothing.txt", "exists": False, "pattern_id": None, "pattern_version": None,
        "confidence": 0.0, "variables": {}, "unfilled": [], "text": None, "companions": [],
    }  # fmt: skip


TWO_WORDS = ("one_two", "three_four", "five_six", "seven_ate", "nine_ten", "red_green")


def cased(name: str) -> str:
    """A text that holds a name in every case that a name filter writes."""
    return checker(name) + "".join(
        f"{case}({name!r}) == {CASES[case](name)!r}  # {case} of {name}\n" for case in CASES
    )


@pytest.mark.parametrize("name", ["new_thing", "a_longer_name", "one_two"])
def test_the_name_is_written_in_the_right_case(repo_path: Path, tmp_path: Path, name: str) -> None:
    """FooBar, foo_bar, foo-bar, FOO_BAR and the others, each where the members have it."""
    imported(repo_path, *({f"checks/{n}.py": cased(n)} for n in TWO_WORDS))
    mined(repo_path, "--output", tmp_path / "library")

    (one,) = ask(repo_path, tmp_path / "library", f"checks/{name}.py")

    expected = cased(name).splitlines()
    own = {line for line in expected if " = self." in line}
    assert set(expected) - own <= set(one["text"].splitlines())
    assert not any(stem in one["text"].lower() for stem in ("three", "seven", "green"))
    assert one["variables"]["name"] == name


def test_names_of_one_word_do_not_hide_a_case(repo: Path, library: Path) -> None:
    """Half of the members have names that are the same in snake and kebab case."""
    (one,) = ask(repo, library, "checks/new_thing.py")

    assert '@register("new-thing", title="new thing")' in one["text"]


def test_what_is_not_known_is_left_empty(repo: Path, library: Path) -> None:
    """The body of each member is its own: a gap, listed, and no text of another member."""
    (one,) = ask(repo, library, "checks/new_thing.py")

    assert one["unfilled"]
    assert set(one["unfilled"]) <= set(one["variables"])
    assert all(one["variables"][name] == "" for name in one["unfilled"])
    for name in NAMES:
        assert name not in one["text"]


def test_companions_of_a_new_file(repo: Path, library: Path) -> None:
    """Test and docs are added, the registry is edited; each with its share and its reason."""
    (one,) = ask(repo, library, "plugins/new_thing.py")
    by_path = {companion["path"]: companion for companion in one["companions"]}

    assert set(by_path) == {
        "docs/plugins/new_thing.md", "tests/test_new_thing.py", "plugins.txt",
    }  # fmt: skip
    assert by_path["tests/test_new_thing.py"]["action"] == "add"
    assert by_path["plugins.txt"]["action"] == "edit"
    assert by_path["plugins.txt"]["confidence"] == 0.9
    assert (
        by_path["plugins.txt"]["reason"] == "was edited with 9 of 10 new files at plugins/{name}.py"
    )


def test_a_companion_that_is_there_is_edited(repo: Path, library: Path) -> None:
    """The docs page came first this time."""
    feed(repo, [{"docs/plugins/new_thing.md": "# x\n"}], first=90)
    (one,) = ask(repo, library, "plugins/new_thing.py")
    actions = {companion["path"]: companion["action"] for companion in one["companions"]}

    assert actions["docs/plugins/new_thing.md"] == "edit"
    assert actions["tests/test_new_thing.py"] == "add"


def test_files_that_change_together(repo_path: Path, tmp_path: Path) -> None:
    """An existing file brings what was changed with it, and no new files."""
    trees = [{"a.py": f"{n}\n", "a.lst": f"{n}\n"} for n in range(5)]
    imported(repo_path, *trees)
    mined(repo_path, "--output", tmp_path / "library")

    (one,) = ask(repo_path, tmp_path / "library", "a.py")

    assert [(c["path"], c["action"], c["confidence"]) for c in one["companions"]] == [
        ("a.lst", "edit", 1.0)
    ]
    assert one["companions"][0]["reason"] == "changed together 5 of 5 times"


def test_what_exists_is_read_at_the_revision(repo: Path, library: Path) -> None:
    """Neither the work tree nor later commits count."""
    (repo / "checks/untracked.py").write_text("x\n")
    words = ("suggest", "--repo", repo, "--patterns", library, "--format", "json")
    paths = ("checks/untracked.py", "checks/theta_role.py", "plugins/alpha.py")

    now = cli(*words, *paths).lines
    before = cli(*words, "--rev", "HEAD~3", *paths).lines

    assert [one["exists"] for one in now] == [False, True, True]
    assert [one["exists"] for one in before] == [False, False, True]


ODD = ["a b.py", '"q".py', "it's.py", "größe.py", "-n.py", "--rev", "{x}.py", "\t.py", "\udcff.py"]


def test_names_of_any_kind(repo: Path, library: Path) -> None:
    """Every line is one path; with `-z` a path may hold line ends too."""
    asked = [f"checks/{name}" for name in ODD] + ODD

    assert [one["path"] for one in ask(repo, library, *asked)] == asked
    with_ends = [*asked, "checks/new\nline.py", "\n"]
    assert [one["path"] for one in ask(repo, library, *with_ends, nul=True)] == with_ends


@pytest.mark.parametrize("path", ["../x.py", "/etc/passwd", ".git/config", "a/../../x", ""])
@pytest.mark.parametrize("option", ["--format=text", "--together"])
def test_a_path_that_nothing_can_write_is_refused(
    repo: Path, library: Path, path: str, option: str
) -> None:
    """With the line and the code of `apply`, before anything is answered."""
    ran = cli("suggest", "--repo", repo, "--patterns", library, option, "checks/a.py", path)

    one_line_error(ran, UnsafePathError.return_code, repr(path), "is refused")
    assert ran.out == ""


def test_a_path_that_leads_back_inside_is_none_of_those(repo: Path, library: Path) -> None:
    """Named from a subfolder, or by a detour."""
    words = ("suggest", "--patterns", library, "--format", "json")

    below = cli(*words, "--repo", repo / "checks", "../plugins/new_one.py")
    detour = cli(*words, "--repo", repo, "./plugins/../checks/new_one.py")

    assert (below.code, below.lines[0]["path"], detour.code) == (0, "plugins/new_one.py", 0)
    out = cli(*words, "--repo", repo / "checks", "../../outside.py")
    one_line_error(out, UnsafePathError.return_code, "outside.py", "is refused")


def test_a_line_end_in_a_path_makes_no_line(repo: Path, library: Path) -> None:
    """Of two lines one would be an answer that nobody gave."""
    ran = cli("suggest", "--repo", repo, "--patterns", library, "no\nline")

    assert ran.out.startswith("no\\x0aline\n  no pattern writes this path\n")


def test_empty_lines_are_no_paths(repo: Path, library: Path) -> None:
    """No answer to no question; a missing last line end is fine."""
    words = ("suggest", "--repo", repo, "--patterns", library, "--format", "json", "-")

    assert cli(*words, stdin=b"").out == ""
    assert [one["path"] for one in cli(*words, stdin=b"\n\na\n\nb").lines] == ["a", "b"]
    assert [one["path"] for one in cli(*words, "-z", stdin=b"a\0\0b\n").lines] == ["a", "b\n"]


def test_paths_and_standard_input_together(repo: Path, library: Path) -> None:
    """`-` stands for the paths of standard input, at its place."""
    words = ("suggest", "--repo", repo, "--patterns", library, "--format", "json")

    found = cli(*words, "first", "-", "last", stdin=b"in\n").lines

    assert [one["path"] for one in found] == ["first", "in", "last"]


def test_a_bare_repository_answers_like_a_work_tree(
    repo: Path, library: Path, tmp_path: Path
) -> None:
    """With the patterns given, nothing else of the clone is needed."""
    run_git(tmp_path, "clone", "--quiet", "--bare", f"file://{repo}", "bare.git")
    asked = ("checks/new_thing.py", "checks/eta.py", "plugins/x_y.py")

    assert ask(tmp_path / "bare.git", library, *asked) == ask(repo, library, *asked)


@pytest.mark.parametrize("status", list(Status))
def test_every_status_is_loaded(repo: Path, tmp_path: Path, status: Status) -> None:
    """Drafts, quarantined and retired patterns answer as long as there is no better one."""
    (draft, *_) = mine(git.open_repo(repo), "HEAD").drafts
    for path, text in files_for(draft, status).items():
        place = tmp_path / "library" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)

    (one,) = ask(repo, tmp_path / "library", "checks/new_thing.py")

    assert one["pattern_id"] == "PAT-CHECKS-PY-001"
    assert one["confidence"] == draft.spec.confidence.total


def test_the_patterns_of_the_repository_are_the_default(repo: Path, library: Path) -> None:
    """`patterns/` of the work tree, from any folder of it."""
    (library).rename(repo / "patterns")

    found = cli("suggest", "--repo", repo / "checks", "--format", "json", "checks/new_thing.py")

    assert found.lines[0]["pattern_id"] == "PAT-CHECKS-PY-001"


def test_ignored_paths_get_no_answer(repo: Path, library: Path) -> None:
    """What the configuration ignores is never suggested for."""
    (repo / ".github").mkdir()
    (repo / ".github/pattern-ci.yml").write_text("version: 1\nignore: [checks/]\n")

    (one, other) = ask(repo, library, "checks/new_thing.py", "plugins/new_thing.py")

    assert (one["pattern_id"], one["text"], one["companions"]) == (None, None, [])
    assert other["companions"]


def test_nothing_is_written(repo: Path, library: Path) -> None:
    """Neither into the repository nor into the library."""
    before = contents(repo), contents(library)

    ask(repo, library, "checks/new_thing.py", "plugins/new_thing.py")

    assert (contents(repo), contents(library)) == before


def test_what_new_files_surely_bring_is_named_without_a_library(repo: Path, tmp_path: Path) -> None:
    """From the history alone, by the lower bound; of a file that is there nothing of it is said."""
    (tmp_path / "empty").mkdir()

    new, old = ask(repo, tmp_path / "empty", "plugins/new_thing.py", "plugins/alpha.py")

    said = [(one["action"], one["path"], one["reason"]) for one in new["companions"]]
    like = "at least, as 10 of the newest 10 new files like it at plugins/{name}.py brought it"
    assert said == [
        ("add", "docs/plugins/new_thing.md", like), ("add", "tests/test_new_thing.py", like),
    ]  # fmt: skip
    assert [one["confidence"] for one in new["companions"]] == [0.8592, 0.8592]
    assert old["companions"] == []


def test_what_rules_say_more_surely_is_said_once(repo: Path, library: Path) -> None:
    """The share of a rule is above the bound of a habit; neither path stands there twice."""
    (new,) = ask(repo, library, "plugins/new_thing.py")
    paths = [one["path"] for one in new["companions"]]

    assert len(paths) == len(set(paths)) == 3
    assert not any(one["reason"].startswith("at least") for one in new["companions"])
