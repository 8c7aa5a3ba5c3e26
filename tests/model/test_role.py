"""Roles: paths with holes, both ways."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pattern_ci.model.role import Role, RoleSyntaxError, conforms, escape_literal

QUICK = settings(max_examples=80, deadline=None)
LITERAL = st.text(alphabet="ab./_-* é", max_size=6)
NAMES = {
    "": st.text(alphabet="abAB09_-. \n*[é{}", min_size=1, max_size=8),
    "snake": st.from_regex(r"[a-z0-9]{1,4}(_[a-z0-9]{1,4}){0,2}", fullmatch=True),
    "kebab": st.from_regex(r"[a-z0-9]{1,4}(-[a-z0-9]{1,4}){0,2}", fullmatch=True),
    "pascal": st.from_regex(r"[A-Z][A-Za-z0-9]{0,6}", fullmatch=True),
    "camel": st.from_regex(r"[a-z][A-Za-z0-9]{0,6}", fullmatch=True),
    "const": st.from_regex(r"[A-Z0-9]{1,4}(_[A-Z0-9]{1,4}){0,2}", fullmatch=True),
    "flat": st.from_regex(r"[a-z0-9]{1,6}", fullmatch=True),
    "uflat": st.from_regex(r"[A-Z0-9]{1,6}", fullmatch=True),
    "dot": st.from_regex(r"[a-z0-9]{1,4}(\.[a-z0-9]{1,4}){0,2}", fullmatch=True),
}


@QUICK
@given(st.data(), LITERAL, LITERAL, st.sampled_from(sorted(NAMES)))
def test_a_filled_role_matches_its_path(
    data: st.DataObject, before: str, after: str, case: str
) -> None:
    """The path that a value makes gives the value back."""
    value = data.draw(NAMES[case])
    role = Role(before + ("{name." + case + "}" if case else "{name}") + after)
    path = role.path({"name": value})

    assert path == before + value + after
    assert role.match(path) == {"name": value}


@QUICK
@given(st.text(alphabet="ab/._-A9\n", max_size=12))
def test_a_match_makes_the_path_again(path: str) -> None:
    """Whatever the holes took."""
    for text in ("{a}", "a/{b}.b", "{a}/{b}", "{a.snake}_b", "a{a.kebab}/{b}"):
        found = Role(text).match(path)
        if found is not None:
            assert Role(text).path(found) == path


@pytest.mark.parametrize(
    ("text", "path", "found"),
    [
        ("rules/{name.snake}.py", "rules/foo_bar.py", {"name": "foo_bar"}),
        ("rules/{name.snake}.py", "rules/FooBar.py", None),
        ("rules/{name.snake}.py", "rules/deep/foo.py", None),
        ("rules/{name.snake}.py", "rules/.py", None),
        ("rules/{name.snake}.py", "rules/foo.pyc", None),
        ("rules/{name.snake}.py", "xrules/foo.py", None),
        ("rules/{name}.py", "rules/Foo-Bar x.py", {"name": "Foo-Bar x"}),
        ("{name}/{name.snake}.py", "foo/foo.py", {"name": "foo"}),
        ("{name}/{name}.py", "foo/bar.py", None),
        ("{group}/{name}.py", "a/b.py", {"group": "a", "name": "b"}),
        ("a.b/{name}", "axb/x", None),
        ("{name}.py", "new\nline.py", {"name": "new\nline"}),
        ("README.md", "README.md", {}),
    ],
)
def test_what_fills_a_role(text: str, path: str, found: dict[str, str] | None) -> None:
    """One path component a hole, of its case, the same for the same name."""
    assert Role(text).match(path) == found


def test_a_value_in_another_case_is_converted() -> None:
    """`FooBar` fills a snake hole as `foo_bar`; what conforms stays, digits and all."""
    role = Role("a/{name.snake}.py")

    assert role.path({"name": "FooBar"}) == "a/foo_bar.py"
    assert role.path({"name": "v2beta1"}) == "a/v2beta1.py"
    with pytest.raises(KeyError):
        role.path({})


@pytest.mark.parametrize(
    "text",
    ["{", "a}", "{}", "{Name}", "{name.title}", "{name.nocase}", "{{name}}", "{name", "{a b}"],
)
def test_what_is_no_role(text: str) -> None:
    """Refused at once, not at the first match."""
    with pytest.raises(RoleSyntaxError, match=r"names the case|brace that is no hole"):
        Role(text)


def test_holes_glob_and_specificity() -> None:
    """For people, for `files:` filters, and to choose among roles."""
    role = Role("{a}/x/{b.snake}_{a}.py")

    assert role.holes == ("a", "b")
    assert role.glob == "*/x/*_*.py"
    assert Role("src/{name}.py").specificity > Role("{a}/{name}.py").specificity
    assert Role("ab{name}").specificity > Role("ab{name}{x}").specificity


def test_conforming_and_escaping() -> None:
    """A case is what the text has already; braces cannot be literal."""
    assert conforms("snake", "foo_bar2")
    assert not conforms("snake", "foo_")
    assert not conforms("pascal", "fooBar")
    assert escape_literal("a/b") == "a/b"
    assert escape_literal("a{b") is None
    assert escape_literal("a}b") is None


@pytest.mark.parametrize(
    ("text", "path", "name"),
    [
        ("e/{name}/{name}.go", "e/foo/foo.go", "foo"),
        ("e/{name}/{name}.go", "e/foo/bar.go", None),
        ("e/{name.kebab}/{name.snake}_test.py", "e/two-fer/two_fer_test.py", "two-fer"),
        ("e/{name.kebab}/{name.snake}_test.py", "e/leap/leap_test.py", "leap"),
        ("e/{name.kebab}/{name.snake}_test.py", "e/two-fer/two-fer_test.py", None),
        ("e/{name.kebab}/{name.snake}_test.py", "e/two-fer/leap_test.py", None),
        ("e/{name}/{name.pascal}/{name.const}.ts", "e/two-fer/TwoFer/TWO_FER.ts", "two-fer"),
        ("e/{name}/{name.pascal}/{name.const}.ts", "e/two-fer/TwoFer/TWO_FUR.ts", None),
    ],
)
def test_a_name_that_comes_again(text: str, path: str, name: str | None) -> None:
    """Each time it is the same name, in the case that stands there."""
    found = Role(text).match(path)

    assert found == (None if name is None else {"name": name})
    if name is not None:
        assert Role(text).path({"name": name}) == path
