"""Text that has been made harmless for one surface; surfaces take these types and no plain text.

Only `messages/escaping` makes them (a test looks for other places). Joining or formatting gives
plain text again, which a type checker then refuses where one of these is asked for.
"""

from __future__ import annotations

from typing import overload


class Markdown(str):
    """Markdown in which nothing comes alive but what we wrote ourselves."""

    __slots__ = ()

    @overload
    def __add__(self, other: Markdown) -> Markdown: ...
    @overload
    def __add__(self, other: str) -> str: ...
    def __add__(self, other: str) -> str:
        """Markdown when both parts are."""
        whole = str.__add__(self, other)
        return Markdown(whole) if isinstance(other, Markdown) else whole


class Cell(Markdown):
    """Markdown on one line without a bare pipe: it may stand in a table."""

    __slots__ = ()


class Title(str):
    """One line that mentions, refers to and closes nothing: a title, a subject of a commit."""

    __slots__ = ()


class Message(str):
    """A whole commit message: a title and trailers of ours."""

    __slots__ = ()


class Command(str):
    """One line that a workflow runner carries out."""

    __slots__ = ()


class Html(str):
    """HTML in which nothing comes alive but what we wrote ourselves."""

    __slots__ = ()
