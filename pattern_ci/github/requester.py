"""PyGithub's requester with our rules: every request counted, every answer judged.

All of PyGithub goes through `requestJsonAndCheck`, so what is decided here holds for each verb.
Three things that PyGithub does by itself are switched off: it repeats requests after a wait of its
own, it follows a redirect with a request that nobody counted, and it takes an empty body for an
empty list and a redirected write for a success.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from github.Auth import Token  # noqa: TID251  # this module is part of the PyGithub adapter
from github.Consts import API_VERSION_2022_11_28  # noqa: TID251  # same
from github.Requester import Requester  # noqa: TID251  # same
from requests.exceptions import (
    ChunkedEncodingError,
    ContentDecodingError,
    RequestException,
    RetryError,
    SSLError,
    Timeout,
)
from urllib3 import Retry

from pattern_ci import __version__, output
from pattern_ci.github import answers
from pattern_ci.github.answers import Answer
from pattern_ci.github.delivery import Request
from pattern_ci.messages import github as messages

if TYPE_CHECKING:
    from pattern_ci.github.delivery import Delivery

PER_PAGE = 100


class _NeverAgain(Retry):
    """No repeats. Redirects (and 202, which PyGithub polls) end the request as a RetryError."""

    def is_retry(self, method: str, status_code: int, has_retry_after: bool = False) -> bool:
        """Called by urllib3 for each answer. True, with no repeat left, is an error there."""
        followed = status_code == 202 or 300 <= status_code < 400
        return followed or super().is_retry(method, status_code, has_retry_after)


class CountedRequester(Requester):
    """A requester for one token and one run."""

    def __init__(self, *, token: str, api_url: str, timeout_s: int, delivery: Delivery) -> None:
        super().__init__(
            auth=Token(token),
            base_url=api_url,
            timeout=timeout_s,
            user_agent=f"pattern-ci/{__version__}",
            per_page=PER_PAGE,
            verify=True,
            retry=_NeverAgain(0, read=False),
            pool_size=None,
            lazy=True,
            api_version=API_VERSION_2022_11_28,
        )
        self._token = token
        self._timeout_s = timeout_s
        self._delivery = delivery

    def usage(self) -> dict[str, int]:
        """Requests made so far."""
        return self._delivery.budget.usage()

    def requestJsonAndCheck(  # noqa: N802, PLR0917  # PyGithub's name and signature
        self,
        verb: str,
        url: str,
        parameters: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        input: Any | None = None,  # noqa: A002  # PyGithub's name
        follow_302_redirect: bool = False,  # noqa: ARG002  # redirects always end a request
    ) -> tuple[dict[str, Any], Any]:
        """Send one request; raises the GitHubError family and nothing else."""
        path = urlsplit(url).path
        paged = "per_page" in (urlsplit(url).query or parameters or "")
        request = Request(
            # By this way GraphQL is only asked; `mutate` is the one that tells.
            read=verb == "GET" or path.endswith("/graphql"),
            doing=messages.action(verb, path),
            page=verb == "GET" and (paged or "/git/matching-refs/" in path),
            # What GitHub answers with nothing: a deleted branch and a started workflow.
            empty=(verb == "DELETE" and "/git/refs/" in path) or path.endswith("/dispatches"),
        )
        call = (verb, url, parameters, headers, input)
        answer, data = self._delivery.send(request, lambda: self._attempt(request.doing, call))
        return dict(answer.headers), data

    def mutate(self, query: str, name: str, given: dict[str, Any], *, doing: str) -> bool:
        """Send one GraphQL mutation, judged as a REST write is; False where there is none such."""
        body = {"query": query, "variables": {"input": given}}
        call = ("POST", self.graphql_url, None, None, body)
        _, data = self._delivery.send(
            Request(read=False, doing=doing),
            lambda: answers.of_graphql(self._attempt(doing, call)),
        )
        if answers.lacks(data, name):
            return False
        if not answers.mutated(data, name):
            raise messages.out_of_reach(doing, why=messages.NOT_UNDERSTOOD)
        return True

    def _attempt(self, doing: str, call: tuple[Any, ...]) -> Answer:
        try:
            status, found, text = self.requestJson(*call)
        except RetryError:
            raise messages.moved_away(doing) from None
        except RequestException as error:
            raise messages.out_of_reach(doing, why=self._why(error)) from None
        lower = {name.lower(): str(value) for name, value in found.items()}
        if status >= 400:
            # A server that echoes the token must not bring it into a message or a log.
            text = text.replace(self._token, "***")
        if output.is_verbose():
            path = urlsplit(call[1]).path.replace(self._token, "***")
            output.debug("github", messages.traced(call[0], path, status, lower))
        return Answer(status=status, headers=lower, text=text)

    def _why(self, error: RequestException) -> str:
        if isinstance(error, Timeout):
            return messages.timed_out(self._timeout_s)
        if isinstance(error, SSLError):
            return messages.BAD_CERTIFICATE
        if isinstance(error, ChunkedEncodingError | ContentDecodingError):
            return messages.BROKE_OFF
        return messages.NO_CONNECTION
