"""The configuration file: what is read, and what is said about what cannot be read."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pattern_ci import yaml
from pattern_ci.catalog import CONFIG_SCHEMA_ID
from pattern_ci.errors import ConfigError
from pattern_ci.model.config import (
    Config,
    FailOn,
    automation_disabled,
    from_environment,
    json_schema,
)
from pattern_ci.registry.config import load_config, read_config
from testing.repos import write_tree

if TYPE_CHECKING:
    from pathlib import Path

SCHEMA = json_schema(CONFIG_SCHEMA_ID)


def test_without_a_file_all_is_default(tmp_path: Path) -> None:
    """A repository without the file has all defaults: nothing runs that was not asked for."""
    config = load_config(tmp_path)

    assert config == Config() == load_config(None)
    assert config.train.enabled  # it takes `--pull-request` as well
    assert not config.telemetry.enabled
    assert config.suggest.fail_on is FailOn.NONE


def test_what_is_named_is_read(tmp_path: Path) -> None:
    """Every kind of value arrives in the record; what is not named keeps its default."""
    text = """
        version: 1
        ignore: ["*.lock", vendor/]
        train: {enabled: true, open_limit: 5, base: develop}
        suggest: {fail_on: missing, min_confidence: 1}
        """
    write_tree(tmp_path, {".github/pattern-ci.yml": text})

    config = load_config(tmp_path)

    assert config.ignore == ("*.lock", "vendor/")
    assert (config.train.enabled, config.train.open_limit, config.train.base) == (
        True, 5, "develop",
    )  # fmt: skip
    assert (config.suggest.fail_on, config.suggest.min_confidence) == (FailOn.MISSING, 1)
    assert config.train.new_per_run == 2
    assert config.bot_prs.branch_prefix == "pattern-ci/"


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("version: 1\ntrian:\n  enabled: true\n", (2, 1), "did you mean `train`?"),
        ("version: 1\ntrain:\n  openlimit: 2\n", (3, 3), "`train`; did you mean `open_limit`?"),
        ("version: 1\nzzz: 1\n", (2, 1), "known here: version, ignore"),
        ("version: 2\n", (1, 1), "`version` must be 1."),
        ("train: {}\n", (1, 1), "start the file with `version: 1`."),
        ("# only a comment\n", (1, 1), "must be a mapping"),
        ("version: 1\ntrain: true\n", (2, 1), "`train` must be a mapping."),
        ("version: 1\ntrain: {open_limit: 99}\n", (2, 9), "`train.open_limit` must be from 1"),
        ("version: 1\ntrain: {open_limit: true}\n", (2, 9), "must be a whole number."),
        ("version: 1\ntrain: {open_limit: 2.5}\n", (2, 9), "must be a whole number."),
        ("version: 1\nsuggest: {min_confidence: .nan}\n", (2, 11), "must be from 0 to 1"),
        ("version: 1\ntelemetry: {enabled: 1}\n", (2, 13), "must be true or false."),
        ("version: 1\nsuggest: {fail_on: all}\n", (2, 11), "must be one of: none, missing."),
        ("version: 1\nignore: '*.py'\n", (2, 1), "`ignore` must be a list of texts."),
        ("version: 1\nignore:\n- a\n- '!b'\n", (4, 3), "`ignore.1` cannot be '!b'."),
        ("version: 1\nbot_prs: {branch_prefix: main}\n", (2, 11), "cannot be 'main'."),
        ('version: 1\ntrain: {base: "x\\n"}\n', (2, 9), "cannot be 'x\\n'."),
        ("version: 1\nversion: 1\n", (2, 1), "twice"),
        ("version: [1\n", (2, 1), "not valid YAML"),
        ("version: !!python/name:os.system\n", (1, 10), "tag"),
    ],
)
def test_a_wrong_file_is_named_with_its_place(
    tmp_path: Path, text: str, place: tuple[int, int], said: str
) -> None:
    """Each mistake ends in exit code 26 and one line: file, line, column, what, what next."""
    write_tree(tmp_path, {".github/pattern-ci.yml": text.encode()})

    with pytest.raises(ConfigError) as caught:
        load_config(tmp_path)

    assert caught.value.return_code == 26
    assert caught.value.line.startswith(f".github/pattern-ci.yml:{place[0]}:{place[1]}: ")
    assert said in caught.value.line
    assert "docs/configuration.md" in caught.value.line
    assert "\n" not in caught.value.line.replace("\\n", "")


def test_all_problems_are_found_at_once() -> None:
    """The findings hold every problem, and what is right is read all the same."""
    config, findings = read_config(
        "version: 1\nfoo: 1\ntrain: {enabled: true, open_limit: x}\nignore: [a]\n"
    )

    assert [finding.rule for finding in findings] == ["config-unknown-key", "config-type"]
    assert config.train.enabled
    assert config.train.open_limit == 3
    assert config.ignore == ("a",)


def test_the_one_line_tells_how_many_more_problems_there_are(tmp_path: Path) -> None:
    """The error names the first problem and counts the rest."""
    write_tree(tmp_path, {".github/pattern-ci.yml": "version: 1\na: 1\nb: 2\nc: 3\n"})

    with pytest.raises(ConfigError, match=r"\(2 more in this file\.\)"):
        load_config(tmp_path)


def test_the_published_schema_is_a_schema_and_ships_with_the_package() -> None:
    """The schema is valid, has an address, and describes each of its properties."""
    shipped = json.loads(
        files("pattern_ci.model").joinpath("schemas/config.schema.json").read_text()
    )

    jsonschema.Draft202012Validator.check_schema(shipped)
    assert shipped == SCHEMA
    assert shipped["$id"].endswith("/pattern_ci/model/schemas/config.schema.json")
    assert all(entry["description"] for entry in shipped["properties"].values())


def test_the_defaults_satisfy_the_schema() -> None:
    """What the schema calls a default is what the record holds."""
    train = SCHEMA["properties"]["train"]["properties"]

    defaults = {name: entry["default"] for name, entry in train.items()}
    lists = {name: list(getattr(Config().train, name)) for name in ("kinds", "reject")}
    assert defaults == vars(Config().train) | lists


VALUE = st.one_of(
    st.booleans(),
    st.integers(-2, 60),
    st.floats(0, 3),
    st.sampled_from(["", "none", "missing", "a/", "main", "!x", "*.py", "A b", "pattern-ci/"]),
    st.lists(st.sampled_from(["*.py", "!x", "", "a/b"]), max_size=2),
)
NAMES = sorted(
    {
        name
        for section in SCHEMA["properties"].values()
        for name in section.get("properties", {"odd": None})
    }
)
SECTION = st.dictionaries(st.sampled_from(NAMES), VALUE, max_size=3)
DOCUMENT = st.dictionaries(
    st.sampled_from([*SCHEMA["properties"], "other"]), st.one_of(VALUE, SECTION), max_size=4
).map(lambda data: {"version": 1} | data)


@settings(max_examples=150, deadline=None)
@given(DOCUMENT)
def test_reader_and_schema_agree(data: dict[str, Any]) -> None:
    """A document is accepted exactly when the published schema accepts it."""
    _, findings = read_config(yaml.dump(data))

    assert (not findings) == jsonschema.Draft202012Validator(SCHEMA).is_valid(data)


@pytest.mark.parametrize(
    ("environ", "stopped"),
    [
        ({}, False),
        ({"DISABLE_PATTERN_AUTOMATION": "1"}, True),
        ({"DISABLE_PATTERN_AUTOMATION": "yes please"}, True),
        ({"DISABLE_PATTERN_AUTOMATION": "0"}, False),
        ({"DISABLE_PATTERN_AUTOMATION": ""}, False),
        ({"PATTERN_AUTOMATION_ENABLED": "false"}, True),
        ({"PATTERN_AUTOMATION_ENABLED": "true"}, False),
        ({"PATTERN_AUTOMATION_ENABLED": "true", "DISABLE_PATTERN_AUTOMATION": "1"}, True),
    ],
)
def test_the_kill_switch(environ: dict[str, str], stopped: bool) -> None:
    """Either name stops the automation; an odd value stops it too."""
    assert automation_disabled(environ) is stopped
    assert from_environment(environ).automation_disabled is stopped


def test_the_environment_is_read() -> None:
    """Path and threshold come from the environment; unset means None."""
    said = from_environment(
        {"PATTERN_DB_PATH": "state/pipeline.db", "PATTERN_AUTO_APPROVE_THRESHOLD": "0.75"}
    )

    assert (said.db_path, said.auto_approve_threshold) == ("state/pipeline.db", 0.75)
    assert from_environment({}).db_path is None
    assert from_environment({}).auto_approve_threshold is None


@pytest.mark.parametrize("text", ["high", "1.5", "-0.1", "nan"])
def test_a_threshold_that_is_no_share_is_refused(text: str) -> None:
    """The line names the variable and its value."""
    with pytest.raises(ConfigError, match=f"PATTERN_AUTO_APPROVE_THRESHOLD holds '{text}'"):
        from_environment({"PATTERN_AUTO_APPROVE_THRESHOLD": text})
