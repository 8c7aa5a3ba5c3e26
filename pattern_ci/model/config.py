"""The configuration as records: every option with its default, its limits and what it does."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from enum import StrEnum, unique
from typing import TYPE_CHECKING, Any

from pattern_ci.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

CONFIG_PATH = ".github/pattern-ci.yml"
CONFIG_SYNTAX = "config-syntax"  # what a text that is no YAML breaks
CONFIG_VERSION = 1
OFF_WORDS = frozenset({"", "0", "false", "no", "off"})


def _says(text: str, **limits: object) -> dict[str, object]:
    return {"says": text, **limits}


@unique
class FailOn(StrEnum):
    """When the suggest hook makes a commit fail."""

    NONE = "none"
    MISSING = "missing"


@unique
class OnBreak(StrEnum):
    """What a change that breaks a guarantee of the library costs it."""

    FAIL = "fail"
    QUARANTINE = "quarantine"


@dataclass(frozen=True, kw_only=True)
class Train:
    """What `train` may do."""

    enabled: bool = field(
        default=True,
        metadata=_says(
            "`false` keeps `train --pull-request` from writing to GitHub; it plans instead."
        ),
    )
    open_limit: int = field(
        default=3,
        metadata=_says(
            "Pull requests of ours that may be open at one time.", minimum=1, maximum=50
        ),
    )
    new_per_run: int = field(
        default=2,
        metadata=_says("Pull requests that one run may open.", minimum=1, maximum=50),
    )
    min_members: int = field(
        default=4,
        metadata=_says(
            "Files that must have been made alike before a pattern is drafted.",
            minimum=3,
            maximum=1000,
        ),
    )
    min_confidence: float = field(
        default=0.6,
        metadata=_says(
            "Candidates below this confidence are not proposed, and drafted only by `train --all`.",
            minimum=0,
            maximum=1,
        ),
    )
    min_saving: float = field(
        default=0.05,
        metadata=_says(
            "Share of the typing that a pattern must have saved on held-out files to be proposed, "
            "or drafted without `--all`.",
            minimum=0,
            maximum=1,
        ),
    )
    reject: tuple[str, ...] = field(
        default=(),
        metadata=_says(
            "Names or identities of patterns that are neither drafted, proposed nor suggested; "
            "their companion rules stay.",
            pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:-]*$",
            max_length=200,
        ),
    )
    kinds: tuple[str, ...] = field(
        default=("family", "recipe", "rewrite"),
        metadata=_says(
            "Kinds of patterns that are drafted and proposed: `family` (files), `recipe` (files "
            "and entries of one operation), `rewrite` (small changes).",
            pattern="^(family|recipe|rewrite)$",
        ),
    )
    label: str = field(
        default="",
        metadata=_says(
            "Label for our pull requests; empty sets none.", pattern=r"^[^,\n]*$", max_length=50
        ),
    )
    base: str = field(
        default="",
        metadata=_says(
            "Branch that our pull requests go to; empty means the default branch.",
            pattern="^([A-Za-z0-9_][A-Za-z0-9._/-]*)?$",
        ),
    )


@dataclass(frozen=True, kw_only=True)
class Suggest:
    """What the suggest hook says and when it fails."""

    fail_on: FailOn = field(
        default=FailOn.NONE,
        metadata=_says("`missing` makes a commit fail when usual companions are not in it."),
    )
    min_confidence: float = field(
        default=0.5,
        metadata=_says("Suggestions below this confidence are not shown.", minimum=0, maximum=1),
    )


@unique
class TelemetryCommit(StrEnum):
    """How recorded events come into commits."""

    MANUAL = "manual"
    STAGED = "staged"


@dataclass(frozen=True, kw_only=True)
class Telemetry:
    """What is recorded of our own runs; nothing is ever sent anywhere."""

    enabled: bool = field(
        default=False,
        metadata=_says("Records runs and suggestions as events in this repository."),
    )
    commit: TelemetryCommit = field(
        default=TelemetryCommit.MANUAL,
        metadata=_says(
            "`manual` leaves events in the git folder until `telemetry flush --apply`; `staged` "
            "lets the hook `pattern-flush` put them into the next commit."
        ),
    )


@dataclass(frozen=True, kw_only=True)
class BotPrs:
    """How our pull requests are named, how many there are, and what goes with them."""

    open_limit: int = field(
        default=3,
        metadata=_says(
            "Pull requests of ours, of all kinds together, that may be open at one time; for "
            "those of `train` its own limit counts.",
            minimum=1,
            maximum=50,
        ),
    )
    new_per_run: int = field(
        default=2,
        metadata=_says(
            "Pull requests, of all kinds together, that one run may open; for those of `train` "
            "its own limit counts.",
            minimum=1,
            maximum=50,
        ),
    )
    dashboard: bool = field(
        default=True,
        metadata=_says(
            "Keeps one issue that shows what is open, waits or was refused, with boxes to tick."
        ),
    )
    checks_workflow: str = field(
        default="",
        metadata=_says(
            "Workflow file that is started on our branches when the token of a workflow writes, "
            "because their checks would wait; it needs `workflow_dispatch`.",
            pattern=r"^([A-Za-z0-9_][A-Za-z0-9._-]*\.ya?ml)?$",
            max_length=100,
        ),
    )

    branch_prefix: str = field(
        default="pattern-ci/",
        metadata=_says(
            "Prefix of our branches; no other branch is ever written or deleted.",
            pattern="^[a-z0-9][a-z0-9-]*(/[a-z0-9][a-z0-9-]*)*/$",
            max_length=100,
        ),
    )


@dataclass(frozen=True, kw_only=True)
class Registry:
    """What guards `patterns/`."""

    on_break: OnBreak = field(
        default=OnBreak.FAIL,
        metadata=_says(
            "`fail` makes `validate --since` fail when a change breaks a guarantee; `quarantine` "
            "warns and names the patterns, and the workflow labels the pull request."
        ),
    )


@dataclass(frozen=True, kw_only=True)
class Diagnose:
    """What `diagnose` is told of the tools of a project."""

    forms: tuple[str, ...] = field(
        default=(),
        metadata=_says(
            "How tools of your own say what is wrong, as "
            "`mylint={file}:{line}:{column}: [{rule}] {message}`.",
            pattern=r"^[a-z][a-z0-9_.+-]{0,30}=[^\n]+$",
            max_length=500,
        ),
    )


@dataclass(frozen=True, kw_only=True)
class Config:
    """`.github/pattern-ci.yml`; what it does not name is off or has the default written here."""

    version: int = field(
        default=CONFIG_VERSION,
        metadata=_says("Version of this format; always 1.", minimum=1, maximum=1),
    )
    ignore: tuple[str, ...] = field(
        default=(),
        metadata=_says(
            "Globs of paths that are never mined, suggested or validated.",
            pattern=r"^[^!\s][^\n]*$",
        ),
    )
    train: Train = field(default=Train(), metadata=_says("The training run and its pull requests."))
    suggest: Suggest = field(default=Suggest(), metadata=_says("The suggest command and hook."))
    telemetry: Telemetry = field(default=Telemetry(), metadata=_says("Events about our own runs."))
    bot_prs: BotPrs = field(default=BotPrs(), metadata=_says("Our pull requests of every kind."))
    registry: Registry = field(
        default=Registry(), metadata=_says("What changes of `patterns/` must keep.")
    )
    diagnose: Diagnose = field(
        default=Diagnose(), metadata=_says("Logs of tools that nobody else has.")
    )


def options(record: type[Any]) -> Iterator[tuple[str, Any, Mapping[str, Any]]]:
    """Name, default and limits of every option of a record, in the order of the file."""
    for item in fields(record):
        yield item.name, item.default, item.metadata


def json_schema(schema_id: str) -> dict[str, Any]:
    """The published JSON Schema of the file, made from the records."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": schema_id,
        "title": "pattern-ci configuration",
        **_object_schema(Config),
        "required": ["version"],
    }


def _object_schema(record: type[Any]) -> dict[str, Any]:
    return {
        "description": str(record.__doc__),
        "type": "object",
        "additionalProperties": False,
        "properties": {
            name: _value_schema(default, limits) for name, default, limits in options(record)
        },
    }


def _value_schema(default: Any, limits: Mapping[str, Any]) -> dict[str, Any]:
    says: dict[str, Any] = {"description": limits["says"]}
    text = {
        name: limits[key]
        for key, name in (("pattern", "pattern"), ("max_length", "maxLength"))
        if key in limits
    }
    match default:
        case StrEnum():
            choices = [choice.value for choice in type(default)]
            return says | {"type": "string", "enum": choices, "default": default.value}
        case bool():
            return says | {"type": "boolean", "default": default}
        case int() | float():
            kind = "integer" if isinstance(default, int) else "number"
            bounds = {key: limits[key] for key in ("minimum", "maximum")}
            return says | {"type": kind, **bounds, "default": default}
        case str():
            return says | {"type": "string", **text, "default": default}
        case tuple():
            items = {"type": "string", **text}
            return says | {"type": "array", "items": items, "default": list(default)}
        case _:
            return _object_schema(type(default)) | says


@dataclass(frozen=True, kw_only=True)
class Environment:
    """What the environment of the process says; None where it says nothing."""

    automation_disabled: bool = False
    db_path: str | None = None
    auto_approve_threshold: float | None = None


def automation_disabled(environ: Mapping[str, str]) -> bool:
    """Whether the kill switch is on: no bot write and no automatic feature, at once.

    A value that is not understood stops the automation too: whoever set the name meant something
    by it, and stopping loses nothing.
    """
    if environ.get("DISABLE_PATTERN_AUTOMATION", "").strip().lower() not in OFF_WORDS:
        return True
    enabled = environ.get("PATTERN_AUTOMATION_ENABLED")
    return enabled is not None and enabled.strip().lower() in OFF_WORDS


def from_environment(environ: Mapping[str, str]) -> Environment:
    """Read the names that pattern-ci honours.

    Raises ConfigError when PATTERN_AUTO_APPROVE_THRESHOLD is no number from 0 to 1.
    """
    return Environment(
        automation_disabled=automation_disabled(environ),
        db_path=environ.get("PATTERN_DB_PATH") or None,
        auto_approve_threshold=_share(environ, "PATTERN_AUTO_APPROVE_THRESHOLD"),
    )


def _share(environ: Mapping[str, str], name: str) -> float | None:
    text = environ.get(name, "").strip()
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        msg = f"the environment variable {name} holds {text!r}, which is no number from 0 to 1."
        raise ConfigError(msg, next_step=f"export {name}=0.75, or unset it.")
    return value
