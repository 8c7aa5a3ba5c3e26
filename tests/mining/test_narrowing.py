"""Where one role holds several kinds, told by a word of their names, each may have its template."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pattern_ci import git
from pattern_ci.mining import narrowing
from pattern_ci.mining.engine import mine
from pattern_ci.mining.family import material, outcomes
from pattern_ci.mining.holdout import Memory
from pattern_ci.mining.outcomes import freeze_all, placed, read_all, thaw_all
from pattern_ci.mining.roles import Addition, Member, RoleGroup
from pattern_ci.model.candidate import Abstention, Draft
from pattern_ci.model.role import Role
from tests.mining.explained import explained
from tests.mining.worlds import NAMES, checker, cli, contents, imported, mined, own_words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.mining.worlds import Tree

WIDE = "tests/{name.snake}.py"
SHORT = ("mail", "queue", "pager", "chat", "fax", "sms")


def probe(name: str) -> str:
    """A text of another kind than a checker; the two share no line."""
    first, second, *rest = own_words(name)
    return (
        f"import probes\n\n\n@probes.scenario({name!r})\n"
        f"async def scenario_{name}(client, clock):\n"
        f"    {first} = await client.{second}()  # {' '.join(rest[:3])}\n"
        f"    await client.connect('{name}', within=clock.minutes(2))\n"
        f"    yield client.answers('{name}', retries=3)\n"
        f"    await client.disconnect('{name}')\n"
    )


def odd(name: str) -> str:
    """A text of a third kind."""
    return probe(name).replace("scenario", "oddity").replace("client", "other_side")


def files(*, third: int = 0) -> list[tuple[str, str]]:
    """Tests and probes by turns, and `third` files of a kind that is alike, but seldom."""
    found = [(f"tests/check_{name}.py", checker(name)) for name in SHORT]
    others = [(f"tests/{name}_probe.py", probe(name)) for name in SHORT]
    rare = [(f"tests/odd_{name}.py", odd(name)) for name in SHORT]
    return [one for pair in zip(found, others, strict=True) for one in pair] + rare[:third]


def _added(path: str, order: int) -> Addition:
    return Addition(path, order, order, f"{order:040x}", moved=False, stood=True, alone=True)


def group(chosen: Sequence[tuple[str, str]]) -> tuple[RoleGroup, dict[str, bytes]]:
    """A role with these files as members, each of a commit of its own, and their contents."""
    role = Role(WIDE)
    members = tuple(
        Member(path, path, ((role.match(path) or {})["name"],), _added(path, order))
        for order, (path, _) in enumerate(chosen)
    )
    added = tuple(one.addition for one in members)
    return RoleGroup(role, members, added), {path: text.encode() for path, text in chosen}


def study(chosen: Sequence[tuple[str, str]], *, min_members: int = 4) -> list[Draft | Abstention]:
    """What comes of the role, in order."""
    of = material(*group(chosen), min_members=min_members)
    return [*outcomes(of, narrowing.naming(Role(WIDE)), Memory())]


def roles(found: Sequence[Draft | Abstention]) -> list[str]:
    """The roles that were drafted."""
    return [one.spec.slots[0].role for one in found if isinstance(one, Draft)]


@pytest.fixture(scope="module")
def two_kinds() -> list[Draft | Abstention]:
    """Two kinds of six files each, and three of a third."""
    return study(files(third=3))


def test_each_kind_has_a_template_of_its_own(two_kinds: list[Draft | Abstention]) -> None:
    """By its first word or its last; the third has too few files, and the wide role none."""
    whole, *narrower = two_kinds

    assert isinstance(whole, Abstention)
    assert roles(narrower) == ["tests/check_{name.snake}.py", "tests/{name.snake}_probe.py"]
    checks, probes = narrower
    assert isinstance(checks, Draft)
    assert isinstance(probes, Draft)
    assert checks.members == tuple(f"tests/check_{name}.py" for name in SHORT)
    assert not set(checks.members) & set(probes.members)
    source = checks.files[f"drafts/{checks.spec.slots[0].template}"]
    assert "class {{ name | pascal }}Check" in source
    assert "scenario" not in source


@pytest.mark.parametrize(("third", "there"), [(3, False), (4, True), (5, True)])
def test_a_kind_needs_as_many_files_as_a_role(third: int, there: bool) -> None:
    """Exactly so many are enough."""
    whole, _ = group(files(third=third))
    found = narrowing.narrower(whole, whole.members, min_members=4)

    assert ("tests/odd_{name.snake}.py" in [one.role.text for one in found]) is there


def test_names_and_identities_are_those_of_the_narrower_role(
    two_kinds: list[Draft | Abstention],
) -> None:
    """No two are the same, and none is what the wide role would be called."""
    specs = [one.spec for one in two_kinds if isinstance(one, Draft)]
    wide = narrowing.naming(Role(WIDE))

    assert [one.name.rpartition("_x")[0] for one in specs] == ["tests_check_py", "tests_probe_py"]
    assert len({one.identity for one in specs} | {wide.identity}) == 3
    assert all(one.pattern_id.endswith(f"-X{one.identity[:6].upper()}-001") for one in specs)


def test_the_order_of_members_of_the_same_age_changes_nothing() -> None:
    """Words are counted in the order of the members, and roles come out by their text."""
    of, _ = group(files(third=5))
    names = [one.role.text for one in narrowing.narrower(of, of.members, min_members=4)]
    back = narrowing.narrower(of, of.members[::-1], min_members=4)

    assert [one.role.text for one in back] == names == [
        "tests/check_{name.snake}.py", "tests/odd_{name.snake}.py", "tests/{name.snake}_probe.py"
    ]  # fmt: skip


@pytest.mark.parametrize(("third", "drafted"), [(3, False), (4, False), (5, True)])
def test_three_members_of_a_kind_are_held_out(third: int, drafted: bool) -> None:
    """Of many words one is bound to fit a member or two by chance."""
    assert ("tests/odd_{name.snake}.py" in roles(study(files(third=third)))) is drafted


def test_a_kind_needs_as_many_members_as_a_role() -> None:
    """Six are too few where seven are asked for."""
    assert roles(study(files(), min_members=7)) == []


def test_a_word_that_all_have_makes_nothing_narrower() -> None:
    """It is the role itself; so is a word that leaves no name."""
    of, _ = group([(f"tests/check_{name}.py", "") for name in SHORT])

    assert narrowing.narrower(of, of.members, min_members=4) == []
    assert [one.first for one in narrowing.cuts({"a": "x_", "b": "_x", "c": "x"})] == []


def test_a_role_that_qualifies_is_not_split() -> None:
    """Its template serves both words."""
    same = [(f"tests/{word}_{name}.py", checker(f"{word}_{name}"))
            for name in SHORT for word in ("check", "guard")]  # fmt: skip

    (found,) = study(same)

    assert roles([found]) == [WIDE]


def test_the_best_that_share_no_member_are_taken() -> None:
    """By utility, of equals by role; at most three, told by role."""
    every, _ = group(files(third=6))
    members = every.members

    def part(word: str, start: int, stop: int) -> RoleGroup:
        return every._replace(role=Role(f"{word}_{{name}}"), members=members[start:stop])

    overlaps, best, a, b, c = (
        part("o", 3, 6), part("z", 0, 4), part("a", 4, 6), part("b", 6, 8), part("c", 8, 9)
    )  # fmt: skip
    tried = [(0.3, c), (0.3, b), (0.3, a), (0.5, overlaps), (0.9, best)]

    assert narrowing.chosen(tried) == [a, b, best]
    assert narrowing.chosen(tried[::-1]) == [a, b, best]
    assert narrowing.chosen([]) == []


@pytest.mark.parametrize(
    ("role", "than", "answer"),
    [
        ("a/test_{name}.py", "a/{name}.py", True),
        ("a/{name.snake}_cli.py", "a/{name.kebab}.py", True),
        ("a/{name}.py", "a/{name}.py", False),
        ("a/{name.snake}.py", "a/{name}.py", False),
        ("a/{name}.py", "a/test_{name}.py", False),
        ("b/test_{name}.py", "a/{name}.py", False),
        ("a/{name}/test_{name}.py", "a/{name}.py", False),
        ("a/x.py", "a/{name}.py", False),
    ],
)
def test_narrower_is_told_from_the_texts(role: str, than: str, answer: bool) -> None:  # a column
    """More of the name is fixed, and nothing else differs."""
    assert narrowing.is_narrower(role, than) is answer


def test_the_wide_role_names_what_stands_in_its_place(two_kinds: list[Draft | Abstention]) -> None:
    """One that is another role already is left to that, and is not named."""
    whole, checks, probes = two_kinds
    assert isinstance(whole, Abstention)
    assert isinstance(checks, Draft)
    assert isinstance(probes, Draft)

    told, *drafts = placed([two_kinds], {checks.spec.identity})

    assert drafts == [probes]
    assert isinstance(told, Abstention)
    assert told.reason == f"{whole.reason}; narrower roles are drafted: {probes.spec.pattern_id}"
    assert placed([two_kinds, two_kinds], set())[3:] == [whole]
    assert placed([[whole]], set()) == [whole]


def test_the_cache_gives_back_what_it_was_given(two_kinds: list[Draft | Abstention]) -> None:
    """All of the outcomes of a role, or none."""
    text = freeze_all(two_kinds)

    assert freeze_all(thaw_all(text)) == freeze_all(read_all(text) or []) == text
    assert read_all(text[:-2]) is None


@pytest.fixture(scope="module")
def repo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both kinds in a history, and a family that is drafted as it is."""
    kinds: list[Tree] = [{path: text} for path, text in files(third=3)]
    whole: list[Tree] = [{f"checks/{name}.py": checker(name)} for name in NAMES]
    return imported(tmp_path_factory.mktemp("kinds") / "repo", *kinds, *whole, bare=False)


def test_mining_gives_each_as_a_candidate(repo: Path, tmp_path: Path) -> None:
    """Whatever the cache; the wide role is left alone and says why."""
    cold = mined(repo, "--output", tmp_path / "cold")
    warm = mined(repo, "--output", tmp_path / "warm")
    never = mined(repo, "--no-cache", "--output", tmp_path / "never")

    assert cold == warm == never
    assert contents(tmp_path / "cold") == contents(tmp_path / "never")
    assert [one["slots"][0]["role"] for one in cold["candidates"]] == [
        "checks/{name.snake}.py", "tests/check_{name.snake}.py", "tests/{name.snake}_probe.py"
    ]  # fmt: skip
    (left,) = cold["abstained"]
    assert left["role"] == WIDE
    assert left["members"] == 15
    assert all(one["pattern_id"] in left["reason"] for one in cold["candidates"][1:])


def test_another_least_number_of_members_is_another_question(repo: Path) -> None:
    """The cache of a run that asked for four does not answer one that asks for seven."""
    four, seven = (mine(git.open_repo(repo), "HEAD", min_members=least) for least in (4, 7))

    assert len(four.drafts) == 3
    assert [one.spec.slots[0].role for one in seven.drafts] == ["checks/{name.snake}.py"]
    assert "narrower" not in seven.abstained[0].reason


def test_suggest_writes_by_the_narrower_role(repo: Path, tmp_path: Path) -> None:
    """A path of neither kind gets nothing."""
    mined(repo, "--output", tmp_path)

    def suggested(path: str) -> Any:
        words = ("--repo", repo, "--patterns", tmp_path, "--format", "json", path)
        return cli("suggest", *words).json

    assert "class NewOneCheck" in suggested("tests/check_new_one.py")["text"]
    assert "scenario_new_one" in suggested("tests/new_one_probe.py")["text"]
    assert suggested("tests/other_one.py")["pattern_id"] is None


def test_explain_knows_a_narrower_pattern_and_its_members(repo: Path) -> None:
    """And of the wide role the rule that said no."""
    pattern = explained(repo, "tests/check_{name.snake}.py")["pattern"]
    left = explained(repo, WIDE)["abstention"]

    assert {one["path"] for one in pattern["members"]} == {f"tests/check_{n}.py" for n in SHORT}
    assert {one["use"] for one in pattern["members"]} == {"learned_from"}
    assert pattern["same_as_history"] is True
    assert pattern["way"] is not None
    assert len(pattern["held_out"]) == 4
    assert left["rule"]
    assert "narrower roles are drafted" in left["reason"]
