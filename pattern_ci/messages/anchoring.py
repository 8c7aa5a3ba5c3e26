"""Why an entry cannot be put into a file, as sentences about that file."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST = 60
SHOWN = 4

MIXED = "its lines end partly with LF and partly with CRLF."
NOT_THERE = "the entry is not there."
NO_ENTRY = "the entry renders to nothing."
MISSING = "there is no such file; only its entries are written, never the file."
NOT_UTF8 = "it is not text in UTF-8."
LONE_RETURN = "the entry holds a carriage return inside a line."


BY_HAND = "add the lines by hand, or correct the anchor; `--plan` writes nothing."


def of_file(path: str, reason: str) -> str:
    """What is wrong with one file, as part of a longer line."""
    return f"{path}: {reason.rstrip('.')}"


def refused(problems: Sequence[str]) -> str:
    """Every file that cannot be edited, on one line."""
    return f"nothing was written, for there is no place for an entry: {'; '.join(problems)}."


def no_section(section: str) -> str:
    """The line above the entries is not there."""
    return f"no line in it is {_short(section)}."


def no_sibling(like: str, section: str | None) -> str:
    """There is no entry beside which another could be put."""
    where = f" below {_short(section)}" if section else ""
    return f"no line{where} looks like {_short(like)}."


def several_sections(section: str, lines: Sequence[int]) -> str:
    """The line above the entries stands more than once."""
    return f"{_short(section)} stands in lines {_numbers(lines)}; which is meant is not clear."


def several_runs(like: str, lines: Sequence[int]) -> str:
    """Several lists have entries of this kind."""
    return (
        f"lines like {_short(like)} stand in {len(lines)} places, from lines {_numbers(lines)}; "
        "which is meant is not clear."
    )


def not_sorted(like: str, line: int) -> str:
    """The siblings are in an order that leaves several places, or none."""
    return (
        f"the lines like {_short(like)} from line {line} are not sorted in a way that leaves "
        "exactly one place for the entry."
    )


def between(first: int, second: int) -> str:
    """The entry belongs somewhere between two lines, with something else between them."""
    return (
        f"the entry belongs between lines {first} and {second}, and where among what stands there "
        "is not clear."
    )


def no_element(line: int, like: str) -> str:
    """A line is no list of elements of the wanted shape."""
    return f"line {line} is no list of elements that all look like {_short(like)}."


def several_elements(entry: str) -> str:
    """What should be one element would be read as several, or as none."""
    return f"the entry {_short(entry)} would not be read as one element of the list."


def list_not_sorted(line: int) -> str:
    """The elements are in an order that leaves several places, or none."""
    return f"the list in line {line} is not sorted in a way that leaves exactly one place."


def other_element(line: int) -> str:
    """The anchor points to another place in the list."""
    return f"the anchor puts the entry elsewhere in the list of line {line}."


def wrong_length(wanted: int, found: int) -> str:
    """The entry has not as many lines as its siblings."""
    return f"the entry has {found} lines where its siblings have {wanted}."


def there(line: int) -> str:
    """The entry stands where none was expected."""
    return f"the entry is there already, in line {line}."


def elsewhere(line: int, wanted: int) -> str:
    """The anchor points to another line."""
    return f"the anchor puts the entry into line {line}, not {wanted}."


def unlike(entry: str, like: str) -> str:
    """The entry could not be found again among its siblings."""
    return f"the entry {_short(entry)} does not look like {_short(like)}."


def begins(entry: str, like: str) -> str:
    """A later line of the entry would be taken for an entry, or for a section, of its own."""
    return f"the line {_short(entry)} of the entry would be taken for another {_short(like)}."


def _numbers(lines: Sequence[int]) -> str:
    shown = ", ".join(map(str, lines[:SHOWN]))
    return f"{shown}, …" if len(lines) > SHOWN else shown


def _short(text: str) -> str:
    return repr(text if len(text) <= LONGEST else text[:LONGEST] + "…")
