"""What is gathered about patterns, roles that were left alone, and paths."""

from __future__ import annotations

import sqlite3  # noqa: TID251  # looks into the cache from outside
from typing import TYPE_CHECKING, Any

import pytest

from pattern_ci import git
from pattern_ci.errors import TargetError
from pattern_ci.mining.engine import mine
from pattern_ci.mining.explaining.lines import measure
from pattern_ci.mining.explaining.studied import day
from pattern_ci.mining.explaining.world import Known, World, find, gather, of_draft
from pattern_ci.mining.holdout import Sample
from pattern_ci.mining.versions import cache_path
from pattern_ci.model.candidate import Abstention
from pattern_ci.model.pattern import Mode, Slot
from testing.repos import commit
from testing.repos import git as run_git
from tests.automation.drafts import draft, mined
from tests.mining.explained import HANDLERS, NAMES, WITHOUT_RETRY, explained, world
from tests.mining.worlds import cli, imported, own_words

if TYPE_CHECKING:
    from pathlib import Path

    from pattern_ci.model.candidate import Draft


@pytest.fixture
def repo(repo_path: Path) -> Path:
    """Handlers alike, and notes that share nothing."""
    return world(repo_path)


def known(*names: str) -> World:
    """A world of drafts with these names, and one role that was left alone."""
    return gather((), mined(*map(whole, names)), {"README.md": "0" * 40})


def whole(name: str) -> Draft:
    """A draft whose template is where its slot says."""
    template = f"templates/{name}/one.j2"
    return draft(
        name, slots=(Slot(id="file", role=f"{name}/{{name.snake}}.py", template=template),)
    )


def said(found: object) -> str:
    """A short word for what was found."""
    if isinstance(found, Known):
        return found.spec.pattern_id
    return found.role if isinstance(found, Abstention) else str(found)


@pytest.mark.parametrize(
    ("target", "means"),
    [
        ("PAT-RULES-001", "PAT-RULES-001"),
        ("rules", "PAT-RULES-001"),
        ("rules/{name.snake}.py", "PAT-RULES-001"),
        ("rules/*.py", "PAT-RULES-001"),
        ("pat-rul", "PAT-RULES-001"),
        ("docs/{name}.md", "docs/{name}.md"),
        ("README.md", "README.md"),
        ("rules/not_yet.py", "rules/not_yet.py"),
        ("elsewhere/not_yet.py", "elsewhere/not_yet.py"),
    ],
)
def test_a_target_is_a_pattern_a_role_or_a_path(target: str, means: str) -> None:
    """By id, name, role, glob, a part of one id alone, or by what looks like a path."""
    assert said(find(target, known("rules", "checks"))) == means


@pytest.mark.parametrize(
    ("target", "named"),
    [
        ("PAT-RULEZ-001", "PAT-RULES-001"),
        ("rulse/{name.snake}.py", "rules/{name.snake}.py"),
        ("PAT-", "PAT-CHECKS-001, PAT-RULES-001"),
    ],
)
def test_what_is_none_or_several_names_the_nearest(target: str, named: str) -> None:
    """The error says what could have been meant."""
    with pytest.raises(TargetError) as caught:
        find(target, known("checks", "rules"))

    assert named in caught.value.line


def test_nothing_near_is_named_for_what_is_like_nothing() -> None:
    """No wild guess."""
    with pytest.raises(TargetError) as caught:
        find("qqqqqq", known("rules"))

    assert "PAT-" not in caught.value.line
    assert "pattern-ci mine" in caught.value.line


def test_a_pattern_of_the_library_hides_the_candidate_of_its_identity() -> None:
    """One pattern, not two of the same name."""
    ours = of_draft(whole("rules"))
    both = gather([ours], mined(whole("rules"), whole("checks")), {})

    assert [one.spec.name for one in both.patterns] == ["rules", "checks"]
    assert both.patterns[0] is ours


def sample(name: str, text: str) -> Sample:
    """A member of one hole."""
    return Sample(path=f"a/{name}.py", values=(name,), blob=name, text=text)


SOURCE = (
    "first line of {{ name | pascal }}\n"
    "{% if has_more %}an optional line here\n{% endif %}"
    "value = {{ value }} and the rest\n"
    "{{ block }}\nthe very last line\n"
)
MEMBERS = (
    sample("foo_bar", "first line of FooBar\nan optional line here\nvalue = 1 and the rest\n"
           "x\ny\nthe very last line\n"),
    sample("baz_qux", "first line of BazQux\nvalue = 22 and the rest\nthe very last line\n"),
    sample("one_two", "first line of somebody\nvalue = 3 and another\nthe very last line\n"),
)  # fmt: skip


def test_lines_say_how_many_members_have_them() -> None:
    """A line counts when all of its fixed text is there, the name in its case."""
    lines = measure(SOURCE, ("name",), {"block"}, MEMBERS).lines

    assert [(one.text, one.have, one.of) for one in lines] == [
        ("first line of ⟨name.pascal⟩", 2, 3),
        ("an optional line here", 1, 3),
        ("value = ⟨value⟩ and the rest", 2, 3),
        ("⟨block⟩", None, None),
        ("the very last line", 3, 3),
    ]


def test_lines_name_their_variables_and_switches() -> None:
    """Those that print there, and those that decide whether the line is written."""
    lines = measure(SOURCE, ("name",), {"block"}, MEMBERS).lines

    assert [one.variables for one in lines] == [("name",), (), ("value",), ("block",), ()]
    assert [one.guards for one in lines] == [(), ("has_more",), (), (), ()]


def test_a_member_has_a_share_of_the_fixed_text() -> None:
    """All of it, or less."""
    has = measure(SOURCE, ("name",), {"block"}, MEMBERS).has

    assert has["a/foo_bar.py"] == 1.0
    assert 0 < has["a/one_two.py"] < has["a/baz_qux.py"] < 1


def test_without_members_nothing_is_counted() -> None:
    """Unknown is not zero."""
    measured = measure(SOURCE, ("name",), {"block"}, ())

    assert {(one.have, one.of) for one in measured.lines} == {(None, None)}
    assert measured.has == {}


def test_fixed_text_that_looks_like_a_placeholder_is_nobodys() -> None:
    """Our own signs in a template of others are text that no member holds."""
    measured = measure("a \ue000 sign\n", ("name",), (), [sample("foo", "a foo sign\n")])

    assert [(one.text, one.have) for one in measured.lines] == [("a \ufffd sign", 0)]


def pattern(repo: Path, *words: str | Path) -> dict[str, Any]:
    """The explanation of the handlers' pattern."""
    found: dict[str, Any] = explained(repo, HANDLERS, *words)["pattern"]
    return found


def test_support_is_what_the_members_hold(repo: Path) -> None:
    """Seven of eight have the retry line, five are registered as high."""
    have = {line["text"].strip(): line["have"] for line in pattern(repo)["slots"][0]["lines"]}

    assert have["retry = RetryPolicy(attempts=3, wait=2.0)"] == 7
    assert have['@register("⟨name⟩", level="high")'] == sum(len(name) % 2 for name in NAMES)
    assert have['return self.skipped("⟨name⟩", message)'] == 8


def test_members_come_newest_first_with_commit_and_day(repo: Path) -> None:
    """Each as git says."""
    members = pattern(repo)["members"]

    assert [one["path"] for one in members] == [f"handlers/{name}.py" for name in NAMES[::-1]]
    asked = run_git(repo, "log", "-1", "--format=%H %cs", "--", members[0]["path"])
    assert f"{members[0]['commit']} {members[0]['added']}" == asked.strip()


def test_members_say_what_became_of_them(repo: Path) -> None:
    """Those that the draft names were learned from; one without the retry line was not."""
    uses = {one["path"]: one["use"] for one in pattern(repo)["members"]}
    (made,) = mine(git.open_repo(repo), "HEAD", cache=False).drafts

    assert {path for path, use in uses.items() if use == "learned_from"} == {*made.members}
    assert uses[f"handlers/{WITHOUT_RETRY}.py"] == "less_alike"


def test_held_out_files_add_up_to_the_evidence(repo: Path) -> None:
    """Kept and typed make the file, and what is saved is the saving of the spec."""
    found = pattern(repo)
    files, recorded = found["held_out"], found["recorded"]

    assert len(files) == recorded["n"]
    assert all(one["draft"]["kept"] + one["draft"]["typed"] == one["size"] for one in files)
    total = sum(one["size"] for one in files)
    for way, name in (("draft", "net_saving"), ("copy", "copy_newest")):
        saved = sum(max(0, one[way]["kept"] - one[way]["deleted"]) for one in files)
        assert saved / total == pytest.approx(recorded[name], abs=1e-4)


def test_counts_give_the_parts_of_the_confidence(repo: Path) -> None:
    """Hits of so many are the score; the weighted scores are the total."""
    found = pattern(repo)
    counted = [part for part in found["parts"] if part["hits"] is not None]

    assert len(counted) == 3
    assert all(p["hits"] / p["of"] == pytest.approx(p["score"], abs=1e-4) for p in counted)
    total = sum(part["weight"] * part["score"] for part in found["parts"])
    assert total == pytest.approx(found["confidence"], abs=1e-4)


def test_variables_say_where_they_come_from(repo: Path) -> None:
    """The name from the path, the rest from nowhere, with what the members hold."""
    by_name = {one["name"]: one for one in pattern(repo)["variables"]}

    assert by_name["name"]["source"] == "path"
    assert by_name["message"]["source"] == "unfilled"
    assert (by_name["message"]["different"], by_name["message"]["of"]) == (4, 4)
    assert len(by_name["message"]["examples"]) == 3


def test_the_cache_changes_nothing_and_is_not_changed(repo: Path) -> None:
    """The same answer with and without, and no row of the cache is other than `mine` left it."""
    first = cli("mine", repo, "--format", "json")
    before = _rows(repo)
    answers = [explained(repo, HANDLERS), explained(repo, HANDLERS, "--no-cache")]
    explained(repo, "handlers/new.py")
    explained(repo, "notes/{name.snake}.md")

    assert answers[0] == answers[1]
    assert _rows(repo) == before
    again = cli("mine", repo, "--format", "json")
    assert {**again.json, "elapsed_s": 0} == {**first.json, "elapsed_s": 0}


def _rows(repo: Path) -> list[list[Any]]:
    with sqlite3.connect(cache_path(git.open_repo(repo))) as db:
        tables = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE TABLE%'")]  # fmt: skip  # noqa: E501
        return [sorted(db.execute(f"SELECT * FROM {table}"), key=repr) for table in sorted(tables)]


def abstention(repo: Path, role: str) -> dict[str, Any]:
    """The explanation of a role that was left alone."""
    found: dict[str, Any] = explained(repo, role)["abstention"]
    return found


def test_the_first_rule_that_does_not_hold_is_the_reason(repo: Path) -> None:
    """With what it measured and what it asks for."""
    found = abstention(repo, "notes/{name.snake}.md")
    no = next(rule for rule in found["rules"] if not rule["holds"])

    assert no["name"] == found["rule"] == "too_little"
    assert no["measured"] < no["asked"] == 0.01
    assert found["reason"] == "the members share too little to save any typing"


def test_every_way_that_was_tried_is_told(repo: Path) -> None:
    """Each share of members, and none of them would have done."""
    tried = abstention(repo, "notes/{name.snake}.md")["tried"]

    assert [one["way"]["threshold"] for one in tried] == [0.5, 0.6, 0.7, 0.8, 0.9]
    assert all(one["objection"] for one in tried)


def test_what_the_newest_member_would_have_given_is_told_as_well(repo_path: Path) -> None:
    """Where a renamed copy keeps something, that was tried too; what they share is shown."""

    def memo(name: str) -> str:
        own = (" ".join(own_words(f"{name}{number}")) for number in range(60))
        return "\n".join((f"Dear {name} reader of ours,", *own)) + "\n"

    trees = [{f"memo/{name}.txt": memo(name)} for name in NAMES[:5]]
    found = abstention(imported(repo_path, *trees), "memo/{name.snake}.txt")

    assert {one["way"]["around"] for one in found["tried"]} == {"medoid", "newest"}
    assert [line["text"] for line in found["lines"]][:1] == ["Dear ⟨name⟩ reader of ours,"]
    assert found["lines"][0]["have"] == found["lines"][0]["of"] == 5
    assert {one["use"] for one in found["members"]} == {"looked_at"}


def test_what_cannot_be_read_was_not_tried(repo_path: Path) -> None:
    """Figures of nothing are not made up."""
    trees = [{f"img/{name}.png": b"\x89PNG\0" + name.encode()} for name in NAMES[:5]]
    found = abstention(imported(repo_path, *trees), "img/{name.snake}.png")

    assert (found["rule"], found["nearest"], found["copy_newest"]) == ("unreadable", None, None)
    assert found["tried"] == found["rules"] == found["lines"] == found["held_out"] == []
    assert {one["use"] for one in found["members"]} == {"unreadable"}


def test_a_moment_that_no_calendar_has_is_no_day() -> None:
    """A commit may carry any number."""
    assert day(0) == "1970-01-01"
    assert day(10**12) is None
    assert day(-(10**18)) is None


def test_a_slot_that_edits_a_file_is_no_offer(repo: Path) -> None:
    """Only what adds a file writes a path."""
    edits = Slot(id="file", role="rules/{name}.py", template="templates/rules/one.j2",
                 mode=Mode.EDIT)  # fmt: skip

    assert list(of_draft(draft("rules", slots=(edits,))).offers()) == []


def test_a_change_of_the_history_changes_the_answer(repo: Path) -> None:
    """A cached answer is never told for a later revision."""
    before = len(pattern(repo)["members"])
    commit(repo, {"handlers/late_one.py": "x = 1\n"}, day=90)

    members = pattern(repo)["members"]
    assert (len(members), members[0]["path"]) == (before + 1, "handlers/late_one.py")
    assert members[0]["use"] == "less_alike"
