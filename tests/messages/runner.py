"""What a workflow runner finds in the log of a step: the grammar of its commands, written again.

Stricter than the runner, which knows a list of names: here any name makes a command.
"""

from __future__ import annotations

import re
from typing import NamedTuple


class Found(NamedTuple):
    """A command with its properties and data, decoded."""

    name: str
    properties: dict[str, str]
    data: str


def commands(log: str) -> list[Found]:
    """Every command in a log; any of CR, LF and CRLF ends a line."""
    found = (_new(line) or _old(line) for line in re.split(r"\r\n|\r|\n", log))
    return [one for one in found if one]


def _new(line: str) -> Found | None:
    # `::name key=value,key=value::data`, after white space of any alphabet.
    rest = line.lstrip()
    if not rest.startswith("::"):
        return None
    head, end, data = rest[2:].partition("::")
    return _parsed(head, ",", data) if end else None


def _old(line: str) -> Found | None:
    # `##[name key=value;key=value]data`, anywhere in a line.
    _, start, rest = line.partition("##[")
    head, end, data = rest.partition("]")
    return _parsed(head, ";", data) if start and end else None


def _parsed(head: str, between: str, data: str) -> Found:
    name, _, listed = head.partition(" ")
    pairs = (part.partition("=") for part in listed.strip().split(between) if "=" in part)
    return Found(name, {key: _property(value) for key, _, value in pairs}, _data(data))


def _data(value: str) -> str:
    return value.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")


def _property(value: str) -> str:
    return _data(value.replace("%3A", ":").replace("%2C", ","))


def outputs(text: str) -> dict[str, str]:
    """What a step's output file sets: `name=value`, or `name<<END`, lines, `END`."""
    found: dict[str, str] = {}
    lines = iter(re.split(r"\r\n|\r|\n", text))
    for line in lines:
        name, heredoc, end = line.partition("<<")
        if heredoc and "=" not in name:
            value = []
            for inner in lines:
                if inner == end:
                    break
                value.append(inner)
            found[name] = "\n".join(value)
        elif line:
            key, _, value_text = line.partition("=")
            found[key] = value_text
    return found
