"""Which GitHub repository a clone belongs to, and with which token to go there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

SERVER = "https://github.com"
TOKEN_NAMES = ("GITHUB_TOKEN", "GH_TOKEN")

_SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9._-]+")
_ADDRESS = re.compile(
    r"(?:(?:https?|ssh|git)://(?:[^@/]*@)?(?P<host>[^/:]+)(?::[0-9]+)?/|"
    r"(?:[^@/:]+@)?(?P<short>[^/:]+):)/?(?P<path>[^?#]+?)(?:\.git)?/?"
)


class Target(NamedTuple):
    """`slug` and `token` are empty where nothing is known; `token_names` is where was looked."""

    slug: str
    server: str
    token: str
    token_names: tuple[str, ...]


def find_target(
    environ: Mapping[str, str], remotes: Mapping[str, str], *, slug: str = "", token_name: str = ""
) -> Target:
    """What was said, else the clone's own remotes (`origin` first), else the workflow's word."""
    server = environ.get("GITHUB_SERVER_URL", "").rstrip("/") or SERVER
    names = (token_name,) if token_name else TOKEN_NAMES
    return Target(
        slug=slug or _from_remotes(remotes, server) or environ.get("GITHUB_REPOSITORY", ""),
        server=server,
        token=next((environ[name] for name in names if environ.get(name)), ""),
        token_names=names,
    )


def _from_remotes(remotes: Mapping[str, str], server: str) -> str:
    for name in sorted(remotes, key=lambda name: (name != "origin", name)):
        found = slug_of(remotes[name], server)
        if found:
            return found
    return ""


def slug_of(address: str, server: str) -> str:
    """`owner/name` of a remote address on `server`; empty for any other place."""
    match = _ADDRESS.fullmatch(address)
    if match is None or not _same_host(match["host"] or match["short"], server):
        return ""
    path = match["path"]
    return path if _SLUG.fullmatch(path) else ""


def _same_host(host: str, server: str) -> bool:
    wanted = server.partition("://")[2].partition("/")[0].partition(":")[0].lower()
    return host.lower() in (wanted, f"ssh.{wanted}", f"www.{wanted}")
