"""What an HTTP answer of GitHub means: pure functions from status, headers and body to errors."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pattern_ci.messages import github as messages

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from pattern_ci.errors import GitHubError

# GitHub's advice where a refusal does not say how long it lasts.
SECONDARY_WAIT_S = 60

_LIMITED = re.compile(
    r"rate limit|abuse detection|please (?:retry your request again later|wait a few minutes)",
    re.IGNORECASE,
)
_PROTECTED = re.compile(
    r"protected branch|protected ref|rule violation|required status check|default branch"
    r"|changes must be made through a pull request|cannot (?:delete|update) this",
    re.IGNORECASE,
)
_MOVED = re.compile(
    r"fast[- ]forward|reference does not exist|expected .* but was"
    r"|head branch was modified",
    re.IGNORECASE,
)
_NOT_THERE = re.compile(r"no commit found|object does not exist", re.IGNORECASE)
_ACTIONS_MAY_NOT = re.compile(r"not permitted to create or approve pull requests", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One HTTP answer; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    text: str


def payload(answer: Answer) -> Any:
    """The parsed body; None when it is empty, ValueError when it is no JSON."""
    return json.loads(answer.text) if answer.text else None


def reason(answer: Answer) -> str:
    """What GitHub says in its own words, with the details of a failed validation."""
    try:
        data = payload(answer)
    except ValueError:
        return ""
    if not isinstance(data, dict):
        return ""
    errors = data.get("errors")
    details = [_detail(error) for error in errors] if isinstance(errors, list) else []
    parts = [str(data.get("message") or ""), *details]
    return "; ".join(part for part in parts if part)


def _detail(error: Any) -> str:
    if not isinstance(error, dict):
        return str(error)
    if error.get("message"):
        return str(error["message"])
    return " ".join(str(error[key]) for key in ("resource", "field", "code") if error.get(key))


def is_limited(answer: Answer) -> bool:
    """Whether a rate limit, primary or secondary, made GitHub refuse."""
    if answer.status == 429:
        return True
    if answer.status != 403:
        return False
    exhausted = answer.headers.get("x-ratelimit-remaining") == "0"
    return exhausted or "retry-after" in answer.headers or bool(_LIMITED.search(reason(answer)))


def limit_wait(answer: Answer, now: datetime) -> int:
    """Seconds until a refusal by rate limit is over."""
    after = answer.headers.get("retry-after", "")
    if after.isdecimal():
        return max(1, int(after))
    if answer.headers.get("x-ratelimit-remaining") == "0":
        return seconds_until(answer.headers.get("x-ratelimit-reset", ""), now) or SECONDARY_WAIT_S
    return SECONDARY_WAIT_S


def seconds_until(reset: str, now: datetime) -> int:
    """Seconds until a Unix time given as text; 0 when it is past or no time at all."""
    # One more, because it is not known when in that second the limit is reset.
    return max(0, int(reset) - int(now.timestamp()) + 1) if reset.isdecimal() else 0


def refusal(answer: Answer, doing: str) -> GitHubError | None:
    """The error that an answer stands for; None when the request was carried out."""
    status = answer.status
    if 200 <= status < 300:
        return None
    if 300 <= status < 400:
        return messages.moved_away(doing)
    if status >= 500:
        return messages.out_of_reach(doing, why=messages.server_error(status))
    return _client_error(answer, reason(answer), doing)


def _client_error(answer: Answer, said: str, doing: str) -> GitHubError:
    match answer.status:
        case 401:
            return messages.token_refused(doing)
        case 403:
            return _forbidden(answer, said, doing)
        case 404 | 410:
            return messages.not_found(doing, said)
        case 405 if doing == messages.MERGE_PULL:
            return messages.not_mergeable(doing, said)
        case 409 | 422:
            return _conflict(answer.status, said, doing)
        case _:
            return messages.unexpected(doing, answer.status, said)


def _forbidden(answer: Answer, said: str, doing: str) -> GitHubError:
    if _ACTIONS_MAY_NOT.search(said):
        return messages.actions_may_not_open()
    if _PROTECTED.search(said):
        return messages.branch_protected(doing, said)
    accepted = answer.headers.get("x-accepted-github-permissions", "")
    # Headers write `pull_requests=write`; a workflow's `permissions:` has `pull-requests: write`.
    named = accepted.replace("=", ": ").replace("_", "-")
    return messages.not_permitted(doing, said, accepted=named)


def _conflict(status: int, said: str, doing: str) -> GitHubError:
    if _PROTECTED.search(said):
        return messages.branch_protected(doing, said)
    if "already exists" in said.lower():
        return messages.exists_already(doing, said)
    if _MOVED.search(said):
        return messages.branch_moved(doing)
    if _NOT_THERE.search(said):
        return messages.not_found(doing, said)
    return messages.conflict(doing, said) if status == 409 else messages.invalid(doing, said)


# GraphQL's types of error, and the status with which REST says the same.
_STATUS = {
    "FORBIDDEN": 403,
    "INSUFFICIENT_SCOPES": 403,
    "NOT_FOUND": 404,
    "RATE_LIMIT": 429,
    "RATE_LIMITED": 429,
}
_BROKEN = re.compile(r"something went wrong while executing|timeout", re.IGNORECASE)


def of_graphql(answer: Answer) -> Answer:
    """The same answer with the status that REST would give; GraphQL says 200 to everything."""
    errors = _errors(answer) if answer.status == 200 else []
    if not errors or _lacks_something(errors):
        return answer
    kinds = (_STATUS.get(str(error.get("type")), 422) for error in errors)
    broken = any(_BROKEN.search(str(error.get("message"))) for error in errors)
    return replace(answer, status=502 if broken else min(kinds))


def lacks(data: Any, name: str) -> bool:
    """Whether the server's GraphQL does not know this mutation."""
    errors = data.get("errors") if isinstance(data, dict) else None
    return _lacks_something(errors) and name in json.dumps(errors)


def mutated(data: Any, name: str) -> bool:
    """Whether this is the answer to a mutation that was carried out."""
    if not isinstance(data, dict) or data.get("errors"):
        return False
    return isinstance(data.get("data"), dict) and isinstance(data["data"].get(name), dict)


def _lacks_something(errors: Any) -> bool:
    found = errors if isinstance(errors, list) else []
    codes = (error.get("extensions") for error in found if isinstance(error, dict))
    return any(isinstance(code, dict) and code.get("code") == "undefinedField" for code in codes)


def _errors(answer: Answer) -> list[dict[str, Any]]:
    try:
        data = payload(answer)
    except ValueError:
        return []
    errors = data.get("errors") if isinstance(data, dict) else None
    return [error for error in errors or [] if isinstance(error, dict)]
