"""`pattern-ci explain`: one screen a target, all of it on request, nothing written."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from pattern_ci.messages import explain as messages
from pattern_ci.model import explanation, operation_explained
from pattern_ci.registry.published import published
from pattern_ci.registry.shape import problems
from testing.repos import build_repo, commit
from testing.repos import git as run_git
from testing.sample_recipe import PATTERN_ID, recipe_world
from tests.messages.explanations import of_abstention, of_pattern
from tests.messages.runner import commands
from tests.mining.explained import HANDLERS, NAMES, explained, handler, world
from tests.mining.recipes.worlds import listed
from tests.mining.rewrites.shown import history
from tests.mining.worlds import cli, contents, feed, imported, one_line_error

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pattern_ci.model.explanation import Explanation

TARGETS = (HANDLERS, "handlers/fax.py", f"handlers/{NAMES[-1]}.py", "notes/{name.snake}.md",
           "tool/x.sh")  # fmt: skip
REWRITE = "PAT-REWRITE-WARN-TO-WARNING-001"


@pytest.fixture
def repo(repo_path: Path) -> Path:
    """Handlers alike, and notes that share nothing."""
    return world(repo_path)


@pytest.fixture
def library(repo: Path, tmp_path: Path) -> Path:
    """What `mine` drafts of it."""
    assert cli("mine", repo, "--output", tmp_path / "library").code == 0
    return tmp_path / "library"


def text(repo: Path, target: str, *words: str | Path) -> str:
    """What is said to people."""
    ran = cli("explain", target, "--repo", repo, *words)
    assert (ran.code, ran.err) == (0, ""), ran.err
    return ran.out


@pytest.mark.parametrize("target", TARGETS)
def test_json_fits_the_published_schema(repo: Path, target: str) -> None:
    """As both readers of it see it; exactly one kind of answer is there."""
    found = explained(repo, target)

    jsonschema.validate(found, published("explanation"))
    assert problems(found, published("explanation")) == []
    answers = ("pattern", "abstention", "path", "operation", "kind")
    assert sum(found[kind] is not None for kind in answers) == 1
    assert (found["schema_version"], found["target"]) == (1, target)


def test_the_schema_has_the_keys_of_the_records() -> None:
    """What is written is what the schema knows, and no more."""
    schema = published("explanation")
    kinds = {"pattern": explanation.PatternExplained, "path": explanation.PathExplained,
             "abstention": explanation.AbstentionExplained,
             "operation": operation_explained.OperationExplained,
             "kind": operation_explained.KindExplained}  # fmt: skip
    known: dict[str, Any] = {name: schema["properties"][name] for name in kinds}
    records: dict[str, Any] = {**kinds}
    every = [*vars(explanation).values(), *vars(operation_explained).values()]
    types = [one for one in every if isinstance(one, type)]
    by_name = {one.__name__.lower(): one for one in types if dataclasses.is_dataclass(one)}
    for name, found in schema["$defs"].items():
        records[name], known[name] = by_name[name], found

    for name, record in records.items():
        fields = [field.name for field in dataclasses.fields(record)]
        assert list(known[name]["properties"]) == known[name]["required"] == fields, name


def test_a_pattern_is_one_screen(repo: Path) -> None:
    """What it writes, what it is worth, the template with its support, members, no more."""
    said = text(repo, HANDLERS)

    assert f"{HANDLERS} 1.0.0, draft, a candidate of the history" in said
    assert "8 of 8 added files were not taken back within 90 days" in said
    assert "      7 |     retry = RetryPolicy(attempts=3, wait=2.0)" in said
    assert (
        "       390       24     45            364       77     71   handlers/sms_gate.py" in said
    )
    assert said.count("\n") < 60
    assert "handlers/mail.py" not in said
    assert "… 3 more (--all)" in said


def test_all_tells_every_member_and_file(repo: Path) -> None:
    """Nothing is left to another question."""
    said = text(repo, HANDLERS, "--all")

    assert all(f"handlers/{name}.py" in said for name in NAMES)
    assert "--all" not in said


def test_a_role_left_alone_says_what_would_have_to_change(repo: Path) -> None:
    """The rule that said no with its figures, what was tried, and what to hope for."""
    said = text(repo, "notes/{name.snake}.md")

    assert "because the members share too little to save any typing" in said
    assert "NO  utility 0.000, at least 0.010 is asked" in said
    assert "For a pattern the files would have to share more text" in said
    assert "medoid     50%   -0.167" in said


def test_a_path_says_who_would_write_what(repo: Path) -> None:
    """Its role, its pattern, the text with open places, where it comes from, what comes along."""
    said = text(repo, "handlers/fax.py")

    assert "role handlers/{name.snake}.py (8 files): PAT-HANDLERS-PY-001" in said
    assert "no other pattern fits this path" in said
    assert "  | class FaxHandler(Handler):" in said
    assert '"Fax" is name | pascal, from the path' in said
    assert "left to you, marked ⟨…⟩: after_false, self_2, message" in said
    assert "edit handlers.txt (100%: was edited with 8 of 8 new files" in said


def test_a_file_that_exists_is_shown_beside_its_prediction(repo: Path) -> None:
    """Plain where no person looks."""
    said = text(repo, "handlers/sms_gate.py")

    assert "390 kept, 24 deleted, 45 typed" in said
    assert '-@register("sms_gate", level="high")\n+@register("sms_gate", level="low")\n' in said
    assert "\x1b" not in said


def test_a_long_difference_is_cut(repo: Path) -> None:
    """A screen is a screen; `--all` is all of it."""
    long = "".join(f"line number {number}\n" for number in range(99))
    commit(repo, {"handlers/long_one.py": handler("long_one") + long}, day=70)

    assert "line number 98" not in text(repo, "handlers/long_one.py")
    assert "+line number 98\n" in text(repo, "handlers/long_one.py", "--all")


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("PAT-HANDLERZ-PY-001", "name one of PAT-HANDLERS-PY-001."),
        ("handlerz/{name.snake}.py", "name one of handlers/{name.snake}.py"),
        ("qqqqqq", "`pattern-ci mine` lists what there is."),
        ("a\n::error::b", "is no pattern, role or path"),
    ],
)
def test_what_is_unknown_is_one_line(repo: Path, target: str, said: str) -> None:
    """With the nearest names, and an exit code of its own."""
    ran = cli("explain", target, "--repo", repo)

    one_line_error(ran, 28, said)
    assert commands(ran.err) == []


def test_what_is_ambiguous_is_one_line(repo: Path) -> None:
    """A part of two ids is neither."""
    feed(repo, [{f"handlers_old/{name}.py": handler(name)} for name in NAMES], first=60)

    one_line_error(cli("explain", "pat-handlers", "--repo", repo), 28,
                   "PAT-HANDLERS-OLD-PY-001", "PAT-HANDLERS-PY-001")  # fmt: skip


def test_a_folder_that_is_not_there_is_refused(repo: Path) -> None:
    """As in `suggest`."""
    one_line_error(cli("explain", HANDLERS, "--repo", repo, "--patterns", repo / "no"), 2, "no")


def test_a_pattern_of_a_library_is_held_against_the_history(repo: Path, library: Path) -> None:
    """The same while nobody changed it; another one once the history or the file did."""
    same = explained(repo, HANDLERS, "--patterns", library)["pattern"]
    spec = library / "drafts/specs/handlers_py.pattern.yaml"
    candidate = explained(repo, HANDLERS)["pattern"]
    spec.write_text(re.sub("sha256:[0-9a-f]{64}", "sha256:" + "0" * 64, spec.read_text()))

    assert (same["origin"], same["same_as_history"]) == ("library", True)
    assert (candidate["origin"], candidate["same_as_history"]) == ("history", True)
    assert explained(repo, HANDLERS, "--patterns", library)["pattern"]["same_as_history"] is False


def test_an_edit_says_where_the_entry_goes(repo_path: Path) -> None:
    """The shape of the siblings, and the line above them where it counts."""
    build_repo(repo_path, recipe_world())

    said = text(repo_path, PATTERN_ID)

    assert "  adds rules/{name.snake}.py\n  edits rules/registry.py: in order among lines" in said
    assert "  edits docs/rules.md: behind the last of lines like '| {*} | {*} |'\n" in said
    assert "lines like '    {*},' below 'RULES = ['\n" in said


def test_a_rewrite_says_what_by_what(repo_path: Path) -> None:
    """The values of its examples are nothing that anybody gives."""
    said = text(history(repo_path), REWRITE)

    assert "  rewrites /src/**/*.py\n    - " in said
    assert "+ " in said.split("rewrites")[1]
    assert "warning(" in said
    assert "Variables" not in said


def test_a_file_that_is_only_edited_is_no_member(repo_path: Path) -> None:
    """A recipe has it among its evidence, for that is where its entries went."""
    imported(repo_path, *listed())

    found = explained(repo_path, "PAT-RULES-TXT-RECIPE-001")["pattern"]

    assert [(one["mode"], one["role"]) for one in found["slots"]] == [("edit", "index.txt")]
    assert len(found["members"]) > 2
    assert all(one["path"].startswith("rules/") for one in found["members"])


def test_a_pattern_whose_role_the_history_does_not_know(tmp_path: Path, library: Path) -> None:
    """Its own spec is told; nothing is counted that was not looked at."""
    other = imported(tmp_path / "other", {"README.md": "x\n"})
    found = explained(other, HANDLERS, "--patterns", library)["pattern"]

    assert found["same_as_history"] is None
    assert found["held_out"] == []
    assert {line["have"] for line in found["slots"][0]["lines"]} == {None}
    assert {(one["commit"], one["use"]) for one in found["members"]} == {(None, "learned_from")}
    said = text(other, HANDLERS, "--patterns", library)
    assert "the history gives no pattern of this identity today" in said
    assert "as measured when it was drafted" in said
    assert "Held out when it was drafted: 6 files" in said


def test_a_library_may_have_what_the_history_leaves_alone_by_now(
    repo: Path, library: Path, tmp_path: Path
) -> None:
    """Its role means the pattern, which says why there would be none today."""
    bare = {f"handlers/{name}.py": f"{name * 9} {number}" for number, name in enumerate(NAMES)}
    other = imported(tmp_path / "other", bare)
    found = explained(other, "handlers/{name.snake}.py", "--patterns", library)["pattern"]

    assert (found["pattern_id"], found["same_as_history"]) == (HANDLERS, None)
    assert found["left_alone"]
    assert f"because {found['left_alone']}" in text(other, HANDLERS, "--patterns", library)
    assert explained(other, "handlers/{name.snake}.py")["abstention"] is not None


def test_a_broken_pattern_is_told_and_the_rest_is_explained(repo: Path, library: Path) -> None:
    """One line on standard error; the answer is there."""
    (library / "drafts/specs/broken.pattern.yaml").write_text("{")
    ran = cli("explain", HANDLERS, "--repo", repo, "--patterns", library)

    assert ran.code == 0
    assert "left out" in ran.err
    assert ran.out.startswith(HANDLERS)


def test_a_bare_clone_gives_the_same_answer(repo: Path, tmp_path: Path) -> None:
    """Nothing but the history is read."""
    run_git(tmp_path, "clone", "--quiet", "--bare", str(repo), "bare.git")

    for target in TARGETS:
        assert explained(tmp_path / "bare.git", target) == explained(repo, target)


def test_an_earlier_revision_knows_nothing_later(repo: Path) -> None:
    """Members, figures and what exists are of that revision."""
    rev = run_git(repo, "log", "-1", "--format=%H", "--", "handlers/chat_room.py").strip()
    found = explained(repo, HANDLERS, "--rev", rev)

    assert (found["rev"], len(found["pattern"]["members"])) == (rev, 6)
    assert not explained(repo, "handlers/sms_gate.py", "--rev", rev)["path"]["exists"]


def test_nothing_is_written_but_the_cache(repo: Path, library: Path) -> None:
    """Neither in the work tree nor in the library; without the cache nothing at all."""
    before = contents(repo), contents(library)
    for target in TARGETS:
        explained(repo, target, "--no-cache", "--patterns", library)
    assert (contents(repo), contents(library)) == before

    explained(repo, HANDLERS)
    new = contents(repo).keys() - before[0].keys()
    assert all(name.startswith(".git/pattern-ci/") for name in new)


@pytest.mark.parametrize("make", [of_pattern, of_abstention])
def test_a_name_of_others_stays_on_its_line(make: Callable[[str], Explanation]) -> None:
    """A line end in it starts no line that could pass for one of ours."""
    calm, odd = (messages.text(make(value), every=True) for value in ("ab", "a\nb"))

    assert odd.count("\n") == calm.count("\n")


def test_what_history_holds_never_comes_alive(tmp_path: Path) -> None:
    """Names, lines and values of others, in every answer about them."""
    bad = "::error::x\n##[error]y\n\x1b[2J\x1b[31m \u202e @octocat\n"
    names = [f"a{number}\n::add-mask::{number}\x1b[2J" for number in range(5)]
    trees = [{f"odd/k{number}_x.txt": f"{bad}fixed words of this one {number}\n{bad}",
              f"odd/{name}.md": bad} for number, name in enumerate(names)]  # fmt: skip
    repo = imported(tmp_path / "odd", *trees)

    for target in ("odd/*_x.txt", "odd/k9_x.txt", "odd/k4_x.txt", f"odd/{names[0]}.md", "odd/n.md"):
        ran = cli("explain", target, "--repo", repo, "--all")
        assert ran.code == 0, ran.err
        assert commands(ran.out + ran.err) == []
        assert not {"\x1b", "\u202e", "\r"} & set(ran.out + ran.err)
