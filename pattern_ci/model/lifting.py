"""How a path is lifted over a name: its stem, the folder that holds it, or a folder above that."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from pattern_ci.model.cases import CASES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# A name such as __init__ or _base is the frame of a folder, not one more of its kind.
FRAME_NAMES = ("__init__", "mod", "index", "main", "conftest", "lib", "setup")

# Cases in which a name comes again further down a path.
PATH_CASES = ("snake", "kebab", "pascal", "camel", "const", "flat", "uflat", "dot")
# Stands in a lifted suffix where the name comes again, in whatever case. Private use: no text and
# no path that holds one is lifted.
AGAIN = "\ue000"
# Shorter names stand in a text by chance too often.
MIN_STEM = 3
# So many folders above a file are looked at, the one that holds it among them: each costs every
# path of a repository a place.
LEVELS = 4


def split_name(path: str) -> tuple[str, str, str]:
    """Folder, stem and extension; everything from the last dot, none for `.name`."""
    folder, _, base = path.rpartition("/")
    dot = base.rfind(".")
    return (folder, base[:dot], base[dot:]) if dot > 0 else (folder, base, "")


def lift_in_folder(path: str) -> tuple[str, str, str] | None:
    """Key for "same folder, same extension": prefix, stem, suffix of the path."""
    folder, stem, extension = split_name(path)
    prefix = f"{folder}/" if folder else ""
    if stem in FRAME_NAMES or stem.startswith("_") or not stem:
        return None
    return prefix, stem, extension


def lift_across_folders(path: str) -> tuple[str, str, str] | None:
    """Key for "same base name in sibling folders"."""
    folder, _, base = path.rpartition("/")
    if not folder:
        return None
    parent, _, name = folder.rpartition("/")
    return (f"{parent}/" if parent else ""), name, f"/{base}"


def lift_above(path: str) -> list[tuple[str, str, str]]:
    """Prefix, name and suffix of every way to lift a path over a folder above it, nearest first.

    Where the name comes again further down, also with `AGAIN` in its place. The folder that holds
    the file counts only then: without, it is `lift_across_folders`.
    """
    found: list[tuple[str, str, str]] = []
    if AGAIN in path:
        return found
    low = path.lower()
    for start, end in _folders(path):
        prefix, name, rest = path[:start], path[start:end], path[end:]
        if found or "/" in rest[1:]:
            found.append((prefix, name, rest))
        head = low[start : start + MIN_STEM]
        # Most names do not come again; the exact search is dear and comes last.
        if head.isalnum() and low.find(head, end) < 0:
            continue
        again = _lift_again(rest, name)
        if again != rest:
            found.append((prefix, name, again))
    return found


def _folders(path: str) -> Iterator[tuple[int, int]]:
    """Where the names of the nearest folders above a file begin and end."""
    end = path.rfind("/")
    for _ in range(LEVELS):
        if end <= 0:
            return
        start = path.rfind("/", 0, end) + 1
        yield start, end
        end = start - 1


class Above:
    """Some places below folders, as (prefix, suffix), to find those of a path at little cost."""

    def __init__(self, places: Iterable[tuple[str, str]]) -> None:
        self._plain: dict[str, set[str]] = {}
        self._again: dict[str, set[str]] = {}
        for prefix, suffix in places:
            kind = self._again if AGAIN in suffix else self._plain
            kind.setdefault(prefix, set()).add(suffix)
        self._ends = {
            prefix: tuple({one.rpartition(AGAIN)[2] for one in suffixes})
            for prefix, suffixes in self._again.items()
        }

    def of(self, path: str) -> Iterator[tuple[str, str, str]]:
        """Prefix, name and suffix of those places, as `lift_above` gives them."""
        for start, end in _folders(path) if AGAIN not in path else ():
            prefix, rest = path[:start], path[end:]
            if rest in self._plain.get(prefix, ()):
                yield prefix, path[start:end], rest
            if prefix in self._ends and rest.endswith(self._ends[prefix]):
                again = _lift_again(rest, path[start:end])
                if again in self._again[prefix]:
                    yield prefix, path[start:end], again


def _lift_again(text: str, name: str) -> str:
    """The text with `AGAIN` for the name in any case."""
    for form in _forms(name):
        if form in text:
            text = replace_form(text, form, AGAIN)
    return text


@lru_cache(maxsize=4096)
def _forms(name: str) -> tuple[str, ...]:
    """The name in every case that a path may have it in, the longest first."""
    every = {name, *(CASES[case](name) for case in PATH_CASES)}
    usable = (one for one in every if len(one) >= MIN_STEM and any(c.isalpha() for c in one))
    return tuple(sorted(usable, key=lambda one: (-len(one), one)))


def _stands_alone(text: str, form: str, start: int) -> bool:
    """Whether the `form` found at `start` is a whole word or a run of whole words there.

    Not inside a longer lower-case word ("test" in "latest"), but `FooCheck` may follow `My`: a
    capital starts a word of its own.
    """
    before = text[start - 1] if start else ""
    end = start + len(form)
    after = text[end] if end < len(text) else ""
    shouted = form.isupper() or not form[0].isupper()
    left = not (before.isalnum() if shouted else before.isupper())
    if form[-1].isupper() or not form[-1].isalnum():
        return left and not after.isalnum()
    return left and not (after.islower() or after.isdigit())


def replace_form(text: str, form: str, by: str) -> str:
    """The text with another one wherever `form` stands as a word of its own."""
    parts: list[str] = []
    done = 0
    at = text.find(form)
    while at >= 0:
        if _stands_alone(text, form, at):
            parts += (text[done:at], by)
            done = at + len(form)
            at = text.find(form, done)
        else:
            at = text.find(form, at + 1)
    return "".join((*parts, text[done:])) if parts else text


def role_texts(path: str) -> list[tuple[str, str]]:
    """(role text, name) of the ways to lift a path that need no other path to be told."""
    return _texts((lift_in_folder(path), lift_across_folders(path)))


def nested_texts(path: str) -> list[tuple[str, str]]:
    """The same of the folders above: `{name}` stands where the name comes again in any case.

    Most of them are the role of nothing: they are for asking what is known of one that is.
    """
    return _texts(lift_above(path))


_known_texts = lru_cache(maxsize=1 << 15)(role_texts)


class Wanted:
    """Some role texts, to find those of them that a path fills without lifting every path."""

    def __init__(self, texts: Iterable[str]) -> None:
        self.texts = frozenset(texts)
        below = (text.partition("{name}") for text in self.texts if is_nested_text(text))
        self._above = Above((start, end.replace("{name}", AGAIN)) for start, _, end in below)

    def of(self, path: str) -> list[tuple[str, str]]:
        """(role text, name) of the wanted ones."""
        # Who wants some roles asks about the same paths again and again.
        return [one for one in _known_texts(path) if one[0] in self.texts] + self.nested(path)

    def nested(self, path: str) -> list[tuple[str, str]]:
        """Those of them that lie below sibling folders."""
        return _texts(self._above.of(path))


def is_nested_text(text: str) -> bool:
    """Whether a role text is one that `nested_texts` makes."""
    suffix = text.partition("}")[2]
    return suffix.startswith("/") and ("/" in suffix[1:] or "{" in suffix)


def all_texts(path: str) -> list[tuple[str, str]]:
    """(role text, name) of every way to lift a path."""
    return [*role_texts(path), *nested_texts(path)]


def _texts(lifted: Iterable[tuple[str, str, str] | None]) -> list[tuple[str, str]]:
    return [
        (f"{prefix}{{name}}{suffix.replace(AGAIN, '{name}')}", name)
        for prefix, name, suffix in filter(None, lifted)
        if not {"{", "}"} & set(prefix + name + suffix)
    ]
