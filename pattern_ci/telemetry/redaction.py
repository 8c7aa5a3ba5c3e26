"""Takes secrets, addresses and home folders out of text before anything is written."""

from __future__ import annotations

import os
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pattern_ci.telemetry.secrets import named_values
from pattern_ci.telemetry.secrets.key_blocks import key_blocks
from pattern_ci.telemetry.secrets.kinds import (
    EMAIL,
    HOME,
    HOST,
    IPV4,
    IPV6,
    ISSUED,
    KINDS,
    ROOT_HOME,
    issuer_of,
)
from pattern_ci.telemetry.secrets.names import counts, names_secret
from pattern_ci.telemetry.secrets.randomness import TOKEN, looks_random

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# More than any field keeps: what is behind it is cut away afterwards, searched or not.
LONGEST = 8_000
# What is kept of a program's output is shorter than this, marks and all.
WHOLE = 8_000_000
_SHORTEST_VALUE = 6
_SECRET_VARIABLE = re.compile(
    r"TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|CREDENTIAL"
)
_NOT_SECRET = frozenset({"true", "false", "none", "null", "yes", "no"})
# Anything that a rule could act upon has one of these; most texts have none.
_SUSPECT = re.compile(
    r"[@:=~\\]|-----|/home|/Users|/root|--|[A-Za-z0-9+/_.-]{16,}|[Bb]e?a[rs]|</| -[apPw]|[Pp]ass"
    r"|PASS|TOKEN|SECRET|_KEY|IDENTIFIED"
)
# Fields of a record that holds a name and its value, as lists of variables do.
_NAMES = ("name", "Name", "key", "Key", "variable", "header")
_VALUES = frozenset({"value", "Value", "val", "content"})
# Flags that are followed by a secret, and do not say so.
_SECRET_FLAGS = {
    ("curl", "-u"), ("curl", "--user"), ("curl", "-U"), ("curl", "--proxy-user"), ("http", "-a"),
    ("sshpass", "-p"), ("docker", "-p"), ("podman", "-p"), ("redis-cli", "-a"),
}  # fmt: skip
_SMALL = {capital: capital + 32 for capital in range(ord("A"), ord("Z") + 1)}
_DOCUMENTED_ADDRESSES = frozenset({"127.0.0.1", "0.0.0.0", "255.255.255.255"})  # noqa: S104  # names everybody's own machine


class Redactor:
    """Replaces what nobody else may see by a mark that says what it was, `[redacted:kind]`.

    Texts are cut to `longest` characters. With `only_secrets` addresses, home folders and what
    merely looks made by chance stay: programs go on with the paths and ids of a report.
    """

    def __init__(
        self,
        environ: Mapping[str, str],
        home: str = "",
        *,
        longest: int = LONGEST,
        only_secrets: bool = False,
    ) -> None:
        self._longest, self._only_secrets = longest, only_secrets
        values = {
            value.strip()
            for name, value in environ.items()
            if _holds_secret(name) and _is_value(value.strip())
        }
        # Longer ones first: one value may be the beginning of another.
        self._values = tuple(sorted(values, key=lambda value: (-len(value), value)))
        self._home = home if len(home) > 1 else ""
        self._text = lru_cache(maxsize=2048)(self._redacted)

    def text(self, text: str) -> str:
        """The text without secrets, cut to its longest length."""
        if len(text) > 200:
            return self._redacted(text)  # a log is never seen twice
        return self._text(text)

    def data(self, value: Any) -> Any:
        """Plain JSON data with every text redacted, names too; a value may be told by its name."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            found = {self.text(name): self._named(name, item) for name, item in value.items()}
            return found if _VALUES.isdisjoint(value) else self._told(value, found)
        if isinstance(value, list):
            return self._items(value)
        return value

    def _told(self, data: Mapping[str, Any], found: dict[str, Any]) -> dict[str, Any]:
        """The same, where one field has the name of what another one holds."""
        names = (data[field] for field in _NAMES if isinstance(data.get(field), str))
        name = next((one for one in names if names_secret(one)), "")
        told = {field: self._named(name, data[field]) for field in _VALUES if field in data}
        return found | told if name else found

    def _items(self, items: list[Any]) -> list[Any]:
        """A list, of which one item may name the next one: an option, or the name of a pair."""
        found, named = [], ""
        for item in items:
            found.append(self._named(named, item) if named else self.data(item))
            named = _names_next(item, items[0]) if type(item) is str and item[:1] == "-" else ""
        if len(items) == 2 and isinstance(items[0], str) and names_secret(items[0]):
            found[1] = self._named(items[0], items[1])
        return found

    def _named(self, name: str, value: Any) -> Any:
        if value is None or isinstance(value, bool) or value == "" or not names_secret(name):
            return self.data(value)
        if isinstance(value, int | float) and counts(name):
            return value
        if isinstance(value, dict):
            return {self.text(key): self._named(name, item) for key, item in value.items()}
        if isinstance(value, list):
            return [self._named(name, item) for item in value]
        return mark("assignment")

    def _redacted(self, text: str) -> str:
        text = text[: self._longest]
        for value in self._values:
            if value in text:
                text = text.replace(value, mark("environment"))
        if self._home and self._home in text:
            text = text.replace(self._home, "~")
        if _SUSPECT.search(text) is None:
            return text
        text = _secrets(text)
        return text if self._only_secrets else _addresses(_chance(text))


def from_environment(environ: Mapping[str, str]) -> Redactor:
    """A redactor that also knows the secrets and the home folder of this process."""
    return Redactor(environ, os.path.expanduser("~"))  # noqa: PTH111  # Path.home raises without one


def for_logs(environ: Mapping[str, str]) -> Redactor:
    """The same for what programs printed, at its full length."""
    return Redactor(environ, os.path.expanduser("~"), longest=WHOLE)  # noqa: PTH111  # as above


def for_reports(environ: Mapping[str, str]) -> Redactor:
    """A redactor for results that other programs read: secrets alone, at full length."""
    return Redactor(environ, longest=WHOLE, only_secrets=True)


def mark(kind: str) -> str:
    """What stands where something was taken out."""
    return f"[redacted:{kind}]"


@lru_cache(maxsize=1024)
def _holds_secret(variable: str) -> bool:
    """Whether the environment has secrets under this name; asked anew for each step of a plan."""
    return _SECRET_VARIABLE.search(variable.upper()) is not None


def _names_next(option: str, program: Any) -> str:
    """The name of a secret if the next item of a list is one."""
    if names_secret(option) and "=" not in option and " " not in option:
        return option
    return "password" if (str(program).rpartition("/")[2], option) in _SECRET_FLAGS else ""


def _is_value(value: str) -> bool:
    return len(value) >= _SHORTEST_VALUE and value.lower() not in _NOT_SECRET


def _secrets(text: str) -> str:
    low = _lowered(text)
    if "private key" in low:
        text = _without(text, ((start, end, "private-key") for start, end in key_blocks(text)))
        low = _lowered(text)
    for kind in KINDS:
        if kind.needle in low:
            text = kind.form.sub(_marker(kind.name), text)
    text = ISSUED.sub(_issued_mark, text)
    return _without(text, named_values.spans(text, _lowered(text)))


def _lowered(text: str) -> str:
    """The text in small letters, each at the place of its own."""
    low = text.lower()
    return low if len(low) == len(text) else text.translate(_SMALL)


def _without(text: str, spans: Iterable[tuple[int, int, str]]) -> str:
    """The text with a mark in place of each span; of two that overlap, one for both."""
    pieces, done = [], 0
    for start, end, kind in sorted(spans):
        if start >= done:
            pieces += [text[done:start], mark(kind)]
        done = max(done, end)
    return "".join([*pieces, text[done:]]) if pieces else text


def _issued_mark(found: re.Match[str]) -> str:
    kind = issuer_of(found[0])
    return found[0] if kind is None else mark(kind)


@lru_cache
def _marker(kind: str) -> Any:
    def replaced(found: re.Match[str]) -> str:
        kept = found.groupdict().get("kept") or ""
        end = "@" if kind == "url-password" and found[0].endswith("@") else ""
        return f"{kept}{mark(kind)}{end}"

    return replaced


def _chance(text: str) -> str:
    return TOKEN.sub(_random_mark, text)


def _random_mark(found: re.Match[str]) -> str:
    return mark("high-entropy") if looks_random(found[0]) else found[0]


def _addresses(text: str) -> str:
    if "@" in text:
        text = EMAIL.sub(mark("email"), text)
    if text.count(".") >= 3:
        text = IPV4.sub(_address_mark, text)
    if "ip-" in text:
        text = HOST.sub(mark("ip-address"), text)
    if text.count(":") >= 2:
        text = IPV6.sub(mark("ip-address"), text)
    text = HOME.sub(lambda found: f"{found['kept']}[user]", text)
    return ROOT_HOME.sub("~", text)


def _address_mark(found: re.Match[str]) -> str:
    return found[0] if found[0] in _DOCUMENTED_ADDRESSES else mark("ip-address")
