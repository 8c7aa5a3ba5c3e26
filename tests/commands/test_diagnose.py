"""`pattern-ci diagnose`: three lines an error, exit codes, and nothing that a log may steer."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from pattern_ci.errors import EXIT_FINDINGS, EXIT_OK, EXIT_USAGE
from pattern_ci.model.diagnosis import Diagnosis, ErrorClass
from pattern_ci.registry.published import published
from tests.mining.worlds import cli, one_line_error

LOG = (
    "src/a.py:3:8: F401 [*] `os` imported but unused\n"
    "src/b.py:1:8: F401 [*] `re` imported but unused\n"
    "src/b.py:9:89: E501 Line too long (120 > 88)\n"
)


def test_three_lines_an_error() -> None:
    """What, how often and where; the message; the signature. One block for each signature."""
    ran = cli("diagnose", stdin=LOG.encode())

    assert ran.code == EXIT_FINDINGS
    lines = ran.out.splitlines()
    assert lines[:2] == [
        "ruff F401 (style), 2 times at src/a.py:3, src/b.py:1",
        "  `os` imported but unused",
    ]
    assert lines[2].startswith("  ruff/F401/")
    assert lines[3:5] == ["ruff E501 (style) at src/b.py:9", "  Line too long (120 > 88)"]
    assert len(lines) == 6


def test_a_clean_log_says_so() -> None:
    """Nothing wrong is no failure; a run that failed all the same is one."""
    ran = cli("diagnose", "-", stdin=b"all is well\n")

    assert (ran.code, ran.out) == (
        EXIT_OK, "Nothing in this log says that something is wrong.\n"
    )  # fmt: skip
    failed = cli("diagnose", "--exit-code", "3", stdin=b"all is well\n")
    assert failed.code == EXIT_FINDINGS
    assert failed.out.startswith("unknown (unknown), line 1 of the log\n  all is well\n")


def test_what_good_runs_say_is_no_failure(tmp_path: Path) -> None:
    """With a good log at hand its errors stand last, and alone do not fail the command."""
    green = tmp_path / "green.log"
    green.write_text("src/z.py:7:8: F401 [*] `json` imported but unused\n")
    head = LOG.splitlines(keepends=True)

    old = cli("diagnose", "--green", green, "-", stdin=head[0].encode())
    both = cli("diagnose", "--green", green, "-", stdin=LOG.encode())

    assert old.code == EXIT_OK
    assert ", in good runs too" in old.out
    assert both.code == EXIT_FINDINGS
    assert both.out.splitlines()[0] == "ruff E501 (style) at src/b.py:9"


def test_json_has_every_field() -> None:
    """All diagnoses, in their order, for programs."""
    data = json.loads(cli("diagnose", "--format", "json", stdin=LOG.encode()).out)

    jsonschema.validate(data, published("diagnoses"))
    assert [one["rule"] for one in data["diagnoses"]] == ["F401", "F401", "E501"]
    assert data["diagnoses"][0] == data["diagnoses"][0] | {
        "tool": "ruff",
        "class": "style",
        "severity": "error",
        "file": "src/a.py",
        "line": 3,
        "log_line": 1,
        "consequence": False,
        "in_green": False,
    }


def test_the_schema_has_the_keys_and_classes_of_the_records() -> None:
    """What is written is what the schema knows, and no more."""
    known = published("diagnoses")["$defs"]["diagnosis"]
    record = Diagnosis("frob", "", ErrorClass.UNKNOWN, "x", "x", 1).to_dict()

    assert set(known["properties"]) == set(known["required"]) == set(record)
    assert known["properties"]["class"]["enum"] == list(ErrorClass)


def test_annotations_stand_at_their_places() -> None:
    """One for each place, before the text; what has no place is an error of the step."""
    log = LOG + "ERROR: No matching distribution found for left-pad\nfatal: bad revision 'x'\n"

    out = cli("diagnose", "--format", "github", stdin=log.encode()).out.splitlines()

    assert out[0] == (
        "::error file=src/a.py,line=3,col=8,title=F401::ruff: `os` imported but unused"
    )
    assert "::error title=pattern-ci::git: bad revision 'x'" in out
    assert not [line for line in out if line.startswith("::") and "left-pad" in line]


@pytest.mark.parametrize("form", ["text", "github", "json"])
def test_a_log_steers_nothing(form: str) -> None:
    """Commands, colours and line ends in a log reach neither terminal nor runner."""
    evil = "a.py:1:1: error: x %0A::add-mask::y ##[add-mask]z \x9b31m \u202e\n::stop-commands::t\n"

    out = cli("diagnose", "--format", form, stdin=evil.encode()).out

    starts = [line.split(" ")[0] for line in out.splitlines() if line.lstrip().startswith("::")]
    assert set(starts) <= {"::error"}
    assert "##[" not in out
    assert not {"\x9b", "\u202e", "\x1b"} & set(out)


def test_a_log_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    """Which file, and what to do; the same for a good one, and for input named twice."""
    log = tmp_path / "x.log"
    log.write_text(LOG)

    for words in (["none.log"], [log, "--green", "none.log"]):
        one_line_error(cli("diagnose", *words), EXIT_USAGE, "there is no file 'none.log'.")
    one_line_error(cli("diagnose", "-", "--green", "-"), EXIT_USAGE, "named twice")


def test_bytes_that_are_no_text_are_read() -> None:
    """A log may hold anything."""
    assert cli("diagnose", stdin=b"\xff\xfe\x00 error: \xe2\x28 broken\n").code == EXIT_FINDINGS


@pytest.mark.parametrize(
    ("log", "said"),
    [(b"", "exit code 3 and printed nothing"), (b" \n\n", "exit code 3 and printed nothing"),
     (b"all is well\n", "exit code 3 and says nothing that good runs do not say as well")],
)  # fmt: skip
def test_a_failed_run_that_says_nothing(tmp_path: Path, log: bytes, said: str) -> None:
    """An empty log, or one that good runs have too: the exit code is what there is to say."""
    green = tmp_path / "green.log"
    green.write_text("all is well\n")

    ran = cli("diagnose", "--green", green, "--exit-code", "3", "-", stdin=log)

    assert ran.code == EXIT_FINDINGS
    assert ran.out.startswith(f"unknown (unknown)\n  the run ended with {said}\n")
    assert cli("diagnose", "--green", green, "--exit-code", "0", "-", stdin=log).code == EXIT_OK


FORM = "mylint={file}:{line}:{column}: [{rule}] {message}"


def test_a_form_of_ones_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On the command line, or in the configuration of the work tree that we stand in."""
    log = b"src/a.zig:3:8: [no-shadow] x is taken\n"
    given = cli("diagnose", "--form", FORM, stdin=log)
    (tmp_path / ".git").mkdir()
    (tmp_path / ".github").mkdir()
    config = tmp_path / ".github/pattern-ci.yml"
    config.write_text(f"version: 1\ndiagnose:\n  forms: ['{FORM}']\n")
    (tmp_path / "deep").mkdir()
    monkeypatch.chdir(tmp_path / "deep")
    configured = cli("diagnose", stdin=log)
    config.write_text("version: 1\ndiagnose:\n  forms: ['mylint={file}']\n")

    assert given.out.startswith("mylint no-shadow (unknown) at src/a.zig:3\n  x is taken\n")
    assert configured == given
    one_line_error(cli("diagnose", stdin=log), EXIT_USAGE)


def test_sarif(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Valid, with the rule below its tool; what has no file is counted, and is a failure too."""
    monkeypatch.chdir(tmp_path)
    ran = cli("diagnose", "--format", "sarif", stdin=LOG.encode() + b"fatal: no such ref\n")
    data = json.loads(ran.out)
    schema = json.loads((Path(__file__).parents[1] / "registry/sarif.schema.json").read_text())

    jsonschema.Draft7Validator(schema).validate(data)
    (run,) = data["runs"]
    assert run["automationDetails"]["id"] == "pattern-ci/diagnose/"
    assert [one["ruleId"] for one in run["results"]] == ["ruff/F401", "ruff/F401", "ruff/E501"]
    (place,) = run["results"][0]["locations"]
    assert place["physicalLocation"]["region"] == {"startLine": 3, "startColumn": 8}
    assert ran.code == EXIT_FINDINGS
    assert "1 error names no file" in ran.err


def test_rdjson() -> None:
    """What `reviewdog -f=rdjson` reads."""
    ran = cli("diagnose", "--format", "rdjson", stdin=LOG.encode())

    data = json.loads(ran.out)
    assert data["source"]["name"] == "pattern-ci"
    assert len(data["diagnostics"]) == 3
    assert data["diagnostics"][0] == {
        "message": "`os` imported but unused",
        "location": {"path": "src/a.py", "range": {"start": {"line": 3, "column": 8}}},
        "severity": "ERROR",
        "source": {"name": "ruff"},
        "code": {"value": "F401"},
    }
    assert (ran.code, ran.err) == (EXIT_FINDINGS, "")
