"""Which repository on GitHub a clone belongs to."""

from __future__ import annotations

import pytest

from pattern_ci.automation.target import SERVER, find_target, slug_of


@pytest.mark.parametrize(
    ("address", "slug"),
    [
        ("https://github.com/o/r.git", "o/r"),
        ("https://github.com/o/r", "o/r"),
        ("https://github.com/o/r/", "o/r"),
        ("https://x-access-token:secret@github.com/o/r.git", "o/r"),
        ("https://GitHub.com/o/name.with.dots", "o/name.with.dots"),
        ("git@github.com:o/r.git", "o/r"),
        ("github.com:o/r", "o/r"),
        ("ssh://git@github.com/o/r.git", "o/r"),
        ("ssh://git@ssh.github.com:443/o/r.git", "o/r"),
        ("https://gitlab.invalid/o/r.git", ""),
        ("https://github.com.evil.invalid/o/r", ""),
        ("https://evil.invalid/github.com/o/r", ""),
        ("https://github.com/o/r/extra", ""),
        ("https://github.com/o", ""),
        ("/srv/git/r.git", ""),
        ("../r", ""),
        ("file:///srv/o/r", ""),
        ("", ""),
    ],
)
def test_an_address_names_its_repository(address: str, slug: str) -> None:
    """Every way to write a GitHub address, and nothing else."""
    assert slug_of(address, SERVER) == slug


def test_an_enterprise_server_is_its_own_world() -> None:
    """Where the server is another one, github.com is a stranger."""
    server = "https://git.corp.invalid:8443"

    assert slug_of("git@git.corp.invalid:o/r.git", server) == "o/r"
    assert slug_of("https://git.corp.invalid:8443/o/r.git", server) == "o/r"
    assert slug_of("git@github.com:o/r.git", server) == ""


def test_what_was_said_comes_before_what_is_found() -> None:
    """The option, then the clone's remotes with `origin` first, then the workflow's word."""
    environ = {"GITHUB_REPOSITORY": "env/r", "GITHUB_TOKEN": "t"}
    remotes = {"fork": "git@github.com:fork/r.git", "origin": "git@github.com:origin/r.git"}

    assert find_target(environ, remotes, slug="said/r").slug == "said/r"
    assert find_target(environ, remotes).slug == "origin/r"
    assert find_target(environ, {"fork": remotes["fork"], "origin": "/tmp/x"}).slug == "fork/r"
    assert find_target(environ, {"origin": "/srv/r"}).slug == "env/r"
    assert find_target({}, {}).slug == ""


def test_a_named_variable_is_the_only_place_for_the_token() -> None:
    """With a name, no other variable is read; without one, the two usual ones are."""
    environ = {"GH_TOKEN": "gh", "MINE": "mine"}

    assert find_target(environ, {}).token == "gh"
    assert find_target({**environ, "GITHUB_TOKEN": "first"}, {}).token == "first"
    assert find_target(environ, {}, token_name="MINE").token == "mine"
    assert find_target(environ, {}, token_name="OTHER").token == ""
