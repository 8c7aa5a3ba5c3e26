"""What nobody else may see is taken out; what telemetry is for stays."""

from __future__ import annotations

import uuid
from time import process_time  # noqa: TID251  # a test of cost
from typing import TYPE_CHECKING

import pytest

from pattern_ci.model.event import ErrorRef, Event, EventType, Resolution, Source
from pattern_ci.telemetry.recording import SpoolRecorder
from pattern_ci.telemetry.redaction import Redactor
from tests.telemetry.planted import KINDS, Planted, planted

if TYPE_CHECKING:
    from pathlib import Path

REDACTOR = Redactor({})
LOG = "2026-01-02 step deploy failed: {} (exit code 1)\nTraceback: line 12 in run\n"


def carriers(secret: Planted) -> list[Event]:
    """The secret in a parameter, deep in parameters, as a name, in a log, and in every text."""
    text = secret.text
    kind = {"type": EventType.OPERATION, "source": Source.CLI}
    return [
        Event(parameters={"value": text}, **kind),  # type: ignore[arg-type]  # two fields by name
        Event(parameters={"steps": [{"env": {"x": [text]}}], text: 1}, **kind),  # type: ignore[arg-type]  # same
        Event(parameters={"log": LOG.format(text) * 3}, reason=LOG.format(text), **kind),  # type: ignore[arg-type]  # same
        Event(
            type=EventType.RESOLUTION, source=Source.CI, run=text, verification=text,
            tools_used=(text,), error=ErrorRef(signature=f"E {text}", kind=text),
            resolution=Resolution(method=text, success=True, verified_by=text),
            file_types=(text,), input_signature=text, output_signature=text, pattern_version=text,
        ),
    ]  # fmt: skip


def test_three_hundred_secrets_leave_no_trace(tmp_path: Path) -> None:
    """Ten of each kind in parameters, logs and every other text; the spool holds none of them."""
    secrets = planted(10)
    recorder = SpoolRecorder(
        tmp_path / "spool", writer="0" * 16, redactor=REDACTOR, aside=tmp_path / "aside"
    )
    for secret in secrets:
        for event in carriers(secret):
            recorder.record(event)

    written = next((tmp_path / "spool").rglob("*.jsonl")).read_text("ascii")
    leaked = [secret.kind for secret in secrets if secret.core in written]
    assert (len(secrets), len(KINDS)) == (300, 30)
    assert leaked == []
    assert written.count("\n") == 1200
    assert written.count("step deploy failed") >= 300


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_each_kind_is_found_between_other_words(kind: str) -> None:
    """Of forty of a kind none is left, and the words around stay."""
    for secret in planted(40, seed=11):
        if secret.kind == kind:
            cleaned = REDACTOR.text(f"before {secret.text}\nafter")

            assert secret.core not in cleaned
            assert cleaned.startswith("before ")
            assert cleaned.endswith("\nafter")


@pytest.mark.parametrize(
    "text",
    [
        "9f2c4e" * 6 + "abcd",
        "sha256:" + "0123456789abcdef" * 4,
        str(uuid.UUID(int=0x1234567890ABCDEF1234567890ABCDEF)),
        "pattern_ci/telemetry/secrets/kinds.py",
        "tests/hooks/test_pattern_suggest_hosts.py::test_a_commit_in_a_worktree",
        "PAT-TESTS-TEST-PY-001 OPK-ATOMIC-CREATE",
        "InvalidGitRepositoryErrorHandler",
        "test_what_is_refused_says_where_it_stands_and_why",
        "refs/heads/feature/telemetry-by-month",
        "docs/plugins/zeta_function.md:12:4: E501 line too long",
        "https://github.com/example/project/actions/runs/12345678901/job/23456789012",
        "2026-11-21T12:52:00.229Z 127.0.0.1:8080",
        "v1.2.3 1.2.3.dev4+g1234567 python3.11",
        "def pass_through(token_count: int) -> None: pass",
        "expected token ')' but found ':' at line 3",
        "std::collections::HashMap<String, u8>",
        "module-level-default-configuration-for-all-workers",
        "12:30:45 1:2:3",
        "basic authentication of the bearer kind",
    ],
)
def test_what_telemetry_is_for_survives(text: str) -> None:
    """Ids of commits, digests, paths, identifiers, times and versions stay as they are."""
    assert REDACTOR.text(text) == text


def test_odd_text_costs_little() -> None:
    """Repeated pieces of every form, as long as a text may be: none is walked again and again."""
    pieces = (
        "a.", "a_", "--a-", "a@", "a:", "ab:", "-----BEGIN PRIVATE KEY ", "eyJaaaaaaaa.", "A", "1",
        "password=", "password: ", "https://", "token", "1.1.", "basic ", "bearer ", "x8Q~", "a+",
        "authorization:", "ab.c-d_", "sk-", "xoxb-", "\\Users\\", "/home/", "sig=", "  ",
    )  # fmt: skip
    started = process_time()
    for piece in pieces:
        REDACTOR.text(piece * (8_000 // len(piece)))

    # In seconds of the processor; a rule that walks again and again takes longer than the suite.
    assert process_time() - started < 20


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("mail a.b+c@mail.example.invalid now", "mail [redacted:email] now"),
        ("mail jos\u00e9.a@mail.example.invalid now", "mail [redacted:email] now"),
        ("on ip-192-0-2-17.cloud.invalid", "on [redacted:ip-address].cloud.invalid"),
        ("/mnt/c/Users/somebody/a.py", "/mnt/c/Users/[user]/a.py"),
        ("/var/home/somebody/a.py", "/var/home/[user]/a.py"),
        ("from 192.0.2.17:443", "from [redacted:ip-address]:443"),
        ("from 2001:db8::8a2e:370:7334.", "from [redacted:ip-address]."),
        ("from fe80::1%eth0", "from [redacted:ip-address]"),
        ("at 2001:db8::8a2e:370:7334 now", "at [redacted:ip-address] now"),
        ("authToken=abc tokenCount=5", "authToken=[redacted:assignment] tokenCount=5"),
        ("my.app.db_password: abc", "my.app.db_password: [redacted:assignment]"),
        ("/home/somebody/work/a.py", "/home/[user]/work/a.py"),
        ("/Users/somebody/a.py", "/Users/[user]/a.py"),
        (r"C:\Users\somebody\a.py", r"C:\Users\[user]\a.py"),
        ("C:\\\\Users\\\\somebody\\\\a.py", "C:\\\\Users\\\\[user]\\\\a.py"),
        ("/root/.cache/x", "~/.cache/x"),
        ("clone https://u:pw@host.invalid/r", "clone https://[redacted:url-password]@host.invalid/r"),
    ],
)  # fmt: skip
def test_addresses_and_home_folders_are_taken_out(text: str, cleaned: str) -> None:
    """Who and where goes; what was done stays."""
    assert REDACTOR.text(text) == cleaned


def test_values_of_the_environment_are_secret_by_their_names() -> None:
    """A value is taken out wherever it stands; names that only look alike are not."""
    environ = {
        "DEPLOY_TOKEN": "plainword", "MY_SECRET": "plainword-and-more", "PASSWORD": "true",
        "HOME": "/somewhere", "EDITOR": "nanoeditor", "SHORT_TOKEN": "abc",
    }  # fmt: skip
    redactor = Redactor(environ, "/srv/people/me")

    assert redactor.text("a plainword-and-more b plainword") == (
        "a [redacted:environment] b [redacted:environment]"
    )
    assert redactor.text("nanoeditor abc true /somewhere") == "nanoeditor abc true /somewhere"
    assert redactor.text("in /srv/people/me/x") == "in ~/x"


def test_a_value_is_told_by_its_name() -> None:
    """Under the name of a secret any value goes, numbers too; a count of tokens stays."""
    data = {"apiToken": "short", "db": {"password": 1234}, "auth": ["x"], "token_count": 7,
            "pass": None, "ok": True, "tokens": {"a": "b"}}  # fmt: skip

    assert REDACTOR.data(data) == {
        "apiToken": "[redacted:assignment]",
        "db": {"password": "[redacted:assignment]"},
        "auth": ["[redacted:assignment]"],
        "token_count": 7,
        "pass": None,
        "ok": True,
        "tokens": {"a": "[redacted:assignment]"},
    }
