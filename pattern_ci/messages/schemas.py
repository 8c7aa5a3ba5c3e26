"""What validation says about variables and their schemas."""

from __future__ import annotations

import difflib

LONGEST = 200

NOT_A_MAPPING = "a schema of variables must be a mapping."
NOT_AN_OBJECT = 'a schema of variables must say "type": "object".'
NOT_CLOSED = (
    'a schema of variables must say "additionalProperties": false, so that a misspelt variable '
    "is refused."
)
REMOTE = "a reference may only point into this schema (#/...); nothing is fetched."
ENDLESS = "the schema refers to itself without end."


def unresolvable(reference: str) -> str:
    """A reference that points nowhere."""
    return f"the schema has no {reference!r}."


def bad_regex(problem: str) -> str:
    """A pattern that is no regular expression."""
    return f"this is no regular expression: {problem}."


def other_draft(found: str, wanted: str) -> str:
    """A schema of another draft."""
    return f"{found} is not the draft that is read here; write {wanted}."


def bad_name(name: str) -> str:
    """A name that a template could not write."""
    return (
        f"{name!r} is no name for a variable: it takes small letters, digits and _, starts with a "
        "letter, and is no word of the template language."
    )


def required_undeclared(name: str) -> str:
    """A required name without a property."""
    return f"{name!r} is required but not declared under properties."


def missing(name: str) -> str:
    """A required variable without a value."""
    return f"the variable {name!r} is missing."


def undeclared(name: str, declared: list[str]) -> str:
    """A variable that the schema does not know."""
    near = difflib.get_close_matches(name, declared, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else "."
    return f"the variable {name!r} is not declared{hint}"


def no_match(value: str, pattern: str, *, words: str = "", like: str = "") -> str:
    """A text that does not have the form asked for: in words where there are any, with one that is.

    `like` is a text that would pass.
    """
    said = f"{value} is not {words}" if words else f"{value} does not match {pattern}"
    return f"{said}, as {like!r} is." if like else f"{said}."


def wrong_type(value: str, wanted: str | list[str]) -> str:
    """A value of another type."""
    kinds = [wanted] if isinstance(wanted, str) else wanted
    return f"{value} is not of type {' or '.join(kinds)}."


def used_undeclared(name: str, schema: str) -> str:
    """A template that uses what nobody can give."""
    return f"the variable {name!r} is not declared in {schema}."


def unused(name: str) -> str:
    """A variable that changes nothing."""
    return f"no template and no path uses the variable {name!r}."


def other(message: str) -> str:
    """What the schema library says, cut where it gets long."""
    text = " ".join(message.split())
    return f"{text[:LONGEST]}…" if len(text) > LONGEST else f"{text}."
