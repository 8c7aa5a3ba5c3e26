"""Secrets in text that are told by what stands before them: a name, an option, a header.

Texts are searched in small letters for the words that such names end with; only where one is
followed by a sign is anything looked at. Every form takes a time that grows with the text alone:
what repeats is bounded, or is never given back.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING, NamedTuple

from pattern_ci.telemetry.secrets.names import counts, names_secret
from pattern_ci.telemetry.secrets.value_forms import CODE, LINE, NONE, PERCENT, TYPES, VALUE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Span(NamedTuple):
    """Where in a text something is to be taken out, and what it is."""

    start: int
    end: int
    kind: str


_GAP = r"[ \t\xa0]{0,200}"
_COLOUR = r"(?:\x1b\[[\d;]{0,8}m){0,3}"
_CLOSE = rf"(?:(?:\\{{0,8}}(?:[\"'`]|u0022|x22)|&quot;|&#34;)\]?)?{_COLOUR}"
# A value may stand in the next line, deeper and alone.
_NEXT_LINE = r"(?P<next>\r?\n[ \t]{1,200}(?:- )?(?=[^\s:]{1,400}[ \t]{0,200}(?:[\r\n]|\Z)))?"
_NAMED = re.compile(
    r"(?P<word>(?:pass(?:word|wd|phrase|code)?|pwd|secret(?:string)?|token|credential|key|auth|cookie|webhook"
    r"|bearer|session[_-]?id|signature|connection[_-]?string)s?"
    r"\d{0,3}(?:[_.-]?(?:value|confirmation|base|plain(?:text)?|hash|\d{1,3}))?)"
    rf"{_CLOSE}(?P<sign>%3[ad]|{_GAP}(?:=>|[:?+!=]?={{1,3}}|:(?!:)|\uff1a){_GAP}"
    rf"(?:(?<=:)(?:{TYPES})\b[\w.\[\], |]{{0,40}}=\s?(?=[bru]{{0,2}}[\"'])"
    rf"|(?<=: )(?:{TYPES})\b[\w.\[\], |]{{0,40}}=\s?(?=[bru]{{0,2}}[\"']))?{_NEXT_LINE})"
)
_PATH = re.compile(r"[\"']?(?:~|\.{1,2})?/|[\"']?[A-Za-z]:[\\/]")
_OPTION = re.compile(
    r"-(?<![\w-]-)-?(?P<name>[A-Za-z][\w-]{1,60})(?:\\{0,8}[\"'`] ?,\s{0,20}|\s{1,20})(?!-)"
)
_PROSE = frozenset(
    {
        "a", "an", "and", "are", "as", "at", "be", "by", "can", "for", "from", "has", "if", "in",
        "into", "is", "it", "must", "not", "of", "on", "option", "options", "or", "should", "that",
        "the", "then", "this", "to", "was", "when", "which", "will", "with",
    }
)  # fmt: skip
_HEADER = re.compile(r"(?P<name>authorization|cookie)(?:\\{0,8}[\"'])?\s{0,20}[:=]\s{0,20}")
_UNTIL = {
    '"': re.compile(r"(?:[^\"\\\r\n]|\\.)++"),
    "'": re.compile(r"[^'\r\n]++"),
    "\\": re.compile(r"(?:[^\"'\\\r\n]|\\\\++.)++"),
}
_PAIR = re.compile(
    r"(?:name|key|variable)\\{0,8}[\"']?\s{0,5}[:=]\s{0,5}\\{0,8}[\"']?(?P<name>[\w.-]{1,60})"
    r"\\{0,8}[\"']?\s{0,5}[,;]?\s{1,60}\\{0,8}[\"']?value\\{0,8}[\"']?\s{0,5}[:=]\s{0,5}"
)
_LOGIN = re.compile(
    r"(?:machine|login|account|default)\s{1,20}(?:\S{1,200}\s{1,20})?password\s{1,20}"
)
_ELEMENT = re.compile(
    r"<(?P<name>[\w.:-]{1,60})(?:\s[^<>]{0,200})?>(?:\s{0,200}<!\[CDATA\[)?(?P<value>[^<>]{1,2000})(?:\]\]>\s{0,200})?</"
)
# Programs, and the flag that is followed by a user and a password, or by a password alone.
_PROGRAMS = (
    (
        ("curl ", "http ", "https ", "xh "),
        re.compile(
            r"\s(?:-[sSkLfv]{0,5}[uUa]|--(?:proxy-)?user|--auth)[ =]{0,3}[\"']?[^\s:\"'/]{1,100}:"
        ),
    ),
    (("mysql", "mariadb", "7z "), re.compile(r"\s-p[\"']?(?=[^\s\"'])")),
    (
        ("sshpass ", "docker login", "podman login", "registry login", "helm login", "az login"),
        re.compile(r"\s-p[ =]?[\"']?(?=[^\s\"'=-])"),
    ),
    (("zip ",), re.compile(r"\s-P[ =]?[\"']?(?=[^\s\"'-])")),
    (("ldapsearch ", "ldapmodify "), re.compile(r"\s-w[ =]?[\"']?(?=[^\s\"'-])")),
    (("redis-cli",), re.compile(r"\s-a[ =][\"']?(?=[^\s\"'-])")),
)
# Names and values with nothing but blanks between them, of build files and of databases.
_SET = re.compile(r"(?:env|arg|setx|configure set)[ \t]{1,9}(?P<name>[\w.-]{1,60})[ \t]{1,9}(?!=)")
_QUOTED = re.compile(r"(?:identified by|password)[ \t]{1,9}(?=(?P<q>[\"'])[^\s\"']{4,200}(?P=q))")
_LOGIN_TUPLE = re.compile(
    r"[(\[]\s?[\"'][^\"'\r\n]{1,200}[\"'],\s?[\"'][^\"'\r\n]{1,200}[\"'],?\s?[)\]]"
)
_LOGIN_PAIR = re.compile(r"[\w.@+-]{1,100}:[^\s/:]{3,200}")
_ARGUMENT = re.compile(r"[^\s\"']++")
_NAME_BACKWARDS = re.compile(r"[\w.-]*+")
_LONGEST_NAME = 40  # characters before the word that says that a name is one of a secret
_WRITTEN = re.compile(r"[bru]?[\"'`\\&]|\[\s?[bru]?[\"'\\]")
_ATTRIBUTE = re.compile(r"[A-Za-z_]+(?:\.[A-Za-z_]+)+")
_LOOK_AHEAD = 200  # characters of a value that may turn out to be none
_LOOK_BACK = 500  # characters of a command before its flag


def spans(text: str, low: str) -> Iterator[Span]:
    """Every value that is told by what stands before it; `low` is the text in small letters."""
    if "authorization" in low or "cookie" in low:
        yield from _each(_HEADER, low, lambda hit: _header(text, hit))
    yield from _each(_NAMED, low, lambda hit: _named(text, hit))
    if "-" in text:
        yield from _each(_OPTION, text, lambda hit: _option(text, hit))
        yield from _programs(text, low)
    yield from _each(_SET, low, lambda hit: _paired(text, hit))
    if "password " in low or "identified by " in low:
        yield from _each(_QUOTED, low, lambda hit: _told(text, hit.end()))
    if "value" in low:
        yield from _each(_PAIR, low, lambda hit: _paired(text, hit))
    if "password" in low and ("login" in low or "machine" in low):
        yield from _each(_LOGIN, low, lambda hit: _argument(text, hit.end()))
    if "</" in text:
        yield from _each(_ELEMENT, text, _element)


def _each(
    form: re.Pattern[str], text: str, found: Callable[[re.Match[str]], Span | None]
) -> Iterator[Span]:
    at = 0
    while (hit := form.search(text, at)) is not None:
        span = found(hit)
        if span is not None:
            yield span
        at = max(hit.end(), span.end if span else 0)


def _named(text: str, hit: re.Match[str]) -> Span | None:
    name = _name(text, hit)
    if hit.end() >= len(text) or not names_secret(name):
        return None
    sign = hit["sign"].strip()
    quoted = sign == "=>" and text[hit.end("word") : hit.end("word") + 1] in ('"', "'")
    if quoted or "=" in sign.lstrip("=!") or len(sign) < 2 or sign[0] in "%:?+":
        return _value(text, hit, name, sign)
    # A comparison: only what is written out in it is a secret.
    return _value(text, hit, name, sign) if text[hit.end()] in "\"'" else None


def _name_part(before: str) -> str:
    """The signs of a name at the end of this text."""
    found = _NAME_BACKWARDS.match(before[::-1])
    return found[0] if found else ""


def _name(text: str, hit: re.Match[str]) -> str:
    before = text[max(0, hit.start() - _LONGEST_NAME) : hit.start()]
    return text[hit.start() - len(_name_part(before)) : hit.end("word")]


def _value(text: str, hit: re.Match[str], name: str, sign: str) -> Span | None:
    at, last = hit.end(), name.rpartition(".")[2]
    if hit["next"] and not _begins_line(text, hit.end("word") - len(name)):
        return None
    if last.lower().endswith("auth") and (login := _LOGIN_TUPLE.match(text, at)):
        return Span(at, login.end(), "assignment")
    if NONE.match(text, at) or CODE.match(text, at) or _is_plain(last, text, at, sign):
        return None
    found = _form_of(last, sign).match(text, at)
    return None if found is None else Span(at, found.end(), "assignment")


def _begins_line(text: str, at: int) -> bool:
    """Whether nothing but signs stands before this place in its line: data, and no statement."""
    line = text[max(0, at - _LOOK_BACK) : at].rpartition("\n")[2]
    return not line.strip(" \t-\"'")


def _form_of(name: str, sign: str) -> re.Pattern[str]:
    if sign.startswith("%"):
        return PERCENT
    return LINE if name.lower().endswith("passphrase") and sign == ":" else VALUE


def _is_plain(name: str, text: str, at: int, sign: str) -> bool:
    """Whether the value under the name of a secret is none after all; its beginning says so."""
    if name == "PASS" and sign == ":":  # what test runners say of a test
        return True
    if name.lower() in ("pwd", "oldpwd"):
        return _PATH.match(text, at) is not None
    found = VALUE.match(text, at, at + _LOOK_AHEAD)
    value = found[0] if found else ""
    bare = value.strip("\"'\\`,}")
    if name.lower().endswith("auth"):
        return not _is_login(bare)
    # Of many, only what is written out: `tokens: Sequence[Token]` says nothing.
    several = counts(name) and not name.lower().endswith(("passwords", "credentials"))
    return (
        value.rstrip(",);") == name
        or _is_reference(value)
        or (several and (bare.isdigit() or not _WRITTEN.match(value)))
    )


def _is_login(value: str) -> bool:
    """Whether this is a user and a password, plain or in base 64 as registries keep them."""
    if _LOGIN_PAIR.fullmatch(value):
        return True
    if len(value) < 8 or len(value) % 4:
        return False
    try:
        return b":" in base64.b64decode(value, validate=True)
    except binascii.Error:
        return False


def _option(text: str, hit: re.Match[str]) -> Span | None:
    at = hit.end()
    several = counts(hit["name"]) and not hit["name"].lower().endswith("credentials")
    if not names_secret(hit["name"]) or several or NONE.match(text, at):
        return None
    found = VALUE.match(text, at)
    if found is None or found[0].strip(".,;:)") in _PROSE or _is_metavariable(found[0]):
        return None
    return Span(at, found.end(), "assignment")


def _is_metavariable(value: str) -> bool:
    """Whether a value only stands for one, as in `--token TOKEN`."""
    bare = value.strip("[]().,`\"'")
    return bare.isupper() and not any(sign.isdigit() for sign in bare) and names_secret(bare)


def _is_reference(value: str) -> bool:
    """Whether a value is the name of one in source code: a constant, or a field of something."""
    bare = value.rstrip(",;)")
    return _is_metavariable(value) or (
        _ATTRIBUTE.fullmatch(bare) is not None and names_secret(bare.rpartition(".")[2])
    )


def _header(text: str, hit: re.Match[str]) -> Span | None:
    at = hit.end()
    is_cookie = hit["name"] == "cookie"
    if text.startswith("[redacted", at) or (is_cookie and not _has_cookies(hit)):
        return None
    found = _header_value(text, hit.start(), at)
    return None if found is None else Span(at, found.end(), "authorization")


def _has_cookies(hit: re.Match[str]) -> bool:
    # Asked before anything is read to the end of its line, which others would read again.
    return ":" in hit[0] and "=" in hit.string[hit.end() : hit.end() + _LOOK_AHEAD].split("\n")[0]


def _header_value(text: str, start: int, at: int) -> re.Match[str] | None:
    if text[at : at + 1] in ('"', "'", "\\"):
        return VALUE.match(text, at)
    while start > 0 and (text[start - 1].isalpha() or text[start - 1] == "-"):
        start -= 1
    quote = text[start - 1 : start]
    if quote in ('"', "'") and text[start - 2 : start - 1] == "\\":
        quote = "\\"
    return _UNTIL.get(quote, LINE).match(text, at)


def _paired(text: str, hit: re.Match[str]) -> Span | None:
    name = text[hit.start("name") : hit.end("name")]
    if not names_secret(name):
        return None
    return _told(text, hit.end())


def _told(text: str, at: int) -> Span | None:
    found = None if NONE.match(text, at) else VALUE.match(text, at)
    return None if found is None else Span(at, found.end(), "assignment")


def _element(hit: re.Match[str]) -> Span | None:
    name, value = hit["name"], hit["value"].strip()
    closed = hit.string.startswith(name + ">", hit.end())
    if not closed or not names_secret(name) or not value or NONE.match(value):
        return None
    start = hit.start("value") + hit["value"].index(value)
    return Span(start, start + len(value), "assignment")


def _programs(text: str, low: str) -> Iterator[Span]:
    for names, flag in _PROGRAMS:
        if not any(name in low for name in names):
            continue
        for hit in flag.finditer(text):
            line = low[max(0, hit.start() - _LOOK_BACK) : hit.start()].rpartition("\n")[2] + " "
            span = _argument(text, hit.end())
            if span and any(name in line for name in names):
                yield span


def _argument(text: str, at: int) -> Span | None:
    found = _ARGUMENT.match(text, at)
    if found is None or NONE.match(text, at):
        return None
    return Span(at, found.end(), "assignment")
