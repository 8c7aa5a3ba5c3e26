"""What tools without rows of their own have in common when they say that something is wrong."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pattern_ci.diagnosis.found import Found, Reading
from pattern_ci.model.finding import Severity

if TYPE_CHECKING:
    from pattern_ci.diagnosis.lines import Line

_LEVEL = (
    r"(?P<severity>fatal error|fatal|error|err!?|critical|warning|warn|note|notice|info|hint"
    r"|help|style|[EWCRF])"
)
_PLACED = re.compile(
    r"^(?:ERROR: |error: )?(?P<file>[^\s:(\[\"'][^:(\"']{0,300}):(?P<line>\d{1,9})"
    r"(?::(?P<column>\d{1,9}))?:? +"
    r"(?:-+ +)?(?P<message>\S.*)$"
)
_BELOW_HEADER = re.compile(
    rf"^\s+(?P<line>\d{{1,9}})(?::\d{{1,9}})?:?\s+{_LEVEL}:?\s+(?P<message>\S.*)$"
)
_HEADER = re.compile(r"^(?:\./|/)?[\w@.+-]+(?:/[\w@.+ -]+)*\.\w{1,10}$")
_LEVELLED = re.compile(
    rf"^\s*(?:\w[\w.-]{{0,30}}: )?\[?{_LEVEL}\]?(?:\[(?P<rule>[\w./-]{{1,80}})\])?"
    r"(?:: ?|\] | +\| )(?P<message>\S.*)$",
    re.IGNORECASE,
)
_BRACKETED = re.compile(r"^\[(?P<severity>[A-Za-z]{4,8})\]:? +(?P<message>\S.*)$")
_TITLED = re.compile(
    r"^(?P<name>\w+ (?P<severity>Error|Warning))(?: \(\w+\))? (?:at|in) "
    r"(?P<file>[^\s:()]+)(?::(?P<line>\d+))?(?: \((?P<rule>[\w.-]+)\))?:$"
)
_EXCEPTION = re.compile(
    r"^(?:[\w ]{0,60}: )?(?P<rule>[\w.]*[a-z](?:Error|Exception))(?:: (?P<message>.*))?$"
)
_ANNOTATION = re.compile(
    r"^::(?P<severity>error|warning|notice)(?: (?P<fields>[^:]*))?::(?P<message>.*)$"
)
_WRONG = re.compile(
    r"\b(?:errors?|failed|failure|fatal|cannot|can't|could not|couldn't|unable to|denied|undefined"
    r"|not found|aborted|exception|illegal|uninitialized|not allowed|unknown|invalid)\b",
    re.IGNORECASE,
)
_TOTALS = re.compile(
    r"^\W{0,4}(?:found |generated |total:? )?(?:\d+|no) (?:\w+ ){0,2}"
    r"(?:errors?|warnings?|problems?|failed|failures?|passed|tests?|issues?|files?)\b"
    r"|^(?:error|warning)s?:? ?\d+$|\b0 (?:errors|failures|failed)\b|^(?:all checks|success)",
    re.IGNORECASE,
)
_PROGRESS = re.compile(
    r"^\s*(?:Compiling|Checking|Download(?:ing|ed)|Install(?:ing|ed)|Collecting|Building|Fetching"
    r"|Cloning|Resolving|Using|Preparing|Unpacking|Updating|Adding)\b(?!.*(?:failed|error:))"
)
_AFTERMATH = re.compile(
    r"aborted due to|compilation aborted|exit(?:ed)? (?:with )?(?:code|status)"
    r"|process completed with|errors? occurred|see (?:above|also)"
    r"|^for more information|completed with errors?",
    re.IGNORECASE,
)
_AT_LINE = re.compile(r" at (?P<file>[\w./-]+\.\w{1,8}) line (?P<line>\d{1,9})")
_IN_BRACKETS = re.compile(r" \((?P<file>[^\s():,]+\.\w{1,8}), line (?P<line>\d{1,9})\)$")
_IN_TEXT = re.compile(
    r"(?<![\w./-])(?P<file>[\w./-]{0,300}[\w-]\.[a-z]\w{0,7}):(?P<line>\d{1,9})\b"
)
_FILE_FIRST = re.compile(
    r"^(?P<file>[\w./@+-]+\.\w{1,8}): (?P<message>.*?)(?: \((?P<line>\d{1,9}):\d{1,9}\))?$"
)
_LEADING_RULE = re.compile(
    r"^(?P<rule>[A-Z]{1,6}-?\d{2,6})(?: \((?P<severity>\w+)\))?:? +(?P<message>.*)$"
)
_TRAILING_RULE = re.compile(r"^(?P<message>.*\S)\s+[\[(](?P<rule>[A-Za-z][\w/.-]{1,60})[\])]$")
_LEVEL_FIRST = re.compile(rf"^\[?{_LEVEL}\]?(?:: | ?\] ?| +)(?P<message>\S.*)$", re.IGNORECASE)
_SHORTEST = 4  # a line with less says nothing
_QUIET = frozenset({"note", "notice", "info", "hint", "help", "style"})
_CALM = frozenset({"hint", "help", "notice"})


def take(line: Line, reading: Reading) -> bool:
    """Whether the line says that something is wrong, as far as can be told of any tool."""
    text = line.text
    if len(text) < _SHORTEST or _TOTALS.search(text) or _PROGRESS.match(text):
        return False
    header = text.removesuffix(":")
    if _HEADER.match(header):
        reading.header = header
        return True
    one = _placed(line, reading) or _said(line)
    if one is None:
        return False
    _finish(one, reading)
    return True


def _placed(line: Line, reading: Reading) -> Found | None:
    """A line with a place: before it, or above in a header."""
    text = line.text
    said = _PLACED.match(text) if ":" in text else None
    if said is not None:
        one = _levelled(said["message"], line, said["file"], int(said["line"]))
        if one is not None and said["column"]:
            one.column = int(said["column"])
        return one
    said = _BELOW_HEADER.match(text) if text[:1] == " " and reading.header else None
    if said is None:
        return None
    one = Found("", said["message"], line.number, "", reading.header, int(said["line"]))
    one.severity = _severity(said["severity"])
    return one


def _levelled(message: str, line: Line, file: str, number: int) -> Found | None:
    """What follows a place: a level and a message, or the message alone."""
    level = _LEVEL_FIRST.match(message)
    severity = Severity.ERROR
    if level is not None and (level["severity"].islower() or message[0] == "["):
        if level["severity"].lower() in _CALM:
            return None
        severity, message = _severity(level["severity"]), level["message"]
    return Found("", message, line.number, "", file, number, severity=severity)


def _said(line: Line) -> Found | None:
    """A line without a place before it that speaks of an error, in the surest form that fits."""
    level = _LEVELLED.match(line.text)
    if level is not None and level["severity"].lower() in _QUIET and not level["rule"]:
        return None
    found = (form(line) for form in (_annotated, _titled, _with_level, _raised, _coded, _spoken))
    return next((one for one in found if one is not None), None)


def _titled(line: Line) -> Found | None:
    """`Tool Error at FILE:LINE (rule):`, with what is wrong on the lines below."""
    said = _TITLED.match(line.text)
    if said is None:
        return None
    one = Found("", f"{said['name']}: {said['rule'] or ''}", line.number, said["rule"] or "")
    one.file, one.line = said["file"], int(said["line"]) if said["line"] else None
    one.severity, one.precise = _severity(said["severity"]), bool(one.rule)
    return one


def _with_level(line: Line) -> Found | None:
    """`error[rule]: message` and the like."""
    said = _LEVELLED.match(line.text) or _BRACKETED.match(line.text)
    if said is None:
        return None
    rule = said.groupdict().get("rule") or ""
    severity = _severity(said["severity"])
    return Found("", said["message"], line.number, rule, severity=severity, precise=bool(rule))


def _raised(line: Line) -> Found | None:
    said = _EXCEPTION.match(line.text)
    return Found("", said["message"] or "", line.number, said["rule"]) if said else None


def _coded(line: Line) -> Found | None:
    """`AB123 (level): message`, below a mark or not."""
    said = _LEADING_RULE.match(line.text.lstrip(" ^~-|"))
    if said is None or not (said["severity"] or _WRONG.search(line.text)):
        return None
    severity = _severity(said["severity"] or "error")
    return Found("", said["message"], line.number, said["rule"], severity=severity, precise=True)


def _spoken(line: Line) -> Found | None:
    """Words of failure, or a place in passing."""
    known = _AT_LINE.search(line.text) or _WRONG.search(line.text)
    return Found("", line.text.strip(), line.number) if known else None


def _annotated(line: Line) -> Found | None:
    """What a tool said to the runner of a workflow."""
    said = _ANNOTATION.match(line.text) if line.text[:2] == "::" else None
    if said is None:
        return None
    pairs = (part.partition("=") for part in (said["fields"] or "").split(","))
    fields = {name.strip(): value for name, _, value in pairs}
    one = Found("", said["message"], line.number, severity=_severity(said["severity"]))
    one.file = fields.get("file")
    one.line = int(fields["line"]) if fields.get("line", "").isdecimal() else None
    return one


def _finish(one: Found, reading: Reading) -> None:
    """The place and the rule that the message itself holds."""
    one.tool = reading.tool
    if one.file is None:
        _place(one)
    if not one.rule:
        rule = _LEADING_RULE.match(one.message) or _TRAILING_RULE.match(one.message)
        if rule is not None:
            one.rule, one.message, one.precise = rule["rule"], rule["message"], True
    elif not one.precise and (trailing := _TRAILING_RULE.match(one.message)) is not None:
        one.message = trailing["message"]
    one.consequence = one.consequence or _AFTERMATH.search(one.message) is not None
    reading.add(one)


def _place(one: Found) -> None:
    first = _FILE_FIRST.match(one.message)
    bracketed = _IN_BRACKETS.search(one.message)
    where = bracketed or _AT_LINE.search(one.message) or _IN_TEXT.search(one.message)
    if first is not None:
        one.file, one.message = first["file"], first["message"]
        one.line = int(first["line"]) if first["line"] else None
    elif where is not None:
        one.file, one.line = where["file"], int(where["line"])
        if bracketed is not None:
            one.message = one.message[: bracketed.start()]
    elif _HEADER.match(one.message):
        one.file = one.message


def _severity(name: str) -> Severity:
    level = name.lower()
    if level.startswith("w"):
        return Severity.WARNING
    return Severity.NOTICE if level in _QUIET or level in ("c", "r") else Severity.ERROR
