"""Reading `.github/pattern-ci.yml`: unknown keys and wrong values are errors with a place."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

from pattern_ci import files, yaml
from pattern_ci.errors import ConfigError, FatalError, SpecError
from pattern_ci.messages import config as messages
from pattern_ci.model.config import CONFIG_PATH, CONFIG_SYNTAX, Config, options
from pattern_ci.model.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Key = tuple[str | int, ...]
T = TypeVar("T")


def load_config(root: Path | None) -> Config:
    """The configuration of a repository; a file that is not there means all defaults.

    Raises ConfigError that names the first problem with its place.
    """
    text = None if root is None else files.read_text(root / CONFIG_PATH)
    if text is None:
        return Config()
    config, findings = read_config(text)
    if findings:
        first = findings[0]
        msg = f"{first.path}:{first.line}:{first.column}: {first.message}"
        raise ConfigError(msg, why=messages.and_more(len(findings) - 1), next_step=messages.FIX)
    return config


def salvage(root: Path) -> Config:
    """What a configuration with problems still says; all defaults where nothing can be read."""
    try:
        text = files.read_text(root / CONFIG_PATH)
    except FatalError:
        return Config()
    return read_config(text or "version: 1")[0]


def read_config(text: str, *, source: str = CONFIG_PATH) -> tuple[Config, tuple[Finding, ...]]:
    """The configuration in a text and every problem of it; options with a problem stay default."""
    try:
        document = yaml.load(text, source=source)
    except SpecError as error:
        return Config(), (_syntax_finding(error, source),)
    reader = _Reader(document, source)
    config = reader.config()
    return config, tuple(reader.findings)


def _syntax_finding(error: SpecError, source: str) -> Finding:
    place = re.match(re.escape(source) + r":(\d+):(\d+): (.*)", error.what, re.DOTALL)
    line, column, said = place.groups() if place else ("1", "1", error.what)
    return Finding(source, int(line), int(column), CONFIG_SYNTAX, said)


class _Reader:
    """Collects findings while it turns plain data into records."""

    def __init__(self, document: yaml.Document, source: str) -> None:
        self._document = document
        self._source = source
        self.findings: list[Finding] = []

    def config(self) -> Config:
        """The whole record."""
        data = self._document.data
        if not isinstance(data, dict):
            self._report((), "config-type", messages.NOT_A_MAPPING)
            return Config()
        if "version" not in data:
            self._report((), "config-version", messages.NO_VERSION)
        config: Config = self._record(Config, data, ())
        return config

    def _record(self, record: type[Any], data: Mapping[str, Any], key: Key) -> Any:
        known = {name: (default, limits) for name, default, limits in options(record)}
        values = {}
        for name, value in data.items():
            if name in known:
                values[name] = self._value(known[name], value, (*key, name))
            else:
                said = messages.unknown_key(name, tuple(known), ".".join(map(str, key)))
                self._report((*key, name), "config-unknown-key", said)
        return record(**values)

    def _value(self, option: tuple[Any, Mapping[str, Any]], value: Any, key: Key) -> Any:
        default, limits = option
        match default:
            case StrEnum():
                return self._choice(default, value, key)
            case bool():
                return self._typed(value, bool, "true or false", key=key, default=default)
            case int() | float():
                return self._number(option, value, key)
            case str():
                return self._text(limits, value, key, default)
            case tuple():
                return self._texts(limits, value, key)
            case _:
                data = self._typed(value, dict, "a mapping", key=key, default={})
                return self._record(type(default), data, key)

    def _typed(self, value: Any, kind: type[T], wanted: str, *, key: Key, default: T) -> T:
        return value if isinstance(value, kind) else self._wrong(key, wanted, default)

    def _choice(self, default: StrEnum, value: Any, key: Key) -> StrEnum:
        choices = [choice.value for choice in type(default)]
        if isinstance(value, str) and value in choices:
            return type(default)(value)
        self._report(key, "config-value", messages.one_of(_name(key), choices))
        return default

    def _number(self, option: tuple[Any, Mapping[str, Any]], value: Any, key: Key) -> Any:
        default, limits = option
        whole = isinstance(default, int)
        if isinstance(value, float) and whole and value.is_integer():
            value = int(value)
        fits = isinstance(value, int) or (isinstance(value, float) and not whole)
        if not fits or isinstance(value, bool):
            return self._wrong(key, "a whole number" if whole else "a number", default)
        low, high = limits["minimum"], limits["maximum"]
        if not low <= value <= high:
            self._report(key, "config-value", messages.out_of_range(_name(key), low, high))
            return default
        return value

    def _text(self, limits: Mapping[str, Any], value: Any, key: Key, default: str) -> str:
        if not isinstance(value, str):
            return self._wrong(key, "text", default)
        # `$` of Python also fits before a final newline; that of JSON Schema does not.
        fits = re.search(limits["pattern"], value) and not value.endswith("\n")
        if not fits or len(value) > limits.get("max_length", len(value)):
            self._report(key, "config-value", messages.bad_text(_name(key), value))
            return default
        return value

    def _texts(self, limits: Mapping[str, Any], value: Any, key: Key) -> tuple[str, ...]:
        if not isinstance(value, list):
            return self._wrong(key, "a list of texts", ())
        before = len(self.findings)
        items = [self._text(limits, item, (*key, i), "") for i, item in enumerate(value)]
        return tuple(items) if len(self.findings) == before else ()

    def _wrong(self, key: Key, wanted: str, default: T) -> T:
        self._report(key, "config-type", messages.wrong_type(_name(key), wanted))
        return default

    def _report(self, key: Key, rule: str, message: str) -> None:
        line, column = self._document.key_position(key)
        self.findings.append(Finding(self._source, line, column, rule, message))


def _name(key: Key) -> str:
    return ".".join(str(part) for part in key)
