"""Secrets that are told by what stands around them are taken out, and what is like them stays."""

from __future__ import annotations

import json
import random
import string
from typing import TYPE_CHECKING, Any

import pytest

from pattern_ci.telemetry.recording import SpoolRecorder
from pattern_ci.telemetry.redaction import Redactor, for_logs, for_reports
from tests.telemetry.planted import Maker
from tests.telemetry.planted_forms import FORMS, planted_forms
from tests.telemetry.worlds import event

if TYPE_CHECKING:
    from pathlib import Path

REDACTOR, REPORTS = Redactor({}), for_reports({})
GONE = "[redacted:assignment]"
WORD = "swordfish" + "417"
LABEL = "PRIVATE" + " KEY"
BEGIN, END = f"-----BEGIN {LABEL}-----", f"-----END {LABEL}-----"


def key_lines(count: int) -> list[str]:
    """Lines of a private key, the last one short."""
    alphabet = string.ascii_letters + string.digits + "+/"
    maker = Maker(3)
    return [maker.some(alphabet, 64) for _ in range(count - 1)] + [maker.some(alphabet, 20) + "=="]


def test_no_form_leaves_a_trace_in_telemetry(tmp_path: Path) -> None:
    """Ten of each form, in a parameter, in a list and in a log."""
    secrets = planted_forms(10)
    recorder = SpoolRecorder(
        tmp_path / "spool", writer="0" * 16, redactor=REDACTOR, aside=tmp_path / "aside"
    )
    for secret in secrets:
        log = f"step failed:\n{secret.text}\n(exit code 1)"
        recorder.record(event(parameters={"value": secret.text, "all": [secret.text], "log": log}))
        recorder.record(event(reason=secret.text))

    written = next((tmp_path / "spool").rglob("*.jsonl")).read_text("ascii")
    assert len(secrets) == 10 * len(FORMS) >= 700
    assert [secret.kind for secret in secrets if secret.core in written] == []
    assert written.count("step failed") == len(secrets)


@pytest.mark.parametrize("redactor", [REDACTOR, REPORTS])
def test_each_form_is_found_between_other_lines(redactor: Redactor) -> None:
    """Also without the search for what is made by chance, and the lines around stay."""
    for secret in planted_forms(20, seed=11):
        cleaned = redactor.text(f"before\n{secret.text}\nafter")

        assert secret.core not in cleaned, secret.kind
        assert cleaned.startswith("before\n")
        assert cleaned.endswith("\nafter")


@pytest.mark.parametrize(
    "text",
    [
        "token_count: 5 tokens: 812 secrets: 3",
        "password_policy: strict, password_file = /etc/app/list",
        "--- PASS: TestDeploy (0.00s)",
        "PWD=/builds/project OLDPWD=/builds",
        "password=${DB_PASS} token=$TOKEN secret: {{ secret }} api_key=***",
        "def login(token: str, password: str | None = None) -> None:",
        "token = get_token() ; password = os.environ['X']",
        "connect(token=token, password=self.password)",
        "if token:\n    return\nfor secret in secrets:\n    break",
        "secrets: Mapping[str, Secret], tokens: TokenList",
        "rule[unredacted-secrets]: leaked in a step",
        "usage: deploy --token TOKEN [--password PASSWORD]",
        "use --password to be asked, or --token for robots",
        "docker run -u 1000:1000 -p 8080:80 image",
        "sort -u a:b; git log -p HEAD; mkdir -p build/out",
        "bypass: on, compass: north, trespass = 1, monkey: x",
        "auth: basic, author: somebody, authored: today",
        "https://host.invalid:8443/actions/checkout@v4",
        "<token> stands for yours, as in <password>",
        "token::Kind and key: value",
        f"a file begins with {BEGIN} and ends with {END[:5]}",
        "sbp_ rubygems_version key-value-store lin_api_reference_for_everybody",
        "rubygems_" + "without_any_number_in_it",
        "password = config.get('database', 'password') ; token = os.getenv('TOKEN')",
        "services:\n  secrets:\n    - db_credentials\n",
        "secrets = baseline.create('.')",
        "permissions:\n  id-token: write\n  secrets: inherit",
        "login(secret=SECRET_ACCESS_KEY, password=account.password)",
        "left_secrets = [secret for secret in found]; token = tokens[index]",
        "blog/2018/new-pypi-now-in-production-for-everybody.html",
        "const USES_TOKEN: &str = ",
        "password: {password} token={0} secret=<your secret>",
        "std.token_hash: 3; passthrough=1; secretary: me",
    ],
)
def test_what_only_looks_like_a_form_stays(text: str) -> None:
    """Counts, types, variables, paths, placeholders and words with such an end."""
    assert REPORTS.text(text) == text


@pytest.mark.parametrize(
    ("data", "cleaned"),
    [
        (["mysql", "--password", WORD, "-h", "db"], ["mysql", "--password", GONE, "-h", "db"]),
        (["curl", "-u", f"me:{WORD}", "x"], ["curl", "-u", GONE, "x"]),
        (["docker", "run", "-u", "1:2"], ["docker", "run", "-u", "1:2"]),
        ({"name": "DB_PASSWORD", "value": WORD}, {"name": "DB_PASSWORD", "value": GONE}),
        ({"name": "colour", "value": WORD}, {"name": "colour", "value": WORD}),
        ([["Authorization", WORD], ["A", "all"]], [["Authorization", GONE], ["A", "all"]]),
        ({"PGPASSWORD": WORD, "SSHPASS": 1234}, {"PGPASSWORD": GONE, "SSHPASS": GONE}),
        ({"tokens": 812, "token_count": 5}, {"tokens": 812, "token_count": 5}),
        ({"passwords": [WORD], "password2": WORD}, {"passwords": [GONE], "password2": GONE}),
    ],
)  # fmt: skip
def test_a_neighbour_tells_a_value_in_data(data: Any, cleaned: Any) -> None:
    """An option before it in a list, the name beside it in a record, the name above it."""
    assert REDACTOR.data(data) == cleaned


def test_a_key_without_one_of_its_marks_is_taken_out() -> None:
    """What is cut before its beginning or its end is a key all the same; the rest stays."""
    lines = key_lines(50)
    block = "\n".join(lines)

    assert REPORTS.text(f"a\n{BEGIN}\n{block}\n{END}\nb") == "a\n[redacted:private-key]\nb"
    assert REPORTS.text(f"a log\n{BEGIN}\n{block}\nmore of it") == (
        "a log\n[redacted:private-key]more of it"
    )
    assert REPORTS.text(f"{block[30:]}\n{END}\nb c") == "[redacted:private-key]\nb c"
    assert REPORTS.text(f"two words\n{block}\n{END}") == "two words\n[redacted:private-key]"
    escaped = json.dumps({"key": f"{BEGIN}\n{block}"})
    assert not any(line in REPORTS.text(escaped) for line in lines)


def test_letters_that_grow_when_they_are_made_small_move_nothing() -> None:
    """The text is searched in small letters, of which some capitals need two."""
    assert REPORTS.text(f"\u0130\u0130 password={WORD} end") == f"\u0130\u0130 password={GONE} end"


def test_what_is_clean_is_left_as_it_is_the_second_time() -> None:
    """Results are cleaned when they are made, and again when they are written down."""
    chance = random.Random(1)
    secrets = planted_forms(2)
    chance.shuffle(secrets)
    once = for_logs({}).text("\n".join(secret.text for secret in secrets))

    assert for_logs({}).text(once) == once


@pytest.mark.parametrize(
    "text",
    [
        "'password' => 'hunter2pw9',", "'password' => hunter2pw9,", "credentials=hunter2pw9",
        "credentials: hunter2pw9", "--credentials hunter2pw9",
    ],
)  # fmt: skip
def test_an_arrow_and_a_plural_hide_no_secret(text: str) -> None:
    assert "hunter2pw9" not in Redactor({}).text(text)
