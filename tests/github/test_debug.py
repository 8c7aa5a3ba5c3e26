"""Requests are named to people who asked, never with what they were sent with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from testing.emulate import BOT_TOKEN

if TYPE_CHECKING:
    import pytest

    from pattern_ci.github.port import GitHubPort


def test_each_request_is_a_line(
    port: GitHubPort, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Method, path, status and what is left of the limit; no token, no header, no body."""
    port.branch_sha("main")
    assert capsys.readouterr().err == ""
    monkeypatch.setenv("RUNNER_DEBUG", "1")
    port.branch_sha("main")
    port.branch_sha("no-such-branch")

    said = capsys.readouterr().err
    first, second, *_ = [line for line in said.splitlines() if ": github: " in line]
    assert first.startswith("pattern-ci: debug: github: GET /")
    assert "/git/ref/heads/main -> 200, requests left: " in first
    assert "/git/ref/heads/no-such-branch -> 404, " in second
    assert BOT_TOKEN not in said
