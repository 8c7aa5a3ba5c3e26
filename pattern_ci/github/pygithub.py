"""Opens the door to GitHub: a port for one repository and one token."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pattern_ci import clock
from pattern_ci.messages import github as messages

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from pattern_ci.github.port import GitHubPort

API_URL = "https://api.github.com"
TIMEOUT_S = 15
MAX_WAIT_S = 120
_SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*/[A-Za-z0-9_.-]+")
_LOGIN = re.compile(r"[A-Za-z0-9-]+(?:\[bot\])?")


def connect(
    slug: str,
    token: str,
    *,
    request_budget: int,
    api_url: str | None = None,
    max_wait_s: float = MAX_WAIT_S,
    timeout_s: int = TIMEOUT_S,
    environ: Mapping[str, str] = os.environ,
    sleep: Callable[[float], None] = clock.sleep,
    now: Callable[[], datetime] = clock.now,
) -> GitHubPort:
    """A port that makes at most `request_budget` requests and waits at most `max_wait_s` in all.

    Without `api_url` the address is GITHUB_API_URL, or the one that belongs to GITHUB_SERVER_URL,
    or GitHub's own. PATTERN_CI_LOGIN names the login of the token where a workflow knows it, which
    saves asking for it; what cannot be a login is not heeded. Nothing is sent before the first
    verb. Raises UsageError for a name or an address that cannot be one, and GitHubAuthError
    without a token.
    """
    if not token.strip():
        raise messages.no_token()
    if not _SLUG.fullmatch(slug):
        raise messages.not_a_slug(slug)
    address = api_url.rstrip("/") if api_url else api_address(environ)
    if not _is_address(address):
        raise messages.not_an_address(address)
    # PyGithub takes a fifth of a second to import; commands that stay local do not pay for it.
    from pattern_ci.github.adapter import PyGithubPort
    from pattern_ci.github.budget import RequestBudget
    from pattern_ci.github.delivery import Delivery
    from pattern_ci.github.requester import CountedRequester

    delivery = Delivery(RequestBudget(request_budget), max_wait_s=max_wait_s, sleep=sleep, now=now)
    requester = CountedRequester(
        token=token.strip(), api_url=address, timeout_s=timeout_s, delivery=delivery
    )
    login = environ.get("PATTERN_CI_LOGIN", "")
    return PyGithubPort(
        slug,
        requester,
        in_actions=environ.get("GITHUB_ACTIONS") == "true",
        login=login if _LOGIN.fullmatch(login) else None,
    )


def api_address(environ: Mapping[str, str]) -> str:
    """The address of the API; that of the named server, so that its token goes to no other."""
    if environ.get("GITHUB_API_URL"):
        return environ["GITHUB_API_URL"].rstrip("/")
    server = environ.get("GITHUB_SERVER_URL", "").rstrip("/")
    host = server.rpartition("//")[2].lower()
    if host in ("", "github.com"):
        return API_URL
    # https://docs.github.com/enterprise-cloud@latest/admin/data-residency: a subdomain of ghe.com
    # has its API at a host of its own; a server has it below its own address.
    return f"https://api.{host}" if host.endswith(".ghe.com") else f"{server}/api/v3"


def _is_address(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
