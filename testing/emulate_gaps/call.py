"""One request as the gaps see it, and the answer that GitHub would give."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from testing.emulate import (
    ACTIONS,
    ACTIONS_TOKEN,
    BOT,
    BOT_TOKEN,
    MAINTAINER,
    MAINTAINER_TOKEN,
    EmulateError,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from testing.emulate import Emulate
    from testing.emulate_state import Kept

LOGINS = {MAINTAINER_TOKEN: MAINTAINER, BOT_TOKEN: BOT, ACTIONS_TOKEN: ACTIONS}


class Reply(NamedTuple):
    """A status and the body that goes with it; None is an empty one."""

    status: int
    body: Any


@dataclass(frozen=True, kw_only=True)
class Call:
    """A request to a repository; `slug` is empty for GraphQL."""

    emulate: Emulate
    method: str
    path: str
    query: Mapping[str, list[str]]
    body: Any
    token: str
    slug: str = ""

    @property
    def kept(self) -> Kept:
        """What the gaps keep between requests."""
        return self.emulate.kept

    @property
    def login(self) -> str:
        """Who asks."""
        return LOGINS[self.token]

    @property
    def url(self) -> str:
        """The address of the repository."""
        return f"{self.emulate.url}/repos/{self.slug}"

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """One request to `emulate` as its maintainer; EmulateError from 400 on."""
        return self.emulate.call(method, f"/repos/{self.slug}{path}", body)

    def there(self, path: str) -> Any:
        """What `emulate` has at a path, or None."""
        try:
            return self.ask("GET", path)
        except EmulateError:
            return None

    def user(self, login: str) -> Any:
        """A user in the short form that GitHub puts into other things."""
        return self.emulate.call("GET", f"/users/{login}")

    def tips(self) -> dict[str, str]:
        """Every branch with its commit."""
        refs = self.ask("GET", "/git/matching-refs/heads/")
        return {ref["ref"].removeprefix("refs/heads/"): ref["object"]["sha"] for ref in refs}

    def knows(self, sha: str) -> bool:
        """Whether there is such a commit."""
        return self.there(f"/git/commits/{quote(sha)}") is not None

    def pulls(self, state: str = "open") -> list[dict[str, Any]]:
        """Every pull request in a state, newest first."""
        found: list[dict[str, Any]] = []
        for page in range(1, 100):
            some = self.ask("GET", f"/pulls?state={state}&per_page=100&page={page}")
            found += some
            if len(some) < 100:
                break
        return found


NOT_FOUND = Reply(404, {"message": "Not Found"})
