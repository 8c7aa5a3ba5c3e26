"""From changes to a rule, without a repository: shapes, metavariables, and when there is none."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pattern_ci.mining.rewrites import astgrep
from pattern_ci.mining.rewrites.changes import Change, changes, moves_on, signature
from pattern_ci.mining.rewrites.clusters import MIN_COMMITS, hopeful
from pattern_ci.mining.rewrites.drafting import drafts
from pattern_ci.mining.rewrites.finding import Asked, find
from pattern_ci.mining.rewrites.generalise import complete, files
from pattern_ci.mining.rewrites.hunks import Hunk, parse
from pattern_ci.mining.rewrites.reading import once
from pattern_ci.model.rewrite import Rewrite, Value
from pattern_ci.render.rewriting import rewrite
from testing.ast_grep import rewritten

if TYPE_CHECKING:
    from pattern_ci.mining.rewrites.choosing import Chosen

PATCH = """\
{one}
diff --git a/src/a.py b/src/a.py
index 1..2 100644
--- a/src/a.py
+++ b/src/a.py
@@ -3 +3,2 @@ def context():
-    old(1)
+    new(
+        1)
@@ -9,0 +11 @@
+added
@@ -12 +14 @@
--- a deleted comment of SQL
\\ No newline at end of file
+++ its successor
\\ No newline at end of file
{two}
diff --git a/b.md b/b.md
--- a/b.md
+++ b/b.md
@@ -1,9 +1,9 @@
{minus}
{plus}
"""


def learned(*pairs: tuple[str, str], path: str = "src/{}.py", left: str = "") -> list[Rewrite]:
    """The rules of commits that each replaced one text by another; `left` stands in a live file."""
    return [one.rolled.rule for one in chosen(*pairs, path=path, left=left)]


def chosen(
    *pairs: tuple[str, str], path: str = "src/{}.py", left: str = "", waiting: int = 0
) -> list[Chosen]:
    """The same with what was measured; in `waiting` files of the revision something is left."""
    made: list[Change] = []
    for number, (before, after) in enumerate(pairs):
        lines = tuple(before.split("\n")), tuple(after.split("\n"))
        made += changes(Hunk(f"{number:040x}", path.format(number), *lines))
    order = {f"{number:040x}": number for number in range(len(pairs))}
    newest = f"{len(pairs) - 1:040x}"
    asked = Asked(lambda: {"src/left.py": left}, lambda rules: [waiting] * len(rules))
    return find(made, order, {"src/left.py": newest}, asked)


def test_a_patch_is_read_by_the_lengths_that_it_tells() -> None:
    """Lines that look like headers are lines; large hunks and additions are none of ours."""
    one, two = "1" * 40, "2" * 40
    minus, plus = ("\n".join(f"{sign}{n}" for n in range(9)) for sign in "-+")

    found = list(parse(PATCH.format(one=one, two=two, minus=minus, plus=plus)))

    assert found == [
        Hunk(one, "src/a.py", ("    old(1)",), ("    new(", "        1)")),
        Hunk(one, "src/a.py", ("-- a deleted comment of SQL",), ("++ its successor",)),
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("version = 1.2.3", "version = 1.10.0"),
        ("4.0.0-dev0", "4.0.0"),
        ('version = "3.2.0.dev"', 'version = "3.2.0"'),
        ("uses: a@0123abc", "uses: a@deadbeef01"),
        ("(c) 2019", "(c) 2019-2024"),
        ("on 3rd of May 2020", "on 21st of June 2021"),
    ],
)
def test_numbers_that_move_on_are_no_change(before: str, after: str) -> None:
    """Versions, hashes, years and dates."""
    assert moves_on(before, after)
    assert not moves_on(f"{before} old", f"{after} new")
    assert list(changes(Hunk("1" * 40, "a", (before,), (after,)))) == []


def test_the_same_change_at_the_same_place_is_one() -> None:
    """A cherry-pick, or a second try after a revert."""
    row = ["a.py", "x = ", "old", "new", "()"]
    read = {"1" * 40: json.dumps([row]), "2" * 40: json.dumps([row, ["b.py", *row[1:]]])}

    assert [(one.sha[0], one.path) for one in once(read)] == [("1", "a.py"), ("2", "b.py")]


def test_what_varies_on_both_sides_becomes_a_metavariable() -> None:
    """Words that change places too; what never varies belongs to the rule."""
    (rule,) = learned(
        ("self.assertEquals(a, f(1))", "assert a == f(1)"),
        ("self.assertEquals(b.c, 2)", "assert b.c == 2"),
        ("self.assertEquals(d, e[0])", "assert d == e[0]"),
        ("self.assertEquals(x, y)", "assert x == y"),
    )

    assert (rule.before, rule.after) == ("self.assertEquals($A, $B)", "assert $A == $B")
    assert set(rule.variables.values()) == {Value.TEXT}


def test_words_that_change_places_are_metavariables() -> None:
    """Though they stand in no common order."""
    pairs = [(f"eq({a}, {b})", f"same({b}, {a})") for a, b in ("ab", "cd", "ef", "gh")]

    (rule,) = learned(*pairs)

    assert rewrite("eq(one, two)", rule).text == "same(two, one)"
    # Without another name it would never be done.
    assert learned(*((before, after.replace("same", "eq")) for before, after in pairs)) == []


def test_several_lines_are_one_change() -> None:
    """Indented as the place is."""
    pairs = [
        (f"  f = open({name})\n  use(f, {name})", f"  with open({name}) as f:\n    use(f, {name})")
        for name in ("a", "b", "c", "d")
    ]

    (rule,) = learned(*pairs)

    assert rule.before == "f = $A\nuse(f,"
    assert rewrite("\tf = open(z)\n\tuse(f, z)\n", rule).text == (
        "\twith open(z) as f:\n\t  use(f, z)\n"
    )


def test_dollars_are_kept() -> None:
    """A shell script has many."""
    (rule,) = learned(*((f'run "$A" {name}', f'go "$A" {name}') for name in ("a", "b", "c", "d")))

    assert rewrite('run "$A" z', rule).text == 'go "$A" z'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("f(old", "f(new)"),  # half a change: what it opens is closed somewhere else
        ("'''{}", '"""{}'),
        ("use(a{}", "use(a, b{}"),  # its own result again
    ],
)
def test_half_a_change_is_no_rule(before: str, after: str) -> None:
    """Applying it would break a file, or never end."""
    pairs = [(before.replace("{}", name), after.replace("{}", name)) for name in "pqrs"]

    assert learned(*pairs) == []


def test_a_file_that_keeps_the_left_side_counts_against_a_rule() -> None:
    """More for what is only added: whether it is wanted hangs on the rest of the file."""
    replaced = [(f"{name} = old()", f"{name} = new()") for name in "abcd"]
    added = [(f"{name} = [one]", f"{name} = [one, two]") for name in "abcd"]

    assert len(learned(*replaced)) == len(learned(*added)) == 1
    assert learned(*replaced, left="z = old()\n") == []
    assert learned(*added, left="z = [one]\n") == []


@pytest.mark.parametrize(
    ("before", "after", "name"),
    [
        ("{} = old(1)", "{} = new(1)", "rewrite_old_to_new"),
        ("{} = site/guide/", "{} = site/", "drop_guide"),
        ("{} = [one]", "{} = [one, two]", "add_two"),
        ("{} = eq(1, 2)", "{} = 1 == 2", "rewrite_eq"),
        (
            "{} = [frontmatter_of, heading_links_of]",
            "{} = (processed_directories, anchor_names)",
            "rewrite_frontmatter_of_to_processed_directories",
        ),
    ],
)
def test_a_name_says_what_is_done(before: str, after: str, name: str) -> None:
    """Nothing is rewritten to nothing; a name that would be too long begins like any other."""
    pairs = [(before.format(one), after.format(one)) for one in "abcd"]

    assert [one.spec.name for one in drafts(chosen(*pairs), [])] == [name]


def test_what_is_left_to_do_is_counted_in_all_files() -> None:
    """Not only in those that the changes left behind; it counts against no rule."""
    (found,) = chosen(*((f"{n} = old()", f"{n} = new()") for n in "abcd"), waiting=7)

    assert found.waiting == 7
    assert found.fired.left == 0


def test_a_rule_that_seldom_foretells_is_none() -> None:
    """Each of these commits shows that the rule learned before it was too narrow."""
    tails = ("p q r s t", "p q r s u", "p q r v", "p q w", "p x", "p x")

    pairs = zip("abcdef", tails, strict=True)

    assert learned(*((f"{n} old {tail}", f"{n} new {tail}") for n, tail in pairs)) == []
    assert len(learned(*((f"{n} old p {n}", f"{n} new p {n}") for n in "abcdef"))) == 1


def test_a_change_that_was_made_back_is_no_rule() -> None:
    """Of two directions the newer one stands."""
    there = [(f"{name} = old()", f"{name} = new()") for name in "abcd"]
    back = [(after, before) for before, after in there]

    assert [rule.before for rule in learned(*there, *back)] == ["= new()"]


def test_what_was_finished_long_ago_is_no_rule() -> None:
    """Somebody has to have made the change in the newest quarter, or the newest fifty commits."""
    replaced = [(f"{name} = old()", f"{name} = new()") for name in "abcd"]
    other = [(f"note {'x' * n}", f"remark {'y' * n}") for n in range(1, 51)]

    assert len(learned(*replaced, *other[:49])) == 1
    assert learned(*replaced, *other) == []


def test_files_are_named_as_narrowly_as_they_were() -> None:
    """By the folder that all share and their suffixes; signs of globs are escaped."""
    assert files(["a/b/c.py", "a/b/d/e.py"]) == ("/a/b/**/*.py",)
    assert files(["a.py", "b/c.md"]) == ("**/*.md", "**/*.py")
    assert files(["x[1]/Makefile"]) == ("/x\\[1\\]/Makefile",)
    assert files([f"a.{n}" for n in "abcde"]) == ("**/*",)


def test_what_opens_is_closed() -> None:
    """Brackets and quotes, where their number changes."""
    assert complete("f(a)", "g[a]") is True
    assert complete("f(a", "g(a") is True
    assert complete("f(a", "g[a") is False
    assert complete("'a'", '"a"') is True
    assert complete("'a", '"a') is False


RULE = Rewrite(
    files=("/src/**/*.py",),
    before="log.warn($A, 1)",
    after="log.warning($A, 1)",
    variables={"A": Value.TEXT},
)


def test_an_expression_is_offered_to_ast_grep() -> None:
    """And does there what the line rule does."""
    made = astgrep.rule("PAT-X-001", RULE, "Replaces it.")

    assert made is not None
    assert made["language"] == "python"
    assert made["files"] == ["src/**/*.py"]
    assert rewritten("x = log.warn(f(2), 1)\n", made) == "x = log.warning(f(2), 1)\n"


def test_a_method_gets_its_object() -> None:
    """In ast-grep a call has to begin somewhere; what is opened only is left out."""
    rule = replace(RULE, before='.warn("', after='.warning("', variables={})

    made = astgrep.rule("PAT-X-001", rule, "Replaces it.")

    assert made is not None
    assert made["rule"] == {"pattern": "$OBJECT.warn"}
    assert rewritten("a.b.warn('x')\n", made) == "a.b.warning('x')\n"


@pytest.mark.parametrize(
    "rule",
    [
        replace(RULE, files=("**/*.md",)),
        replace(RULE, files=("**/*.py", "**/*.rs")),
        replace(RULE, before="def f($A):", after="def g($A):"),
        replace(RULE, before="if $A: pass;", after="when($A);"),
        replace(RULE, before="return", after="yield_it", variables={}),
    ],
)
def test_what_is_no_expression_is_a_line_rule_only(rule: Rewrite) -> None:
    """Unknown languages, two of them, statements and keywords."""
    assert astgrep.rule("PAT-X-001", rule, "Replaces it.") is None


SIDES = st.lists(st.sampled_from(["a", "b", "ab", " ", "(", "é", "\ud800"]), max_size=3).map(
    "".join
)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(SIDES, SIDES), max_size=12))
def test_no_change_is_left_out_that_has_enough_like_it(pairs: list[tuple[str, str]]) -> None:
    """Looking at sizes and bytes first leaves out only what no signature would bring together."""
    made = [Change(str(number), "f", "", *pair, "") for number, pair in enumerate(pairs)]
    fresh = {one.sha for one in made[-4:]}

    kept = set(hopeful(made, fresh))

    for one in made:
        alike = [other for other in made if signature(other) == signature(one)]
        if len(alike) >= MIN_COMMITS and not fresh.isdisjoint(other.sha for other in alike):
            assert one in kept
